package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

type impactFlags struct {
	plansBefore, plans, overridesFile string
	terraformReportFile               string
	format                            string
	reports                           reportFlags
	allowEdited                       bool
}

func (a *app) impactCommand() *cobra.Command {
	var flags impactFlags
	command := &cobra.Command{
		Use:   "impact",
		Short: "Show which accounts a change to plans.yaml or the overrides file affects",
		Long: "Apply the processor's rules twice, with plans.yaml and the overrides file before and\n" +
			"after a change, and show which accounts change support level. \"Before\" is the\n" +
			"processor's last run, unless --plans-before names another plans.yaml. Uses no\n" +
			"service, only files, and writes no artifacts.",
		Example: "  zd-sfdc-sync impact --plans plans.yaml --summary-file impact.md\n" +
			"  zd-sfdc-sync impact --overrides-file overrides.yaml",
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return a.runImpact(command.Context(), flags)
		},
	}
	set := command.Flags()
	set.StringVar(&flags.plansBefore, "plans-before", "", "plans.yaml `file` before the change (default that of the processor's last run)")
	set.StringVar(&flags.plans, "plans", "plans.yaml", "plans.yaml `file` after the change")
	set.StringVar(&flags.overridesFile, "overrides-file", "", "overrides `file` after the change (default that of the processor's last run)")
	flags.reports.addTo(set)
	addFormat(set, &flags.format)
	set.StringVar(&flags.terraformReportFile, "terraform-report-file", "", "`file` for the number of changes, which GitLab shows in merge requests")
	set.BoolVar(&flags.allowEdited, "allow-edited", false, "accept artifacts that differ from their manifest")
	return command
}

func (a *app) runImpact(ctx context.Context, flags impactFlags) error {
	if flags.format == page.FormatText {
		a.announce("impact", "", "")
	}
	options := stage.ImpactOptions{AllowEdited: flags.allowEdited}
	for _, file := range []struct {
		path, flag string
		text       **stage.Text
	}{
		{flags.plansBefore, "plans-before", &options.PlansBefore},
		{flags.plans, "plans", &options.PlansAfter},
		{flags.overridesFile, "overrides-file", &options.OverridesAfter},
	} {
		if file.path == "" {
			continue
		}
		text, err := stage.ReadText(file.path, file.flag)
		if err != nil {
			return err
		}
		*file.text = &text
	}
	impact, err := stage.Impact(ctx, a.run(), options)
	if err != nil {
		return err
	}
	if err := flags.reports.write(impact); err != nil {
		return err
	}
	if err := a.print(impact, flags.format, false); err != nil {
		return err
	}
	return writeReport("numbers", flags.terraformReportFile, report.Terraform(impact.Creates, impact.Updates, impact.Deletes))
}
