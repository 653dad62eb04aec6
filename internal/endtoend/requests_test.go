package endtoend

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// An hour in which nothing has changed asks for each page once and for nothing
// else (design.md, Speed and size).
func TestAnHourWithoutChangesAsksForNothingTwice(t *testing.T) {
	w := startWorld(t, sandbox.Options{World: data.Generate(data.Options{Accounts: 900, Partners: 130, Seed: 3, Today: noon()})})
	w.liftLimits()
	w.hour()
	w.hour()
	before := w.Requests()
	w.hour()
	organizations := map[string]int{"global": len(w.Global.Organizations()), "usgov": len(w.USGov.Organizations())}
	candidates := w.counts("partner/zendesk-gather.manifest.json")["candidates"]
	want := map[string]map[string]int{
		"salesforce": {"POST /services/oauth2/token": 2, "GET /services/data/*/query": 2, "GET /services/data/*/query/*": 4},
		"global": {
			"POST /oauth/tokens": 2, "GET /api/v2/organization_fields": 2, "GET /api/v2/organizations/count": 1,
			"GET /api/v2/organizations": (organizations["global"] + 99) / 100, "GET /api/v2/organizations/show_many": (candidates + 99) / 100,
		},
		"usgov": {
			"POST /oauth/tokens": 1, "GET /api/v2/organization_fields": 1, "GET /api/v2/organizations/count": 1,
			"GET /api/v2/organizations": (organizations["usgov"] + 99) / 100,
		},
	}
	got := map[string]map[string]int{}
	for service := range want {
		got[service] = map[string]int{}
		for route, count := range w.Requests()[service] {
			if asked := count - before[service][route]; asked > 0 {
				got[service][route] = asked
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || candidates < 100 {
		t.Errorf("%d candidates; requests (-want +got):\n%s", candidates, diff)
	}
}

// counts are those of a manifest.
func (w *world) counts(name string) map[string]int {
	w.t.Helper()
	var manifest struct{ Counts map[string]int }
	w.readJSON(name, &manifest)
	return manifest.Counts
}

func TestFromGlobalIsForThePartnerFlow(t *testing.T) {
	w := startWorld(t, curated())
	if got := w.must("zendesk-gather usgov --from-global", cli.ExitUsage); got.stdout != "" || len(w.Requests()["usgov"]) > 0 {
		t.Errorf("%s%s", got.stdout, got.stderr)
	}
}
