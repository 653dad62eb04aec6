// Package report holds what people look at as models: a plan, what happened to
// its rows, the impact of changed rules, why an account is what it is, and the
// numbers that GitLab shows. It is pure and formats nothing for people: package
// page writes the models.
package report

import (
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Model is anything that package page can write: *Plan, *Outcomes, *Impact and
// *Explanation.
type Model interface{ model() }

// Subject identifies the plan that a model is about.
type Subject struct {
	Flow field.Flow
	// Instance is the base URL of the Zendesk instance that was compared.
	Instance string
	Date     account.Date
	// PlanID is that of plan.json, by which sync accepts a plan over its limits.
	PlanID string
	// DataDir is the data folder as it was given, for the commands that follow.
	DataDir string
}

// Terraform returns the report that GitLab shows in a merge request
// (artifacts:reports:terraform). Marks for deletion count as deleted.
func Terraform(creates, updates, marks int) []byte {
	return fmt.Appendf(nil, "{\"create\":%d,\"update\":%d,\"delete\":%d}\n", creates, updates, marks)
}
