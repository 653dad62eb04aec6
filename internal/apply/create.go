package apply

import (
	"context"
	"fmt"
	"net/http"
	"time"

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
		r.settle(next, Applied, AlreadyThere)
		return nil
	}
	if r.DryRun {
		r.settle(next, Planned, "")
		return nil
	}
	return r.create(ctx, next)
}

// list reads the instance once, so that nobody gets a second organization
// because the plan is old.
func (r *run) list(ctx context.Context) error {
	if err := r.Journal.flush(); err != nil {
		return err
	}
	r.listed = map[account.ID]int64{}
	r.Logger.Info("listing the instance before the first create, because the plan rests on an old gather")
	_, err := r.instance.List(ctx, func(present organization.Organization) error {
		if id, ok := present.AccountID(); ok {
			r.listed[id] = present.ID
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("before the first create: %w; nothing was created: run again, or gather and compare again", err)
	}
	return nil
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
		id, err := r.instance.Create(r.lasting, next.create.Record)
		if err == nil {
			next.outcome.ID = id
			r.settle(next, Applied, "")
			return nil
		}
		failure := transport.AsError(err)
		if failure != nil && failure.Effect == transport.None && !failure.Temporary() {
			return r.createRefused(ctx, next, failure)
		}
		ended := err
		if failure != nil {
			ended = r.instance.Pause(ctx, attempt, failure)
		}
		if failure == nil || failure.Effect != transport.None {
			next.open(unclear, err.Error())
			if holder, err := r.findHolder(next); err != nil || holder == nobodyElse {
				return err
			}
		}
		switch {
		case ended == nil:
			continue
		case next.state == unclear:
			r.fail(next, Unknown, "", next.known)
		case ctx.Err() == nil:
			r.fail(next, Failed, failure.Code, describe(failure))
		}
		return fmt.Errorf("creating the organization of %s: %w", next.create.ID, ended)
	}
}

// A name that is taken and that nobody holds is one that the search does not
// know yet: it is looked up again.
const (
	nameLooks = 4
	nameWait  = 10 * time.Second
)

// createRefused reports one row that Zendesk does not want; the others go on,
// unless they would all fare the same. When the wanted name is that of the
// account's own organization by now, the row is applied.
func (r *run) createRefused(ctx context.Context, next *row, failure *transport.Error) error {
	status := Failed
	for look := 1; failure.Status == http.StatusUnprocessableEntity; look++ {
		holder, err := r.findHolder(next)
		if err != nil || holder == nobodyElse {
			return err
		}
		if holder == somebody || !zendesk.NameTaken(failure) {
			break
		}
		if look == nameLooks || r.Clock.Sleep(ctx, nameWait) != nil {
			if next.state == unclear {
				// An earlier attempt may have taken it.
				status = Unknown
			}
			break
		}
	}
	r.fail(next, status, failure.Code, describe(failure))
	if failure.Fatal() {
		return failure
	}
	return nil
}

// holder is who has the wanted name.
type holder int

const (
	nobody holder = iota
	somebody
	// nobodyElse says that the row has its outcome: the name is that of the
	// account's own organization, or its holder cannot be read.
	nobodyElse
)

// findHolder looks the wanted name up. A look-up that got no answer ends the
// run.
func (r *run) findHolder(next *row) (holder, error) {
	found, err := r.instance.FindByName(r.lasting, next.outcome.Name)
	if err != nil {
		r.fail(next, Unknown, "", err.Error())
		if transport.AsError(err) == nil && r.lasting.Err() == nil {
			return nobodyElse, nil
		}
		return nobody, fmt.Errorf("finding out what became of the create of %s: %w", next.create.ID, err)
	}
	for _, present := range found {
		if id, ok := present.AccountID(); ok && id == next.create.ID {
			next.outcome.ID = present.ID
			r.foundDone(next)
			return nobodyElse, nil
		}
	}
	if len(found) > 0 {
		return somebody, nil
	}
	return nobody, nil
}
