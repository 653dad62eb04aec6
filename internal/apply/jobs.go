package apply

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// job is a bulk update on its way.
type job struct {
	id     string
	rows   []*row
	queued time.Time
	// missed is since when polls have not known the job; zero while they do.
	missed time.Time
}

// track notes a queued job before anything else is asked.
func (r *run) track(id string, rows []*row) {
	now := r.Clock.Now()
	if len(r.outstanding) == 0 {
		r.polled = now
	}
	for _, next := range rows {
		next.outcome.JobID = id
	}
	r.outstanding = append(r.outstanding, &job{id: id, rows: rows, queued: now})
	r.sent++
	r.Journal.queued(id, rows)
}

// makeRoom waits until another job may go out.
func (r *run) makeRoom(ctx context.Context) error {
	if r.Pace == Fixed {
		if r.sent%jobsAtOnce != 0 || r.sent == r.pausedAfter {
			return nil
		}
		r.pausedAfter = r.sent
		r.Logger.Info("pausing", "for", fixedPause, "after_jobs", r.sent)
		if err := r.Clock.Sleep(ctx, fixedPause); err != nil {
			return err
		}
		// Results do not stay for ever (apis.md, Jobs).
		return r.poll(ctx)
	}
	for len(r.outstanding) >= jobsAtOnce {
		if err := r.poll(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) awaitJobs(ctx context.Context) error {
	for len(r.outstanding) > 0 {
		if err := r.poll(ctx); err != nil {
			return err
		}
	}
	return nil
}

// until is how much of the wait that began then is left: all of it at most,
// for the clock may have been set back since.
func (r *run) until(began time.Time, wait time.Duration) time.Duration {
	return min(began.Add(wait).Sub(r.Clock.Now()), wait)
}

// poll asks once, at most every second, what the outstanding jobs have come
// to, and settles the rows of those that ended.
func (r *run) poll(ctx context.Context) error {
	if len(r.outstanding) == 0 {
		return nil
	}
	if err := r.Clock.Sleep(ctx, r.until(r.polled, pollEvery)); err != nil {
		return err
	}
	if err := r.Journal.flush(); err != nil {
		return err
	}
	r.polled = r.Clock.Now()
	states := map[string]zendesk.Job{}
	for chunk := range slices.Chunk(r.outstanding, zendesk.PageSize) {
		ids := make([]string, len(chunk))
		for i, waiting := range chunk {
			ids[i] = waiting.id
		}
		answered, err := r.instance.Jobs(ctx, ids)
		if err != nil {
			return fmt.Errorf("following jobs: %w; when sync runs again it looks at what they did", err)
		}
		for _, state := range answered {
			states[state.ID] = state
		}
	}
	r.outstanding = slices.DeleteFunc(r.outstanding, func(waiting *job) bool {
		state, known := states[waiting.id]
		return r.follow(waiting, state, known)
	})
	return nil
}

// follow tells whether the job is not to be waited for any more, and what
// became of its rows if so.
func (r *run) follow(waiting *job, state zendesk.Job, known bool) (ended bool) {
	now := r.Clock.Now()
	if known {
		waiting.missed = time.Time{}
	} else if waiting.missed.IsZero() {
		waiting.missed = now
	}
	switch {
	case known && state.Done():
		r.finish(waiting, state)
	case !known && now.Sub(waiting.missed) >= forgottenAfter:
		r.giveUp(waiting, "zendesk has forgotten the job")
		r.Journal.ended(waiting.id)
	case now.Sub(waiting.queued) >= jobDeadline:
		r.giveUp(waiting, "the job did not end within "+jobDeadline.String())
	default:
		return false
	}
	return true
}

// finish settles the rows of a job that ended, each by its own result, in
// whatever order they come. Rows without one are looked at in the end.
func (r *run) finish(ended *job, state zendesk.Job) {
	results := map[int64]zendesk.JobResult{}
	for _, result := range state.Results {
		results[result.ID] = result
	}
	for _, next := range ended.rows {
		result, ok := results[next.outcome.ID]
		switch {
		case ok && result.Updated():
			r.settle(next, Applied, "")
		case result.NameTaken() && next.nameless != nil:
			r.refuseName(next, result)
		case ok && result.Error != "":
			r.fail(next, Failed, result.Error, result.Details)
		default:
			next.over = true
			next.failure = "the job " + state.Status + " without a word about this organization"
			if state.Message != "" {
				next.failure += ": " + state.Message
			}
		}
	}
	r.Journal.ended(ended.id)
}

func (r *run) giveUp(waiting *job, because string) {
	r.Logger.Warn("not waiting for a job any more", "job", waiting.id, "because", because)
	for _, next := range waiting.rows {
		next.failure = because
	}
}

// awaitEarlierJobs waits for jobs that a run of the same plan queued and did
// not see the end of, so that the look before writing sees what they did.
func (r *run) awaitEarlierJobs(ctx context.Context) error {
	if r.Journal == nil {
		return nil
	}
	rest := r.until(r.Journal.lost, lostJobWait)
	if rest > 0 {
		r.Logger.Info("waiting for what an earlier run of this plan may have queued", "for", rest)
		if err := r.Clock.Sleep(ctx, rest); err != nil {
			return err
		}
	}
	if len(r.Journal.unfinished) == 0 {
		return nil
	}
	r.Logger.Info("waiting for jobs of an earlier run of this plan", "jobs", len(r.Journal.unfinished))
	now := r.Clock.Now()
	r.polled = now
	for _, id := range r.Journal.unfinished {
		r.outstanding = append(r.outstanding, &job{id: id, queued: now})
	}
	err := r.awaitJobs(ctx)
	r.outstanding = nil
	if failure := transport.AsError(err); ctx.Err() != nil || (failure != nil && failure.Fatal()) {
		return err
	}
	if err != nil {
		r.Logger.Warn("jobs of an earlier run cannot be followed", "because", err)
	}
	return nil
}
