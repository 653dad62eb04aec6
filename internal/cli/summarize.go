package cli

import (
	"bytes"
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/summary"
)

// summarize prints the plan for people, and writes it as Markdown where a file
// is wanted.
func (s *stage) summarize(flow field.Flow, made *plan.Plan, document *planDocument, file string) error {
	report := summary.Report{Flow: flow, Source: document.Instance, Date: document.Date, PlanID: document.PlanID, Plan: made}
	if err := summary.Text(s.Stdout, report); err != nil {
		return fmt.Errorf("printing the summary: %w", err)
	}
	if file == "" {
		return nil
	}
	var page bytes.Buffer
	if err := summary.Markdown(&page, report); err != nil {
		return fmt.Errorf("writing the summary: %w", err)
	}
	return writeReport("summary", file, page.Bytes())
}
