package apply

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// sendChunk looks at the organizations of up to a hundred rows and queues what
// is still to be changed. Every attempt begins with a new look, because time
// has passed and a job whose answer was lost may have done its work. An error
// ends the run.
func (r *run) sendChunk(ctx context.Context, rows []*row) error {
	attempts, noSlot := 0, 0
	for {
		if err := r.queue.room(ctx); err != nil {
			return err
		}
		due, writes, err := r.look(ctx, rows)
		if err != nil || len(due) == 0 {
			return err
		}
		rows = due
		r.Journal.sending(r.Clock.Now().UTC())
		if err := r.Journal.flush(); err != nil {
			return err
		}
		queued, err := r.instance.UpdateMany(r.lasting, writes)
		again := true
		switch {
		case err == nil:
			r.queued(queued.ID, due)
			return nil
		case errors.Is(err, zendesk.ErrTooManyJobs):
			noSlot++
			err = r.awaitSlot(ctx, noSlot, due, err)
		default:
			attempts++
			again, err = r.sendAgain(ctx, attempts, due, err)
		}
		if err != nil || !again {
			return err
		}
	}
}

// look settles the rows that are done or must not be done any more and returns
// the others with what is to be sent of them.
func (r *run) look(ctx context.Context, rows []*row) ([]*row, []zendesk.Write, error) {
	present, err := r.show(ctx, rows)
	if err != nil {
		return nil, nil, err
	}
	var due []*row
	var writes []zendesk.Write
	for _, next := range rows {
		if next.state == settled {
			continue
		}
		look := next.look(find(present, next.outcome.ID))
		switch {
		case look.Applied:
			r.foundDone(next)
		case look.Skip != "" && next.state != unsent:
			// It was sent: whether it was done before it was changed is open.
			r.fail(next, Unknown, "", next.known+"; "+look.Skip)
		case look.Skip != "":
			r.settle(next, Skipped, look.Skip)
		case r.DryRun:
			r.settle(next, Planned, "")
		default:
			due = append(due, next)
			writes = append(writes, zendesk.Write{ID: next.outcome.ID, Changes: look.Send})
		}
	}
	return due, writes, nil
}

// mostUnreadable is how many organizations a run may fail to read before it
// takes the answers, and not the organizations, to be wrong.
const mostUnreadable = 20

// show reads the organizations of the rows as they are now. Of an answer that
// cannot be read it asks for ever fewer, until the one to blame is alone: its
// row fails, the others go on.
func (r *run) show(ctx context.Context, rows []*row) (map[int64]organization.Organization, error) {
	if err := r.Journal.flush(); err != nil {
		return nil, err
	}
	present, err := r.instance.ShowMany(ctx, idsOf(rows))
	if err == nil || ctx.Err() != nil || transport.AsError(err) != nil {
		return present, err
	}
	if len(rows) == 1 {
		status := Failed
		if rows[0].state != unsent {
			status = Unknown
		}
		r.fail(rows[0], status, "", err.Error()+"; mend the organization in Zendesk, then run again")
		if r.unreadable++; r.unreadable > mostUnreadable {
			return nil, fmt.Errorf("more than %d organizations cannot be read, the last time %w; look at what the instance answers", mostUnreadable, err)
		}
		return nil, nil
	}
	present = map[int64]organization.Organization{}
	for half := range slices.Chunk(rows, (len(rows)+1)/2) {
		found, err := r.show(ctx, half)
		if err != nil {
			return nil, err
		}
		maps.Copy(present, found)
	}
	return present, nil
}

// sendAgain decides what follows on a job that was not answered with its id,
// and waits before another attempt.
func (r *run) sendAgain(ctx context.Context, attempts int, rows []*row, err error) (again bool, ended error) {
	failure := transport.AsError(err)
	if failure != nil && failure.Effect == transport.None {
		return r.afterRefusal(ctx, attempts, rows, failure)
	}
	for _, next := range rows {
		next.open(unclear, err.Error())
	}
	if failure == nil {
		return false, fmt.Errorf("%w, so it is not known what it did; run sync again: it looks first", err)
	}
	lost := r.Clock.Now()
	if err := r.instance.Pause(ctx, attempts, failure); err != nil {
		return false, err
	}
	// The job may be queued all the same.
	rest := r.queue.rest(lost, lostJobWait)
	r.Logger.Info("waiting for what a lost answer may have queued", "for", max(rest, 0))
	return true, r.Clock.Sleep(ctx, rest)
}

// afterRefusal follows on a job that was certainly not queued. Rows that are
// not tried again fail with Zendesk's words, unless the run was told to stop.
func (r *run) afterRefusal(ctx context.Context, attempts int, rows []*row, failure *transport.Error) (again bool, ended error) {
	if failure.Temporary() {
		if ended = r.instance.Pause(ctx, attempts, failure); ended == nil {
			return true, nil
		}
		if ctx.Err() != nil {
			return false, ended
		}
	} else if failure.Fatal() {
		ended = failure
	}
	for _, next := range rows {
		r.fail(next, Failed, failure.Code, describe(failure))
	}
	return false, ended
}

// awaitSlot waits while others hold the instance's job slots, tries times in
// vain by now.
func (r *run) awaitSlot(ctx context.Context, tries int, rows []*row, cause error) error {
	if tries > int(jobDeadline/slotWait) {
		for _, next := range rows {
			r.fail(next, Failed, "TooManyJobs", cause.Error())
		}
		return fmt.Errorf("%w for %s: see which other integration keeps them busy, then run sync again", cause, jobDeadline)
	}
	r.Logger.Warn("waiting for a free job slot", "for", slotWait, "because", cause)
	if err := r.Clock.Sleep(ctx, slotWait); err != nil {
		return err
	}
	return r.queue.poll(ctx)
}

// queued notes the job of the rows before anything else is asked, and settles
// them when it is over.
func (r *run) queued(id string, rows []*row) {
	for _, next := range rows {
		next.outcome.JobID = id
	}
	r.queue.sent++
	r.Journal.queued(id, rows)
	r.queue.add(id, func(last zendesk.Job, problem string) {
		if problem == "" {
			r.finish(rows, last)
			return
		}
		for _, next := range rows {
			next.open(unclear, problem)
		}
	})
}

// finish settles the rows of a job that ended, each by its own result, in
// whatever order they come. Rows without one are looked at in the end.
func (r *run) finish(rows []*row, last zendesk.Job) {
	results := map[int64]zendesk.JobResult{}
	for _, result := range last.Results {
		results[result.ID] = result
	}
	for _, next := range rows {
		result, ok := results[next.outcome.ID]
		switch {
		case ok && result.Updated():
			r.settle(next, Applied, "")
		case result.NameTaken() && next.nameless != nil:
			r.refuseName(next, result)
		case ok && result.Error != "":
			r.fail(next, Failed, result.Error, result.Details)
		default:
			known := "the job " + last.Status + " without a word about this organization"
			if last.Message != "" {
				known += ": " + last.Message
			}
			next.open(silent, known)
		}
	}
}

func describe(failure *transport.Error) string {
	if failure.Message != "" {
		return failure.Message
	}
	return failure.Error()
}
