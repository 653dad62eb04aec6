package apply

import (
	"context"
	"fmt"
	"net/http"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// createAll creates the organizations that do not exist, one at a time. An error
// ends the run.
func (r *run) createAll(ctx context.Context, due []*planRow) error {
	if len(due) == 0 {
		return nil
	}
	if r.ListFirst {
		if err := r.list(ctx); err != nil {
			return err
		}
	}
	if err := r.awaitKilledCreates(ctx, due); err != nil {
		return err
	}
	searches, stop := r.searchAhead(ctx, due)
	defer stop()
	for row := range searches {
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case r.endedEarly(plan.ActionCreate):
			return nil
		case row.state == settled || row.alone > 0:
			// tryLastRow has sent it already.
			continue
		}
		if err := r.create(ctx, row); err != nil {
			return fmt.Errorf("creating the organization of %s: %w", row.outcome.AccountID, err)
		}
	}
	return nil
}

// awaitKilledCreates looks for organizations that a killed run may have created:
// an organization can appear after its answer was lost.
func (r *run) awaitKilledCreates(ctx context.Context, due []*planRow) error {
	waited := false
	for _, row := range due {
		if r.DryRun || !r.Journal.mayHaveCreated(row.outcome) {
			continue
		}
		if !waited {
			r.Logger.Info("waiting for what a run that was killed may have created", "for", lostWait)
			if err := r.Clock.Sleep(ctx, lostWait); err != nil {
				return err
			}
			waited = true
		}
		if _, err := r.findByName(ctx, row); err != nil {
			return fmt.Errorf("looking for the organization of %s, which a run that was killed may have created: %w", row.outcome.AccountID, err)
		}
	}
	return nil
}

// list reads the instance once if the plan is old, so that no account gets a
// second organization.
func (r *run) list(ctx context.Context) error {
	if err := r.Journal.flush(); err != nil {
		return err
	}
	r.listed = map[account.ID]int64{}
	r.Logger.Info("listing the instance before the first create, because the plan rests on an old gather")
	_, err := r.instance.List(ctx, func(org organization.Organization) error {
		if id, ok := org.AccountID(); ok {
			r.listed[id] = org.ID
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("before the first create: %w; nothing was created", err)
	}
	return nil
}

// create creates the organization of a row unless it exists. It is sent at most
// twice.
func (r *run) create(ctx context.Context, row searched) error {
	why, err := r.tryCreate(ctx, row)
	if err != nil || why == nil || row.state == settled {
		return err
	}
	if row.alone == 1 && why.blame == theRow {
		if why, err = r.createAgain(ctx, row.planRow, why); err != nil || why == nil {
			return err
		}
	}
	r.giveUp(row.planRow, why)
	return r.noteRefusedAlone(ctx, row.planRow, why)
}

// tryCreate sends a create once, unless its organization exists. It returns why
// the create was refused, nil if nothing is left to do.
func (r *run) tryCreate(ctx context.Context, row searched) (*refusal, error) {
	if row.err != nil {
		// Without the search it could become a second organization.
		return r.readFailed(ctx, row.err)
	}
	if err := r.findByID(ctx, row); err != nil {
		return r.readFailed(ctx, err)
	}
	if row.state == settled || row.state == written {
		return nil, nil
	}
	if r.DryRun {
		row.outcome.Sent = union(r.Schema, nil, row.send)
		r.settle(row.planRow, Planned, "")
		return nil, nil
	}
	return r.sendCreate(ctx, row.planRow)
}

// readFailed returns why a create whose search failed is not sent, or the failure if it
// ends the run.
func (r *run) readFailed(ctx context.Context, err error) (*refusal, error) {
	if ctx.Err() != nil || fatal(err) != nil {
		return nil, err
	}
	return judge(err), nil
}

// createAgain sends a create a second time, as soon as the first certainly had no
// effect: an organization can appear after its answer was lost.
func (r *run) createAgain(ctx context.Context, row *planRow, why *refusal) (*refusal, error) {
	lost := r.Clock.Now()
	waited, err := r.pause(ctx, 1, why)
	if err != nil || (!waited && why.failure != nil && why.failure.Temporary()) {
		// Zendesk asks for a longer wait than the policy allows.
		return why, err
	}
	if why.lost {
		r.Logger.Info("waiting for what a lost answer may have created", "for", r.queue.rest(lost, lostWait))
		if err := r.Clock.Sleep(ctx, r.queue.rest(lost, lostWait)); err != nil {
			return nil, err
		}
		if _, err := r.findByName(r.writeContext, row); err != nil {
			// Without the look-up it could become a second organization.
			_, err = r.readFailed(r.writeContext, err)
			return why, err
		}
		if row.state == settled {
			return nil, nil
		}
	}
	return r.sendCreate(ctx, row)
}

// sendCreate sends the create and returns why it was refused, nil if nothing is
// left to do.
func (r *run) sendCreate(ctx context.Context, row *planRow) (*refusal, error) {
	for attempt := 1; ; attempt++ {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		write := r.writesOf([]*planRow{row})[0]
		if err := r.Journal.flush(); err != nil {
			return nil, err
		}
		created, err := r.instance.Create(r.writeContext, write)
		r.wrote = r.Clock.Now()
		if created.ID != 0 {
			r.accepted(plan.ActionCreate)
			r.created(row, created, err)
			return nil, nil
		}
		why := judge(err)
		row.refused(why)
		if err := r.unanswered(why); err != nil {
			return nil, err
		}
		switch {
		case r.writeContext.Err() != nil || why.blame == everything:
			r.failAll([]*planRow{row}, why)
			return nil, why.err
		case why.blame == theRow:
			return why, nil
		case why.blame == theContent:
			return r.createRefused(row, why)
		}
		row.sends, row.alone = row.sends-1, row.alone-1
		if err := r.awaitTurn(ctx, attempt, []*planRow{row}, why); err != nil {
			return nil, err
		}
	}
}

// created compares the organization with what was sent. If it differs, it is
// read again at the end.
func (r *run) created(row *planRow, created organization.Organization, unreadable error) {
	row.outcome.ID = created.ID
	if unreadable != nil {
		r.fail(row, Failed, "", unreadable.Error()+"; fix the organization in Zendesk")
		return
	}
	row.open(written, "", plan.NotKept(row.send, &created))
	if row.known == "" {
		r.settle(row, Applied, "")
	}
}

// createRefused looks up the name of a refused create. A name that is taken, but
// by no visible organization, is looked up once more at the end.
func (r *run) createRefused(row *planRow, why *refusal) (*refusal, error) {
	if why.failure.Status != http.StatusUnprocessableEntity {
		return why, nil
	}
	held, err := r.findByName(r.writeContext, row)
	if row.state == settled || r.writeContext.Err() != nil || fatal(err) != nil {
		return nil, err
	}
	if !held && why.nameTaken() {
		row.open(silent, why.code, why.words)
	}
	return why, nil
}
