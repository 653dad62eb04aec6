package entitlement

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
)

// The day of most cases. 15 days of grace reach back to 2026-05-31, three
// years and one day to 2023-06-14.
const today = account.Date("2026-06-15")

const (
	acme  = account.ID("001M000000qfPySIAU")
	other = account.ID("001B0000002Gcp0IAC")
)

// world is everything the rules know beside the account.
type world struct {
	today         account.Date // the constant today when empty
	overrides     string
	global, usgov []organization.Organization
	partners      map[account.ID]bool
}

func plansOf(t rapid.TB) *products.Catalog {
	t.Helper()
	content, err := os.ReadFile("testdata/plans.yaml")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := products.Parse("plans.yaml", content)
	if err != nil {
		t.Fatal(err)
	}
	return plans
}

func (w world) lookups(t rapid.TB) *Lookups {
	t.Helper()
	entries, err := overrides.Parse("overrides.yaml", []byte(w.overrides))
	if err != nil {
		t.Fatal(err)
	}
	if w.today == "" {
		w.today = today
	}
	known := map[field.Instance]*Organizations{}
	for instance, organizations := range map[field.Instance][]organization.Organization{field.GlobalInstance: w.global, field.USGovInstance: w.usgov} {
		known[instance] = NewOrganizations()
		for _, org := range organizations {
			known[instance].Add(org)
		}
	}
	return NewLookups(Inputs{Today: w.today, Plans: plansOf(t), Overrides: entries, PartnerAccounts: w.partners, Organizations: known})
}

// org is an organization that names the account, with further fields given as
// key, value.
func org(number int64, id account.ID, values ...field.Value) organization.Organization {
	record := field.SchemaOf(field.Global).NewRecord()
	record.Set(field.SalesforceID, field.Value(id))
	for i := 0; i+1 < len(values); i += 2 {
		record.Set(string(values[i]), values[i+1])
	}
	return organization.Organization{ID: number, Record: record}
}

// organizationOf is an organization that names the account, with its
// account_type, and neither a level nor a date.
func organizationOf(id account.ID, accountType field.Value) []organization.Organization {
	return []organization.Organization{org(42, id, field.AccountType, accountType)}
}

// has is acme's organization of that level and expiration date.
func has(level, date field.Value) []organization.Organization {
	return []organization.Organization{org(42, acme, field.SupportLevel, level, field.ExpirationDate, date)}
}

// override is an entry of the overrides file for the account acme, its further
// lines given.
func override(lines ...string) string {
	return "- salesforce_id: " + string(acme) + "\n  " + strings.Join(lines, "\n  ") + "\n"
}

// customer is the account acme.
func customer(parts ...func(*account.Account)) *account.Account {
	a := &account.Account{ID: acme, ShortID: acme.Short(), Name: "Acme", ARR: "1000", Type: "Customer", SalesSegment: "large"}
	for _, part := range parts {
		part(a)
	}
	return a
}

func exception(a *account.Account) { a.Exception = true }

// subscription adds a subscription for the year 2026 and its charges.
func subscription(id string, charges ...account.Charge) func(*account.Account) {
	return subscriptionBetween(id, "2026-01-01", "2026-12-31", charges...)
}

func subscriptionBetween(id string, start, end account.Date, charges ...account.Charge) func(*account.Account) {
	return func(a *account.Account) {
		a.Subscriptions = append(a.Subscriptions, account.Subscription{ID: id, Name: "A-" + id, StartDate: start, EndDate: end})
		for i, charge := range charges {
			charge.ID, charge.Subscription = fmt.Sprintf("%s-%02d", id, i), id
			a.Charges = append(a.Charges, charge)
		}
	}
}

// orphan adds a charge whose subscription is not in the account's list.
func orphan(charge account.Charge) func(*account.Account) {
	return func(a *account.Account) {
		charge.ID, charge.Subscription = fmt.Sprintf("orphan-%02d", len(a.Charges)), "gone"
		a.Charges = append(a.Charges, charge)
	}
}

func charge(name string, start, end account.Date, quantity account.Decimal) account.Charge {
	return account.Charge{ChargeName: name, StartDate: start, EndDate: end, Quantity: quantity}
}

// current is a charge of 10 for the year 2026.
func current(name string) account.Charge { return charge(name, "2026-01-01", "2026-12-31", "10") }

// ended is a charge of 10 for the year 2025.
func ended(name string) account.Charge { return charge(name, "2025-01-01", "2025-12-31", "10") }

// endingOn is a charge of 10 that ends on the day.
func endingOn(name string, end account.Date) account.Charge {
	return charge(name, "2020-01-01", end, "10")
}

// future is a charge of 10 that starts next month.
func future(name string) account.Charge { return charge(name, "2026-07-15", "2027-07-14", "10") }

// summary tells an outcome in one line: the level and the subscription types
// that are true, seats, expiration date and revenue, then what else is set.
func summary(outcome Outcome, schema *field.Schema, revenue, seats string) string {
	if outcome.LeftOut != nil {
		return "out: " + string(outcome.LeftOut.Reason)
	}
	object := outcome.Entitlement
	get := func(key string) string { return string(object.Record.Get(key)) }
	var types []string
	for i, managed := range schema.Fields {
		if name, is := strings.CutPrefix(managed.Key, "sub_"); is && object.Record.Values[i] == field.True {
			types = append(types, name)
		}
	}
	said := []string{get(field.SupportLevel) + " [" + strings.Join(types, " ") + "]"}
	said = append(said, get(seats)+" seats", "until "+get(field.ExpirationDate), "revenue "+get(revenue))
	if wantType := map[bool]string{true: "former_customer", false: "customer"}[get(field.SupportLevel) == "expired"]; get(field.AccountType) != wantType {
		said = append(said, "WRONG account_type "+get(field.AccountType))
	}
	if words := holdsOf(object.Holds); words != "" {
		said = append(said, words)
	}
	for _, flag := range []struct {
		text string
		set  bool
	}{
		{"in other", object.InOtherInstance},
		{"awaits other", slices.Contains(object.Holds, hold.Hold{Reason: hold.AwaitsOtherInstance})},
		{object.Schedule, object.Schedule != ""},
		{"emergency", get(field.EmergencySupport) == "true"},
		{"fedramp", object.FedRAMP},
	} {
		if flag.set {
			said = append(said, flag.text)
		}
	}
	return strings.Join(said, ", ")
}

// holdsOf tells the holds but that of a move: "unmapped A|B, orphaned C".
func holdsOf(holds []hold.Hold) string {
	var said []string
	for _, kind := range []struct {
		reason hold.Reason
		word   string
	}{
		{hold.UnmappedCharge, "unmapped"}, {hold.ChargeWithoutSubscription, "orphaned"},
		{hold.SubscriptionWithoutCharges, "chargeless"}, {hold.SubscriptionsGone, "gone"},
	} {
		var details []string
		for _, each := range holds {
			if each.Reason == kind.reason {
				details = append(details, each.Detail)
			}
		}
		if details != nil {
			said = append(said, kind.word+" "+strings.Join(details, "|"))
		}
	}
	return strings.Join(said, ", ")
}

func globalSummary(decision Decision) string {
	return summary(decision.In(field.GlobalInstance), field.SchemaOf(field.Global), "aar", field.SeatsDecimal)
}

func usgovSummary(decision Decision) string {
	return summary(decision.In(field.USGovInstance), field.SchemaOf(field.USGov), "arr", field.NumberOfSeats)
}

// ruleCase is one rule: an account in a world, and what happens to it.
type ruleCase struct {
	rule          string
	account       *account.Account
	world         world
	global, usgov string
}

func checkRules(t *testing.T, cases []ruleCase) {
	t.Helper()
	for _, test := range cases {
		t.Run(test.rule, func(t *testing.T) {
			decision := test.world.lookups(t).Decide(test.account, nil)
			if got := globalSummary(decision); got != test.global {
				t.Errorf("Global\n got %s\nwant %s", got, test.global)
			}
			if got := usgovSummary(decision); got != test.usgov {
				t.Errorf("US Government\n got %s\nwant %s", got, test.usgov)
			}
			for _, outcome := range decision.Outcomes {
				if object := outcome.Entitlement; object != nil && !slices.IsSortedFunc(object.Holds, compareHolds) {
					t.Errorf("the holds of %s are not sorted: %v", outcome.Instance, object.Holds)
				}
			}
		})
	}
}

func compareHolds(a, b hold.Hold) int {
	return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Detail, b.Detail))
}
