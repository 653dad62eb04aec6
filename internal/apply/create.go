package apply

import (
	"context"
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// createOne creates an organization unless it is there. An error ends the run.
func (r *run) createOne(ctx context.Context, next *row) error {
	if r.ListFirst && r.listed == nil {
		if err := r.list(ctx); err != nil {
			return err
		}
	}
	if id, ok := r.alreadyCreated(next.create.ID); ok {
		next.outcome.ID = id
		return r.settle(next, Applied, AlreadyThere)
	}
	if r.DryRun {
		return r.settle(next, Planned, "")
	}
	return r.create(ctx, next)
}

// list reads the instance once, so that nobody gets a second organization
// because the plan is old.
func (r *run) list(ctx context.Context) error {
	r.listed = map[account.ID]int64{}
	r.Logger.Info("listing the instance before the first create, because the plan rests on an old gather")
	_, err := r.instance.List(ctx, func(present organization.Organization) error {
		if id, ok := present.AccountID(r.Schema); ok {
			r.listed[id] = present.ID
		}
		return nil
	})
	return err
}

func (r *run) alreadyCreated(account account.ID) (int64, bool) {
	if id, ok := r.listed[account]; ok {
		return id, true
	}
	if r.Journal == nil {
		return 0, false
	}
	id, ok := r.Journal.created[account]
	return id, ok
}

// create sends the create, again only when it certainly had no effect or when
// the organization is not there under its name: names are unique, so a second
// one cannot come of it.
func (r *run) create(ctx context.Context, next *row) error {
	for attempt := 1; ; attempt++ {
		if err := r.Journal.flush(); err != nil {
			return err
		}
		id, err := r.instance.Create(context.WithoutCancel(ctx), next.create.Record)
		if err == nil {
			next.outcome.ID = id
			return r.settle(next, Applied, "")
		}
		failure := transport.AsError(err)
		if failure == nil {
			failure = &transport.Error{Service: "Zendesk", Request: "the create", Cause: err}
		}
		if zendesk.NameTaken(failure) {
			return r.nameTaken(ctx, next, failure)
		}
		if failure.NotDone && !failure.Temporary() {
			return r.refused(next, failure)
		}
		ended := r.instance.Pause(ctx, attempt, failure)
		if !failure.NotDone {
			found, err := r.findOwn(ctx, next)
			if found || err != nil {
				return err
			}
		}
		if ended != nil {
			return r.gaveUp(next, failure, ended)
		}
	}
}

// nameTaken looks whether the name is taken by the account's own organization.
func (r *run) nameTaken(ctx context.Context, next *row, failure *transport.Error) error {
	found, err := r.findOwn(ctx, next)
	if found || err != nil {
		return err
	}
	return r.fail(next, Failed, failure.Code, failure.Message)
}

// findOwn settles the row as applied when the account's organization is there
// under the wanted name.
func (r *run) findOwn(ctx context.Context, next *row) (bool, error) {
	found, err := r.instance.FindByName(context.WithoutCancel(ctx), next.outcome.Name)
	if err != nil {
		return false, r.gaveUp(next, nil, err)
	}
	for _, present := range found {
		if id, ok := present.AccountID(r.Schema); ok && id == next.create.ID {
			next.outcome.ID = present.ID
			return true, r.settle(next, Applied, AlreadyThere)
		}
	}
	return false, nil
}

// refused reports one row that Zendesk does not want; the others go on, unless
// they would all fare the same.
func (r *run) refused(next *row, failure *transport.Error) error {
	if err := r.fail(next, Failed, failure.Code, describe(failure)); err != nil {
		return err
	}
	if failure.Fatal() {
		return failure
	}
	return nil
}

// gaveUp settles a row that was tried as often as the policy allows, and ends
// the run: the next row would fare the same.
func (r *run) gaveUp(next *row, failure *transport.Error, ended error) error {
	status := Unknown
	if failure != nil && failure.NotDone {
		status = Failed
	}
	if err := r.fail(next, status, "", ended.Error()); err != nil {
		return err
	}
	return fmt.Errorf("carrying out %s of %s: %w", next.outcome.Action, next.outcome.AccountID, ended)
}

func describe(failure *transport.Error) string {
	if failure.Message != "" {
		return failure.Message
	}
	return failure.Error()
}
