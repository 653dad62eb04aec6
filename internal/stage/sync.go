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

// listFirstAfter is the age of the gathered data from which the instance is
// listed before the first create (docs/rules.md, Look before writing).
const listFirstAfter = 30 * time.Minute

// SyncOptions say how to carry out a plan, and what to take.
type SyncOptions struct {
	Pace apply.Pace
	// Only restricts the run to these actions; empty is all.
	Only []plan.Action
	// DryRun writes neither Zendesk nor journal nor results.
	DryRun bool
	// AcceptPlan is the plan_id of exactly this plan, to carry out rows over a
	// limit too.
	AcceptPlan string
	// MaxAge is the age of the oldest gathered data that is acted on.
	MaxAge time.Duration
	// AllowEdited takes plan files that differ from plan.json, AllowStale a plan
	// of another day or of old data.
	AllowEdited, AllowStale bool
}

// Instance is a Zendesk instance that is written.
type Instance interface {
	apply.Instance
	// Fields reads the instance's organization fields, and refuses those that
	// cannot hold what the flow writes. From then on values are read and written
	// by the instance's own tags.
	Fields(ctx context.Context) (zendesk.Fields, error)
}

// Target is the instance that a plan is carried out in.
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
	// Ended is why the run ended early, nil when it did not.
	Ended error `json:"-"`
}

// What the manifest of sync counts beside its rows by action and outcome.
const (
	countFailed    = "failed"
	countOverLimit = "over_limit"
	countLeft      = "left"
)

// Sync carries out the flow's plan in Zendesk and writes the outcome of every
// row, also when it ends early. The document is there whenever rows have an
// outcome, even if those could not be written. Without a target a dry run says
// what would be looked at, from the files alone.
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
			run.Progress.Update("carrying out the plan", done)
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

// checkPlan refuses a plan for another instance than the target, and one of
// another day or of old data; a dry run is never refused for its age.
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
	return &artifact.Error{Name: name, Problem: problem, Hint: "gather and compare again, or pass --allow-stale if it is meant"}
}

// staleness says what is wrong with the day or the age of the plan by the clock,
// empty when nothing is. A day that was set does not count: a copied folder with
// the day of its plan would write old values.
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
		// 0 is written too, so that a metric never goes missing.
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

// count adds the outcome to what the manifest counts.
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
