// Package summary writes what compare decided for people: a page by which one
// can judge whether a plan should be carried out (design.md, Commands). Names
// come from outside, so they are made harmless to terminals and to Markdown.
package summary

import (
	"io"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// Report is a plan and what it belongs to.
type Report struct {
	Flow field.Flow
	// Source is the base URL of the Zendesk instance that was compared.
	Source string
	Date   account.Date
	// PlanID is that of plan.json, by which sync accepts a plan over its
	// limits.
	PlanID string
	Plan   *plan.Plan
}

// Lists longer than these are cut; plan.json and the three record files have
// every row.
const (
	textRows     = 20
	markdownRows = 200
)

// Text writes the summary for a terminal.
func Text(w io.Writer, report Report) error {
	_, err := io.WriteString(w, pageOf(report).Text())
	return err
}

// Markdown writes the summary for a file that GitLab renders.
func Markdown(w io.Writer, report Report) error {
	_, err := io.WriteString(w, pageOf(report).Markdown())
	return err
}
