package entitlement

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// drawWorld draws what the rules know beside the account, with an override or
// without one.
func drawWorld(t *rapid.T, overridden bool) world {
	entries := []string{""}
	if overridden {
		entries = []string{
			"", override("sub_sm_ultimate: true"), override("sub_sm_premium: false"), override("support_level: community"),
			override("expiration_date: 2023-06-13"), override("expires_on: 2026-06-14", "support_level: ultimate"),
			override("instance: usgov", "usgov_fedramp: true"), override("instance: usgov", "sub_usgov_24x7: false"),
			override("instance: usgov", "support_level: expired") + override("sub_ss_enterprise: true"),
		}
	}
	drawn := world{overrides: rapid.SampledFrom(entries).Draw(t, "overrides")}
	for _, organizations := range []*[]organization.Organization{&drawn.global, &drawn.usgov} {
		if rapid.Bool().Draw(t, "organization") {
			*organizations = []organization.Organization{org(42, acme,
				field.AccountType, rapid.SampledFrom([]field.Value{"customer", "customer", "", "open_partner"}).Draw(t, "account_type"),
				field.SupportLevel, rapid.SampledFrom([]field.Value{"", "expired", "premium", "diamond"}).Draw(t, "level"),
				field.ExpirationDate, rapid.SampledFrom([]field.Value{"", "never", "2020-01-01", "2026-05-30", "2026-12-31"}).Draw(t, "date"),
				field.MarkForDeletion, rapid.SampledFrom([]field.Value{"", "true"}).Draw(t, "marked"))}
		}
	}
	if rapid.Bool().Draw(t, "partner artifact") {
		drawn.partners = map[account.ID]bool{other: true}
	}
	return drawn
}

// ends are the days on which drawn charges and subscriptions end: around every
// boundary. The query returns nothing that ended before three_years_out, and
// nothing without an end; queried keeps to that.
func ends(queried bool) []account.Date {
	days := []account.Date{"2023-06-14", "2023-06-15", "2025-12-31", "2026-05-30", "2026-05-31", "2026-06-15", "2026-12-31", "2027-12-31"}
	if !queried {
		days = append(days, "", "2020-01-01", "2023-06-13")
	}
	return days
}

func drawCharge(t *rapid.T, id string, queried bool) account.Charge {
	names := []string{
		"SM Ultimate", "SM Premium", " SM  Premium ", "SaaS Ultimate", "SaaS Premium", "Storage", "Success Signature", "Duo Enterprise",
		"12x5 US Citizen Support", "24x7 US Citizen Support", "Dedicated for US Public Sector", "New Product", "new product", "Travel Expenses",
	}
	return account.Charge{
		ID:           id,
		ChargeName:   rapid.SampledFrom(names).Draw(t, "charge name"),
		Subscription: rapid.SampledFrom([]string{"S1", "S1", "S2", "S2", "S3", "gone"}).Draw(t, "its subscription"),
		StartDate:    rapid.SampledFrom([]account.Date{"", "2020-01-01", "2026-01-01", "2026-06-15", "2026-06-16"}).Draw(t, "start"),
		EndDate:      rapid.SampledFrom(ends(queried)).Draw(t, "end"),
		Quantity:     rapid.SampledFrom([]account.Decimal{"", "0", "1", "9", "10", "10.5"}).Draw(t, "quantity"),
	}
}

func drawAccount(t *rapid.T, queried bool) *account.Account {
	drawn := customer()
	drawn.Exception = rapid.Bool().Draw(t, "exception")
	for _, id := range []string{"S1", "S2", "S3"} {
		if rapid.IntRange(0, 3).Draw(t, "subscription") == 0 {
			continue
		}
		drawn.Subscriptions = append(drawn.Subscriptions, account.Subscription{
			ID:          id,
			StartDate:   rapid.SampledFrom([]account.Date{"", "2020-01-01", "2026-06-16"}).Draw(t, "subscription start"),
			EndDate:     rapid.SampledFrom(ends(queried)).Draw(t, "subscription end"),
			SoldToEmail: rapid.SampledFrom([]string{"", "a@acme.test", "A@acme.test", "b@acme.test"}).Draw(t, "sold to"),
		})
	}
	for i := range rapid.IntRange(0, 7).Draw(t, "charges") {
		drawn.Charges = append(drawn.Charges, drawCharge(t, string(rune('a'+i)), queried))
	}
	return drawn
}

func records(decision Decision) [2]string {
	return [2]string{recordOf(decision.In(field.GlobalInstance)), recordOf(decision.In(field.USGovInstance))}
}

func TestOrderOfSubscriptionsAndChargesNeverChangesAResult(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lookups, drawn := drawWorld(t, true).lookups(t), drawAccount(t, false)
		shuffled := *drawn
		shuffled.Subscriptions = rapid.Permutation(drawn.Subscriptions).Draw(t, "other subscriptions")
		shuffled.Charges = rapid.Permutation(drawn.Charges).Draw(t, "other charges")
		var trace, otherTrace Trace
		if diff := cmp.Diff(records(lookups.Decide(drawn, &trace)), records(lookups.Decide(&shuffled, &otherTrace))); diff != "" {
			t.Fatalf("records (-as drawn +shuffled):\n%s", diff)
		}
		if diff := cmp.Diff(trace, otherTrace); diff != "" {
			t.Fatalf("traces (-as drawn +shuffled):\n%s", diff)
		}
	})
}

func TestEveryAccountIsDecidedInEachInstance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		decision := drawWorld(t, true).lookups(t).Decide(drawAccount(t, false), nil)
		for _, outcome := range []Outcome{decision.In(field.GlobalInstance), decision.In(field.USGovInstance)} {
			if (outcome.Entitlement == nil) == (outcome.LeftOut == nil) {
				t.Fatalf("not exactly one of object and left out: %+v", outcome)
			}
		}
		global, usgov := decision.In(field.GlobalInstance), decision.In(field.USGovInstance)
		if isLeftOut(global, NoSubscriptions) && isLeftOut(usgov, OtherInstance) || isLeftOut(global, OtherInstance) && isLeftOut(usgov, NoSubscriptions) {
			t.Fatalf("left out as having nothing and as having something: %v", records(decision))
		}
		if isLeftOut(global, OwnedByPartner) != isLeftOut(usgov, OwnedByPartner) {
			t.Fatalf("a partner in one instance only: %v", records(decision))
		}
	})
}

func isLeftOut(outcome Outcome, reason Reason) bool {
	return outcome.LeftOut != nil && outcome.LeftOut.Reason == reason
}

func TestEveryObjectIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		decision := drawWorld(t, true).lookups(t).Decide(drawAccount(t, false), nil)
		for flow, outcome := range map[field.Flow]Outcome{field.Global: decision.In(field.GlobalInstance), field.USGov: decision.In(field.USGovInstance)} {
			if outcome.Entitlement == nil {
				continue
			}
			schema := field.SchemaOf(flow)
			read, err := Reader(schema)(jsontext.Value(written(outcome.Entitlement)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(*outcome.Entitlement, read, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("object (-decided +read):\n%s", diff)
			}
		}
	})
}

// support ranks what the account gets in an instance; to be left out is no
// more and no less than to be expired.
func support(outcome Outcome, flow field.Flow) int {
	if outcome.Entitlement == nil {
		return field.Expired.Rank()
	}
	return field.Level(outcome.Entitlement.Record.Get(field.SupportLevel)).Rank()
}

func supportInBoth(decision Decision) (global, usgov int) {
	return support(decision.In(field.GlobalInstance), field.Global), support(decision.In(field.USGovInstance), field.USGov)
}

func bestSupport(decision Decision) int {
	global, usgov := supportInBoth(decision)
	return max(global, usgov)
}

// decideWithAndWithout draws an account as the query returns it and decides it
// before and after one more charge of any name, current or not.
func decideWithAndWithout(t *rapid.T, lookups *Lookups) (before, after Decision, moved bool) {
	drawn := drawAccount(t, true)
	var beforeTrace, afterTrace Trace
	before = lookups.Decide(drawn, &beforeTrace)
	drawn.Charges = append(drawn.Charges, drawCharge(t, "z", true))
	after = lookups.Decide(drawn, &afterTrace)
	for i := range beforeTrace.Subscriptions {
		moved = moved || beforeTrace.Subscriptions[i].Instance != afterTrace.Subscriptions[i].Instance
	}
	return before, after, moved
}

// One more charge never lowers the better of an account's two levels. It needs
// no condition on unmapped charges. It does need that no override is in force
// (one may cap the instance to which the charge moves its subscription) and
// that nothing ended before three_years_out, which the query sees to.
func TestOneMoreChargeNeverLowersTheBestLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after, _ := decideWithAndWithout(t, drawWorld(t, false).lookups(t))
		if bestSupport(before) > bestSupport(after) {
			t.Fatalf("before %v\nafter  %v", records(before), records(after))
		}
	})
}

// One more charge that leaves every subscription in its instance lowers the
// level of neither, overrides or not.
func TestAnUnrelatedChargeLowersNoLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after, moved := decideWithAndWithout(t, drawWorld(t, true).lookups(t))
		if moved {
			return
		}
		globalBefore, usgovBefore := supportInBoth(before)
		globalAfter, usgovAfter := supportInBoth(after)
		if globalBefore > globalAfter || usgovBefore > usgovAfter {
			t.Fatalf("before %v\nafter  %v", records(before), records(after))
		}
	})
}

// The plain sentence, that an account without unmapped charges never gets less
// support by one more charge, does not hold for one instance alone, nor with
// an override, nor without the query's bound. These are the three ways, so
// that nobody builds on it.
func TestHowOneMoreChargeCanLowerALevel(t *testing.T) {
	plan, addOn := current("SM Premium"), current("12x5 US Citizen Support")
	checkRules(t, []ruleCase{{
		rule:    "it moves the subscription: what Global loses, US Government gives",
		account: customer(subscription("S1", plan, addOn)), world: world{global: organizationOf(acme, "customer")},
		global: "expired [], 0 seats, until 2026-12-31, revenue 0, awaits other",
		usgov:  "premium [sm_premium usgov_12x5], 10 seats, until 2026-12-31, revenue 1000, in other, 12x5",
	}, {
		rule:    "it moves the subscription to where an override caps the level",
		account: customer(subscription("S1", plan, addOn)), world: world{overrides: override("instance: usgov", "support_level: custom")},
		global: elsewhere, usgov: "custom [sm_premium usgov_12x5], 10 seats, until 2026-12-31, revenue 1000, 12x5",
	}, {
		rule:    "it dates an object whose charge has no end, more than three years back",
		account: customer(subscription("S1", charge("SM Premium", "2026-01-01", "", "10"), endingOn("Storage", "2020-01-01"))),
		global:  "out: expired_three_years", usgov: elsewhere,
	}})
}

// An unmapped charge, wherever it is added, gives nothing and takes nothing.
func TestAnUnmappedChargeChangesNoLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lookups, drawn := drawWorld(t, false).lookups(t), drawAccount(t, true)
		globalBefore, usgovBefore := supportInBoth(lookups.Decide(drawn, nil))
		unmapped := drawCharge(t, "z", true)
		unmapped.ChargeName = "New Product"
		drawn.Charges = append(drawn.Charges, unmapped)
		globalAfter, usgovAfter := supportInBoth(lookups.Decide(drawn, nil))
		if globalBefore != globalAfter || usgovBefore != usgovAfter {
			t.Fatalf("Global %d to %d, US Government %d to %d", globalBefore, globalAfter, usgovBefore, usgovAfter)
		}
	})
}
