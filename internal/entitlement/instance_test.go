package entitlement

import (
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

func TestWhichSubscriptionsBelongToWhichInstance(t *testing.T) {
	checkRules(t, []ruleCase{{
		rule:    "without the exception a plan alone is Global's",
		account: customer(subscription("S1", current("SM Ultimate"))),
		global:  "ultimate [sm_ultimate], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "with the exception a plan that US Government has a field for is US Government's",
		account: customer(exception, subscription("S1", current("SM Ultimate"))),
		global:  elsewhere, usgov: "ultimate [sm_ultimate], 10 seats, until 2026-12-31, revenue 1000, 12x5",
	}, {
		rule:    "with the exception a plan that US Government knows nothing of stays Global's",
		account: customer(exception, subscription("S1", current("SaaS Ultimate"))),
		global:  "gold [dotcom_ultimate], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "with the exception a US Government add-on is still US Government's",
		account: customer(exception, subscription("S1", current("12x5 US Citizen Support"))),
		global:  elsewhere, usgov: "custom [usgov_12x5], 0 seats, until 2026-12-31, revenue 1000, 12x5",
	}, {
		rule:    "a subscription goes whole: the add-on takes the plan along",
		account: customer(subscription("S1", current("SM Premium"), current("24x7 US Citizen Support"))),
		global:  elsewhere, usgov: "premium [sm_premium usgov_24x7], 10 seats, until 2026-12-31, revenue 1000, 24x7, emergency",
	}, {
		rule:    "charges of one subscription of both instances' types: the other's type counts for the level without a field",
		account: customer(subscription("S1", current("SaaS Ultimate"), current("SM Premium"), current("12x5 US Citizen Support"))),
		global:  elsewhere, usgov: "gold [sm_premium usgov_12x5], 10 seats, until 2026-12-31, revenue 1000, 12x5",
	}, {
		rule:    "each subscription is judged alone",
		account: customer(subscription("S1", current("SM Premium")), subscription("S2", current("12x5 US Citizen Support"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000",
		usgov:   "custom [usgov_12x5], 0 seats, until 2026-12-31, revenue 1000, 12x5",
	}, {
		rule:    "a US Government add-on that starts next month does not move a plan that runs",
		account: customer(subscription("S1", current("SM Premium"), future("12x5 US Citizen Support"))),
		global:  "premium [sm_premium], 10 seats, until 2027-07-14, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "nor does one that has ended",
		account: customer(subscription("S1", current("SM Premium"), ended("12x5 US Citizen Support"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "without a current charge all charges are judged",
		account: customer(subscription("S1", ended("SM Premium"), future("12x5 US Citizen Support"))),
		global:  elsewhere, usgov: "expired [], 0 seats, until 2027-07-14, revenue 0, 12x5",
	}, {
		rule:    "a current charge that is ignored or unmapped is a current charge: the ended add-on does not decide",
		account: customer(subscription("S1", current("Travel Expenses"), ended("12x5 US Citizen Support"))),
		global:  "expired [], 0 seats, until 2026-12-31, revenue 0", usgov: elsewhere,
	}, {
		rule:    "a subscription without charges is Global's, exception or not",
		account: customer(exception, subscription("S1")),
		global:  "expired [], 0 seats, until 2026-12-31, revenue 0, chargeless A-S1", usgov: elsewhere,
	}, {
		rule:    "a US Government charge of a subscription that is not in the list decides nothing",
		account: customer(subscription("S1", current("SM Premium")), orphan(current("12x5 US Citizen Support"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000, orphaned 12x5 US Citizen Support", usgov: elsewhere,
	}})
}

func TestWhichAccountsGetAnObject(t *testing.T) {
	plan := subscription("S1", current("SM Premium"))
	const premium = "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000"
	const nothing = "out: no_subscriptions"
	const partner = "out: partner"
	checkRules(t, []ruleCase{{
		rule:    "an account of the partner artifact is left out of both instances",
		account: customer(plan), world: world{partners: map[account.ID]bool{acme: true}},
		global: partner, usgov: partner,
	}, {
		rule:    "not even an override keeps it",
		account: customer(plan), world: world{partners: map[account.ID]bool{acme: true}, overrides: override("sub_sm_premium: true")},
		global: partner, usgov: partner,
	}, {
		rule:    "with the partner artifact, an organization's account_type does not decide",
		account: customer(plan), world: world{partners: map[account.ID]bool{other: true}, global: organizationOf(acme, "open_partner")},
		global: premium, usgov: elsewhere,
	}, {
		rule:    "without the partner artifact, a Global organization of a partner type decides",
		account: customer(plan), world: world{global: organizationOf(acme, "select_partner")},
		global: partner, usgov: partner,
	}, {
		rule:    "so does one of US Government",
		account: customer(plan), world: world{usgov: organizationOf(acme, "alliance_partner")},
		global: partner, usgov: partner,
	}, {
		rule:    "a customer's organization makes no partner",
		account: customer(plan), world: world{global: organizationOf(acme, "customer")},
		global: premium, usgov: elsewhere,
	}, {
		rule:    "neither a subscription nor a charge nor an organization",
		account: customer(),
		global:  nothing, usgov: nothing,
	}, {
		rule:    "with an organization it is not left out there: its support does not go on without end",
		account: customer(former), world: world{global: has("premium", "2026-01-31")},
		global: "expired [], 0 seats, until 2026-01-31, revenue 0", usgov: nothing,
	}, {
		rule:    "with one in US Government it is not left out there",
		account: customer(former), world: world{usgov: has("premium", "2026-01-31")},
		global: nothing, usgov: "expired [], 0 seats, until 2026-01-31, revenue 0, 12x5",
	}, {
		rule:    "with two of its id it is not either: compare says which",
		account: customer(former), world: world{global: append(has("premium", "2026-01-31"), has("premium", "2026-01-31")...)},
		global: "expired [], 0 seats, until , revenue 0", usgov: nothing,
	}, {
		rule:    "no subscription and only a charge that has ended",
		account: customer(orphan(ended("SM Premium"))),
		global:  nothing, usgov: nothing,
	}, {
		rule:    "no subscription but a current charge is not no_subscriptions, though it belongs to no instance",
		account: customer(orphan(current("SM Premium"))),
		global:  elsewhere, usgov: elsewhere,
	}, {
		rule:    "its organization then has an object without charges, dated by all charges",
		account: customer(orphan(current("SM Premium"))), world: world{global: organizationOf(acme, "customer")},
		global: "expired [], 0 seats, until 2026-12-31, revenue 0, orphaned SM Premium", usgov: elsewhere,
	}, {
		rule:    "an override for Global rescues an account without subscriptions, there",
		account: customer(), world: world{overrides: override("sub_sm_premium: true")},
		global: "premium [sm_premium], 0 seats, until , revenue 1000", usgov: nothing,
	}, {
		rule:    "an override for US Government rescues it there, and for an organization in Global too",
		account: customer(), world: world{overrides: override("instance: usgov", "sub_sm_premium: true"), global: organizationOf(acme, "customer")},
		global: "expired [], 0 seats, until , revenue 0, gone , awaits other",
		usgov:  "premium [sm_premium], 0 seats, until , revenue 1000, in other, 12x5",
	}, {
		rule:    "an override that expired yesterday rescues nobody",
		account: customer(), world: world{overrides: override("expires_on: 2026-06-14", "sub_sm_premium: true")},
		global: nothing, usgov: nothing,
	}, {
		rule:    "an override counts on the day it expires",
		account: customer(), world: world{overrides: override("expires_on: 2026-06-15", "sub_sm_premium: true")},
		global: "premium [sm_premium], 0 seats, until , revenue 1000", usgov: nothing,
	}, {
		rule:    "a subscription that has ended is a subscription",
		account: customer(subscriptionBetween("S1", "2024-01-01", "2024-12-31")),
		global:  "expired [], 0 seats, until 2024-12-31, revenue 0", usgov: elsewhere,
	}})
}

func TestOrganizationWithoutSubscriptionThere(t *testing.T) {
	plan := subscription("S1", current("SM Premium"))
	federal := subscription("S1", current("SM Premium"), current("12x5 US Citizen Support"))
	checkRules(t, []ruleCase{{
		rule:    "an organization in US Government without a subscription there expires there, dated by all charges",
		account: customer(plan), world: world{global: has("premium", ""), usgov: organizationOf(acme, "customer")},
		global: "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000, in other",
		usgov:  "expired [], 0 seats, until 2026-12-31, revenue 0, in other, 12x5",
	}, {
		rule:    "while the account moves to US Government, Global waits for its organization there",
		account: customer(federal), world: world{global: organizationOf(acme, "customer")},
		global: "expired [], 0 seats, until 2026-12-31, revenue 0, awaits other",
		usgov:  "premium [sm_premium usgov_12x5], 10 seats, until 2026-12-31, revenue 1000, in other, 12x5",
	}, {
		rule:    "once the organization there has the level, Global waits no more",
		account: customer(federal), world: world{global: organizationOf(acme, "customer"), usgov: has("premium", "")},
		global: "expired [], 0 seats, until 2026-12-31, revenue 0, in other",
		usgov:  "premium [sm_premium usgov_12x5], 10 seats, until 2026-12-31, revenue 1000, in other, 12x5",
	}, {
		rule:    "a higher level there is enough, and so is one that nobody knows",
		account: customer(federal), world: world{global: organizationOf(acme, "customer"), usgov: has("diamond", "")},
		global: "expired [], 0 seats, until 2026-12-31, revenue 0, in other",
		usgov:  "premium [sm_premium usgov_12x5], 10 seats, until 2026-12-31, revenue 1000, in other, 12x5",
	}, {
		rule:    "a lower level there is not: its update may be over a limit, or fail",
		account: customer(federal), world: world{global: organizationOf(acme, "customer"), usgov: has("silver", "")},
		global: "expired [], 0 seats, until 2026-12-31, revenue 0, in other, awaits other",
		usgov:  "premium [sm_premium usgov_12x5], 10 seats, until 2026-12-31, revenue 1000, in other, 12x5",
	}, {
		rule:    "nor is an organization that is marked for deletion",
		account: customer(federal), world: world{
			global: organizationOf(acme, "customer"),
			usgov:  []organization.Organization{org(1, acme, field.SupportLevel, "ultimate", field.MarkForDeletion, "true")},
		},
		global: "expired [], 0 seats, until 2026-12-31, revenue 0, in other, awaits other",
		usgov:  "premium [sm_premium usgov_12x5], 10 seats, until 2026-12-31, revenue 1000, in other, 12x5",
	}, {
		rule:    "nor are two that share the id",
		account: customer(federal), world: world{global: organizationOf(acme, "customer"), usgov: append(has("ultimate", ""), has("ultimate", "")...)},
		global: "expired [], 0 seats, until 2026-12-31, revenue 0, in other, awaits other",
		usgov:  "premium [sm_premium usgov_12x5], 10 seats, until 2026-12-31, revenue 1000, in other, 12x5",
	}, {
		rule:    "while it moves to Global, US Government waits",
		account: customer(plan), world: world{usgov: organizationOf(acme, "customer")},
		global: "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000, in other",
		usgov:  "expired [], 0 seats, until 2026-12-31, revenue 0, awaits other, 12x5",
	}, {
		rule:    "nobody waits for an object that is expired",
		account: customer(subscription("S1", ended("SM Premium"))), world: world{usgov: organizationOf(acme, "customer")},
		global: "expired [], 0 seats, until 2025-12-31, revenue 0, in other",
		usgov:  "expired [], 0 seats, until 2025-12-31, revenue 0, 12x5",
	}, {
		rule:    "an instance that has a subscription itself does not wait",
		account: customer(plan, subscription("S2", current("12x5 US Citizen Support"))), world: world{global: organizationOf(acme, "customer")},
		global: "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000",
		usgov:  "custom [usgov_12x5], 0 seats, until 2026-12-31, revenue 1000, in other, 12x5",
	}, {
		rule:    "an organization of another account is none",
		account: customer(federal), world: world{global: organizationOf(other, "customer")},
		global: elsewhere, usgov: "premium [sm_premium usgov_12x5], 10 seats, until 2026-12-31, revenue 1000, 12x5",
	}, {
		rule:    "an override there brings an object there",
		account: customer(plan), world: world{overrides: override("instance: usgov", "sub_usgov_24x7: true")},
		global: "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000",
		usgov:  "custom [usgov_24x7], 0 seats, until 2026-12-31, revenue 1000, awaits other, 24x7, emergency",
	}, {
		rule:    "no charges here and none elsewhere: no date, whatever the subscription's",
		account: customer(subscription("S1")), world: world{usgov: organizationOf(acme, "customer")},
		global: "expired [], 0 seats, until 2026-12-31, revenue 0, chargeless A-S1, in other",
		usgov:  "expired [], 0 seats, until , revenue 0, chargeless A-S1, 12x5",
	}})
}

func TestExpiredThreeYears(t *testing.T) {
	const old = "out: expired_three_years"
	past := charge("SM Premium", "2019-01-01", "2023-06-13", "10")
	checkRules(t, []ruleCase{{
		rule:    "three years ago stays",
		account: customer(subscription("S1", endingOn("SM Premium", "2023-06-15"))),
		global:  "expired [], 0 seats, until 2023-06-15, revenue 0", usgov: elsewhere,
	}, {
		rule:    "three years and one day ago stays",
		account: customer(subscription("S1", endingOn("SM Premium", "2023-06-14"))),
		global:  "expired [], 0 seats, until 2023-06-14, revenue 0", usgov: elsewhere,
	}, {
		rule:    "three years and two days ago is left out",
		account: customer(subscription("S1", endingOn("SM Premium", "2023-06-13"))),
		global:  old, usgov: elsewhere,
	}, {
		rule:    "on a 29 February, the 27th of three years ago stays",
		account: customer(subscription("S1", endingOn("SM Premium", "2025-02-27"))), world: world{today: "2028-02-29"},
		global: "expired [], 0 seats, until 2025-02-27, revenue 0", usgov: elsewhere,
	}, {
		rule:    "on a 29 February, the 26th of three years ago is left out",
		account: customer(subscription("S1", endingOn("SM Premium", "2025-02-26"))), world: world{today: "2028-02-29"},
		global: old, usgov: elsewhere,
	}, {
		rule:    "on 1 March, the 29 February of three years ago stays",
		account: customer(subscription("S1", endingOn("SM Premium", "2024-02-29"))), world: world{today: "2027-03-01"},
		global: "expired [], 0 seats, until 2024-02-29, revenue 0", usgov: elsewhere,
	}, {
		rule:    "on 1 March, the 28 February of three years ago is left out",
		account: customer(subscription("S1", endingOn("SM Premium", "2024-02-28"))), world: world{today: "2027-03-01"},
		global: old, usgov: elsewhere,
	}, {
		rule:    "an override's expiration_date is the one that counts: it keeps",
		account: customer(subscription("S1", endingOn("SM Premium", "2020-01-01"))), world: world{overrides: override("expiration_date: 2023-06-14")},
		global: "expired [], 0 seats, until 2023-06-14, revenue 0", usgov: elsewhere,
	}, {
		rule:    "and it leaves out",
		account: customer(subscription("S1", current("SM Premium"))), world: world{overrides: override("expiration_date: 2023-06-13")},
		global: old, usgov: elsewhere,
	}, {
		rule:    "what an override grants does not end by a date that nobody changed",
		account: customer(subscription("S1", past)), world: world{overrides: override("sub_sm_ultimate: true")},
		global: "ultimate [sm_ultimate], 0 seats, until 2023-06-13, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "a level that it names is granted too",
		account: customer(subscription("S1", past)), world: world{overrides: override("support_level: silver")},
		global: "silver [], 0 seats, until 2023-06-13, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "the level expired grants nothing",
		account: customer(subscription("S1", past)), world: world{overrides: override("support_level: expired")},
		global: old, usgov: elsewhere,
	}, {
		rule:    "nor does a type that is turned off, beside a level from nowhere else",
		account: customer(subscription("S1", past)), world: world{overrides: override("sub_sm_premium: false", "sub_edu: false")},
		global: old, usgov: elsewhere,
	}, {
		rule:    "a date alone grants nothing, though a charge is current",
		account: customer(subscription("S1", current("SM Premium"))), world: world{overrides: override("expiration_date: 2020-01-01", "sub_edu: false")},
		global: old, usgov: elsewhere,
	}, {
		rule:    "usgov_fedramp grants",
		account: customer(subscription("S1", past)), world: world{overrides: override("instance: usgov", "usgov_fedramp: true")},
		global: old, usgov: "ultimate [gitlab_dedicated usgov_24x7], 0 seats, until 2023-06-13, revenue 1000, 24x7, emergency, fedramp",
	}, {
		rule:    "left out of one instance, the other does not wait for it",
		account: customer(subscription("S1", endingOn("12x5 US Citizen Support", "2023-06-13"))), world: world{global: organizationOf(acme, "customer")},
		global: old, usgov: old,
	}, {
		rule:    "a subscription without charges is dated by itself",
		account: customer(subscriptionBetween("S1", "2022-01-01", "2023-06-13")),
		global:  old, usgov: elsewhere,
	}})
}
