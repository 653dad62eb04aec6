package stage

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// Show returns the saved plan of the flow, with the outcomes of its rows after a
// sync.
func Show(run *Run, flow field.Flow, allowEdited bool) (*report.Plan, error) {
	s := run.open(allowEdited)
	saved, err := s.readPlan(flow, "")
	if err != nil {
		return nil, err
	}
	return s.reportOf(saved)
}

// reportOf returns the plan's report, with outcomes if it was applied.
func (s *session) reportOf(saved *SavedPlan) (*report.Plan, error) {
	whole := saved.Report(s.run.Folder)
	if s.inputs.Missing(artifact.SyncManifest(whole.Flow)) {
		return whole, nil
	}
	manifest, err := s.inputs.Manifest(artifact.SyncManifest(whole.Flow))
	if err != nil || !carriedOut(saved, manifest) {
		return whole, err
	}
	var outcomes []apply.Outcome
	err = artifact.ReadInput(&s.inputs, artifact.SyncResults(whole.Flow), artifact.SyncManifest(whole.Flow), parseOutcome,
		func(outcome apply.Outcome) error {
			if s.reads(outcome.AccountID) {
				outcomes = append(outcomes, outcome)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	return whole.WithOutcomes(outcomes), nil
}

// carriedOut reports whether the manifest's sync applied this plan as it is now. The
// same plan made again, because the organizations were changed back, is not applied
// yet.
func carriedOut(saved *SavedPlan, manifest *artifact.Manifest) bool {
	return manifest.OfPlan == saved.PlanID && !manifest.FinishedAt.Before(saved.FinishedAt)
}

func parseOutcome(raw jsontext.Value) (apply.Outcome, error) {
	var outcome apply.Outcome
	if err := json.Unmarshal(raw, &outcome, jsontext.AllowInvalidUTF8(true)); err != nil {
		return outcome, fmt.Errorf("outcome: %w", err)
	}
	return outcome, nil
}
