package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

type syncFlags struct {
	dryRun                  bool
	only                    []string
	pace, acceptPlan        string
	summaryFile             string
	maxAge                  time.Duration
	allowEdited, allowStale bool
}

// listFirstAfter is the age of the gathered data from which the instance is
// listed before the first create (domain.md, Look before writing).
const listFirstAfter = 30 * time.Minute

func (a *app) syncCommand() *cobra.Command {
	var flags syncFlags
	command := flowCommand("sync", "Carry out a plan in Zendesk",
		"Carry out <data-dir>/<flow>/plan.json: creates one at a time, then updates, then\n"+
			"marks for deletion in jobs of 100. Each organization is looked at before it is\n"+
			"written, so running a plan again is safe. The outcome of every row is written to\n"+
			"sync_results.json. Exit code 3: rows over a limit were left out. Exit code 5: some\n"+
			"rows failed or are left.",
		"  zd-sfdc-sync sync partner --dry-run\n  zd-sfdc-sync sync partner --accept-plan 0123456789abcdef",
		func(command *cobra.Command, flow field.Flow) error {
			return a.runSync(command.Context(), flow, flags)
		})
	set := command.Flags()
	set.BoolVar(&flags.dryRun, "dry-run", false, "write nothing; without ZENDESK_… variables, from the files alone")
	set.StringSliceVar(&flags.only, "only", nil, "`actions` to carry out: creates, updates, marks (default all)")
	set.StringVar(&flags.pace, "pace", string(apply.Adaptive), "adaptive, or fixed: 30 seconds after every 20 jobs")
	set.StringVar(&flags.acceptPlan, "accept-plan", "", "`plan_id` of exactly this plan, to carry out rows over a limit too")
	set.StringVar(&flags.summaryFile, "summary-file", "", "`file` to write the outcomes to, as Markdown")
	set.DurationVar(&flags.maxAge, "max-age", 6*time.Hour, "oldest gathered data that is acted on")
	set.BoolVar(&flags.allowEdited, "allow-edited", false, "take plan files that differ from plan.json")
	set.BoolVar(&flags.allowStale, "allow-stale", false, "take a plan of another day or of old data")
	return command
}

func (a *app) runSync(ctx context.Context, flow field.Flow, flags syncFlags) error {
	options, err := a.syncOptions(flow, flags)
	if err != nil {
		return err
	}
	settings := a.settings()
	online := !flags.dryRun || settings.HasZendesk(flow.Instance())
	config := settings.Zendesk(flow.Instance())
	if !online {
		config.URL = nil
	} else if err := settings.Err(); err != nil {
		return err
	}
	s := a.newStage("sync", string(flow), config.URL)
	defer s.batch.Cleanup()
	s.inputs.AllowEdited = flags.allowEdited
	document, err := s.readPlan(flow, config.URL, flags)
	if err != nil {
		return err
	}
	rows, err := s.readRows(options.Schema)
	if err != nil {
		return err
	}
	if rows.Gate, err = gateOf(document, flow, flags.acceptPlan); err != nil {
		return err
	}
	options.ListFirst = a.Clock.Now().Sub(document.GatheredAt) > listFirstAfter
	if !online {
		return s.printOffline(rows)
	}
	client, err := a.zendeskClient(config, options.Schema)
	if err != nil {
		return err
	}
	return s.carryOut(ctx, client, rows, options, document.PlanID, flags.summaryFile)
}

func (a *app) syncOptions(flow field.Flow, flags syncFlags) (apply.Options, error) {
	options := apply.Options{
		Schema: field.SchemaOf(flow), Clock: a.Clock, Logger: a.logger, Pace: apply.Pace(flags.pace), DryRun: flags.dryRun,
	}
	if options.Pace != apply.Adaptive && options.Pace != apply.Fixed {
		return options, usageError(fmt.Errorf("--pace %q is not adaptive or fixed", flags.pace))
	}
	actions := map[string]plan.Action{"creates": plan.ActionCreate, "updates": plan.ActionUpdate, "marks": plan.ActionMark}
	for _, name := range flags.only {
		action, ok := actions[strings.TrimSpace(name)]
		if !ok {
			return options, usageError(fmt.Errorf("--only %q is not creates, updates or marks", name))
		}
		options.Only = append(options.Only, action)
	}
	return options, nil
}

// readPlan reads plan.json and refuses one that was edited, is for another
// instance than the configured one, if there is one, or is stale.
func (s *stage) readPlan(flow field.Flow, instance *url.URL, flags syncFlags) (*planDocument, error) {
	name := artifact.PlanManifest(flow)
	document := &planDocument{}
	if err := s.folder.ReadManifest(name, document); err != nil {
		return nil, err
	}
	if !flags.allowEdited && document.PlanID != planID(flow, document.Instance, document.Manifest) {
		return nil, &artifact.Error{
			Name: name, Problem: "is not what its plan_id names: it was edited, or is of another flow",
			Hint: "compare again, or pass --allow-edited if the change is meant",
		}
	}
	if instance != nil && document.Instance != instance.String() {
		return nil, &artifact.Error{
			Name:    name,
			Problem: fmt.Sprintf("is for %s, and %sURL is %s", document.Instance, zendesk.VariablePrefix(flow.Instance()), instance),
			Hint:    "set the variable to the instance of the plan, or gather and compare again",
		}
	}
	return document, s.checkFresh(document, flags)
}

// checkFresh refuses a plan of another day or of old data. A dry run is never
// refused for it.
func (s *stage) checkFresh(document *planDocument, flags syncFlags) error {
	var problem string
	today := s.date
	age := gatheredAgo(s.Clock.Now(), document.GatheredAt)
	switch {
	case document.Date != today && document.Date != today.AddDays(-1):
		problem = fmt.Sprintf("is of %s, and today is %s", document.Date, today)
	case age > flags.maxAge:
		problem = fmt.Sprintf("rests on data gathered %s ago, more than --max-age %s", age, flags.maxAge)
	case age < -listFirstAfter:
		problem = fmt.Sprintf("rests on data gathered at %s, which is in the future: the clock is wrong here or was there", document.GatheredAt.Format(time.RFC3339))
	default:
		return nil
	}
	if flags.dryRun || flags.allowStale {
		s.logger.Warn("the plan "+problem, "plan_id", document.PlanID)
		return nil
	}
	return &artifact.Error{
		Name: artifact.PlanManifest(field.Flow(s.manifest.Flow)), Problem: problem,
		Hint: "gather and compare again, or pass --allow-stale if it is meant",
	}
}

// gateOf returns the gate of the plan's limits; none when exactly this plan
// was accepted.
func gateOf(document *planDocument, flow field.Flow, accepted string) (plan.Gate, error) {
	switch accepted {
	case "":
		return plan.GateOf(document.Limits), nil
	case document.PlanID:
		return plan.Gate{}, nil
	}
	return plan.Gate{}, &artifact.Error{
		Name: artifact.PlanManifest(flow), Problem: fmt.Sprintf("is plan %s, not the accepted plan %s", document.PlanID, accepted),
		Hint: "look at the plan that is here and accept that, or fetch the artifacts of the accepted one",
	}
}

// carryOut runs the plan and writes what became of every row, also when it
// ends early.
func (s *stage) carryOut(ctx context.Context, instance apply.Instance, rows apply.Rows, options apply.Options, planID, summaryFile string) error {
	flow := options.Schema.Flow
	if !options.DryRun {
		unlock, err := s.lock(flow)
		if err != nil {
			return err
		}
		defer unlock()
		journal, err := apply.OpenJournal(s.folder.Path(artifact.SyncJournal(flow)), planID)
		if err != nil {
			return err
		}
		options.Journal = journal
		defer journal.Close()
	}
	options.Progress = func(done, all int) {
		s.progress.expect(all)
		s.progress.update("carrying out the plan", done)
	}
	outcomes, ended := apply.Run(ctx, instance, rows, options)
	s.progress.end()
	s.printOutcomes(outcomes)
	if !options.DryRun {
		if err := s.writeResults(flow, outcomes); err != nil {
			return errors.Join(err, ended)
		}
	}
	if err := s.writeOutcomes(flow, planID, summaryFile, outcomes); err != nil {
		return errors.Join(err, ended)
	}
	return syncResult(outcomes, ended, context.Cause(ctx))
}

// lock keeps a second run off the folder.
func (s *stage) lock(flow field.Flow) (unlock func(), err error) {
	lock := flock.New(s.folder.Path(string(flow) + "/sync.lock"))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", lock.Path(), err)
	}
	if !locked {
		return nil, fmt.Errorf("another sync is running on %s: wait until it has ended, then run again", s.folder.Path(string(flow)))
	}
	return func() {
		// The lock ends with the process in any case.
		_ = lock.Unlock()
	}, nil
}

// syncResult finds how the run ended: a failure before rows left out for a
// limit before rows left (design.md, Commands).
func syncResult(outcomes []apply.Outcome, ended, stopped error) error {
	left, over := 0, 0
	for _, outcome := range outcomes {
		switch {
		case outcome.OverLimit():
			over++
		case outcome.Left():
			left++
		}
	}
	switch {
	case ended != nil && stopped == nil:
		return fmt.Errorf("%w; %d rows are left: run sync again when it is mended", ended, left)
	case over > 0:
		return leftOutForLimit(over, alsoLeft(left, stopped))
	case stopped != nil && left > 0:
		return &codedError{ExitLeft, fmt.Errorf("stopped early (%w): %d rows are left; run sync again", stopped, left)}
	case left > 0:
		return &codedError{ExitLeft, fmt.Errorf("%d rows failed or are left: sync_results.json says why; the next run tries them again", left)}
	}
	return nil
}

func leftOutForLimit(over int, also string) error {
	return &codedError{ExitLimit, fmt.Errorf("%w: %d rows were left out for it%s; look at the plan and pass --accept-plan if it is right",
		errOverLimit, over, also)}
}

func alsoLeft(left int, stopped error) string {
	if left == 0 {
		return ""
	}
	if stopped != nil {
		return fmt.Sprintf(" and %d are left because the run was stopped early (%v)", left, stopped)
	}
	return fmt.Sprintf(" and %d failed or are left", left)
}
