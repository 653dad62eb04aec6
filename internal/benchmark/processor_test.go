package benchmark

import (
	"os"
	"path/filepath"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

const megabyte = 1 << 20

// BenchmarkProcessor is the processor over 100,000 accounts of three
// subscriptions and six charges each.
func BenchmarkProcessor(b *testing.B) {
	s := startStages(b, data.Options{Accounts: 100_000, Partners: 100, Seed: 1, Subscriptions: 3, Charges: 6})
	for _, stage := range []string{"salesforce partner", "salesforce customer", "zendesk-gather global", "zendesk-gather usgov"} {
		s.run(stage)
	}
	input, err := os.Stat(filepath.Join(s.folder, "customer", "salesforce_accounts.json"))
	if err != nil {
		b.Fatal(err)
	}
	var most int64
	for b.Loop() {
		_, memory := s.run("processor --plans ../../plans.yaml")
		most = max(most, memory)
	}
	b.ReportMetric(float64(most)/megabyte, "MB-peak")
	b.ReportMetric(float64(input.Size())/megabyte, "MB-input")
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/run")
}
