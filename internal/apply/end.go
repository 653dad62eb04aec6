package apply

import (
	"context"
	"fmt"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// end gives every row its outcome, whatever ended the run: what is on its way
// is awaited, briefly if the run ends early, what is unclear is looked at, the
// rest was not reached.
func (r *run) end(ctx context.Context, cause error) error {
	if cause != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), 2*grace)
		defer cancel()
		r.awaitBriefly(ctx)
	}
	if err := r.settleOpened(ctx); cause == nil {
		cause = err
	}
	for _, next := range r.rows {
		if next.state == unsent {
			r.settle(next, Skipped, NotReached)
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

// awaitBriefly collects what it can of the jobs on their way when the run
// ends early. The rest is left to a look, now or by the next run.
func (r *run) awaitBriefly(ctx context.Context) {
	began := r.Clock.Now()
	r.queue.followBriefly(ctx)
	if len(r.opened()) == 0 {
		return
	}
	// Jobs that cannot be followed go on working, and a look tells.
	if err := r.Clock.Sleep(ctx, r.queue.rest(began, grace)); err != nil {
		r.Logger.Warn("not waiting for jobs any more", "because", err)
	}
}

// opened are the rows that were sent and not settled by that.
func (r *run) opened() []*row {
	return slices.DeleteFunc(slices.Clone(r.rows), func(next *row) bool {
		return next.state != unclear && next.state != silent
	})
}

// settleOpened looks at the organizations of opened rows: what is as planned
// is applied.
func (r *run) settleOpened(ctx context.Context) error {
	opened := r.opened()
	var failure error
	for chunk := range slices.Chunk(opened, zendesk.PageSize) {
		present, err := r.show(ctx, chunk)
		if err != nil && failure == nil {
			failure = fmt.Errorf("looking at %d rows that no job accounts for: %w; run sync again: it looks first", len(opened), err)
		}
		for _, next := range chunk {
			if next.state != settled {
				r.settleByLook(next, present, err)
			}
		}
	}
	return failure
}

// settleByLook says of a row that was sent what its organization shows: it is
// done, or failed if its job has ended, or nobody knows.
func (r *run) settleByLook(next *row, present map[int64]organization.Organization, unseen error) {
	if unseen != nil {
		r.fail(next, Unknown, "", next.known)
		return
	}
	switch look := next.look(find(present, next.outcome.ID)); {
	case look.Applied:
		r.foundDone(next)
	case look.Skip != "":
		r.fail(next, Unknown, "", next.known+"; "+look.Skip)
	case next.state == silent:
		r.fail(next, Failed, "", next.known)
	default:
		r.fail(next, Unknown, "", next.known)
	}
}
