package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

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

// planOf returns the plan that the document and its rows hold.
func (document *planDocument) planOf(rows apply.Rows) *plan.Plan {
	return &plan.Plan{
		Creates: rows.Creates, Updates: rows.Updates, Marks: rows.Marks,
		Held: document.Held, Orphans: document.Orphans, Unmanaged: document.Unmanaged, Conflicts: document.Conflicts,
		SupportLevels: document.SupportLevels, ChangesByField: document.ChangesByField, Limits: document.Limits,
	}
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
