// Package apply carries out a plan: in the seed's order, at a pace that Zendesk
// bears, looking at each organization before it is written, with a receipt for
// every row (domain.md, Stage sync).
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
	Create(ctx context.Context, record field.Record) (int64, error)
	UpdateMany(ctx context.Context, writes []zendesk.Write) (zendesk.Job, error)
	Jobs(ctx context.Context, ids []string) ([]zendesk.Job, error)
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
	// Fixed is the letter of the seed: 30 seconds after every twentieth job.
	Fixed Pace = "fixed"
)

const (
	jobsAtOnce = 20
	fixedPause = 30 * time.Second
	// pollEvery is the shortest time between two polls of jobs.
	pollEvery = time.Second
	// jobDeadline is how long a job may take before its outcome is unknown; a
	// usual one takes 5 to 10 seconds.
	jobDeadline = 10 * time.Minute
	// grace is how long jobs that are on their way are awaited once the run
	// is told to stop.
	grace = 8 * time.Second
)

// Options say how to carry out a plan.
type Options struct {
	Schema *field.Schema
	Clock  clock.Clock
	Logger *slog.Logger
	Pace   Pace
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

// Run carries out the rows and returns an outcome for each, also when it ends
// early: then with the reason as an error. The end of the context stops it
// between two requests.
func Run(ctx context.Context, instance Instance, rows Rows, options Options) ([]Outcome, error) {
	run := &run{Options: options, instance: instance, gate: rows.Gate}
	run.add(rows)
	err := run.carryOut(ctx)
	if err == nil {
		err = context.Cause(ctx)
	}
	if ended := run.end(ctx, err); err == nil {
		err = ended
	}
	outcomes := make([]Outcome, len(run.rows))
	for i, row := range run.rows {
		outcomes[i] = row.outcome
	}
	slices.SortStableFunc(outcomes, compareOutcomes)
	return outcomes, err
}

// run is the state of one run. It is used by one goroutine: what is written
// is never written by two at once.
type run struct {
	Options
	instance Instance
	gate     plan.Gate
	rows     []*row
	settled  int

	outstanding []*job
	// sent counts the jobs of this run; pausedAfter is the last count that the
	// fixed pace paused after.
	sent, pausedAfter int
	polled            time.Time
	// unclear are rows whose job did not say what became of them.
	unclear []*row
	listed  map[account.ID]int64
}

// row is one planned row on its way to its outcome.
type row struct {
	outcome Outcome
	create  plan.Create
	// look holds the row against its organization; nil for creates.
	look func(*organization.Organization) plan.Look
	// leftOut is the limit that part of the row is left out for.
	leftOut plan.LimitName
	// failure is what the job that left the row unclear said.
	failure string
}

func (r *run) add(rows Rows) {
	for _, create := range rows.Creates {
		r.rows = append(r.rows, &row{create: create, outcome: Outcome{
			Action: plan.ActionCreate, AccountID: create.ID, Name: string(r.Schema.Get(create.Record, field.Name)),
		}, leftOut: r.gate.Create()})
	}
	for _, update := range rows.Updates {
		pass, limit := r.gate.Update(update)
		next := &row{leftOut: limit, outcome: Outcome{
			Action: plan.ActionUpdate, ID: update.ID, AccountID: update.AccountID, Name: update.Name,
		}}
		if len(pass) > 0 {
			update.Changes = pass
			next.look = func(present *organization.Organization) plan.Look {
				return plan.LookUpdate(r.Schema, update, present)
			}
		}
		r.rows = append(r.rows, next)
	}
	for _, mark := range rows.Marks {
		r.rows = append(r.rows, &row{leftOut: r.gate.Mark(mark), outcome: Outcome{
			Action: plan.ActionMark, ID: mark.ID, AccountID: mark.AccountID, Name: mark.Name,
		}, look: func(present *organization.Organization) plan.Look {
			return plan.LookMark(r.Schema, mark, present)
		}})
	}
}

// carryOut keeps the seed's order: creates, then updates, then marks.
func (r *run) carryOut(ctx context.Context) error {
	if err := r.awaitEarlierJobs(ctx); err != nil {
		return err
	}
	creates, err := r.due(plan.ActionCreate)
	if err != nil {
		return err
	}
	for _, next := range creates {
		if ctx.Err() != nil {
			return nil
		}
		if err := r.createOne(ctx, next); err != nil {
			return err
		}
	}
	for _, action := range []plan.Action{plan.ActionUpdate, plan.ActionMark} {
		rows, err := r.due(action)
		if err != nil {
			return err
		}
		for chunk := range slices.Chunk(rows, zendesk.PageSize) {
			if ctx.Err() != nil {
				return nil
			}
			if err := r.sendChunk(ctx, chunk); err != nil {
				return err
			}
		}
	}
	return r.awaitJobs(ctx)
}

// due returns the rows of the action that are to be carried out and settles
// the others.
func (r *run) due(action plan.Action) ([]*row, error) {
	var due []*row
	for _, next := range r.rows {
		if next.outcome.Action != action {
			continue
		}
		reason := ""
		switch {
		case len(r.Only) > 0 && !slices.Contains(r.Only, action):
			reason = NotSelected
		case next.leftOut != "" && (next.look == nil || action == plan.ActionMark):
			reason = overLimit(next.leftOut)
		}
		if reason == "" {
			due = append(due, next)
		} else if err := r.settle(next, Skipped, reason); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// end collects what is still on its way and gives the rest an outcome.
func (r *run) end(ctx context.Context, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*grace)
	defer cancel()
	if cause != nil && len(r.outstanding) > 0 {
		r.awaitBriefly(ctx)
	}
	if err := r.settleUnclear(ctx); err != nil {
		return err
	}
	for _, next := range r.rows {
		if next.outcome.Outcome != "" {
			continue
		}
		if err := r.settle(next, Skipped, NotReached); err != nil {
			return err
		}
	}
	return r.Journal.flush()
}
