// Package report models what people read: a plan, the outcomes of its rows, the impact
// of changed rules, the explanation of an account, and the numbers that GitLab shows.
// It is pure and formats nothing for people: package page writes the models.
package report

import (
	"fmt"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// SchemaVersion is the version of the models' JSON. It changes when a key changes its
// meaning or is removed; keys may be added at any time.
const SchemaVersion = 1

// Model is anything that package page can write: *Plan, *Outcomes, *Impact,
// *Explanations and *Check. Its JSON is that of the struct.
type Model interface{ model() }

// Header is at the start of every model's JSON.
type Header struct {
	SchemaVersion int `json:"schema_version"`
	// Model is plan, outcomes, impact, explanations or check.
	Model string `json:"model"`
}

func headerOf(model string) Header { return Header{SchemaVersion: SchemaVersion, Model: model} }

// Subject identifies the plan that a model is about.
type Subject struct {
	PlanID string     `json:"plan_id"`
	Flow   field.Flow `json:"flow"`
	// Instance is the base URL of the Zendesk instance that was compared.
	Instance string       `json:"instance"`
	Date     account.Date `json:"date"`
	// GatheredAt is the time of the oldest data.
	GatheredAt time.Time `json:"gathered_at,omitzero"`
	// DataDir is the data folder as given, for the commands that follow.
	DataDir string `json:"data_dir"`
}

// Terraform returns the report that GitLab shows in a merge request
// (artifacts:reports:terraform). Marks for deletion count as deleted.
func Terraform(creates, updates, marks int) []byte {
	return fmt.Appendf(nil, "{\"create\":%d,\"update\":%d,\"delete\":%d}\n", creates, updates, marks)
}
