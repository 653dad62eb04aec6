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

// job is an unfinished bulk update.
type job struct {
	id     string
	queued time.Time
	// missed is when polls first did not know the job; zero while they know it.
	missed time.Time
	// over is called once: with the job's last state, or with the reason why it
	// is no longer followed.
	over func(last zendesk.Job, problem string)
}

// queue holds the unfinished jobs: at most twenty, at the chosen pace, each
// followed to its end. It does not know the rows in them.
type queue struct {
	instance Instance
	clock    clock.Clock
	logger   *slog.Logger
	pace     Pace
	journal  *Journal

	jobs []*job
	// sent counts the jobs of this run; pausedAfter is the count after which the
	// fixed pace paused last.
	sent, pausedAfter int
	polled            time.Time
}

// add takes a new job, which is not polled before the next second.
func (q *queue) add(id string, over func(zendesk.Job, string)) {
	q.polled = q.clock.Now()
	q.jobs = append(q.jobs, &job{id: id, queued: q.polled, over: over})
}

// room waits until another job may be sent, and reports whether it waited.
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
		// Zendesk does not keep results for long (docs/services.md, Jobs).
		return true, q.poll(ctx)
	}
	waited = len(q.jobs) >= jobsAtOnce
	return waited, q.follow(ctx, jobsAtOnce-1)
}

// follow polls until at most the given number of jobs are unfinished.
func (q *queue) follow(ctx context.Context, most int) error {
	for len(q.jobs) > most {
		if err := q.poll(ctx); err != nil {
			return err
		}
	}
	return nil
}

// rest is how much is left of a wait that began at the given time. It is never
// longer than the wait, even if the clock has been set back.
func (q *queue) rest(began time.Time, wait time.Duration) time.Duration {
	return min(began.Add(wait).Sub(q.clock.Now()), wait)
}

// poll requests the status of the jobs once, at most every second, and passes on
// those that have ended.
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

// judge reports whether the job need no longer be followed.
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

// followBriefly collects the results of the jobs that end within the grace, and
// gives up the others.
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

// awaitOthers waits for the other jobs of the instance that write organizations:
// one that ends after a newer write would restore an older value
// (docs/rules.md, Unfinished jobs). If they cannot be listed, it
// waits for the given time instead.
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
