package endtoend

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/salesforce"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// manyCustomers is a world of the given number of buyers, each changed by what is given, and one partner.
func manyCustomers(size int, adjust func(number int, a *data.Account)) data.World {
	partner := buyer(data.LongID("0014M00005Patna"), "Quiet Partner")
	asPartner(&partner)
	world := data.World{Accounts: []*data.Account{&partner}}
	for number := range size {
		account := buyer(data.LongID(fmt.Sprintf("0014M00005%05d", number)), fmt.Sprintf("Buyer No. %d", number))
		if adjust(number, &account); account.ID != "" {
			world.Accounts = append(world.Accounts, &account)
		}
	}
	return world
}

func unchanged(int, *data.Account) {}

// settledCustomers are customers whose organizations are all in step.
func settledCustomers(t *testing.T, size int, adjust func(number int, a *data.Account)) *watch {
	t.Helper()
	world := manyCustomers(size, adjust)
	w := &watch{world: startWorld(t, sandbox.Options{World: world})}
	w.liftLimits()
	w.serve(world)
	w.hour()
	for _, limit := range []string{"CREATES", "UPDATES", "SUPPORT_LOST", "MARKS"} {
		delete(w.environment, "ZDSYNC_MAX_"+limit)
	}
	return w
}

// compared runs all stages up to the plan of the flow, and returns its summary.
func (w *watch) compared(flow string, code int) string {
	w.t.Helper()
	for _, command := range customerStages() {
		w.must(command)
	}
	if flow == "partner" {
		w.must("zendesk-gather partner")
	}
	got := w.run("compare", flow)
	if int(got.code) != code {
		w.t.Fatalf("compare %s: exit code %d, want %d\n%s%s", flow, got.code, code, got.stdout, got.stderr)
	}
	return got.stdout + got.stderr
}

// written counts the writes that a sync makes, by what they change.
func (w *watch) written(flow string, code int) map[string]int {
	w.t.Helper()
	before := len(w.instance(flow).Audit())
	got := w.run("sync", flow)
	if int(got.code) != code {
		w.t.Fatalf("sync %s: exit code %d, want %d\n%s%s", flow, got.code, code, got.stdout, got.stderr)
	}
	counts := map[string]int{}
	for _, write := range w.instance(flow).Audit()[before:] {
		if write.Action == zendesk.Create {
			counts["create"]++
			continue
		}
		for key := range write.Changes {
			counts[key]++
		}
	}
	return counts
}

func contains(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, each := range wanted {
		if !strings.Contains(text, each) {
			t.Errorf("it does not say %q:\n%s", each, text)
		}
	}
}

// Sales invents a name for US citizen support. The agencies that renew under it
// keep what they have, in the one organization they have, until it is mapped.
func TestUSGovernmentProductThatIsNotInPlans(t *testing.T) {
	t.Parallel()
	agency := func(product string) func(int, *data.Account) {
		return func(number int, a *data.Account) {
			if number >= 5 {
				return
			}
			withCitizenSupport(a)
			a.Charges[1].ID, a.Charges[1].ChargeName = data.LongID(fmt.Sprintf("a0c4M00005%05d", 500+number)), product
			a.Charges[1].SubscriptionID = a.Subscriptions[0].ID
		}
	}
	w := settledCustomers(t, 40, agency("24x7 US Citizen Support - 1 Year"))
	invented := manyCustomers(40, agency("36x8 US Citizen Support - 1 Year"))
	w.serve(invented)
	for _, flow := range []string{"global", "usgov"} {
		summary := w.compared(flow, 0)
		contains(t, summary, "Held", "unmapped_charge (36x8 US Citizen Support - 1 Year)", "Buyer No. 4")
		if got := w.written(flow, 0); len(got) > 0 {
			t.Errorf("%s: wrote %v, want nothing", flow, got)
		}
		if held := w.plan(flow).Counts["held"]; held != 5 {
			t.Errorf("%s: %d held, want 5", flow, held)
		}
	}
	contains(t, fmt.Sprint(w.warnings("processor.manifest.json")), `unmapped_charge "36x8 US Citizen Support - 1 Year": 5 accounts`)

	// Once the name is mapped, everything goes on as if nothing had happened.
	plans, err := os.ReadFile(w.environment["ZDSYNC_PLANS"])
	if err != nil {
		t.Fatal(err)
	}
	const known = "      - 24x7 US Citizen Support - 1 Year\n"
	mapped := strings.Replace(string(plans), known, known+"      - 36x8 US Citizen Support - 1 Year\n", 1)
	w.environment["ZDSYNC_PLANS"] = writeFile(t, "plans.yaml", mapped)
	w.hour()
	for _, flow := range []string{"global", "usgov"} {
		if made := w.plan(flow); made.HasChanges || len(made.Held) > 0 {
			t.Errorf("%s: once mapped, still %v", flow, made.Counts)
		}
	}
}

// A query that shows a third less, in good order: nobody of those loses
// anything; they are listed, or over the limit of marks.
func TestSalesforceThatLostAThirdOfItsAccounts(t *testing.T) {
	t.Parallel()
	world := data.Generate(data.Options{Accounts: 60, Partners: 60, Seed: 3, Today: noon()})
	w := &watch{world: startWorld(t, sandbox.Options{World: world})}
	w.liftLimits()
	w.serve(world)
	w.hour()
	w.hour()
	for _, limit := range []string{"CREATES", "UPDATES", "SUPPORT_LOST", "MARKS"} {
		delete(w.environment, "ZDSYNC_MAX_"+limit)
	}
	lost := world
	lost.Accounts = nil
	for number, account := range world.Accounts {
		if number%3 != 0 {
			lost.Accounts = append(lost.Accounts, account)
		}
	}
	w.serve(lost)
	for flow, says := range map[string][]string{"global": {"Orphans", "not_in_salesforce"}, "usgov": {"Flow usgov"}} {
		contains(t, w.compared(flow, 0), says...)
		if got := w.written(flow, 0); len(got) > 0 {
			t.Errorf("%s: wrote %v, want nothing", flow, got)
		}
	}
	contains(t, w.compared("partner", 3), "not_a_partner", "marks", "exceed")
	if got := w.written("partner", 3); len(got) > 0 {
		t.Errorf("partner: wrote %v, want nothing", got)
	}

	// When they come back, there is nothing to fix.
	w.serve(world)
	w.atRest()
}

// A read that is cut short fails, and the artifact of the last success stays.
func TestShortReadsOfSalesforceStopTheStage(t *testing.T) {
	t.Parallel()
	for rule, damage := range map[string]salesforce.Damage{
		"rows are missing": {LoseRows: 30}, "child rows are missing": {LoseChildRows: 1}, "a row comes twice": {RepeatRow: true},
	} {
		t.Run(rule, func(t *testing.T) {
			w := startWorld(t, curated())
			w.must("salesforce customer")
			before := w.files()
			w.Salesforce.SetDamage(damage)
			stopped := w.must("salesforce customer", 1)
			if stopped.stderr == "" {
				t.Error("it stopped silently")
			}
			if diff := cmp.Diff(before, w.files()); diff != "" {
				t.Errorf("the data folder has changed (-before +after):\n%s", diff)
			}
		})
	}
}

// A run with an empty overrides file would take from many what they were given
// by hand: over the limit, it takes nothing.
func TestProcessorWithoutItsOverrides(t *testing.T) {
	t.Parallel()
	world, overrides := manyCustomers(60, unchanged), ""
	for _, account := range world.Accounts[1:11] {
		overrides += "- salesforce_id: " + account.ID + "\n  support_level: ultimate\n"
	}
	world.Overrides = overrides
	w := &watch{world: startWorld(t, sandbox.Options{World: world})}
	w.liftLimits()
	w.serve(world)
	w.hour()
	delete(w.environment, "ZDSYNC_MAX_SUPPORT_LOST")
	w.GitLab.SetFile(sandbox.OverridesPath, "")
	contains(t, w.compared("global", 3), "support_lost", "ultimate → premium", "Buyer No. 9")
	if got := w.written("global", 3); len(got) > 0 {
		t.Errorf("wrote %v, want nothing", got)
	}
	results := w.list("global/sync_results.json")
	for _, row := range results {
		if row["outcome"] != "skipped" || !strings.Contains(said(row["reason"]), "over limit") {
			t.Errorf("%v is %v: %v, want it skipped as over the limit", row["name"], row["outcome"], row["reason"])
		}
	}
	if len(results) != 10 {
		t.Errorf("%d rows, want 10", len(results))
	}
}

// An instance of 40 organizations: the floors of the limits decide. One row
// more than the floor, and nothing of the kind is written.
func TestLimitsOfAnInstanceOfFortyOrganizations(t *testing.T) {
	t.Parallel()
	const size = 40 // the partner's organization is the 41st
	ended := func(a *data.Account) {
		end := noon().AddDate(0, 0, -30)
		a.Subscriptions[0].End, a.Charges[0].End = end, end
	}
	for _, test := range []struct {
		rule    string
		changed func(number int, a *data.Account)
		code    int
		written map[string]int
		says    string
	}{
		{"25 of 41 get another owner", func(number int, a *data.Account) {
			if number < 25 {
				a.Owner = "New Owner"
			}
		}, 0, map[string]int{"account_owner": 25}, "updates"},
		{"26 of 41 get another owner", func(number int, a *data.Account) {
			if number < 26 {
				a.Owner = "New Owner"
			}
		}, 3, map[string]int{}, "updates"},
		{"3 of 41 lose support", func(number int, a *data.Account) {
			if number < 3 {
				ended(a)
			}
		}, 0, map[string]int{
			"account_type": 3, "support_level": 3, "expiration_date": 3, "aar": 3, "seats_decimal": 3, "sub_sm_premium": 3,
		}, "Loses support"},
		{"4 of 41 lose support, and 2 get another owner", func(number int, a *data.Account) {
			if number < 4 {
				ended(a)
			} else if number < 6 {
				a.Owner = "New Owner"
			}
		}, 3, map[string]int{"account_owner": 2}, "support_lost"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			w := settledCustomers(t, size, unchanged)
			w.serve(manyCustomers(size, test.changed))
			contains(t, w.compared("global", test.code), test.says)
			if diff := cmp.Diff(test.written, w.written("global", test.code)); diff != "" {
				t.Errorf("written (-want +got):\n%s", diff)
			}
		})
	}
}

// So many new customers that the creates are over their limit: none is created.
func TestCreatesOverTheirLimit(t *testing.T) {
	t.Parallel()
	for created, code := range map[int]int{25: 0, 26: 3} {
		w := settledCustomers(t, 40, unchanged)
		w.serve(manyCustomers(40+created, unchanged))
		contains(t, w.compared("global", code), "creates")
		want := map[string]int{}
		if code == 0 {
			want["create"] = created
		}
		if diff := cmp.Diff(want, w.written("global", code)); diff != "" {
			t.Errorf("%d creates (-want +got):\n%s", created, diff)
		}
	}
}
