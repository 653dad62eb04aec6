package apply

import (
	"context"
	"errors"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// sendChunk looks at the organizations of up to a hundred rows and queues what
// is still to be changed. Every attempt begins with a new look, because a job
// whose answer was lost may be on its way. An error ends the run.
func (r *run) sendChunk(ctx context.Context, rows []*row) error {
	for attempt := 1; ; {
		if err := r.makeRoom(ctx); err != nil || ctx.Err() != nil {
			return err
		}
		due, writes, err := r.look(ctx, rows)
		if err != nil || len(due) == 0 {
			return err
		}
		if err := r.Journal.flush(); err != nil {
			return err
		}
		queued, err := r.instance.UpdateMany(context.WithoutCancel(ctx), writes)
		if err == nil {
			return r.track(queued.ID, due)
		}
		rows = due
		if errors.Is(err, zendesk.ErrTooManyJobs) {
			if err := r.awaitSlot(ctx, err); err != nil {
				return err
			}
			continue
		}
		failure := transport.AsError(err)
		if failure != nil && failure.NotDone && !failure.Temporary() {
			return r.chunkRefused(rows, failure)
		}
		if failure == nil {
			failure = &transport.Error{Service: "Zendesk", Request: "the update", Cause: err}
		}
		if ended := r.instance.Pause(ctx, attempt, failure); ended != nil {
			return r.chunkGaveUp(rows, failure, ended)
		}
		attempt++
	}
}

// look settles the rows that are done or must not be done any more and returns
// the others with what is to be sent of them.
func (r *run) look(ctx context.Context, rows []*row) ([]*row, []zendesk.Write, error) {
	ids := make([]int64, len(rows))
	for i, next := range rows {
		ids[i] = next.outcome.ID
	}
	if err := r.Journal.flush(); err != nil {
		return nil, nil, err
	}
	present, err := r.instance.ShowMany(ctx, ids)
	if err != nil {
		if ctx.Err() != nil {
			return nil, nil, nil
		}
		return nil, nil, err
	}
	var due []*row
	var writes []zendesk.Write
	for _, next := range rows {
		look := next.look(find(present, next.outcome.ID))
		switch {
		case look.Applied:
			err = r.settle(next, Applied, AlreadyThere)
		case look.Skip != "":
			err = r.settle(next, Skipped, look.Skip)
		case r.DryRun:
			err = r.settle(next, Planned, "")
		default:
			due = append(due, next)
			writes = append(writes, zendesk.Write{ID: next.outcome.ID, Changes: look.Send})
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return due, writes, nil
}

func (r *run) chunkRefused(rows []*row, failure *transport.Error) error {
	for _, next := range rows {
		if err := r.fail(next, Failed, failure.Code, describe(failure)); err != nil {
			return err
		}
	}
	if failure.Fatal() {
		return failure
	}
	return nil
}

func (r *run) chunkGaveUp(rows []*row, failure *transport.Error, ended error) error {
	if failure.NotDone {
		return r.gaveUpAll(rows, Failed, ended)
	}
	// Whether the last job was queued shows when the organizations are looked
	// at in the end.
	for _, next := range rows {
		next.failure = failure.Error()
	}
	r.unclear = append(r.unclear, rows...)
	return ended
}

func (r *run) gaveUpAll(rows []*row, status Status, ended error) error {
	for _, next := range rows {
		if err := r.fail(next, status, "", ended.Error()); err != nil {
			return err
		}
	}
	return ended
}
