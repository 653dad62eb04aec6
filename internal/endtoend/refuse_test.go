package endtoend

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/salesforce"
)

// halvedWorld has a plan of some hundred rows that waits to be carried out,
// and a front that can halve what Zendesk Global answers.
type halvedWorld struct {
	*world
	front *forger
}

func startHalved(t *testing.T) *halvedWorld {
	t.Helper()
	w := &halvedWorld{world: startWorld(t, sandbox.Options{World: busyWorld(noon())})}
	w.front = &forger{next: w.Global}
	server := httptest.NewServer(w.front)
	t.Cleanup(server.Close)
	w.environment["ZENDESK_GLOBAL_URL"] = server.URL
	w.environment["ZDSYNC_MAX_UPDATES"] = "100%"
	w.must("salesforce customer")
	for _, command := range partnerStages() {
		w.must(command)
	}
	return w
}

// endsEarly takes the second page of the list for the last one.
func endsEarly() forgery {
	pages := 0
	return on("GET", "/api/v2/organizations", edits(func(body map[string]any) {
		if pages++; pages >= 2 {
			body["meta"] = map[string]any{"has_more": false, "after_cursor": nil}
		}
	}))
}

// incomplete is what a list of two pages is called.
func (w *halvedWorld) incomplete() string {
	return fmt.Sprintf("zendesk listed 200 of %d organizations: the read is incomplete and nothing was written; run again", len(w.Global.Organizations()))
}

// A list of Salesforce that is short is not a list: the stage stops and says so,
// and what was there stays, to the byte.
func TestPartnerListCutInHalfAtSalesforce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		damage  salesforce.Damage
		message string
	}{
		"half the rows are missing": {salesforce.Damage{LoseRows: 145},
			"error: reading partner accounts: salesforce gave 148 of 293 records (totalSize): the read is incomplete and nothing was written; run again\n"},
		"one row is missing": {salesforce.Damage{LoseRows: 1},
			"error: reading partner accounts: salesforce gave 292 of 293 records (totalSize): the read is incomplete and nothing was written; run again\n"},
		"a row comes twice": {salesforce.Damage{RepeatRow: true},
			" came twice, so another may be missing; nothing was written: run again\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := startHalved(t)
			w.Salesforce.SetDamage(test.damage)
			w.refuses("salesforce partner", cli.ExitFailed, test.message)
		})
	}
}

// refuses runs a command that has to fail with the message at the end, leave
// every file as it was and write nothing to Zendesk.
func (w *halvedWorld) refuses(command string, code cli.ExitCode, message string) {
	w.t.Helper()
	before := w.everyFile()
	got := w.must(command, code)
	if !strings.HasSuffix(got.stderr, message) {
		w.t.Errorf("%s says\n%swant\n%s", command, got.stderr, message)
	}
	if diff := cmp.Diff(before, w.everyFile()); diff != "" {
		w.t.Errorf("%s changed files:\n%s", command, diff)
	}
	w.wroteNothing()
}

func (w *halvedWorld) wroteNothing() {
	w.t.Helper()
	if writes := w.Global.Audit(); len(writes) > 0 {
		w.t.Errorf("%d writes to Zendesk, the first %+v", len(writes), writes[0])
	}
}

// An artifact that was cut in half is refused by whoever reads it, also with
// --allow-edited: its end is missing.
func TestArtifactsCutInHalf(t *testing.T) {
	t.Parallel()
	w := startHalved(t)
	for _, test := range []struct{ name, command, again string }{
		{"partner/salesforce_accounts.json", "zendesk-gather partner", "`zd-sfdc-sync salesforce partner`"},
		{"partner/salesforce_accounts.json", "compare partner", "`zd-sfdc-sync salesforce partner`"},
		{"partner/salesforce_accounts.json", "compare partner --allow-edited --allow-stale", "`zd-sfdc-sync salesforce partner`"},
		{"customer/salesforce_accounts.json", "compare partner", "`zd-sfdc-sync salesforce customer`"},
		{"partner/zendesk_orgs.json", "compare partner", "`zd-sfdc-sync zendesk-gather partner`"},
		{"partner/zendesk_orgs.json", "compare partner --allow-edited --allow-stale", "`zd-sfdc-sync zendesk-gather partner`"},
		{"partner/creates.json", "sync partner", "`zd-sfdc-sync compare partner`"},
		{"partner/updates.json", "sync partner", "`zd-sfdc-sync compare partner`"},
		{"partner/updates.json", "sync partner --allow-edited --allow-stale", "`zd-sfdc-sync compare partner`"},
		{"partner/not_in_sync.json", "sync partner", "`zd-sfdc-sync compare partner`"},
	} {
		whole := w.read(test.name)
		path := filepath.Join(w.folder, test.name)
		if err := os.Truncate(path, int64(len(whole)/2)); err != nil {
			t.Fatal(err)
		}
		w.refuses(test.command, cli.ExitArtifact, "the file is cut off; run "+test.again+" again\n")
		// Records that are whole do not make the file whole.
		end := strings.LastIndex(whole[:len(whole)/2], ",\n")
		if end > 0 {
			if err := os.WriteFile(path, []byte(whole[:end]+"\n]\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(test.command, "--allow-edited") {
				w.refuses(test.command, cli.ExitArtifact, "again, or pass --allow-edited if the change is meant\n")
			}
		}
		if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.must("sync partner")
}

// A list of Zendesk that ends early is told by the count, and stops the gather.
func TestZendeskListThatEndsEarlyStopsTheGather(t *testing.T) {
	t.Parallel()
	w := startHalved(t)
	w.front.begin(endsEarly())
	w.refuses("zendesk-gather partner", cli.ExitFailed, "error: listing organizations: "+w.incomplete()+"\n")
}

// When a plan rests on an old gather, sync lists the instance before it
// creates. Half a list would hide whom it has already: nothing is created.
func TestAShortListStopsSyncBeforeCreates(t *testing.T) {
	t.Parallel()
	w := startHalved(t)
	w.clock.Advance(time.Hour)
	w.front.begin(endsEarly())
	got := w.must("sync partner", cli.ExitFailed)
	if !strings.Contains(got.stderr, "error: before the first create: listing organizations: "+w.incomplete()+"; nothing was created") {
		t.Errorf("sync says\n%s", got.stderr)
	}
	w.wroteNothing()
	w.front.begin(nil)
	w.must("sync partner")
}

// Organizations that show_many leaves out are not written: they may be gone.
func TestOrganizationsThatAreNotShownAreNotWritten(t *testing.T) {
	t.Parallel()
	w := startHalved(t)
	w.front.begin(on("GET", "/organizations/show_many", edits(func(body map[string]any) { body["organizations"] = []any{} })))
	w.must("sync partner --only updates,marks", cli.ExitUnfinished)
	w.wroteNothing()
}

// Where half of one side is missing and everything agrees, the limits stand
// before it: no mark and no create of the other half.
func TestHalfOfEitherSideExceedsTheLimits(t *testing.T) {
	t.Parallel()
	half := func(world data.World) *data.World {
		number := 0
		world.Accounts = slices.DeleteFunc(world.Accounts, func(a *data.Account) bool {
			number++
			return a.Type == "Partner" && number%2 == 0
		})
		return &world
	}
	for name, test := range map[string]struct {
		lose   func(w *halvedWorld)
		action string
	}{
		"Salesforce knows half the partners": {func(w *halvedWorld) { w.Salesforce.SetWorld(half(busyWorld(noon()))) }, "mark_for_deletion"},
		"Zendesk lists and counts half": {func(w *halvedWorld) {
			list := endsEarly()
			count := on("GET", "/organizations/count", answers(200, `{"count":{"value":200,"refreshed_at":"2026-11-21T12:00:00Z"}}`))
			w.front.begin(func(answer http.ResponseWriter, asked *http.Request, genuine func() *httptest.ResponseRecorder) bool {
				return list(answer, asked, genuine) || count(answer, asked, genuine)
			})
		}, "create"},
	} {
		t.Run(name, func(t *testing.T) {
			w := startHalved(t)
			test.lose(w)
			for _, command := range partnerStages()[:2] {
				w.must(command)
			}
			w.must("compare partner", cli.ExitLimit)
			w.front.begin(nil)
			w.must("sync partner", cli.ExitLimit, cli.ExitUnfinished)
			for _, write := range w.Global.Audit() {
				_, marked := write.Changes["mark_for_deletion"]
				if (test.action == "create" && write.Action == "create") || (test.action == "mark_for_deletion" && marked && write.Action != "create") {
					t.Errorf("a row over the limit was written: %+v", write)
				}
			}
		})
	}
}
