package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// maxAge is the default age limit of gathered data.
const maxAge = 6 * time.Hour

type syncFlags struct {
	dryRun                  bool
	only                    []string
	pace, acceptPlan        string
	reports                 reportFlags
	maxAge                  time.Duration
	allowEdited, allowStale bool
}

func (a *app) syncCommand() *cobra.Command {
	var flags syncFlags
	command := flowCommand("sync", "Apply a plan to Zendesk",
		"Apply <data-dir>/<flow>/plan.json: creates one at a time, then updates and marks for\n"+
			"deletion in jobs of 100. Every organization is read again before it is written, so it\n"+
			"is safe to run a plan again. sync_results.json gets the outcome of every row.\n"+
			"Exit code 3: rows over a limit were skipped. Exit code 5: rows failed or are\n"+
			"unfinished.",
		"  zd-sfdc-sync sync partner --dry-run\n  zd-sfdc-sync sync partner --accept-plan 0123456789abcdef",
		func(command *cobra.Command, flow field.Flow) error {
			return a.runSync(command.Context(), flow, flags)
		})
	set := command.Flags()
	set.BoolVar(&flags.dryRun, "dry-run", false, "write nothing; if no ZENDESK_… variables are set, use only the files")
	set.StringSliceVar(&flags.only, "only", nil, "`actions` to apply: creates, updates, marks (default all)")
	set.StringVar(&flags.pace, "pace", string(apply.Adaptive), "adaptive, or fixed: pause 30 seconds after every 20 jobs")
	set.StringVar(&flags.acceptPlan, "accept-plan", "", "apply rows over a limit too, if this is the `plan_id` of the plan")
	flags.reports.addTo(set)
	set.DurationVar(&flags.maxAge, "max-age", maxAge, "maximum age of the gathered data")
	set.BoolVar(&flags.allowEdited, "allow-edited", false, "accept plan files that differ from plan.json")
	set.BoolVar(&flags.allowStale, "allow-stale", false, "accept a plan of another day, or one based on old data")
	return command
}

// options returns the options of sync that the flags stand for.
func (f syncFlags) options() (stage.SyncOptions, error) {
	options := stage.SyncOptions{
		Pace: apply.Pace(f.pace), DryRun: f.dryRun, AcceptPlan: f.acceptPlan, MaxAge: f.maxAge,
		AllowEdited: f.allowEdited, AllowStale: f.allowStale,
	}
	if options.Pace != apply.Adaptive && options.Pace != apply.Fixed {
		return options, usageError(fmt.Errorf("--pace %q is not adaptive or fixed", f.pace))
	}
	actions := map[string]plan.Action{"creates": plan.ActionCreate, "updates": plan.ActionUpdate, "marks": plan.ActionMark}
	for _, name := range f.only {
		action, ok := actions[strings.TrimSpace(name)]
		if !ok {
			return options, usageError(fmt.Errorf("--only %q is not creates, updates or marks", name))
		}
		options.Only = append(options.Only, action)
	}
	return options, nil
}

func (a *app) runSync(ctx context.Context, flow field.Flow, flags syncFlags) error {
	options, err := flags.options()
	if err != nil {
		return err
	}
	target, err := a.target(flow, flags.dryRun)
	if err != nil {
		return err
	}
	run := a.run()
	document, err := stage.Sync(ctx, run, flow, target, options)
	if document == nil {
		return err
	}
	if err == nil && !flags.dryRun {
		err = a.wrote(&document.Manifest, nil)
	}
	outcomes := report.OutcomesOf(document.Plan.Report(run.Folder), document.Outcomes, flags.dryRun)
	if flags.reports.html != "" {
		stage.ExplainRows(run, outcomes.Plan, flags.allowEdited)
	}
	if err := errors.Join(err, a.show(outcomes, flags.reports)); err != nil {
		return errors.Join(err, document.Ended)
	}
	return document.Result(context.Cause(ctx))
}

// target returns the instance that the plan is applied to. A dry run does not need one.
func (a *app) target(flow field.Flow, dryRun bool) (*stage.Target, error) {
	settings, name := a.settings(), "sync"
	if dryRun {
		name = "sync, dry run"
	}
	if dryRun && !settings.HasZendesk(flow.Instance()) {
		a.announce(name, string(flow), "")
		return nil, nil
	}
	config := settings.Zendesk(flow.Instance())
	if err := settings.Err(); err != nil {
		return nil, err
	}
	config.Writes = !dryRun
	a.announce(name, string(flow), config.URL.String())
	client, err := a.zendeskClient(config, field.SchemaOf(flow))
	return &stage.Target{Instance: client, Source: config.URL.String(), URLVariable: zendesk.VariablePrefix(flow.Instance()) + "URL"}, err
}
