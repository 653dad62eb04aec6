package apply

import (
	"context"
	"errors"
	"slices"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// job is a bulk update on its way.
type job struct {
	id     string
	rows   []*row
	queued time.Time
	// missing counts the polls in a row whose answer did not hold the job.
	missing int
}

// forgottenAfter is how many polls may miss a job before it is taken for one
// that Zendesk has forgotten.
const forgottenAfter = 3

// track notes a queued job before anything else is asked.
func (r *run) track(id string, rows []*row) error {
	if len(r.outstanding) == 0 {
		r.polled = r.Clock.Now()
	}
	for _, next := range rows {
		next.outcome.JobID = id
	}
	r.outstanding = append(r.outstanding, &job{id: id, rows: rows, queued: r.Clock.Now()})
	r.sent++
	if r.Journal == nil {
		return nil
	}
	return r.Journal.queued(id, rows)
}

// makeRoom waits until another job may go out.
func (r *run) makeRoom(ctx context.Context) error {
	if r.Pace == Fixed {
		if r.sent%jobsAtOnce != 0 || r.sent == r.pausedAfter {
			return nil
		}
		r.pausedAfter = r.sent
		r.Logger.Info("pausing", "for", fixedPause, "after_jobs", r.sent)
		return stopped(ctx, r.Clock.Sleep(ctx, fixedPause))
	}
	for len(r.outstanding) >= jobsAtOnce {
		if err := r.poll(ctx); err != nil {
			return stopped(ctx, err)
		}
	}
	return nil
}

// awaitSlot waits while others hold the instance's job slots.
func (r *run) awaitSlot(ctx context.Context, cause error) error {
	r.Logger.Warn("waiting for a free job slot", "because", cause)
	if len(r.outstanding) > 0 {
		return stopped(ctx, r.poll(ctx))
	}
	return stopped(ctx, r.Clock.Sleep(ctx, pollEvery))
}

// stopped turns the end of the context into no error: the caller's loops see
// it and stop in good order.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (r *run) awaitJobs(ctx context.Context) error {
	for len(r.outstanding) > 0 && ctx.Err() == nil {
		if err := r.poll(ctx); err != nil {
			return stopped(ctx, err)
		}
	}
	return nil
}

// awaitBriefly collects what it can of the jobs on their way when the run
// ends early. The rest stays unknown; the next run's look clears it up.
func (r *run) awaitBriefly(ctx context.Context) {
	deadline := r.Clock.Now().Add(grace)
	for len(r.outstanding) > 0 && r.Clock.Now().Before(deadline) {
		if err := r.poll(ctx); err != nil {
			r.Logger.Warn("jobs cannot be followed any more", "because", err)
			break
		}
	}
	for _, left := range r.outstanding {
		r.giveUp(left, "the run ended before the job did")
	}
	r.outstanding = nil
}

// poll asks once, at most every second, what the outstanding jobs have come
// to, and settles the rows of those that ended.
func (r *run) poll(ctx context.Context) error {
	if err := r.Clock.Sleep(ctx, r.polled.Add(pollEvery).Sub(r.Clock.Now())); err != nil {
		return err
	}
	if err := r.Journal.flush(); err != nil {
		return err
	}
	r.polled = r.Clock.Now()
	ids := make([]string, len(r.outstanding))
	for i, waiting := range r.outstanding {
		ids[i] = waiting.id
	}
	var states []zendesk.Job
	for chunk := range slices.Chunk(ids, zendesk.PageSize) {
		answered, err := r.instance.Jobs(ctx, chunk)
		if err != nil {
			return err
		}
		states = append(states, answered...)
	}
	var still []*job
	for _, waiting := range r.outstanding {
		ended, err := r.follow(waiting, states)
		if err != nil {
			return err
		}
		if !ended {
			still = append(still, waiting)
		}
	}
	r.outstanding = still
	return nil
}

// follow tells whether the job has ended, and settles its rows if so.
func (r *run) follow(waiting *job, states []zendesk.Job) (ended bool, err error) {
	position := slices.IndexFunc(states, func(state zendesk.Job) bool { return state.ID == waiting.id })
	if position < 0 {
		waiting.missing++
	} else {
		waiting.missing = 0
		if state := states[position]; state.Done() {
			return true, r.finish(waiting, state)
		}
	}
	if waiting.missing >= forgottenAfter {
		r.giveUp(waiting, "zendesk has forgotten the job")
		return true, nil
	}
	if r.Clock.Now().Sub(waiting.queued) > jobDeadline {
		r.giveUp(waiting, "the job did not end within "+jobDeadline.String())
		return true, nil
	}
	return false, nil
}

// finish settles the rows of a job that ended, each by its own result.
func (r *run) finish(ended *job, state zendesk.Job) error {
	results := map[int64]zendesk.JobResult{}
	for _, result := range state.Results {
		results[result.ID] = result
	}
	for _, next := range ended.rows {
		result, ok := results[next.outcome.ID]
		var err error
		switch {
		case ok && result.Updated():
			err = r.settle(next, Applied, "")
		case ok && result.Error != "":
			err = r.fail(next, Failed, result.Error, result.Details)
		default:
			next.failure = "job " + state.Status
			if state.Message != "" {
				next.failure += ": " + state.Message
			}
			r.unclear = append(r.unclear, next)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *run) giveUp(waiting *job, because string) {
	for _, next := range waiting.rows {
		next.failure = because
	}
	r.unclear = append(r.unclear, waiting.rows...)
}

// settleUnclear looks at the organizations whose job said nothing of them:
// what is as planned is applied.
func (r *run) settleUnclear(ctx context.Context) error {
	for chunk := range slices.Chunk(r.unclear, zendesk.PageSize) {
		ids := make([]int64, len(chunk))
		for i, next := range chunk {
			ids[i] = next.outcome.ID
		}
		if err := r.Journal.flush(); err != nil {
			return err
		}
		present, lookError := r.instance.ShowMany(ctx, ids)
		for _, next := range chunk {
			var err error
			if lookError == nil && next.look(find(present, next.outcome.ID)).Applied {
				err = r.settle(next, Applied, "")
			} else {
				err = r.fail(next, Unknown, "", next.failure)
			}
			if err != nil {
				return err
			}
		}
	}
	r.unclear = nil
	return nil
}

// awaitEarlierJobs waits for jobs that a run of the same plan queued and did
// not see the end of, so that the look before writing sees what they did.
func (r *run) awaitEarlierJobs(ctx context.Context) error {
	if r.Journal == nil || len(r.Journal.unfinished) == 0 {
		return nil
	}
	r.Logger.Info("waiting for jobs of an earlier run of this plan", "jobs", len(r.Journal.unfinished))
	r.polled = r.Clock.Now()
	for _, id := range r.Journal.unfinished {
		r.outstanding = append(r.outstanding, &job{id: id, queued: r.Clock.Now()})
	}
	err := r.awaitJobs(ctx)
	r.outstanding = nil
	var failure *transport.Error
	if errors.As(err, &failure) && !failure.Fatal() {
		return nil
	}
	return err
}

func find(present map[int64]organization.Organization, id int64) *organization.Organization {
	if found, ok := present[id]; ok {
		return &found
	}
	return nil
}
