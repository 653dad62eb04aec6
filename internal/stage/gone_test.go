package stage_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

// hour runs the Global flow at noon of the day, and says what it wrote and what
// it held.
func (w *world) hour(day string) (wrote []string) {
	w.Helper()
	noon, err := time.Parse(time.DateOnly, day)
	w.ok(err)
	w.clock.Advance(noon.Add(12 * time.Hour).Sub(w.clock.Now()))
	w.day = account.Date(day)
	w.gathered()
	w.process()
	_, made := w.compare(field.Global)
	for _, held := range made.Held {
		wrote = append(wrote, fmt.Sprintf("held %s %v", held.Name, held.Holds))
	}
	for _, outcome := range w.sync(field.Global, syncOptions()).Outcomes {
		if outcome.Outcome != apply.Applied {
			w.Errorf("%s: %+v", day, outcome)
		}
		wrote = append(wrote, fmt.Sprintf("%s %s", outcome.Action, outcome.Name))
	}
	return wrote
}

// settled is a world of two customers whose organizations are as they should be.
func settled(t *testing.T) *world {
	w := newWorld(t)
	w.org.customers = []*account.Account{customer(birch, "Birch", "2027-01-31"), customer(maple, "Maple", "2040-01-01")}
	w.wants("2026-11-21", "create Birch", "create Maple")
	w.wants("2026-11-22")
	return w
}

func (w *world) wants(day string, want ...string) {
	w.Helper()
	if diff := cmp.Diff(want, w.hour(day)); diff != "" {
		w.Errorf("%s (-want +got):\n%s", day, diff)
	}
}

// cancelled is birch without anything that was sold, in the given words of
// Salesforce.
func (w *world) cancelled(kind string, arr account.Decimal) {
	gone := *w.org.customers[0]
	gone.Subscriptions, gone.Charges, gone.Type, gone.ARR = []account.Subscription{}, []account.Charge{}, kind, arr
	w.org.customers[0] = &gone
}

func TestAReplacedSubscriptionWritesNothing(t *testing.T) {
	w := settled(t)
	before := w.org.customers[0]
	w.cancelled("Customer", "100")
	w.wants("2026-11-23", "held Birch [subscriptions_gone (2027-01-31)]")
	w.org.customers[0] = before
	w.wants("2026-11-24")
}

func TestCancelledCustomersKeepSupportUntilTheirDate(t *testing.T) {
	w := settled(t)
	w.cancelled("Customer", "100")
	const held = "held Birch [subscriptions_gone (2027-01-31)]"
	w.wants("2027-02-15", held)
	w.wants("2027-02-16", "update Birch")
	record := w.instances[field.Global].organizations[firstCreated].Record
	for key, want := range map[string]field.Value{
		field.SupportLevel: "expired", field.AccountType: "former_customer", "aar": "0", field.SeatsDecimal: "0", "sub_sm_premium": "", field.ExpirationDate: "2027-01-31",
	} {
		if got := record.Get(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	w.wants("2027-02-17")
	w.wants("2030-02-01")
	w.wants("2030-02-02", "mark_for_deletion Birch")
	w.wants("2030-02-03")
}

func TestAFormerCustomerWithoutRevenueEndsAtOnce(t *testing.T) {
	w := settled(t)
	w.cancelled("Former Customer", "0")
	w.wants("2026-11-23", "update Birch")
	w.wants("2026-11-24")
}

func TestARecreatedAccountGetsNoSecondOrganization(t *testing.T) {
	w := settled(t)
	w.org.customers[0] = customer(tulip, "Birch", "2027-01-31")
	w.gathered()
	w.process()
	_, made := w.compare(field.Global)
	if len(made.Creates)+len(made.Updates)+len(made.Marks)+len(made.Orphans) > 0 || len(made.Conflicts) != 1 {
		t.Fatalf("%+v", made)
	}
	got := made.Conflicts[0]
	if got.Reason != plan.IdentityLost || got.AccountID != tulip || got.PresentID != string(birch) || got.FirstSeen != w.day {
		t.Errorf("%+v", got)
	}
	if made.Counts.WithoutOrganization != 1 {
		t.Errorf("%d without an organization", made.Counts.WithoutOrganization)
	}
}

func TestNoPartnerIsMarkedWhenTheReadsOverlap(t *testing.T) {
	w := newWorld(t)
	w.org.customers = []*account.Account{customer(birch, "Birch", "2027-01-01")}
	w.org.partners = []*account.Partner{{ID: tulip, ShortID: tulip.Short(), Name: "Tulip", AccountType: "open_partner"}}
	w.exists(field.Partner, 3, map[string]field.Value{field.Name: "Maple", field.SalesforceID: field.Value(maple), field.AccountType: "open_partner"})
	w.readSalesforce(artifact.Customers)
	w.clock.Advance(time.Minute)
	w.readSalesforce(artifact.Partners)
	w.gather(field.Partner)
	_, made := w.compare(field.Partner)
	if len(made.Marks) != 0 || len(made.Orphans) != 1 || made.Orphans[0].Reason != plan.OrphanReadsOverlap {
		t.Errorf("marks %+v, orphans %+v", made.Marks, made.Orphans)
	}
	w.clock.Advance(time.Minute)
	w.readSalesforce(artifact.Customers)
	if _, made = w.compare(field.Partner); len(made.Marks) != 1 || len(made.Warnings) != 0 {
		t.Errorf("marks %+v, warnings %+v", made.Marks, made.Warnings)
	}
}

func TestRowsKeepTheirFirstSeenDate(t *testing.T) {
	w := settled(t)
	w.cancelled("Customer", "100")
	w.wants("2026-11-23", "held Birch [subscriptions_gone (2027-01-31)]")
	before := artifact.Folder(t.TempDir())
	for name, content := range w.files() {
		putInto(t, before, name, content)
	}
	w.wants("2026-11-25", "held Birch [subscriptions_gone (2027-01-31)]")
	for since, want := range map[artifact.Folder]account.Date{"": "2026-11-25", before: "2026-11-23", "nowhere": "2026-11-25"} {
		document, _ := w.compare(field.Global, func(options *stage.CompareOptions) { options.Since = since })
		if len(document.Held) != 1 || document.Held[0].FirstSeen != want {
			t.Errorf("since %q: %+v, want %s", since, document.Held, want)
		}
		if diff := cmp.Diff([]hold.Hold{{Reason: hold.SubscriptionsGone, Detail: "2027-01-31"}}, document.Held[0].Holds); diff != "" {
			t.Error(diff)
		}
	}
}

func TestASyncHoldsItsPlanAgainstItsLimitsAgain(t *testing.T) {
	for name, tc := range map[string]struct{ from, to, want string }{
		"without limits":        {`"limits": [`, `"limits": [], "limitz": [`, "does not match its plan_id"},
		"with a larger floor":   {`"floor": 3`, `"floor": 3000`, "does not match its plan_id"},
		"with a larger share":   {`"share": 1,`, `"share": 100,`, "does not match its plan_id"},
		"of more organizations": {`"organizations": 2`, `"organizations": 2000000`, "does not match its plan_id"},
	} {
		t.Run(name, func(t *testing.T) {
			w := planned(t)
			w.compare(field.Global)
			edited := strings.Replace(w.read("global/plan.json"), tc.from, tc.to, 1)
			if edited == w.read("global/plan.json") {
				t.Fatalf("%s is not in plan.json", tc.from)
			}
			w.write("global/plan.json", edited)
			options := syncOptions()
			options.AllowEdited = true
			refused[*artifact.Error](w, func() error {
				_, err := stage.Sync(t.Context(), w.run(), field.Global, w.target(field.Global), options)
				return err
			}, tc.want)
		})
	}
}

// Whoever adds rows to updates.json has them counted.
func TestRowsThatWereAddedAreOverTheLimit(t *testing.T) {
	w := planned(t)
	w.compare(field.Global, func(options *stage.CompareOptions) {
		for i := range options.Limits {
			options.Limits[i].Share, options.Limits[i].Floor = 0, 2
		}
	})
	row := strings.Split(w.read("global/updates.json"), "\n")[1]
	rows := []string{row}
	for _, id := range []string{"11", "12"} {
		rows = append(rows, strings.Replace(row, `"id":1`, `"id":`+id, 1))
	}
	w.write("global/updates.json", "[\n"+strings.Join(rows, ",\n")+"\n]\n")
	options := syncOptions()
	options.AllowEdited = true
	for _, outcome := range w.sync(field.Global, options).Outcomes {
		if outcome.Action == plan.ActionUpdate && !outcome.OverLimit() {
			t.Errorf("%+v is carried out", outcome)
		}
	}
}

func putInto(t *testing.T, folder artifact.Folder, name, content string) {
	t.Helper()
	w := &world{T: t, folder: folder}
	w.ok(os.MkdirAll(filepath.Dir(folder.Path(name)), 0o700))
	w.write(name, content)
}
