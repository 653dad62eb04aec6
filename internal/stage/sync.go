package stage

import (
	"context"
	"fmt"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// listFirstAfter is the age of the gathered data above which the instance is listed
// before the first create (docs/rules.md, Look before writing).
const listFirstAfter = 30 * time.Minute

// SyncOptions say how to apply a plan, and which files to accept.
type SyncOptions struct {
	Pace apply.Pace
	// Only restricts the run to these actions; empty is all.
	Only []plan.Action
	// DryRun writes nothing, neither to Zendesk nor to files.
	DryRun bool
	// AcceptPlan is the plan_id of the plan, to apply rows over a limit too.
	AcceptPlan string
	// MaxAge is the maximum age of the gathered data.
	MaxAge time.Duration
	// AllowEdited accepts plan files that differ from plan.json, AllowStale a plan of
	// another day, or one based on old data.
	AllowEdited, AllowStale bool
}

// Instance is what a sync needs of a Zendesk instance.
type Instance interface {
	apply.Instance
	// Fields reads the instance's organization fields. An error names those that do
	// not match what the flow writes. Afterwards, values are read and written with
	// the instance's own tags.
	Fields(ctx context.Context) (zendesk.Fields, error)
}

// Target is the instance to which a plan is applied.
type Target struct {
	Instance
	// Source is its base URL, URLVariable the variable that holds it.
	Source, URLVariable string
}

// SyncDocument is the manifest of sync, and its outcomes.
type SyncDocument struct {
	artifact.Manifest
	Plan     *SavedPlan      `json:"-"`
	Outcomes []apply.Outcome `json:"-"`
	// Ended is why the run ended early, nil if it did not.
	Ended error `json:"-"`
}

// The other counts of sync's manifest, beside those of rows by action and outcome.
const (
	countFailed    = "failed"
	countOverLimit = "over_limit"
	countLeft      = "left"
)

// Sync applies the flow's plan to Zendesk and writes the outcome of every row, even
// if it ends early. It returns a document whenever rows have an outcome, even if the
// outcomes could not be written. A dry run without a target returns which
// organizations would be read, from the files alone.
func Sync(ctx context.Context, run *Run, flow field.Flow, target *Target, options SyncOptions) (*SyncDocument, error) {
	unlock, err := run.lock(false, string(flow))
	if err != nil {
		return nil, err
	}
	defer unlock()
	s := run.open(options.AllowEdited)
	saved, err := s.readPlan(flow, options.AcceptPlan)
	if err != nil {
		return nil, err
	}
	if err := s.checkPlan(saved, target, options); err != nil {
		return nil, err
	}
	document := &SyncDocument{Plan: saved}
	carry := apply.Options{
		Schema: field.SchemaOf(flow), Clock: run.Clock, Logger: run.Log, Pace: options.Pace, Only: options.Only, DryRun: options.DryRun,
		ListFirst: run.Clock.Now().Sub(saved.GatheredAt) > listFirstAfter,
		Progress: func(done, all int) {
			run.Progress.Expect(all)
			run.Progress.Update("applying the plan", done)
		},
	}
	if target != nil {
		carry.Prepare = func(ctx context.Context) error {
			_, err := target.Fields(ctx)
			return err
		}
	}
	defer run.Progress.End()
	switch {
	case target == nil:
		document.Outcomes = apply.Preview(saved.Rows, carry)
		return document, nil
	case options.DryRun:
		document.Outcomes, document.Ended = apply.Run(ctx, target, saved.Rows, carry)
		return document, nil
	}
	if carry.Journal, err = apply.OpenJournal(run.Folder.Path(artifact.SyncJournal(flow)), saved.PlanID); err != nil {
		return nil, err
	}
	defer carry.Journal.Close()
	document.Outcomes, document.Ended = apply.Run(ctx, target, saved.Rows, carry)
	return document, run.writeResults(flow, target, s, document)
}

// checkPlan returns an error for a plan for another instance than the target, and for
// one of another day or based on old data, except in a dry run.
func (s *session) checkPlan(saved *SavedPlan, target *Target, options SyncOptions) error {
	name := artifact.PlanManifest(field.Flow(saved.Flow))
	if target != nil && saved.Instance != target.Source {
		return &artifact.Error{
			Name: name, Problem: fmt.Sprintf("is for %s, and %s is %s", saved.Instance, target.URLVariable, target.Source),
			Hint: "set the variable to the instance of the plan, or gather and compare again",
		}
	}
	problem := s.staleness(saved, options.MaxAge)
	if problem == "" {
		return nil
	}
	if options.DryRun || options.AllowStale {
		s.run.Log.Warn("the plan "+problem, "plan_id", saved.PlanID)
		return nil
	}
	return &artifact.Error{Name: name, Problem: problem, Hint: "gather and compare again, or pass --allow-stale if this is intended"}
}

// staleness says what is wrong with the day or the age of the plan, empty if nothing
// is. Only the clock counts: with the day of --date, a copied folder would write old
// values.
func (s *session) staleness(saved *SavedPlan, maxAge time.Duration) string {
	today := account.DateOf(s.run.Clock.Now().UTC())
	age := s.run.Clock.Now().Sub(saved.GatheredAt).Round(time.Second)
	switch {
	case saved.Date != today && saved.Date != today.AddDays(-1):
		return fmt.Sprintf("is for %s, and today is %s", saved.Date, today)
	case age > maxAge:
		return fmt.Sprintf("rests on data gathered %s ago, more than --max-age %s", age, maxAge)
	case age < -listFirstAfter:
		return fmt.Sprintf("rests on data gathered at %s, which is in the future: the clock is wrong here or was there", saved.GatheredAt.Format(time.RFC3339))
	}
	return ""
}

// writeResults writes the outcome of every row.
func (r *Run) writeResults(flow field.Flow, target *Target, read *session, document *SyncDocument) error {
	id := identity{stage: "sync", flow: string(flow), manifest: artifact.SyncManifest(flow), source: target.Source}
	return r.writeLocked(id, document, func(s *session) error {
		s.inputs = read.inputs
		s.manifest.OfPlan = document.Plan.PlanID
		file, err := s.batch.Create(artifact.SyncResults(flow))
		if err != nil {
			return err
		}
		// 0 is written too, so that no metric is missing.
		for _, name := range []string{countFailed, countOverLimit, countLeft} {
			s.manifest.Counts[name] = 0
		}
		for _, outcome := range document.Outcomes {
			if err := file.Append(string(outcome.AccountID), outcome.ID, outcome); err != nil {
				return err
			}
			s.count(outcome)
		}
		s.countRequests()
		return nil
	})
}

// count adds the outcome to the manifest's counts.
func (s *session) count(outcome apply.Outcome) {
	counts := s.manifest.Counts
	counts[string(outcome.Action)+"_"+string(outcome.Outcome)]++
	if outcome.Outcome == apply.Failed || outcome.Outcome == apply.Unknown {
		counts[countFailed]++
	}
	if outcome.OverLimit() {
		counts[countOverLimit]++
	}
	if outcome.Unfinished() {
		counts[countLeft]++
	}
}
