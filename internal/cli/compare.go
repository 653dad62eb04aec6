package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
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

// planDocument is plan.json.
type planDocument struct {
	artifact.Manifest
	PlanID         string            `json:"plan_id"`
	HasChanges     bool              `json:"has_changes"`
	Instance       string            `json:"instance"`
	Held           []plan.Held       `json:"held"`
	Orphans        []plan.Orphan     `json:"orphans"`
	Unmanaged      []plan.Unmanaged  `json:"unmanaged"`
	Conflicts      []plan.Conflict   `json:"conflicts"`
	SupportLevels  []plan.Movement   `json:"support_levels"`
	ChangesByField []plan.FieldCount `json:"changes_by_field"`
	Limits         []plan.LimitCheck `json:"limits"`
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
	if !flags.allowStale {
		if err := s.inputs.CheckDates(s.date); err != nil {
			return err
		}
		if !flags.allowEdited {
			if err := s.inputs.CheckVersions(); err != nil {
				return err
			}
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := knowsAccounts(input); err != nil {
		return err
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

// knowsAccounts refuses accounts asked for that neither side has: nothing to do
// for a mistyped id would look like success.
func knowsAccounts(input plan.Input) error {
	unknown := maps.Clone(input.Only)
	for _, wanted := range input.Wanted {
		delete(unknown, wanted.ID)
	}
	for _, present := range input.Present {
		if id, ok := present.AccountID(input.Schema); ok {
			delete(unknown, id)
		}
	}
	maps.DeleteFunc(unknown, func(id account.ID, _ bool) bool { return input.LeftOut[id] != "" })
	for _, id := range slices.Sorted(maps.Keys(unknown)) {
		return usageError(fmt.Errorf("--account %s: neither side of flow %s has this account; look at the id and the flow", id, input.Schema.Flow))
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

// compareOptions turns flags into what the plan is made with.
func (s *stage) compareOptions(flags compareFlags, input *plan.Input) error {
	for _, limit := range plan.DefaultLimits(input.Schema.Flow) {
		if text := *flags.limits[limit.Name]; text != "" {
			parsed, err := limit.Parse(text)
			if err != nil {
				return usageError(err)
			}
			limit = parsed
		}
		input.Limits = append(input.Limits, limit)
	}
	for _, text := range flags.accounts {
		id, err := account.ParseID(text)
		if err != nil {
			return usageError(fmt.Errorf("--account: %w", err))
		}
		if input.Only == nil {
			input.Only = map[account.ID]bool{}
		}
		input.Only[id] = true
	}
	if flags.protectedIDsFile == "" {
		return nil
	}
	content, err := s.readFile(flags.protectedIDsFile)
	if err != nil {
		return fmt.Errorf("reading protected ids: %w; set --protected-ids-file", err)
	}
	if input.Protected, err = parseProtected(flags.protectedIDsFile, string(content)); err != nil {
		return usageError(err)
	}
	s.inputs.Add(artifact.File{Path: flags.protectedIDsFile, SHA256: digestOf(content), Records: len(input.Protected)})
	return nil
}

// parseProtected reads one id a line; what follows a # is a comment.
func parseProtected(name, content string) (map[account.ID]bool, error) {
	protected := map[account.ID]bool{}
	for i, line := range strings.Split(content, "\n") {
		text, _, _ := strings.Cut(line, "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		id, err := account.ParseID(text)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
		protected[id] = true
	}
	return protected, nil
}

// planDocument completes plan.json. The plan's id depends on what was compared
// and what came of it, not on when.
func (s *stage) planDocument(flow field.Flow, made *plan.Plan) (*planDocument, error) {
	gather, err := s.inputs.Manifest(artifact.GatherManifest(flow))
	if err != nil {
		return nil, err
	}
	for _, warning := range made.Warnings {
		s.warn(artifact.Warning{Code: warning.Code, Message: warning.Message})
	}
	s.manifest.GatheredAt = s.inputs.GatheredAt()
	if err := s.finish(); err != nil {
		return nil, err
	}
	s.manifest.Counts = countsOf(made.Counts)
	return &planDocument{
		Manifest: s.manifest, PlanID: planID(flow, gather.Source, s.manifest), HasChanges: made.HasChanges(), Instance: gather.Source,
		Held: made.Held, Orphans: made.Orphans, Unmanaged: made.Unmanaged, Conflicts: made.Conflicts,
		SupportLevels: made.SupportLevels, ChangesByField: made.ChangesByField, Limits: made.Limits,
	}, nil
}

// planIDDigits is how much of the digest names a plan.
const planIDDigits = 16

func planID(flow field.Flow, instance string, manifest artifact.Manifest) string {
	digest := sha256.New()
	fmt.Fprintf(digest, "%s\n%s\n%s\n", flow, instance, manifest.Date)
	for _, file := range append(manifest.Outputs, manifest.Inputs...) {
		fmt.Fprintf(digest, "%s %s\n", file.Path, file.SHA256)
	}
	return hex.EncodeToString(digest.Sum(nil))[:planIDDigits]
}

func countsOf(counts plan.Counts) map[string]int {
	return map[string]int{
		"organizations": counts.Organizations, "accounts": counts.Accounts, "creates": counts.Creates,
		"updates": counts.Updates, "marks_for_deletion": counts.Marks, "support_lost": counts.SupportLost,
		"held": counts.Held, "orphans": counts.Orphans, "unmanaged": counts.Unmanaged, "conflicts": counts.Conflicts,
	}
}

// gatheredAgo tells how old the data of a plan is.
func gatheredAgo(now, gathered time.Time) time.Duration { return now.Sub(gathered).Round(time.Second) }
