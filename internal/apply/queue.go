package apply

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
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

// add notes a job that is on its way, and not done before the next second.
func (q *queue) add(id string, over func(zendesk.Job, string)) {
	q.polled = q.clock.Now()
	q.jobs = append(q.jobs, &job{id: id, queued: q.polled, over: over})
}

// room waits until another job may go out, and reports whether it had to.
func (q *queue) room(ctx context.Context) (waited bool, err error) {
	if q.pace == Fixed {
		if q.sent%jobsAtOnce != 0 || q.sent == q.pausedAfter {
			return false, nil
		}
		q.pausedAfter = q.sent
		q.logger.Info("pausing", "for", fixedPause, "after_jobs", q.sent)
		if err := q.clock.Sleep(ctx, fixedPause); err != nil {
			return true, err
		}
		// Results are not kept for long (docs/services.md, Jobs).
		return true, q.poll(ctx)
	}
	waited = len(q.jobs) >= jobsAtOnce
	return waited, q.follow(ctx, jobsAtOnce-1)
}

// follow polls until at most the given number of jobs are on their way.
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
			return fmt.Errorf("following jobs: %w; the next sync looks at what they did", err)
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
	case !known && now.Sub(waiting.missed) >= forgottenAfter:
		q.giveUp(waiting, "zendesk has forgotten the job")
	case now.Sub(waiting.queued) >= jobDeadline:
		q.giveUp(waiting, "the job did not end within "+jobDeadline.String())
	default:
		return false
	}
	return true
}

func (q *queue) giveUp(waiting *job, because string) {
	q.logger.Warn("no longer waiting for a job", "job", waiting.id, "because", because)
	waiting.over(zendesk.Job{}, because)
}

// followBriefly collects what it can of the jobs within the grace, and gives
// the rest up.
func (q *queue) followBriefly(ctx context.Context) {
	began := q.clock.Now()
	for len(q.jobs) > 0 && q.rest(began, grace) > 0 {
		if err := q.poll(ctx); err != nil {
			q.logger.Warn("no longer following jobs", "because", err)
			break
		}
	}
	for _, left := range q.jobs {
		q.giveUp(left, "the run ended before the job did")
	}
	q.jobs = nil
}

// awaitOthers waits for the jobs of the instance that write organizations and
// are not of this queue: one that lands after a newer write would put an older
// value back (docs/rules.md, No job of ours is left behind). Where they may not
// be listed it waits for the given time instead.
func (q *queue) awaitOthers(ctx context.Context, otherwise time.Duration) (waited bool, err error) {
	if err := q.journal.flush(); err != nil {
		return false, err
	}
	ids, err := q.instance.UnfinishedJobs(ctx)
	if failure := transport.AsError(err); failure != nil && (blameOf(failure) == theContent || failure.Status == http.StatusForbidden) {
		q.logger.Warn("the instance's jobs cannot be listed", "because", err)
		return true, q.clock.Sleep(ctx, otherwise)
	}
	if err != nil {
		return false, fmt.Errorf("%w; nothing is sent while older jobs may still be running", err)
	}
	others := 0
	for _, id := range ids {
		if !slices.ContainsFunc(q.jobs, func(own *job) bool { return own.id == id }) {
			others++
			q.add(id, func(zendesk.Job, string) { others-- })
		}
	}
	waited = others > 0
	if waited {
		q.logger.Info("waiting for jobs that may write the same organizations", "jobs", others)
	}
	for others > 0 {
		if err := q.poll(ctx); err != nil {
			return waited, err
		}
	}
	return waited, nil
}
