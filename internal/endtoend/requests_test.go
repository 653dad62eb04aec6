package endtoend

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// An hour in which nothing has changed asks for each page once and for nothing
// else (docs/reliability.md, Time and memory).
func TestAnHourWithoutChangesAsksForNothingTwice(t *testing.T) {
	t.Parallel()
	w := startWorld(t, sandbox.Options{World: data.Generate(data.Options{Accounts: 300, Partners: 130, Seed: 3, Today: noon()})})
	w.liftLimits()
	w.hour()
	w.hour()
	before := w.Requests()
	w.hour()
	organizations := map[string]int{"global": len(w.Global.Organizations()), "usgov": len(w.USGov.Organizations())}
	candidates := w.counts("partner/zendesk-gather.manifest.json")["candidates"]
	want := map[string]map[string]int{
		"salesforce": {"POST /services/oauth2/token": 2, "GET /services/data/*/query": 3, "GET /services/data/*/query/*": 1},
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
	t.Parallel()
	w := startWorld(t, curated())
	if got := w.must("zendesk-gather usgov --from-global", cli.ExitUsage); got.stdout != "" || len(w.Requests()["usgov"]) > 0 {
		t.Errorf("%s%s", got.stdout, got.stderr)
	}
}

// Ranges begin at 5,000 accounts; a few more give every range pages of its own. In a
// soak the accounts have as many children as real ones.
// That ranges have the rows of a single query, the client's own tests show.
func TestRangesGiveTheSameBytesAsASingleQuery(t *testing.T) {
	t.Parallel()
	living := data.Options{Accounts: 5600, Partners: 10, Subscriptions: 1, Charges: 1, Seed: 4, Today: noon()}
	if soak() {
		living.Subscriptions, living.Charges = 0, 0
	}
	w := startWorld(t, sandbox.Options{World: data.Generate(living)})
	read := func(ranges string) (content string, asked int) {
		before := w.Requests()["salesforce"]
		w.must("salesforce customer --parallel " + ranges)
		for route, count := range w.Requests()["salesforce"] {
			if route != "POST /services/oauth2/token" {
				asked += count - before[route]
			}
		}
		return w.read("customer/salesforce_accounts.json"), asked
	}
	single, pages := read("1")
	ranges, asked := read("4")
	if single != ranges {
		t.Errorf("%d bytes of a single query, %d of ranges", len(single), len(ranges))
	}
	// Three pages of ids, and each range may end in a page that is not full.
	if asked > pages+3+3 {
		t.Errorf("%d requests in ranges, %d of a single query", asked, pages)
	}
}

func TestMoreThanSixteenRangesAreRefused(t *testing.T) {
	t.Parallel()
	w := startWorld(t, curated())
	if got := w.must("salesforce customer --parallel 17", cli.ExitUsage); !strings.Contains(got.stderr, "--parallel 17 must be between 1 and 16") {
		t.Error(got.stderr)
	}
}
