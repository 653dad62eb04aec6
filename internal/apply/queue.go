package apply

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// job is a bulk update on its way.
type job struct {
	id     string
	queued time.Time
	// missed is since when polls have not known the job; zero while they do.
	missed time.Time
	// over is called once: with the job's last state, or with the reason why it
	// is not followed any more.
	over func(last zendesk.Job, problem string)
}

// queue holds the jobs that are on their way: no more than twenty, at the
// chosen pace, each followed to its end. It knows nothing of the rows in them.
type queue struct {
	instance Instance
	clock    clock.Clock
	logger   *slog.Logger
	pace     Pace
	journal  *Journal

	jobs []*job
	// sent counts the jobs of this run; pausedAfter is the last count that the
	// fixed pace paused after.
	sent, pausedAfter int
	polled            time.Time
}

// add notes a job that was queued just now.
func (q *queue) add(id string, over func(zendesk.Job, string)) {
	now := q.clock.Now()
	if len(q.jobs) == 0 {
		q.polled = now
	}
	q.jobs = append(q.jobs, &job{id: id, queued: now, over: over})
}

// room waits until another job may go out.
func (q *queue) room(ctx context.Context) error {
	if q.pace == Fixed {
		if q.sent%jobsAtOnce != 0 || q.sent == q.pausedAfter {
			return nil
		}
		q.pausedAfter = q.sent
		q.logger.Info("pausing", "for", fixedPause, "after_jobs", q.sent)
		if err := q.clock.Sleep(ctx, fixedPause); err != nil {
			return err
		}
		// Results do not stay for ever (apis.md, Jobs).
		return q.poll(ctx)
	}
	return q.follow(ctx, jobsAtOnce-1)
}

// follow polls until at most so many jobs are on their way.
func (q *queue) follow(ctx context.Context, most int) error {
	for len(q.jobs) > most {
		if err := q.poll(ctx); err != nil {
			return err
		}
	}
	return nil
}

// rest is how much of the wait that began then is left: all of it at most, for
// the clock may have been set back since.
func (q *queue) rest(began time.Time, wait time.Duration) time.Duration {
	return min(began.Add(wait).Sub(q.clock.Now()), wait)
}

// poll asks once, at most every second, how the jobs are, and hands on those
// that have ended.
func (q *queue) poll(ctx context.Context) error {
	if len(q.jobs) == 0 {
		return nil
	}
	if err := q.clock.Sleep(ctx, q.rest(q.polled, pollEvery)); err != nil {
		return err
	}
	if err := q.journal.flush(); err != nil {
		return err
	}
	q.polled = q.clock.Now()
	states := map[string]zendesk.Job{}
	for chunk := range slices.Chunk(q.jobs, zendesk.PageSize) {
		ids := make([]string, len(chunk))
		for i, waiting := range chunk {
			ids[i] = waiting.id
		}
		answered, err := q.instance.Jobs(ctx, ids)
		if err != nil {
			return fmt.Errorf("following jobs: %w; when sync runs again it looks at what they did", err)
		}
		for _, state := range answered {
			states[state.ID] = state
		}
	}
	q.jobs = slices.DeleteFunc(q.jobs, func(waiting *job) bool {
		state, known := states[waiting.id]
		return q.judge(waiting, state, known)
	})
	return nil
}

// judge reports whether the job need not be followed any more.
func (q *queue) judge(waiting *job, state zendesk.Job, known bool) (over bool) {
	now := q.clock.Now()
	if known {
		waiting.missed = time.Time{}
	} else if waiting.missed.IsZero() {
		waiting.missed = now
	}
	switch {
	case known && state.Done():
		waiting.over(state, "")
		q.journal.ended(waiting.id)
	case !known && now.Sub(waiting.missed) >= forgottenAfter:
		q.giveUp(waiting, "zendesk has forgotten the job")
		q.journal.ended(waiting.id)
	case now.Sub(waiting.queued) >= jobDeadline:
		q.giveUp(waiting, "the job did not end within "+jobDeadline.String())
	default:
		return false
	}
	return true
}

func (q *queue) giveUp(waiting *job, because string) {
	q.logger.Warn("not waiting for a job any more", "job", waiting.id, "because", because)
	waiting.over(zendesk.Job{}, because)
}

// followBriefly collects what it can of the jobs within the grace, and gives
// the rest up.
func (q *queue) followBriefly(ctx context.Context) {
	began := q.clock.Now()
	for len(q.jobs) > 0 && q.rest(began, grace) > 0 {
		if err := q.poll(ctx); err != nil {
			q.logger.Warn("jobs cannot be followed any more", "because", err)
			break
		}
	}
	for _, left := range q.jobs {
		q.giveUp(left, "the run ended before the job did")
	}
	q.jobs = nil
}

// followEarlier waits for jobs that a run of the same plan queued and did not
// see the end of, so that the look before writing sees what they did.
func (q *queue) followEarlier(ctx context.Context) error {
	if q.journal == nil {
		return nil
	}
	if rest := q.rest(q.journal.lost, lostJobWait); rest > 0 {
		q.logger.Info("waiting for what an earlier run of this plan may have queued", "for", rest)
		if err := q.clock.Sleep(ctx, rest); err != nil {
			return err
		}
	}
	if len(q.journal.unfinished) == 0 {
		return nil
	}
	q.logger.Info("waiting for jobs of an earlier run of this plan", "jobs", len(q.journal.unfinished))
	for _, id := range q.journal.unfinished {
		q.add(id, func(zendesk.Job, string) {})
	}
	err := q.follow(ctx, 0)
	q.jobs = nil
	if failure := transport.AsError(err); ctx.Err() != nil || (failure != nil && failure.Fatal()) {
		return err
	}
	if err != nil {
		q.logger.Warn("jobs of an earlier run cannot be followed", "because", err)
	}
	return nil
}
