package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

type compareFlags struct {
	protectedIDsFile                 string
	summaryFile, terraformReportFile string
	markOrphans                      bool
	accounts                         []string
	limits                           map[plan.LimitName]*string
	allowEdited, allowStale          bool
}

var errOverLimit = errors.New("the plan exceeds a limit")

func (a *app) compareCommand() *cobra.Command {
	flags := compareFlags{limits: map[plan.LimitName]*string{}}
	command := flowCommand("compare", "Compare both sides and plan what to change",
		"Set the wanted organizations against those in Zendesk and write what differs to\n"+
			"<data-dir>/<flow>/creates.json, updates.json, not_in_sync.json and plan.json.\n"+
			"Reads and writes files only. Exit code 3: the plan exceeds a limit.",
		"  zd-sfdc-sync compare global --protected-ids-file protected.txt --summary-file summary.md",
		func(command *cobra.Command, flow field.Flow) error {
			return a.runCompare(command.Context(), flow, flags)
		})
	set := command.Flags()
	set.StringVar(&flags.protectedIDsFile, "protected-ids-file", "", "`file` of Salesforce ids that are never marked, one a line")
	set.StringVar(&flags.summaryFile, "summary-file", "", "`file` to write the summary to, as Markdown")
	set.StringVar(&flags.terraformReportFile, "terraform-report-file", "", "`file` to write the numbers for a merge request to")
	set.BoolVar(&flags.markOrphans, "mark-orphans", false, "mark organizations whose account is gone from Salesforce")
	set.StringSliceVar(&flags.accounts, "account", nil, "plan this Salesforce `id` only; may be given several times")
	for _, limit := range plan.DefaultLimits(field.Global) {
		flags.limits[limit.Name] = set.String("max-"+strings.ReplaceAll(string(limit.Name), "_", "-"), "",
			fmt.Sprintf("`share` and floor of %s above which a plan needs to be accepted (default %s%%/%d)", limit.Name, limit.Share, limit.Floor))
	}
	set.BoolVar(&flags.allowEdited, "allow-edited", false, "take artifacts that differ from their manifest")
	set.BoolVar(&flags.allowStale, "allow-stale", false, "take artifacts of other days or runs")
	return command
}

func (a *app) runCompare(ctx context.Context, flow field.Flow, flags compareFlags) error {
	s := a.newStage("compare", string(flow), nil)
	defer s.batch.Cleanup()
	s.inputs.AllowEdited = flags.allowEdited
	input := plan.Input{Schema: field.SchemaOf(flow), Today: s.date, MarkOrphans: flags.markOrphans}
	if err := s.compareOptions(flags, &input); err != nil {
		return err
	}
	candidates, err := s.readBothSides(&input)
	if err != nil {
		return err
	}
	if err := s.checkTogether(flags); err != nil {
		return err
	}
	if err := knowsAccounts(input); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	made := plan.Make(input)
	if err := s.warnOfGather(made, flow); err != nil {
		return err
	}
	if err := s.writeRows(input.Schema, made, candidates); err != nil {
		return err
	}
	document, err := s.planDocument(flow, made)
	if err != nil {
		return err
	}
	if err := s.commit(artifact.PlanManifest(flow), document); err != nil {
		return err
	}
	if err := s.summarize(flow, made, document, flags.summaryFile); err != nil {
		return err
	}
	numbers := report.Terraform(made.Counts.Creates, made.Counts.Updates, made.Counts.Marks)
	if err := writeReport("numbers", flags.terraformReportFile, numbers); err != nil {
		return err
	}
	if made.Exceeded() {
		return &codedError{ExitLimit, fmt.Errorf("%w: the rows over it are left out unless sync is given --accept-plan %s", errOverLimit, document.PlanID)}
	}
	return nil
}

// warnOfGather repeats in the plan what the gather found wrong with the
// protection of organizations.
func (s *stage) warnOfGather(made *plan.Plan, flow field.Flow) error {
	gather, err := s.inputs.Manifest(artifact.GatherManifest(flow))
	if err != nil {
		return err
	}
	for _, warning := range gather.Warnings {
		if warning.Code == noIgnoreDeletion {
			made.Warnings = append(made.Warnings, plan.Warning{Code: warning.Code, Message: warning.Message})
		}
	}
	return nil
}

// checkTogether refuses inputs of other days, and those that rest on different
// versions of one file (domain.md, Stage compare). To edit a file makes another
// version of it, so --allow-edited says that this is meant.
func (s *stage) checkTogether(flags compareFlags) error {
	if flags.allowStale {
		return nil
	}
	if err := s.inputs.CheckDates(s.date); err != nil || flags.allowEdited {
		return err
	}
	return s.inputs.CheckVersions()
}
