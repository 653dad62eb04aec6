package stage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// CompareOptions say what to plan, and which artifacts to accept.
type CompareOptions struct {
	// Limits are those to check, see plan.DefaultLimits.
	Limits []plan.Limit
	// Accounts restricts the plan to these; nil is all.
	Accounts []account.ID
	// Protected is the file of ids that are never marked; nil without one.
	Protected *Text
	// Orphans is the policy for organizations whose account is gone from
	// Salesforce; empty leaves them as they are.
	Orphans plan.OrphanPolicy
	// Since is the data folder of the previous run: rows that its plan has too keep
	// their first_seen. Empty is none.
	Since artifact.Folder
	// AllowEdited accepts artifacts that differ from their manifest, AllowStale
	// those of other days or runs.
	AllowEdited, AllowStale bool
}

// Compare compares the wanted organizations of the flow with those in Zendesk, and
// writes the plan. It returns the plan even if a limit is exceeded.
func Compare(ctx context.Context, run *Run, flow field.Flow, options CompareOptions) (*PlanDocument, *plan.Plan, error) {
	document := &PlanDocument{}
	var planned *plan.Plan
	id := identity{stage: "compare", flow: string(flow), manifest: artifact.PlanManifest(flow), allowEdited: options.AllowEdited}
	err := run.write(id, document, func(s *session) error {
		input, err := s.planInput(field.SchemaOf(flow), options)
		if err != nil {
			return err
		}
		if planned, err = s.makePlan(ctx, input); err != nil {
			return err
		}
		if err := s.checkTogether(options); err != nil {
			return err
		}
		if len(planned.Unknown) > 0 {
			// For a mistyped id, a plan without rows would look like success.
			return usageError(fmt.Errorf("--account %s: neither Salesforce nor Zendesk has this account in the %s flow; check the id and the flow", planned.Unknown[0], flow))
		}
		planned.SetFirstSeen(s.run.Day, s.planOfRunBefore(options.Since, flow))
		if err := s.writeRows(flow, planned); err != nil {
			return err
		}
		gather, err := s.inputs.Manifest(artifact.GatherManifest(flow))
		if err != nil {
			return err
		}
		s.warnOfPlan(planned, gather)
		document.GatheredAt = s.inputs.GatheredAt()
		document.fill(planned, gather.Source)
		return nil
	})
	return document, planned, err
}

// planOfRunBefore returns the held rows, orphans and conflicts in the plan of an
// earlier folder, nil without one or if the folder is of another version.
func (s *session) planOfRunBefore(since artifact.Folder, flow field.Flow) *plan.Plan {
	if since == "" {
		return nil
	}
	document := &PlanDocument{}
	if err := since.ReadManifest(artifact.PlanManifest(flow), document); err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.run.Log.Warn("first_seen dates are not taken from the previous run: "+err.Error(), "folder", since)
		}
		return nil
	}
	return &plan.Plan{Held: document.Held, Orphans: document.Orphans, Conflicts: document.Conflicts}
}

// planInput is the input of the plan without its sources.
func (s *session) planInput(schema *field.Schema, options CompareOptions) (*plan.Input, error) {
	input := &plan.Input{Schema: schema, Today: s.run.Day, Orphans: options.Orphans, Limits: options.Limits}
	if options.Accounts != nil {
		input.Only = map[account.ID]bool{}
	}
	for _, id := range options.Accounts {
		input.Only[id] = true
	}
	if options.Protected == nil {
		return input, nil
	}
	var err error
	if input.Protected, err = options.Protected.parseProtected(); err != nil {
		return nil, err
	}
	s.inputs.Add(options.Protected.file(len(input.Protected)))
	return input, nil
}

// parseProtected reads one id per line; # begins a comment.
func (t Text) parseProtected() (map[account.ID]bool, error) {
	protected := map[account.ID]bool{}
	for i, line := range strings.Split(t.Content, "\n") {
		text, _, _ := strings.Cut(line, "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		id, err := account.ParseID(text)
		if err != nil {
			return nil, usageError(fmt.Errorf("%s:%d: %w", t.Name, i+1, err))
		}
		protected[id] = true
	}
	return protected, nil
}

// warnOfPlan adds the plan's warnings, and repeats the gather's warning about the
// protection of organizations.
func (s *session) warnOfPlan(made *plan.Plan, gather *artifact.Manifest) {
	for _, warning := range gather.Warnings {
		if warning.Code == noIgnoreDeletion {
			made.Warnings = append(made.Warnings, plan.Warning{Code: warning.Code, Message: warning.Message})
		}
	}
	for _, warning := range made.Warnings {
		s.warn(artifact.Warning{Code: warning.Code, Message: warning.Message})
	}
}

// checkTogether returns an error for inputs of other days, and for inputs that were
// made from different versions of a file (docs/rules.md, Inputs that belong
// together). An edited file is another version, so --allow-edited says that this
// is intended.
func (s *session) checkTogether(options CompareOptions) error {
	if options.AllowStale {
		return nil
	}
	if err := s.inputs.CheckDates(s.run.Day); err != nil || options.AllowEdited {
		return err
	}
	return s.inputs.CheckVersions()
}
