package endtoend

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// At thousands of partners (12,000 in a soak) the requests are what page and
// batch sizes force, plus one look before each chunk, plus at most one poll a
// second.
func TestRequestsOfThousandsOfPartners(t *testing.T) {
	t.Parallel()
	partners, changed, fewest := 4_000, 0.2, 600
	if soak() {
		partners, fewest = 12_000, 1800
	}
	w := startWorld(t, sandbox.Options{
		World:       data.Generate(data.Options{Accounts: 50, Partners: partners, Seed: 1, Today: noon(), Changed: changed}),
		JobDuration: 6 * time.Second,
	})
	w.must("salesforce partner")
	asked := w.Requests()["salesforce"]
	for _, command := range partnerStagesWithOwners()[1:] {
		w.must(command)
	}
	made := w.plan("partner")
	updates, creates, marks := made.Counts["updates"], made.Counts["creates"], made.Counts["marks_for_deletion"]
	if updates < fewest || creates < 15 || marks < 1 {
		t.Fatalf("the world is too quiet to show anything: %v", made.Counts)
	}
	began := w.clock.Now()
	w.must("sync partner")
	seconds := int(w.clock.Now().Sub(began) / time.Second)

	chunks := (updates+99)/100 + (marks+99)/100
	organizations := len(w.Global.Organizations()) - creates
	want := map[string]int{
		"POST /oauth/tokens":                    2,
		"GET /api/v2/organization_fields":       2,
		"GET /api/v2/organizations/count":       1,
		"GET /api/v2/organizations":             (organizations + 99) / 100,
		"POST /api/v2/organizations":            creates,
		"GET /api/v2/organizations/show_many":   chunks + (updates+marks+99)/100,
		"GET /api/v2/job_statuses":              1,
		"GET /api/v2/search":                    creates,
		"PUT /api/v2/organizations/update_many": chunks,
	}
	got := w.Requests()["global"]
	polls := got["GET /api/v2/job_statuses/show_many"]
	delete(got, "GET /api/v2/job_statuses/show_many")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests to Zendesk (-want +got):\n%s", diff)
	}
	if polls == 0 || polls > seconds {
		t.Errorf("%d polls in %d seconds, want at most one a second", polls, seconds)
	}
	wantSalesforce := map[string]int{
		"POST /services/oauth2/token": 1, "GET /services/data/*/query": 1,
		"GET /services/data/*/query/*": (made.Counts["accounts"]+1999)/2000 - 1,
	}
	if diff := cmp.Diff(wantSalesforce, asked); diff != "" {
		t.Errorf("requests to Salesforce (-want +got):\n%s", diff)
	}
	if most := w.Global.MaxOutstandingJobs(); most > 20 {
		t.Errorf("%d jobs were outstanding, want at most 20", most)
	}
	if !soak() {
		return
	}
	w.clock.Advance(time.Hour)
	for _, command := range partnerStages() {
		w.must(command)
	}
	if again := w.plan("partner"); again.HasChanges {
		t.Errorf("the second run still finds something to do: %v", again.Counts)
	}
}
