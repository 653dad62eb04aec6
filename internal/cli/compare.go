package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/flags"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

type compareFlags struct {
	protectedIDsFile        string
	terraformReportFile     string
	reports                 reportFlags
	orphans, since          string
	accounts                []string
	limits                  flags.Limits
	allowEdited, allowStale bool
}

func (a *app) compareCommand() *cobra.Command {
	flags := compareFlags{limits: flags.Limits{}}
	command := flowCommand("compare", "Plan what to create, update and mark for deletion",
		"Compare the wanted organizations with those in Zendesk and write the differences to\n"+
			"<data-dir>/<flow>/creates.json, updates.json, not_in_sync.json and plan.json.\n"+
			"Uses no service, only files. Exit code 3: the plan exceeds a limit.",
		"  zd-sfdc-sync compare global --protected-ids-file protected.txt --summary-file summary.md",
		func(command *cobra.Command, flow field.Flow) error {
			return a.runCompare(command.Context(), flow, flags)
		})
	set := command.Flags()
	set.StringVar(&flags.protectedIDsFile, "protected-ids-file", "", "`file` of Salesforce ids that are never marked for deletion, one per line")
	flags.reports.addTo(set)
	set.StringVar(&flags.terraformReportFile, "terraform-report-file", "", "`file` for the number of changes, which GitLab shows in merge requests")
	set.StringVar(&flags.orphans, "orphans", string(plan.ListOrphans), "policy for organizations whose account is gone from Salesforce: `list`, expire or mark")
	set.StringVar(&flags.since, "since", "", "data `folder` of the previous run: held rows, conflicts and orphans keep the date they were first seen")
	set.StringSliceVar(&flags.accounts, "account", nil, "plan only this Salesforce `id`; repeatable")
	flags.limits.AddTo(set)
	set.BoolVar(&flags.allowEdited, "allow-edited", false, "accept artifacts that differ from their manifest")
	set.BoolVar(&flags.allowStale, "allow-stale", false, "accept artifacts of other days or runs")
	return command
}

// options returns the options of compare that the flags stand for.
func (f compareFlags) options(flow field.Flow) (stage.CompareOptions, error) {
	options := stage.CompareOptions{Since: artifact.Folder(f.since), AllowEdited: f.allowEdited, AllowStale: f.allowStale}
	var err error
	if options.Orphans, err = plan.ParseOrphanPolicy(f.orphans); err != nil {
		return options, usageError(fmt.Errorf("--orphans: %w", err))
	}
	if options.Limits, err = f.limits.Of(flow); err != nil {
		return options, usageError(err)
	}
	for _, text := range f.accounts {
		id, err := account.ParseID(text)
		if err != nil {
			return options, usageError(fmt.Errorf("--account: %w", err))
		}
		options.Accounts = append(options.Accounts, id)
	}
	if f.protectedIDsFile != "" {
		text, err := stage.ReadText(f.protectedIDsFile, "protected-ids-file")
		if err != nil {
			return options, err
		}
		options.Protected = &text
	}
	return options, nil
}

func (a *app) runCompare(ctx context.Context, flow field.Flow, flags compareFlags) error {
	options, err := flags.options(flow)
	if err != nil {
		return err
	}
	a.announce("compare", string(flow), "")
	run := a.run()
	document, planned, err := stage.Compare(ctx, run, flow, options)
	if err != nil {
		return err
	}
	if err := a.wrote(&document.Manifest, document.Limits); err != nil {
		return err
	}
	whole := report.PlanOf(document.Subject(run.Folder), planned)
	if flags.reports.html != "" {
		stage.ExplainRows(run, whole, options.AllowEdited)
	}
	if err := a.show(whole, flags.reports); err != nil {
		return err
	}
	if planned.Counts.Marks > 0 && flags.protectedIDsFile == "" {
		a.logger.Info("no --protected-ids-file was given: marks are not checked against a list of protected ids", "marks", planned.Counts.Marks)
	}
	numbers := report.Terraform(planned.Counts.Creates, planned.Counts.Updates, planned.Counts.Marks)
	if err := writeReport("numbers", flags.terraformReportFile, numbers); err != nil {
		return err
	}
	return document.OverLimit()
}
