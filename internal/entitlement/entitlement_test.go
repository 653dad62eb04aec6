package entitlement

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

func renameCharges(name string) func(*account.Account) {
	return func(a *account.Account) {
		for i := range a.Charges {
			a.Charges[i].Name = name
		}
	}
}

func TestSeats(t *testing.T) {
	seats := func(name string, quantity account.Decimal) account.Charge {
		return charge(name, "2026-01-01", "2026-12-31", quantity)
	}
	checkRules(t, []ruleCase{{
		rule: "the largest quantity by value, not the sum and not by text",
		account: customer(subscription("S1", seats("SM Premium", "9")), subscription("S2", seats("SM Ultimate", "10")),
			subscription("S3", seats("SaaS Premium", "9.75"))),
		global: "ultimate [dotcom_premium sm_premium sm_ultimate], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "Global keeps the decimal",
		account: customer(subscription("S1", seats("SM Premium", "10.25"))),
		global:  "premium [sm_premium], 10.25 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "US Government rounds up",
		account: customer(exception, subscription("S1", seats("SM Premium", "10.25"))),
		global:  elsewhere, usgov: "premium [sm_premium], 11 seats, until 2026-12-31, revenue 1000, 12x5",
	}, {
		rule:    "a type that does not count seats, an ended, an unmapped and the other instance's charge give none",
		account: customer(subscription("S1", seats("Storage", "500"), seats("SM Premium", "5"), charge("SM Premium", "2025-01-01", "2025-12-31", "70"), seats("New", "80")), subscription("S2", seats("Dedicated for US Public Sector", "90"))),
		global:  "premium [consumption_storage sm_premium], 5 seats, until 2026-12-31, revenue 1000, unmapped New",
		usgov:   "ultimate [gitlab_dedicated usgov_24x7], 90 seats, until 2026-12-31, revenue 1000, unmapped New, 24x7, emergency, fedramp",
	}, {
		rule:    "no quantity is 0",
		account: customer(subscription("S1", seats("SM Premium", ""))),
		global:  "premium [sm_premium], 0 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}})
}

func TestExpirationDate(t *testing.T) {
	checkRules(t, []ruleCase{{
		rule: "the latest end of all charges of the instance's subscriptions, ended, future, ignored or unmapped",
		account: customer(subscription("S1", current("SM Premium"), charge("New", "2028-01-01", "2028-12-31", "1")),
			subscriptionBetween("S2", "2026-01-01", "2035-12-31", ended("SM Premium"))),
		global: "premium [sm_premium], 10 seats, until 2028-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "each instance has its own",
		account: customer(subscription("S1", current("SM Premium")), subscription("S2", charge("12x5 US Citizen Support", "2026-01-01", "2027-03-31", "1"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000",
		usgov:   "custom [usgov_12x5], 0 seats, until 2027-03-31, revenue 1000, 12x5",
	}, {
		rule:    "without charges, the latest end of the subscriptions",
		account: customer(subscriptionBetween("S1", "2025-01-01", "2025-12-31"), subscriptionBetween("S2", "2024-01-01", "2024-12-31")),
		global:  "expired [], 0 seats, until 2025-12-31, revenue 0", usgov: elsewhere,
	}, {
		rule: "of those of the instance alone",
		account: customer(subscriptionBetween("S1", "2026-01-01", "2026-12-31"),
			subscriptionBetween("S2", "2026-01-01", "2027-06-30", charge("12x5 US Citizen Support", "2026-01-01", "", "1"))),
		global: "expired [], 0 seats, until 2026-12-31, revenue 0, chargeless A-S1",
		usgov:  "custom [usgov_12x5], 0 seats, until 2027-06-30, revenue 1000, chargeless A-S1, 12x5",
	}, {
		rule:    "so too where no charge has an end",
		account: customer(subscription("S1", charge("SM Premium", "2026-01-01", "", "10"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}})
}

func TestSupportLevelIsTheHighest(t *testing.T) {
	levels := []struct{ name, level string }{
		{"SM Ultimate", "ultimate"}, {"SaaS Ultimate", "gold"}, {"SM Premium", "premium"}, {"SaaS Premium", "silver"},
		{"Storage", "consumption_only"}, {"Success Signature", "custom"}, {"[EDU Program] SaaS - Ultimate", "community"},
	}
	lookups := world{}.lookups(t)
	for i := range levels {
		var charges []account.Charge
		for _, lower := range levels[i:] {
			charges = append(charges, current(lower.name))
		}
		object := lookups.Decide(customer(subscription("S1", charges...)), nil).In(field.GlobalInstance).Entitlement
		if got := object.Record.Get(field.SupportLevel); got != field.Value(levels[i].level) {
			t.Errorf("%s and everything lower gives %s, want %s", levels[i].name, got, levels[i].level)
		}
	}
}

func TestWhatFollowsFromTheTypes(t *testing.T) {
	checkRules(t, []ruleCase{{
		rule:    "sub_ss_enterprise brings sub_ss_ase",
		account: customer(subscription("S1", current("Success Signature"))),
		global:  "custom [ss_ase ss_enterprise], 0 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "sub_ss_ase does not bring sub_ss_enterprise",
		account: customer(subscription("S1", current("Assigned Support Engineer"))),
		global:  "custom [ss_ase], 0 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "in US Government sub_ss_enterprise has no field and brings nothing",
		account: customer(subscription("S1", current("Success Signature"), current("12x5 US Citizen Support"))),
		global:  elsewhere, usgov: "custom [usgov_12x5], 0 seats, until 2026-12-31, revenue 1000, 12x5",
	}, {
		rule:    "usgov_fedramp brings dedicated and 24x7, and with it the schedule and emergency support",
		account: customer(subscription("S1", current("Dedicated for US Public Sector"))),
		global:  elsewhere, usgov: "ultimate [gitlab_dedicated usgov_24x7], 10 seats, until 2026-12-31, revenue 1000, 24x7, emergency, fedramp",
	}, {
		rule:    "12x5 beside 24x7 is 24x7",
		account: customer(subscription("S1", current("12x5 US Citizen Support"), current("24x7 US Citizen Support"))),
		global:  elsewhere, usgov: "custom [usgov_12x5 usgov_24x7], 0 seats, until 2026-12-31, revenue 1000, 24x7, emergency",
	}, {
		rule:    "an account without arr has revenue 0",
		account: customer(subscription("S1", current("SM Premium")), func(a *account.Account) { a.ARR = "" }),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 0", usgov: elsewhere,
	}})
}

func TestOverrides(t *testing.T) {
	plan := subscription("S1", current("SM Premium"))
	federal := subscription("S1", current("SM Premium"), current("24x7 US Citizen Support"))
	checkRules(t, []ruleCase{{
		rule:    "a flag turned on gives its level",
		account: customer(plan), world: world{overrides: override("sub_sm_ultimate: true")},
		global: "ultimate [sm_premium sm_ultimate], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "a flag turned off takes its level, and with the last one the revenue",
		account: customer(plan), world: world{overrides: override("sub_sm_premium: false")},
		global: "expired [], 10 seats, until 2026-12-31, revenue 0", usgov: elsewhere,
	}, {
		rule:    "support_level is decided by an override that names it, higher",
		account: customer(plan), world: world{overrides: override("support_level: gold")},
		global: "gold [sm_premium], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "or lower",
		account: customer(plan), world: world{overrides: override("support_level: community", "sub_sm_ultimate: true")},
		global: "community [sm_premium sm_ultimate], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "an overridden expired makes a former customer and outranks an overridden revenue",
		account: customer(plan), world: world{overrides: override("support_level: expired", "aar: 500")},
		global: "expired [sm_premium], 10 seats, until 2026-12-31, revenue 0", usgov: elsewhere,
	}, {
		rule:    "seats, date and revenue are replaced",
		account: customer(plan), world: world{overrides: override("aar: 12.5", "seats_decimal: 7.5", "expiration_date: 2030-01-31")},
		global: "premium [sm_premium], 7.5 seats, until 2030-01-31, revenue 12.5", usgov: elsewhere,
	}, {
		rule:    "what follows from a type follows from an overridden one too, and cannot be turned off alone",
		account: customer(plan), world: world{overrides: override("sub_ss_enterprise: true", "sub_ss_ase: false")},
		global: "premium [sm_premium ss_ase ss_enterprise], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "an override for Global is for Global alone",
		account: customer(federal), world: world{overrides: override("instance: global", "sub_sm_ultimate: true")},
		global: "ultimate [sm_ultimate], 0 seats, until 2026-12-31, revenue 1000, awaits other",
		usgov:  "premium [sm_premium usgov_24x7], 10 seats, until 2026-12-31, revenue 1000, 24x7, emergency",
	}, {
		rule:    "the schedule follows the overridden flag",
		account: customer(federal), world: world{overrides: override("instance: usgov", "sub_usgov_24x7: false", "arr: 3", "number_of_seats: 4")},
		global: elsewhere, usgov: "premium [sm_premium], 4 seats, until 2026-12-31, revenue 3, 12x5",
	}, {
		rule:    "usgov_fedramp turned on gives ultimate and all that it brings, even over flags turned off",
		account: customer(federal), world: world{overrides: override("instance: usgov", "usgov_fedramp: true", "sub_usgov_24x7: false", "sub_gitlab_dedicated: false")},
		global: elsewhere, usgov: "ultimate [gitlab_dedicated sm_premium usgov_24x7], 10 seats, until 2026-12-31, revenue 1000, 24x7, emergency, fedramp",
	}, {
		rule:    "usgov_fedramp turned off takes what it brings",
		account: customer(subscription("S1", current("Dedicated for US Public Sector"))), world: world{overrides: override("instance: usgov", "usgov_fedramp: false")},
		global: elsewhere, usgov: "expired [], 10 seats, until 2026-12-31, revenue 0, 12x5",
	}, {
		rule:    "support_level decides over usgov_fedramp too",
		account: customer(federal), world: world{overrides: override("instance: usgov", "usgov_fedramp: true", "support_level: premium")},
		global: elsewhere, usgov: "premium [gitlab_dedicated sm_premium usgov_24x7], 10 seats, until 2026-12-31, revenue 1000, 24x7, emergency, fedramp",
	}, {
		rule:    "a type without a field here keeps its level",
		account: customer(subscription("S1", current("SaaS Ultimate"), current("12x5 US Citizen Support"))), world: world{overrides: override("instance: usgov", "sub_usgov_12x5: false")},
		global: elsewhere, usgov: "gold [], 10 seats, until 2026-12-31, revenue 1000, 12x5",
	}, {
		rule:    "an override that expired yesterday changes nothing",
		account: customer(plan), world: world{overrides: override("expires_on: 2026-06-14", "sub_sm_ultimate: true")},
		global: "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "an override that adds support does not map an unmapped name",
		account: customer(subscription("S1", current("New"))), world: world{overrides: override("sub_sm_ultimate: true")},
		global: "ultimate [sm_ultimate], 0 seats, until 2026-12-31, revenue 1000, unmapped New", usgov: elsewhere,
	}})
}

func TestOverrideReplacesWhatTheAccountSays(t *testing.T) {
	lookups := world{overrides: override("account: Acme Holding", "account_owner: ''", "org_region: apj", "support_hold: false")}.lookups(t)
	object := lookups.Decide(customer(subscription("S1", current("SM Premium")), func(a *account.Account) {
		a.Owner, a.Region, a.SupportHold, a.SolutionsArchitect = "Olive Owner", "EMEA", true, "Sam Architect"
	}), nil).In(field.GlobalInstance).Entitlement
	got := map[string]field.Value{}
	for _, key := range []string{"name", "account_owner", "org_region", "support_hold", "solutions_architect"} {
		got[key] = object.Record.Get(key)
	}
	want := map[string]field.Value{"name": "Acme", "account_owner": "", "org_region": "apj", "support_hold": "", "solutions_architect": "Sam Architect"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

func TestSoldTos(t *testing.T) {
	soldTo := func(email string) func(*account.Account) {
		return func(a *account.Account) { a.Subscriptions[len(a.Subscriptions)-1].SoldToEmail = email }
	}
	contact := func(name, email string) func(*account.Account) {
		return func(a *account.Account) { a.SoldTo = &account.Contact{Name: name, Email: email} }
	}
	plan := current("SM Premium")
	tests := []struct {
		rule    string
		account *account.Account
		want    []account.Contact
	}{
		{"the account's contact, then the subscriptions' by id", customer(contact("Ann", "ann@acme.test"),
			subscription("S2", plan), soldTo("two@acme.test"), subscription("S1", plan), soldTo("one@acme.test")),
			[]account.Contact{{Name: "Ann", Email: "ann@acme.test"}, {Email: "one@acme.test"}, {Email: "two@acme.test"}}},
		{"one per address without regard to case, the first spelling kept", customer(contact("Ann", "Ann@Acme.test"),
			subscription("S1", plan), soldTo("ann@acme.test"), subscription("S2", plan), soldTo("Two@acme.test"), subscription("S3", plan), soldTo("two@acme.test")),
			[]account.Contact{{Name: "Ann", Email: "Ann@Acme.test"}, {Email: "Two@acme.test"}}},
		{"none without an address", customer(contact("Ann", ""), subscription("S1", plan)), nil},
		{"a subscription without a current charge does not count", customer(subscription("S1", ended("SM Premium")), soldTo("old@acme.test")), nil},
		{"one with a current charge that is unmapped does", customer(subscription("S1", current("New")), soldTo("new@acme.test")),
			[]account.Contact{{Email: "new@acme.test"}}},
		{"a subscription of US Government does not count", customer(subscription("S1", plan), soldTo("one@acme.test"),
			subscription("S2", current("12x5 US Citizen Support")), soldTo("two@acme.test")), []account.Contact{{Email: "one@acme.test"}}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got := world{}.lookups(t).Decide(test.account, nil).In(field.GlobalInstance).Entitlement.SoldTos
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("sold_tos (-want +got):\n%s", diff)
			}
		})
	}
}
