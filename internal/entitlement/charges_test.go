package entitlement

import "testing"

const elsewhere = "out: other_instance"

func TestCurrentCharges(t *testing.T) {
	checkRules(t, []ruleCase{{
		rule:    "a charge counts on the day it ends",
		account: customer(subscription("S1", endingOn("SM Premium", "2026-06-15"))),
		global:  "premium [sm_premium], 10 seats, until 2026-06-15, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "15 days after its end a charge still counts",
		account: customer(subscription("S1", endingOn("SM Premium", "2026-05-31"))),
		global:  "premium [sm_premium], 10 seats, until 2026-05-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "16 days after its end a charge counts no more",
		account: customer(subscription("S1", endingOn("SM Premium", "2026-05-30"))),
		global:  "expired [], 0 seats, until 2026-05-30, revenue 0", usgov: elsewhere,
	}, {
		rule:    "the grace counts a 29 February",
		account: customer(subscription("S1", endingOn("SM Premium", "2028-02-29"))),
		world:   world{today: "2028-03-15"},
		global:  "premium [sm_premium], 10 seats, until 2028-02-29, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "16 days after a 29 February is over",
		account: customer(subscription("S1", endingOn("SM Premium", "2028-02-29"))),
		world:   world{today: "2028-03-16"},
		global:  "expired [], 0 seats, until 2028-02-29, revenue 0", usgov: elsewhere,
	}, {
		rule:    "a charge counts from the day it starts",
		account: customer(subscription("S1", charge("SM Premium", "2026-06-15", "2026-12-31", "10"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "the day before it starts a charge does not count, but its end is the expiration date",
		account: customer(subscription("S1", charge("SM Premium", "2026-06-16", "2026-12-31", "10"))),
		global:  "expired [], 0 seats, until 2026-12-31, revenue 0", usgov: elsewhere,
	}, {
		rule:    "no start date counts as started, no end date as not ended",
		account: customer(subscriptionBetween("S1", "", "", charge("SM Premium", "", "", "10"))),
		global:  "premium [sm_premium], 10 seats, until , revenue 1000", usgov: elsewhere,
	}, {
		rule:    "the subscription's own dates play no part",
		account: customer(subscriptionBetween("S1", "2023-01-01", "2024-12-31", current("SM Premium"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "an add-on that ended while its plan goes on is gone, the plan is not",
		account: customer(subscription("S1", current("SM Premium"), ended("Duo Enterprise"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}})
}

func TestNamesOfCharges(t *testing.T) {
	checkRules(t, []ruleCase{{
		rule:    "white space around and runs of it within a name do not count",
		account: customer(subscription("S1", current("\u00a0 SM \t Premium\n"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "case counts",
		account: customer(subscription("S1", current("sm premium"))),
		global:  "expired [], 0 seats, until 2026-12-31, revenue 0, unmapped sm premium", usgov: elsewhere,
	}, {
		rule:    "white space within a word counts",
		account: customer(subscription("S1", current("S M Premium"))),
		global:  "expired [], 0 seats, until 2026-12-31, revenue 0, unmapped S M Premium", usgov: elsewhere,
	}, {
		rule:    "the charge's charge_name is looked up, not its name",
		account: customer(subscription("S1", current("SM Premium")), renameCharges("SaaS Ultimate")),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "an ignored charge entitles to nothing, yet its end counts",
		account: customer(subscription("S1", ended("SM Premium"), current("Travel  Expenses"))),
		global:  "expired [], 0 seats, until 2026-12-31, revenue 0", usgov: elsewhere,
	}})
}

func TestUnmappedCharges(t *testing.T) {
	checkRules(t, []ruleCase{{
		rule:    "an unmapped name beside a mapped one is listed and takes nothing away",
		account: customer(subscription("S1", current("SM Premium"), current("Brand New Product"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000, unmapped Brand New Product", usgov: elsewhere,
	}, {
		rule: "names are listed once each, in normal form and sorted",
		account: customer(subscription("S1", current("Zeta"), current(" Alpha  One"), current("SM Premium")),
			subscription("S2", current("Alpha One"), current("alpha one"))),
		global: "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000, unmapped Alpha One|Zeta|alpha one", usgov: elsewhere,
	}, {
		rule:    "an unmapped charge that is not current is not listed",
		account: customer(subscription("S1", current("SM Premium"), ended("Old Product"), future("New Product"))),
		global:  "premium [sm_premium], 10 seats, until 2027-07-14, revenue 1000", usgov: elsewhere,
	}, {
		rule: "the same names are listed in both instances",
		account: customer(subscription("S1", current("SM Premium"), current("Brand New Product")),
			subscription("S2", current("12x5 US Citizen Support"))),
		global: "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000, unmapped Brand New Product",
		usgov:  "custom [usgov_12x5], 0 seats, until 2026-12-31, revenue 1000, unmapped Brand New Product, 12x5",
	}, {
		rule:    "a current charge of a subscription that is not in the list entitles to nothing",
		account: customer(subscription("S1", current("SM Premium")), orphan(current("SM  Ultimate"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000, orphaned SM Ultimate", usgov: elsewhere,
	}, {
		rule:    "so is an ignored name of such a subscription",
		account: customer(subscription("S1", current("SM Premium")), orphan(current("Travel Expenses"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000, orphaned Travel Expenses", usgov: elsewhere,
	}, {
		rule:    "a charge of such a subscription that has ended is not",
		account: customer(subscription("S1", current("SM Premium")), orphan(ended("SM Ultimate"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000", usgov: elsewhere,
	}, {
		rule:    "an unknown name of such a subscription is a charge without a subscription: plans.yaml does not help it",
		account: customer(subscription("S1", current("SM Premium"), current("New")), orphan(current("New")), orphan(current("Newer"))),
		global:  "premium [sm_premium], 10 seats, until 2026-12-31, revenue 1000, unmapped New, orphaned New|Newer", usgov: elsewhere,
	}, {
		rule:    "the end of such a charge belongs to no instance",
		account: customer(subscription("S1", ended("SM Premium")), orphan(current("SM Ultimate"))),
		global:  "expired [], 0 seats, until 2025-12-31, revenue 0, orphaned SM Ultimate", usgov: elsewhere,
	}, {
		rule:    "a running subscription without a single charge is listed by its name",
		account: customer(subscription("S1")),
		global:  "expired [], 0 seats, until 2026-12-31, revenue 0, chargeless A-S1", usgov: elsewhere,
	}, {
		rule:    "with one that has ended it is not without a charge",
		account: customer(subscription("S1", ended("SM Premium"))),
		global:  "expired [], 0 seats, until 2025-12-31, revenue 0", usgov: elsewhere,
	}, {
		rule:    "15 days after its end a subscription still runs",
		account: customer(subscriptionBetween("S1", "2025-06-01", "2026-05-31")),
		global:  "expired [], 0 seats, until 2026-05-31, revenue 0, chargeless A-S1", usgov: elsewhere,
	}, {
		rule:    "16 days after its end it does not",
		account: customer(subscriptionBetween("S1", "2025-06-01", "2026-05-30")),
		global:  "expired [], 0 seats, until 2026-05-30, revenue 0", usgov: elsewhere,
	}, {
		rule:    "before its start it does not either",
		account: customer(subscriptionBetween("S1", "2026-06-16", "2027-06-15")),
		global:  "expired [], 0 seats, until 2027-06-15, revenue 0", usgov: elsewhere,
	}, {
		rule:    "without dates it runs",
		account: customer(subscriptionBetween("S1", "", "")),
		global:  "expired [], 0 seats, until , revenue 0, chargeless A-S1", usgov: elsewhere,
	}})
}
