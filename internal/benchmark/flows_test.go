package benchmark

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

const (
	customers = 50_000
	partners  = 2_000
)

// BenchmarkFlows runs all flows over 50,000 customers, prints the time and
// peak memory of each stage, and holds the requests against what page and
// batch sizes force.
func BenchmarkFlows(b *testing.B) {
	for b.Loop() {
		s := startStages(b, data.Options{Accounts: customers, Partners: partners, Seed: 1})
		before := map[string]int{"global": len(s.Global.Organizations()), "usgov": len(s.USGov.Organizations())}
		fmt.Printf("\n%-24s %10s %10s\n", "stage", "seconds", "MB peak")
		for _, stage := range []string{
			"salesforce partner", "salesforce customer", "zendesk-gather global", "zendesk-gather usgov",
			"processor --plans ../../plans.yaml", "compare global", "compare usgov", "sync global", "sync usgov",
		} {
			s.measure(stage)
		}
		s.checkRequests(before)
		for _, stage := range []string{"zendesk-gather partner", "compare partner", "sync partner"} {
			s.measure(stage)
		}
	}
}

func (s *stages) measure(stage string) {
	took, memory := s.run(stage)
	fmt.Printf("%-24.24s %10.2f %10.1f\n", stage, took.Seconds(), float64(memory)/megabyte)
}

// checkRequests counts what gathering and syncing asked of both instances.
func (s *stages) checkRequests(organizations map[string]int) {
	for _, instance := range []string{"global", "usgov"} {
		counts := s.counts(instance)
		chunks := (counts["updates"]+99)/100 + (counts["marks_for_deletion"]+99)/100
		want := map[string]int{
			"GET /api/v2/organization_fields":       1,
			"GET /api/v2/organizations/count":       1,
			"GET /api/v2/organizations":             max(1, (organizations[instance]+99)/100),
			"POST /api/v2/organizations":            counts["creates"],
			"GET /api/v2/organizations/show_many":   chunks,
			"PUT /api/v2/organizations/update_many": chunks,
		}
		got := s.Requests()[instance]
		delete(got, "POST /oauth/tokens")
		delete(got, "GET /api/v2/job_statuses/show_many")
		maps.DeleteFunc(want, func(_ string, count int) bool { return count == 0 })
		if !maps.Equal(want, got) {
			s.b.Errorf("requests to %s: %v, want %v", instance, got, want)
		}
	}
}

// counts returns what the plan of the flow says of itself; a plan over a limit
// would leave rows out, so it is an error here.
func (s *stages) counts(flow string) map[string]int {
	content, err := os.ReadFile(filepath.Join(s.folder, flow, "plan.json"))
	var plan struct {
		Counts map[string]int
		Limits []struct{ Exceeded bool }
	}
	if err == nil {
		err = json.Unmarshal(content, &plan)
	}
	if err != nil {
		s.b.Fatal(err)
	}
	for _, limit := range plan.Limits {
		if limit.Exceeded {
			s.b.Errorf("the plan of %s exceeds a limit: %s", flow, content[:2000])
		}
	}
	return plan.Counts
}
