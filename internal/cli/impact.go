package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

type impactFlags struct {
	plansBefore, plans, overridesFile string
	summaryFile, terraformReportFile  string
	allowEdited                       bool
}

func (a *app) impactCommand() *cobra.Command {
	var flags impactFlags
	command := &cobra.Command{
		Use:   "impact",
		Short: "Tell whose support a changed plans.yaml or overrides file changes",
		Long: "Apply the processor's rules to the artifacts twice, with the files as they were and\n" +
			"as they are to be, and tell which accounts change level. The files as they were are\n" +
			"those of the processor's last run, unless --plans-before names another plans.yaml.\n" +
			"Reads files only, and writes no artifact.",
		Example: "  zd-sfdc-sync impact --plans plans.yaml --summary-file impact.md\n" +
			"  zd-sfdc-sync impact --overrides-file overrides.yaml",
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return a.runImpact(command.Context(), flags)
		},
	}
	set := command.Flags()
	set.StringVar(&flags.plansBefore, "plans-before", "", "`file` of product charge names as it was (default that of the processor's last run)")
	set.StringVar(&flags.plans, "plans", "plans.yaml", "`file` of product charge names as it is to be")
	set.StringVar(&flags.overridesFile, "overrides-file", "", "overrides `file` as it is to be (default that of the processor's last run)")
	set.StringVar(&flags.summaryFile, "summary-file", "", "`file` to write the impact to, as Markdown")
	set.StringVar(&flags.terraformReportFile, "terraform-report-file", "", "`file` to write the numbers for a merge request to")
	set.BoolVar(&flags.allowEdited, "allow-edited", false, "take artifacts that differ from their manifest")
	return command
}

func (a *app) runImpact(ctx context.Context, flags impactFlags) error {
	s := a.newStage("impact", "", nil)
	s.inputs.AllowEdited = flags.allowEdited
	before, after, err := s.readBothRules(flags)
	if err != nil {
		return err
	}
	impact := &report.Impact{Date: s.date}
	err = s.readCustomers(func(customer *account.Account) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		impact.Add(customer, before.Decide(customer, nil), after.Decide(customer, nil))
		return nil
	})
	if err != nil {
		return err
	}
	if err := page.Text(s.Stdout, impact, page.Screen{Rows: page.TerminalRows}); err != nil {
		return fmt.Errorf("printing the impact: %w", err)
	}
	numbers := report.Terraform(impact.Creates, impact.Updates, impact.Deletes)
	if err := writeReport("numbers", flags.terraformReportFile, numbers); err != nil {
		return err
	}
	return writeMarkdown(flags.summaryFile, impact)
}

// readBothRules reads the rules' files as they were and as they are to be, for
// the day and on the artifacts of the processor's last run.
func (s *stage) readBothRules(flags impactFlags) (before, after *entitlement.Lookups, err error) {
	manifest := &processorManifest{}
	if err := s.folder.ReadManifest(artifact.ProcessorManifest, manifest); err != nil {
		return nil, nil, err
	}
	s.date = manifest.Date
	plansBefore, err := s.plansOf(flags.plansBefore, "plans.yaml of "+artifact.ProcessorManifest, manifest.Plans)
	if err != nil {
		return nil, nil, err
	}
	plansAfter, err := s.plansOf(flags.plans, "", "")
	if err != nil {
		return nil, nil, err
	}
	entriesBefore, err := s.overridesOf("", "overrides of "+artifact.ProcessorManifest, manifest.Overrides)
	if err != nil {
		return nil, nil, err
	}
	entriesAfter := entriesBefore
	if flags.overridesFile != "" {
		if entriesAfter, err = s.overridesOf(flags.overridesFile, "", ""); err != nil {
			return nil, nil, err
		}
	}
	inputs, err := s.readLookupInputs(plansBefore, entriesBefore)
	if err != nil {
		return nil, nil, err
	}
	before = entitlement.NewLookups(inputs)
	inputs.Plans, inputs.Overrides = plansAfter, entriesAfter
	return before, entitlement.NewLookups(inputs), nil
}

// plansOf reads the file, or takes the text of that name where no file is
// given.
func (s *stage) plansOf(path, name, text string) (*products.Plans, error) {
	name, content, err := s.fileOr(path, name, text)
	if err != nil {
		return nil, fmt.Errorf("reading plans: %w; set --plans or --plans-before", err)
	}
	plans, err := products.Parse(name, content)
	return plans, usageError(err)
}

func (s *stage) overridesOf(path, name, text string) (*overrides.Overrides, error) {
	name, content, err := s.fileOr(path, name, text)
	if err != nil {
		return nil, fmt.Errorf("reading overrides: %w; set --overrides-file", err)
	}
	entries, err := overrides.Parse(name, content)
	return entries, usageError(err)
}

func (s *stage) fileOr(path, name, text string) (string, []byte, error) {
	if path == "" {
		return name, []byte(text), nil
	}
	content, err := s.readFile(path)
	return path, content, err
}
