package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// reportMode is that of reports: they name customers.
const reportMode = 0o600

// withMetrics gives the stages their flag for metrics.
func (a *app) withMetrics(stages ...*cobra.Command) []*cobra.Command {
	for _, stage := range stages {
		stage.Flags().StringVar(&a.flags.metricsFile, "metrics-file", "", "`file` to write the stage's metrics to, as OpenMetrics text")
	}
	return stages
}

// writeReport writes a report where one is wanted. It comes after the
// artifacts, which stay whatever becomes of it.
func writeReport(what, file string, content []byte) error {
	if file == "" {
		return nil
	}
	if err := os.WriteFile(file, content, reportMode); err != nil {
		return fmt.Errorf("writing the %s: %w; the artifacts of the stage are written", what, err)
	}
	return nil
}

// writeMetrics writes what the manifest of the stage counts.
func (s *stage) writeMetrics(document artifact.Document) error {
	var limits []plan.LimitCheck
	if made, ok := document.(*planDocument); ok {
		limits = made.Limits
	}
	return writeReport("metrics", s.flags.metricsFile, report.Metrics(document.Base(), limits))
}

// writeOutcomes writes what became of a plan for people.
func (s *stage) writeOutcomes(flow field.Flow, planID, file string, outcomes []apply.Outcome) error {
	return writeMarkdown(file, report.OutcomesOf(report.Subject{Flow: flow, PlanID: planID, DataDir: s.flags.dataDir}, outcomes))
}
