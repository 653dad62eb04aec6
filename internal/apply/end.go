package apply

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// readBackWait is the time after the last write before rows that differ from what was
// sent are read again: lists may be half a minute old (docs/services.md,
// Organizations).
const readBackWait = 35 * time.Second

// end gives every row its outcome, whatever ended the run. It waits for unfinished
// jobs, only briefly if the run ends early, reads back what was sent, and settles
// the other rows as not reached.
func (r *run) end(ctx context.Context, cause error) error {
	early := cause != nil
	if early {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), 2*grace)
		defer cancel()
		r.awaitBriefly(ctx)
	}
	if err := r.readBack(ctx, early); cause == nil {
		cause = err
	}
	for _, row := range r.rows {
		if row.state == unsent {
			r.settle(row, Skipped, r.notReached(row.outcome.Action))
		}
	}
	unwritten := r.Journal.flush()
	if cause == nil {
		return unwritten
	}
	if unwritten != nil {
		r.Logger.Error("the journal is incomplete", "because", unwritten)
	}
	return cause
}

func (r *run) notReached(action plan.Action) string {
	if why := r.streakOf(action).ended; why != nil {
		return fmt.Sprintf("not reached: %d rows before it failed in the same way (%s)", sameRows, why.err)
	}
	return NotReached
}

// awaitBriefly collects the results of jobs that end soon, when the run ends early.
// The rows of the others are read, now or by the next run.
func (r *run) awaitBriefly(ctx context.Context) {
	began := r.Clock.Now()
	r.queue.followBriefly(ctx)
	if len(r.inState(unclear)) == 0 {
		return
	}
	// Jobs that are no longer followed continue, and a look shows what they did.
	if err := r.Clock.Sleep(ctx, r.queue.rest(began, grace)); err != nil {
		r.Logger.Warn("no longer waiting for jobs", "because", err)
	}
}

func (r *run) inState(states ...state) []*planRow {
	return slices.DeleteFunc(slices.Clone(r.rows), func(row *planRow) bool { return !slices.Contains(states, row.state) })
}

// readBack reads the organization of every row that was sent and is not settled.
// If it has the values that were sent, the row is applied (docs/rules.md, Applied
// means read back). If it differs, it is read once more after a wait, and creates
// that may have had an effect are looked up then. A run that ends early does not
// wait.
func (r *run) readBack(ctx context.Context, early bool) error {
	var sent []*planRow
	for _, row := range r.inState(unclear, silent, written) {
		if early && row.state == written {
			r.settle(row, Applied, NotReadBack)
		} else if row.outcome.Action != plan.ActionCreate {
			sent = append(sent, row)
		}
	}
	failure := r.showBack(ctx, sent, false)
	unfinished := r.inState(unclear, silent, written)
	if len(unfinished) > 0 && failure == nil && !early {
		r.Logger.Info("reading back again the rows that differ from what was sent", "rows", len(unfinished), "for", r.queue.rest(r.wrote, readBackWait))
		failure = r.Clock.Sleep(ctx, r.queue.rest(r.wrote, readBackWait))
	}
	var shown []*planRow
	for _, row := range unfinished {
		switch {
		case row.state != written:
			r.lookUp(ctx, row)
		case failure != nil:
			r.settle(row, Applied, NotReadBack)
		default:
			shown = append(shown, row)
		}
	}
	if again := r.showBack(ctx, shown, true); failure == nil {
		failure = again
	}
	return failure
}

// showBack reads the rows' organizations, a hundred at a time, and settles the
// rows. It settles those that differ from what was sent only the last time.
func (r *run) showBack(ctx context.Context, rows []*planRow, last bool) error {
	var failure error
	for chunk := range slices.Chunk(rows, zendesk.PageSize) {
		orgs, err := r.show(ctx, chunk)
		if err != nil && failure == nil {
			failure = fmt.Errorf("reading back %d rows: %w; run sync again: it reads each organization before it writes", len(rows), err)
		}
		for _, row := range unsettled(chunk) {
			switch {
			case err != nil:
				r.settleUnseen(row)
			case row.state == written:
				r.settleWritten(row, find(orgs, row.outcome.ID), last)
			default:
				r.settleByLook(row, find(orgs, row.outcome.ID))
			}
		}
	}
	return failure
}

// settleUnseen settles a row that cannot be read back.
func (r *run) settleUnseen(row *planRow) {
	if row.state == written {
		r.settle(row, Applied, NotReadBack)
	} else {
		r.fail(row, Unknown, row.code, row.known)
	}
}

func (r *run) settleWritten(row *planRow, org *organization.Organization, last bool) {
	differs := plan.NotKept(row.send, org)
	switch {
	case differs == "":
		r.settle(row, Applied, "")
	case last:
		r.settle(row, Failed, NotKept+differs)
	}
}

// settleByLook settles a row that Zendesk did not confirm: it is done, or failed
// if it can no longer have its effect, or unknown.
func (r *run) settleByLook(row *planRow, org *organization.Organization) {
	switch look := row.look(org); {
	case look.Applied:
		r.foundDone(row)
	case look.Skip != "":
		r.fail(row, Unknown, row.code, row.known+"; "+look.Skip)
	default:
		r.failOpened(row)
	}
}

// failOpened settles a row whose organization does not show what was sent.
func (r *run) failOpened(row *planRow) {
	if row.state == silent {
		r.fail(row, Failed, row.code, row.known)
	} else {
		r.fail(row, Unknown, row.code, row.known)
	}
}

// lookUp settles a create that may have had its effect, by its name.
func (r *run) lookUp(ctx context.Context, row *planRow) {
	if ctx.Err() != nil {
		ctx = r.writeContext
	}
	_, err := r.findByName(ctx, row)
	switch {
	case row.state == settled:
	case err != nil:
		r.Logger.Warn("a create cannot be looked up", "account", row.outcome.AccountID, "because", err)
		r.fail(row, Unknown, row.code, row.known)
	default:
		r.failOpened(row)
	}
}
