package cli

import (
	"context"

	"github.com/spf13/cobra"

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
		Short: "Show whose support a changed plans.yaml or overrides file changes",
		Long: "Apply the processor's rules to the artifacts twice, with the files before and after\n" +
			"a change, and show which accounts change level. The files before are those of the\n" +
			"processor's last run, unless --plans-before names another plans.yaml. Reads files\n" +
			"only, and writes no artifact.",
		Example: "  zd-sfdc-sync impact --plans plans.yaml --summary-file impact.md\n" +
			"  zd-sfdc-sync impact --overrides-file overrides.yaml",
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return a.runImpact(command.Context(), flags)
		},
	}
	set := command.Flags()
	set.StringVar(&flags.plansBefore, "plans-before", "", "`file` of product charge names before the change (default that of the processor's last run)")
	set.StringVar(&flags.plans, "plans", "plans.yaml", "`file` of product charge names after the change")
	set.StringVar(&flags.overridesFile, "overrides-file", "", "overrides `file` after the change (default that of the processor's last run)")
	flags.reports.addTo(set)
	addFormat(set, &flags.format)
	set.StringVar(&flags.terraformReportFile, "terraform-report-file", "", "`file` to write the numbers for a merge request to")
	set.BoolVar(&flags.allowEdited, "allow-edited", false, "take artifacts that differ from their manifest")
	return command
}

func (a *app) runImpact(ctx context.Context, flags impactFlags) error {
	if flags.format == formatText {
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
