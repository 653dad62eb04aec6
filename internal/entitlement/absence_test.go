package entitlement

import (
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// former says a second time that nothing is left of the account.
func former(a *account.Account) { a.Type, a.ARR = "Former Customer", "0" }

func TestAbsenceIsNotAnEnd(t *testing.T) {
	typed := func(kind string, arr account.Decimal) *account.Account {
		return customer(func(a *account.Account) { a.Type, a.ARR = kind, arr })
	}
	const kept, ended = "expired [], 0 seats, until 2026-12-31, revenue 0", "expired [], 0 seats, until 2026-05-30, revenue 0"
	checkRules(t, []ruleCase{{
		rule:    "a date to come holds what would be lost",
		account: customer(), world: world{global: has("premium", "2026-12-31")},
		global: kept + ", gone 2026-12-31", usgov: "out: no_subscriptions",
	}, {
		rule:    "so does one within the 15 days of grace",
		account: customer(), world: world{global: has("premium", "2026-05-31")},
		global: "expired [], 0 seats, until 2026-05-31, revenue 0, gone 2026-05-31", usgov: "out: no_subscriptions",
	}, {
		rule:    "the day before does not: its own date has ended it",
		account: customer(), world: world{global: has("premium", "2026-05-30")},
		global: ended, usgov: "out: no_subscriptions",
	}, {
		rule:    "a former customer without revenue has left, whatever the date",
		account: typed("Former Customer", "0"), world: world{global: has("premium", "2026-12-31")},
		global: kept, usgov: "out: no_subscriptions",
	}, {
		rule:    "no revenue at all is no revenue",
		account: typed("Former Customer", ""), world: world{global: has("premium", "2026-12-31")},
		global: kept, usgov: "out: no_subscriptions",
	}, {
		rule:    "a former customer with revenue has not",
		account: typed("Former Customer", "0.01"), world: world{global: has("premium", "2026-12-31")},
		global: kept + ", gone 2026-12-31", usgov: "out: no_subscriptions",
	}, {
		rule:    "nor has a customer without revenue",
		account: typed("Customer", "0"), world: world{global: has("premium", "2026-12-31")},
		global: kept + ", gone 2026-12-31", usgov: "out: no_subscriptions",
	}, {
		rule:    "without a date in Zendesk the second sign alone decides: here it is missing",
		account: customer(), world: world{global: has("premium", "")},
		global: "expired [], 0 seats, until , revenue 0, gone ", usgov: "out: no_subscriptions",
	}, {
		rule:    "what is not a date is none",
		account: customer(), world: world{global: has("premium", "never")},
		global: "expired [], 0 seats, until , revenue 0, gone ", usgov: "out: no_subscriptions",
	}, {
		rule:    "and here the second sign is there",
		account: typed("Former Customer", "0"), world: world{global: has("premium", "")},
		global: "expired [], 0 seats, until , revenue 0", usgov: "out: no_subscriptions",
	}, {
		rule:    "a charge left behind is not nothing: its end is the account's",
		account: customer(orphan(ended2025)), world: world{global: has("premium", "2026-12-31")},
		global: "expired [], 0 seats, until 2025-12-31, revenue 0", usgov: "out: no_subscriptions",
	}, {
		rule:    "nor is a subscription that has ended",
		account: customer(subscriptionBetween("S1", "2024-01-01", "2025-12-31")), world: world{global: has("premium", "2026-12-31")},
		global: "expired [], 0 seats, until 2025-12-31, revenue 0", usgov: elsewhere,
	}, {
		rule:    "an override in force that does not name the level holds all the same",
		account: customer(), world: world{global: has("premium", "2026-12-31"), overrides: override("sub_edu: true")},
		global: "community [edu], 0 seats, until 2026-12-31, revenue 1000, gone 2026-12-31", usgov: "out: no_subscriptions",
	}, {
		rule:    "one that names the level is not held for this",
		account: customer(), world: world{global: has("premium", "2026-12-31"), overrides: override("support_level: silver")},
		global: "silver [], 0 seats, until 2026-12-31, revenue 1000", usgov: "out: no_subscriptions",
	}, {
		rule:    "one that has expired does nothing",
		account: customer(), world: world{global: has("premium", "2026-12-31"), overrides: override("expires_on: 2026-06-14", "support_level: silver")},
		global: kept + ", gone 2026-12-31", usgov: "out: no_subscriptions",
	}, {
		rule:    "of two organizations the unmarked one has the date",
		account: customer(), world: world{global: []organization.Organization{
			org(1, acme, field.ExpirationDate, "2020-01-01", field.MarkForDeletion, "true"), org(2, acme, field.ExpirationDate, "2026-12-31"),
		}},
		global: kept + ", gone 2026-12-31", usgov: "out: no_subscriptions",
	}, {
		rule:    "each instance goes by its own organization",
		account: customer(), world: world{global: has("premium", "2026-12-31"), usgov: has("premium", "2026-05-30")},
		global: kept + ", gone 2026-12-31, in other", usgov: ended + ", in other, 12x5",
	}, {
		rule:    "three years later it is left out as any other",
		account: customer(), world: world{global: has("expired", "2023-06-13")},
		global: "out: expired_three_years", usgov: "out: no_subscriptions",
	}})
}

var ended2025 = ended("SM Premium")

func TestAnOverrideThatMeansTheOtherInstance(t *testing.T) {
	federal := subscription("S1", current("SM Premium"), current("12x5 US Citizen Support"))
	plan := subscription("S2", current("SM Premium"))
	lapsed := subscriptionBetween("S1", "2024-01-01", "2024-12-31", endingOn("12x5 US Citizen Support", "2024-12-31"))
	const govPremium = "premium [sm_premium usgov_12x5], 10 seats, until 2026-12-31, revenue 1000, 12x5"
	implicit, global := override("sub_sm_ultimate: true"), override("instance: global", "sub_sm_ultimate: true")
	const granted = "ultimate [sm_ultimate], 0 seats, until 2026-12-31, revenue 1000, awaits other"
	checkRules(t, []ruleCase{{
		rule:    "without an instance it creates nothing in Global for a US Government customer",
		account: customer(federal), world: world{overrides: implicit},
		global: elsewhere, usgov: govPremium,
	}, {
		rule:    "nor changes anything there, though the account has an organization there",
		account: customer(federal), world: world{overrides: implicit, global: has("silver", ""), usgov: has("premium", "")},
		global: "expired [], 0 seats, until 2026-12-31, revenue 0, in other", usgov: strings.Replace(govPremium, ", 12x5", ", in other, 12x5", 1),
	}, {
		rule:    "nor beside a Global subscription",
		account: customer(federal, plan), world: world{overrides: implicit},
		global: "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000", usgov: govPremium,
	}, {
		rule:    "a US Government subscription that has ended is one too",
		account: customer(lapsed, plan), world: world{overrides: implicit},
		global: "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000",
		usgov:  "expired [], 0 seats, until 2024-12-31, revenue 0, 12x5",
	}, {
		rule:    "an organization in US Government and no Global subscription: nothing either",
		account: customer(former), world: world{overrides: implicit, usgov: has("premium", "2026-01-31")},
		global: "out: no_subscriptions", usgov: "expired [], 0 seats, until 2026-01-31, revenue 0, 12x5",
	}, {
		rule:    "beside a Global subscription that organization does not matter",
		account: customer(plan), world: world{overrides: implicit, usgov: has("expired", "2020-01-01")},
		global: "ultimate [sm_premium sm_ultimate], 10 seats, until 2026-12-31, revenue 1000, in other",
		usgov:  "expired [], 0 seats, until 2026-12-31, revenue 0, awaits other, 12x5",
	}, {
		rule:    "with instance: global, Global is meant",
		account: customer(federal), world: world{overrides: global},
		global: granted, usgov: govPremium,
	}})
	for name, tc := range map[string]struct {
		account *account.Account
		world   world
		want    bool
	}{
		"elsewhere":          {customer(federal), world{overrides: implicit}, true},
		"named":              {customer(federal), world{overrides: global}, false},
		"where it belongs":   {customer(plan), world{overrides: implicit}, false},
		"expired":            {customer(federal), world{overrides: override("expires_on: 2026-06-14", "sub_edu: true")}, false},
		"for US Government":  {customer(federal), world{overrides: override("instance: usgov", "sub_ss_ase: true")}, false},
		"by an organization": {customer(), world{overrides: implicit, usgov: has("", "")}, true},
	} {
		if got := tc.world.lookups(t).Decide(tc.account, nil).OverrideElsewhere; (got != nil) != tc.want {
			t.Errorf("%s: elsewhere %v, want %t", name, got, tc.want)
		}
	}
}
