package cli

import (
	"bytes"
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// summarize prints the plan for people, and writes it as Markdown where a file
// is wanted.
func (s *stage) summarize(flow field.Flow, made *plan.Plan, document *planDocument, file string) error {
	subject := report.Subject{Flow: flow, Instance: document.Instance, Date: document.Date, PlanID: document.PlanID, DataDir: s.flags.dataDir}
	model := report.PlanOf(subject, made)
	if err := page.Text(s.Stdout, model, page.Screen{Rows: page.TerminalRows}); err != nil {
		return fmt.Errorf("printing the summary: %w", err)
	}
	return writeMarkdown(file, model)
}

// writeMarkdown writes the model where a file is wanted.
func writeMarkdown(file string, model report.Model) error {
	var content bytes.Buffer
	if err := page.Markdown(&content, model); err != nil {
		return fmt.Errorf("writing the summary: %w", err)
	}
	return writeReport("summary", file, content.Bytes())
}
