// Package apply carries out a plan: creates, updates, then marks. It keeps to a pace
// that Zendesk accepts, reads each organization before writing it, and records an
// outcome for every row (docs/rules.md, Stage sync).
package apply

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// Instance is the Zendesk instance that is written.
type Instance interface {
	List(ctx context.Context, each func(organization.Organization) error) (int, error)
	ShowMany(ctx context.Context, ids []int64) (map[int64]organization.Organization, error)
	FindByName(ctx context.Context, name string) ([]organization.Organization, error)
	FindByAccount(ctx context.Context, id account.ID) ([]int64, error)
	Create(ctx context.Context, write zendesk.Write) (organization.Organization, error)
	UpdateMany(ctx context.Context, writes []zendesk.Write) (zendesk.Job, error)
	Jobs(ctx context.Context, ids []string) ([]zendesk.Job, error)
	UnfinishedJobs(ctx context.Context) ([]string, error)
	// Pause waits before a failed write is tried again, or returns the failure
	// when it was tried often enough.
	Pause(ctx context.Context, attempt int, failure *transport.Error) error
}

// Rows are the planned rows, and the gate that leaves out those over a limit.
type Rows struct {
	Creates []plan.Create
	Updates []plan.Update
	Marks   []plan.Mark
	Gate    plan.Gate
}

// Pace says when the next job may go out.
type Pace string

const (
	// Adaptive sends the next job as soon as one of twenty is done.
	Adaptive Pace = "adaptive"
	// Fixed is the partner sync document to the letter: a pause of 30 seconds
	// after every twentieth job.
	Fixed Pace = "fixed"
)

const (
	jobsAtOnce = 20
	fixedPause = 30 * time.Second
	// pollEvery is the shortest time between two polls of jobs.
	pollEvery = time.Second
	// slotWait is how long a job that found no free slot waits for one.
	slotWait = 5 * time.Second
	// jobDeadline is how long a job may take, or wait for a slot, before it is
	// given up; a usual one takes 5 to 10 seconds (docs/services.md, Jobs).
	jobDeadline = 10 * time.Minute
	// forgottenAfter is how long polls may miss a job before it is taken for
	// one that Zendesk has forgotten.
	forgottenAfter = 10 * time.Second
	// lostWait is how long a request whose answer was lost may take to have its effect.
	// A look before that may not see the effect, and the row would be sent twice.
	lostWait = 12 * time.Second
	// grace is how long a run that is told to stop waits for requests and jobs in
	// progress.
	grace = 8 * time.Second
)

// Options say how to carry out a plan.
type Options struct {
	Schema *field.Schema
	Clock  clock.Clock
	Logger *slog.Logger
	Pace   Pace
	// Prepare comes before everything else when there are rows; may be nil.
	Prepare func(ctx context.Context) error
	// Only restricts the run to these actions; empty is all.
	Only []plan.Action
	// ListFirst lists the instance before the first create, because the plan
	// rests on an old gather.
	ListFirst bool
	// DryRun looks and writes nothing; rows that would be sent are Planned.
	DryRun bool
	// Journal is nil in a dry run.
	Journal *Journal
	// Progress is told how many of all rows have an outcome; may be nil.
	Progress func(done, all int)
}

// Run carries out the rows and returns an outcome for each. If something that concerns
// all rows ends it early, it also returns the reason as an error (exit code 1). Failed
// rows are not an error (exit code 5), nor is an action that ended because its rows
// fail in the same way. If the context ends, Run stops between two requests.
func Run(ctx context.Context, instance Instance, rows Rows, options Options) ([]Outcome, error) {
	writeContext, cancel := outliving(ctx, grace)
	defer cancel()
	run := &run{Options: options, instance: instance, writeContext: writeContext,
		streaks: map[plan.Action]*streak{}, withoutJob: map[string]bool{}, queue: &queue{
			instance: instance, clock: options.Clock, logger: options.Logger, pace: options.Pace, journal: options.Journal,
		}}
	run.add(rows)
	err := run.end(ctx, run.carryOut(ctx))
	return run.outcomes(), err
}

// outcomes are those of all rows, in the order of sync_results.json.
func (r *run) outcomes() []Outcome {
	outcomes := make([]Outcome, len(r.rows))
	for i, row := range r.rows {
		outcomes[i] = row.outcome
	}
	slices.SortStableFunc(outcomes, compareOutcomes)
	return outcomes
}

// run is the state of one run. Only one goroutine uses it, so no organization is
// written twice at the same time.
type run struct {
	Options
	instance Instance
	// writeContext is that of writes: a run that is told to stop completes the
	// write that is on its way.
	writeContext context.Context
	rows         []*planRow
	settled      int

	queue *queue
	// wrote is when the last write was answered or the last job ended.
	wrote time.Time
	// unread counts the organizations that could not be read, withoutAnswer the
	// consecutive writes without an answer.
	unread, withoutAnswer int
	streaks               map[plan.Action]*streak
	// withoutJob are the kinds of refusal that left no job behind.
	withoutJob map[string]bool
	// withoutName are rows that are sent once more without their new name,
	// diedJobs those whose rows are sent again. progressed says that a job wrote
	// a row since rows were last taken from those; diedAlone counts consecutive
	// rows that died in a job of their own.
	withoutName []*planRow
	diedJobs    []diedJob
	progressed  bool
	diedAlone   int
	listed      map[account.ID]int64
}

// outliving returns a context that ends a while after the given one.
func outliving(ctx context.Context, while time.Duration) (context.Context, context.CancelFunc) {
	writeContext, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(while, func() { cancel(context.Cause(ctx)) })
	})
	return writeContext, func() {
		stop()
		cancel(nil)
	}
}

// carryOut keeps the order of actions: creates, then updates, then marks
// (docs/rules.md, Order and pace).
func (r *run) carryOut(ctx context.Context) error {
	due := map[plan.Action][]*planRow{}
	for _, action := range plan.Actions() {
		due[action] = r.due(action)
	}
	if ctx.Err() != nil || r.settled == len(r.rows) {
		return context.Cause(ctx)
	}
	if r.Prepare != nil {
		if err := r.Prepare(ctx); err != nil {
			return err
		}
	}
	if !r.DryRun {
		if _, err := r.queue.awaitOthers(ctx, 0); err != nil {
			return err
		}
	}
	if err := r.createAll(ctx, due[plan.ActionCreate]); err != nil {
		return err
	}
	for _, action := range []plan.Action{plan.ActionUpdate, plan.ActionMark} {
		for chunk := range slices.Chunk(due[action], zendesk.PageSize) {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if r.endedEarly(action) {
				break
			}
			if err := r.sendChunk(ctx, chunk); err != nil {
				return err
			}
		}
	}
	if err := r.queue.follow(ctx, 0); err != nil {
		return err
	}
	return r.sendAgain(ctx)
}
