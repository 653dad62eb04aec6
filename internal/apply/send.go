package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// sendPart sends, as one job, what the last look says is to be sent of the rows,
// and waits while the rate is too high. It returns why they were refused, nil if
// they were not; an error ends the run.
func (r *run) sendPart(ctx context.Context, rows []*planRow) (*refusal, error) {
	for attempt := 1; ; attempt++ {
		if rows = r.sendable(rows); len(rows) == 0 {
			return nil, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		writes := r.writesOf(rows)
		if err := r.Journal.flush(); err != nil {
			return nil, err
		}
		queued, err := r.instance.UpdateMany(r.writeContext, writes)
		r.wrote = r.Clock.Now()
		if err == nil {
			r.accepted(rows[0].outcome.Action)
			r.queued(queued.ID, rows)
			return nil, nil
		}
		why, err := r.noteRefusal(ctx, rows, err)
		if err != nil || why.blame != theRate {
			return why, err
		}
		for _, row := range rows {
			row.sends--
		}
		if err := r.awaitTurn(ctx, attempt, rows, why); err != nil {
			return nil, err
		}
		if _, err = r.look(ctx, rows); err != nil {
			return nil, err
		}
	}
}

// sendable leaves out rows that are settled, rows that have nothing to send but a
// refused name, and rows that were sent the maximum number of times.
func (r *run) sendable(rows []*planRow) []*planRow {
	return slices.DeleteFunc(unsettled(rows), func(row *planRow) bool {
		spent := row.sends >= mostSends
		switch {
		case len(row.send) == 0:
			r.foundDone(row)
		case spent && row.state == unsent:
			r.fail(row, Failed, row.code, row.known)
		}
		return spent || len(row.send) == 0
	})
}

// noteRefusal notes which rows a refused update leaves open, and waits for the job
// that it may have started nevertheless. An error ends the run.
func (r *run) noteRefusal(ctx context.Context, rows []*planRow, err error) (*refusal, error) {
	if errors.Is(err, zendesk.ErrTooManyJobs) {
		return &refusal{blame: theRate, code: "TooManyJobs", words: err.Error(), err: err}, nil
	}
	why := judge(err)
	for _, row := range rows {
		row.refused(why)
	}
	if err := r.unanswered(why); err != nil {
		return nil, err
	}
	if why.blame == everything || r.writeContext.Err() != nil {
		r.failAll(rows, why)
		return nil, why.err
	}
	if !r.mayHaveLanded(why) {
		return why, nil
	}
	waited, err := r.queue.awaitOthers(ctx, lostWait)
	// If one refusal of this kind left no job behind, later ones are taken to leave
	// none either.
	r.withoutJob[why.kind] = err == nil && !waited
	return why, err
}

// mayHaveLanded reports whether an update that was not accepted can have had its
// effect all the same.
func (r *run) mayHaveLanded(why *refusal) bool {
	return why.lost && (!why.answered() || !r.withoutJob[why.kind])
}

// failAll fails the rows that a refusal certainly had no effect on.
func (r *run) failAll(rows []*planRow, why *refusal) {
	for _, row := range rows {
		if row.state == unsent {
			r.fail(row, Failed, why.code, why.words)
		}
	}
}

// awaitTurn waits while the instance refuses requests for their rate; attempt
// counts the refusals.
func (r *run) awaitTurn(ctx context.Context, attempt int, rows []*planRow, why *refusal) error {
	err := why.err
	if why.failure != nil {
		err = r.instance.Pause(ctx, attempt, why.failure)
	} else if attempt <= int(jobDeadline/slotWait) {
		r.Logger.Warn("waiting for a free job slot", "for", slotWait, "because", why.err)
		if err = r.Clock.Sleep(ctx, slotWait); err == nil {
			return r.queue.poll(ctx)
		}
	} else {
		err = fmt.Errorf("%w for %s: check which other integration starts them, then run sync again", err, jobDeadline)
	}
	if err != nil && ctx.Err() == nil {
		r.failAll(rows, why)
	}
	return err
}

// queued notes the job of the rows, and their results when it ends.
func (r *run) queued(id string, rows []*planRow) {
	for _, row := range rows {
		row.outcome.JobID = id
		row.open(unclear, "", "its job has not ended")
	}
	r.queue.sent++
	r.queue.add(id, func(last zendesk.Job, problem string) {
		if problem == "" {
			r.finish(rows, last)
			return
		}
		for _, row := range rows {
			row.open(unclear, "", problem)
		}
	})
}
