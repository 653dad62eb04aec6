package apply

import (
	"context"
	"errors"
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// sendPart sends what the last look left of the rows, as one job, and waits
// while it is turned away. It returns why they were refused, nil when they
// were not; an error ends the run.
func (r *run) sendPart(ctx context.Context, rows []*row) (*refusal, error) {
	for attempt := 1; len(rows) > 0; attempt++ {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		writes := r.writesOf(rows)
		if err := r.Journal.flush(); err != nil {
			return nil, err
		}
		queued, err := r.instance.UpdateMany(r.lasting, writes)
		r.wrote = r.Clock.Now()
		if err == nil {
			r.accepted(rows[0].outcome.Action)
			r.queued(queued.ID, rows)
			return nil, nil
		}
		why, err := r.heardOf(ctx, rows, err)
		if err != nil || why.blame != theRate {
			return why, err
		}
		for _, next := range rows {
			next.sends--
		}
		if err := r.awaitTurn(ctx, attempt, rows, why); err != nil {
			return nil, err
		}
		if rows, err = r.look(ctx, rows); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// heardOf notes what an update that was not accepted leaves open, and waits
// for the job that it may have queued all the same. An error ends the run.
func (r *run) heardOf(ctx context.Context, rows []*row, err error) (*refusal, error) {
	if errors.Is(err, zendesk.ErrTooManyJobs) {
		return &refusal{blame: theRate, code: "TooManyJobs", words: err.Error(), err: err}, nil
	}
	why := judge(err)
	for _, next := range rows {
		next.refused(why)
	}
	if err := r.unanswered(why); err != nil {
		return nil, err
	}
	if why.blame == everything || r.lasting.Err() != nil {
		r.failAll(rows, why)
		return nil, why.err
	}
	if !why.lost || (why.answered() && r.harmless[why.kind]) {
		return why, nil
	}
	waited, err := r.queue.awaitOthers(ctx, lostWait)
	// A kind of answer that left no job behind once does not do so later.
	r.harmless[why.kind] = err == nil && !waited
	return why, err
}

// failAll fails the rows that a refusal certainly had no effect on.
func (r *run) failAll(rows []*row, why *refusal) {
	for _, next := range rows {
		if next.state == unsent {
			r.fail(next, Failed, why.code, why.words)
		}
	}
}

// awaitTurn waits while the instance turns requests away, attempts times by
// now.
func (r *run) awaitTurn(ctx context.Context, attempt int, rows []*row, why *refusal) error {
	err := why.err
	if why.failure != nil {
		err = r.instance.Pause(ctx, attempt, why.failure)
	} else if attempt <= int(jobDeadline/slotWait) {
		r.Logger.Warn("waiting for a free job slot", "for", slotWait, "because", why.err)
		if err = r.Clock.Sleep(ctx, slotWait); err == nil {
			return r.queue.poll(ctx)
		}
	} else {
		err = fmt.Errorf("%w for %s: see which other integration keeps them busy, then run sync again", err, jobDeadline)
	}
	if err != nil && ctx.Err() == nil {
		r.failAll(rows, why)
	}
	return err
}

// queued notes the job of the rows, and what its end says of them.
func (r *run) queued(id string, rows []*row) {
	for _, next := range rows {
		next.outcome.JobID = id
		next.open(unclear, "", "its job has not ended")
	}
	r.queue.sent++
	r.queue.add(id, func(last zendesk.Job, problem string) {
		if problem == "" {
			r.finish(rows, last)
			return
		}
		for _, next := range rows {
			next.open(unclear, "", problem)
		}
	})
}
