package plan_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

const (
	updatedBirch = `update 7 001B0000002Gcp0IAC "Birch" `
	orphanBirch  = `orphan 7 001B0000002Gcp0IAC "Birch" `
)

func TestOrphansAreDoneWithAsThePolicySays(t *testing.T) {
	flow := field.Global
	rich := func(date field.Value) set {
		return set{
			field.ExpirationDate: date, "aar": "10", field.SeatsDecimal: "", "sub_sm_premium": field.True, "sub_edu": "", "account_owner": "Olga",
		}
	}
	const end = "not_in_salesforce: account_type customer→former_customer, support_level premium→expired, aar 10→0, seats_decimal →0, sub_sm_premium true→"
	for _, tc := range []struct {
		rule               string
		values             set
		left               plan.LeftOut
		list, expire, mark string
	}{
		{
			"support with a date to come is not ended", rich("2026-12-31"), plan.LeftOut{},
			orphanBirch + "not_in_salesforce customer premium 2026-12-31", orphanBirch + "not_in_salesforce customer premium 2026-12-31", "mark",
		},
		{
			"nor with one within the 15 days of grace", rich("2026-05-31"), plan.LeftOut{},
			orphanBirch + "not_in_salesforce customer premium 2026-05-31", orphanBirch + "not_in_salesforce customer premium 2026-05-31", "mark",
		},
		{
			"with one before it is", rich("2026-05-30"), plan.LeftOut{},
			orphanBirch + "not_in_salesforce customer premium 2026-05-30", updatedBirch + end, "mark",
		},
		{
			"without a date it is", rich(""), plan.LeftOut{},
			orphanBirch + "not_in_salesforce customer premium ", updatedBirch + end, "mark",
		},
		{
			"with a text that is not a date it is not", rich("never"), plan.LeftOut{},
			orphanBirch + "not_in_salesforce customer premium never", orphanBirch + "not_in_salesforce customer premium never", "mark",
		},
		{
			"left out for another reason", rich("2026-01-01"), plan.LeftOut{Reason: "other_instance"},
			orphanBirch + "other_instance customer premium 2026-01-01", updatedBirch + end, "mark",
		},
		{
			"with a current charge nothing touches it", rich("2026-01-01"), plan.LeftOut{Reason: "other_instance", CurrentCharge: true},
			orphanBirch + "other_instance customer premium 2026-01-01", orphanBirch + "other_instance customer premium 2026-01-01",
			orphanBirch + "other_instance customer premium 2026-01-01",
		},
		{
			"an override alone dated a paying account back", rich("2020-01-01"), plan.LeftOut{Reason: "expired_three_years", CurrentCharge: true},
			orphanBirch + "expired_with_current_charge customer premium 2020-01-01", orphanBirch + "expired_with_current_charge customer premium 2020-01-01",
			orphanBirch + "expired_with_current_charge customer premium 2020-01-01",
		},
		{
			"left out for three years by an odd override, with a date to come", rich("2026-12-31"), plan.LeftOut{Reason: "expired_three_years"},
			orphanBirch + "expired_three_years customer premium 2026-12-31", orphanBirch + "expired_three_years customer premium 2026-12-31", "mark",
		},
	} {
		for policy, want := range map[plan.OrphanPolicy]string{"": tc.list, plan.ListOrphans: tc.list, plan.ExpireOrphans: tc.expire, plan.MarkOrphans: tc.mark} {
			if want == "mark" {
				want = markedBirch + "not_in_salesforce: mark_for_deletion →true"
			}
			input := inputOf(flow, nil, []organization.Organization{has(flow, 7, birch, "Birch", tc.values)})
			input.Orphans = policy
			if tc.left.Reason != "" {
				input.LeftOut[birch] = tc.left
			}
			if diff := cmp.Diff([]string{want}, describe(input.make())); diff != "" {
				t.Errorf("%s, policy %q (-want +got):\n%s", tc.rule, policy, diff)
			}
		}
	}
}

func TestWhatIsEndedStaysListed(t *testing.T) {
	flow := field.USGov
	ended := set{field.SupportLevel: "expired", field.AccountType: "former_customer", field.ExpirationDate: "2026-01-01", "arr": "0", field.NumberOfSeats: "0"}
	runCases(t, flow, []planCase{
		{
			rule: "24x7 ends too", adjust: func(input *input) { input.Orphans = plan.ExpireOrphans },
			orgs: []organization.Organization{has(flow, 7, birch, "Birch", set{
				field.ExpirationDate: "2026-01-01", "arr": "1", field.NumberOfSeats: "2", field.EmergencySupport: field.True, "sub_usgov_24x7": field.True, field.SupportHold: field.True,
			})},
			want: []string{updatedBirch + "not_in_salesforce: account_type customer→former_customer, support_level premium→expired, arr 1→0, number_of_seats 2→0, " +
				"emergency_support_24x7 true→, sub_usgov_24x7 true→"},
		},
		{
			rule: "what is ended is listed and not planned again", adjust: func(input *input) { input.Orphans = plan.ExpireOrphans },
			orgs: []organization.Organization{has(flow, 7, birch, "Birch", ended)},
			want: []string{orphanBirch + "not_in_salesforce former_customer expired 2026-01-01"},
		},
		{
			rule: "people keep a protected one", adjust: func(input *input) { input.Orphans, input.Protected = plan.ExpireOrphans, ids(birch) },
			orgs: []organization.Organization{has(flow, 7, birch, "Birch", set{field.ExpirationDate: "2026-01-01"})},
		},
	})
}

func TestAnOldOrganizationIsEndedBeforeItIsMarked(t *testing.T) {
	flow := field.Global
	old := plan.LeftOut{Reason: "expired_three_years"}
	values := set{field.ExpirationDate: "2023-06-13", "aar": "10", field.SeatsDecimal: "0", "sub_sm_premium": field.True}
	orgs := []organization.Organization{has(flow, 7, birch, "Birch", values)}
	for _, policy := range []plan.OrphanPolicy{plan.ListOrphans, plan.ExpireOrphans, plan.MarkOrphans} {
		input := inputOf(flow, nil, orgs)
		input.LeftOut[birch], input.Orphans = old, policy
		made := input.make()
		want := []string{updatedBirch + "expired_three_years: account_type customer→former_customer, support_level premium→expired, aar 10→0, sub_sm_premium true→"}
		if diff := cmp.Diff(want, describe(made)); diff != "" || made.Counts.SupportLost != 1 {
			t.Errorf("%s: support lost %d (-want +got):\n%s", policy, made.Counts.SupportLost, diff)
		}
	}
	ended := set{field.ExpirationDate: "2023-06-13", field.SupportLevel: "expired"}
	runCases(t, flow, []planCase{
		{
			rule: "the next run marks it", orgs: []organization.Organization{has(flow, 7, birch, "Birch", ended)},
			adjust: func(input *input) { input.LeftOut[birch] = old },
			want:   []string{markedBirch + "expired_three_years: mark_for_deletion →true"},
		},
		{
			rule: "nothing is ended without the partner artifact", orgs: orgs,
			adjust: func(input *input) { input.LeftOut[birch], input.PartnerIDs = old, nil },
			want:   []string{orphanBirch + "partner_artifact_missing customer premium 2023-06-13", "warning partner_artifact_missing"},
		},
		{
			rule: "a current charge keeps an expired one from being marked", orgs: []organization.Organization{has(flow, 7, birch, "Birch", ended)},
			adjust: func(input *input) {
				input.LeftOut[birch] = plan.LeftOut{Reason: "expired_three_years", CurrentCharge: true}
			},
			want: []string{orphanBirch + "expired_with_current_charge customer expired 2023-06-13"},
		},
	})
}

// A list that lost a third of its accounts is not carried out, whatever the
// policy: nothing is written beyond the limits.
func TestNoPolicyWritesBeyondTheLimits(t *testing.T) {
	flow := field.Global
	for _, policy := range []plan.OrphanPolicy{plan.ExpireOrphans, plan.MarkOrphans} {
		var wanted []plan.Wanted
		var present []organization.Organization
		for i := range 300 {
			id, name := numbered(t, i), fmt.Sprint("account ", i)
			if i%3 > 0 {
				wanted = append(wanted, wants(flow, id, name, nil))
			}
			present = append(present, has(flow, int64(i+1), id, name, set{field.ExpirationDate: "2026-01-01"}))
		}
		for i := range wanted {
			wanted[i].Record.Set(field.ExpirationDate, "2026-01-01")
		}
		input := inputOf(flow, wanted, present)
		input.Orphans = policy
		made := input.make()
		if len(made.Updates)+len(made.Marks) != 100 {
			t.Fatalf("%s: %d updates, %d marks are planned", policy, len(made.Updates), len(made.Marks))
		}
		gate := plan.GateOf(made.Limits)
		for _, update := range made.Updates {
			if pass, limit := gate.Update(update); len(pass) > 0 || limit != plan.LimitSupportLost {
				t.Fatalf("%s: an update passes: %v, %s", policy, pass, limit)
			}
		}
		for _, mark := range made.Marks {
			if gate.Mark(mark) == "" {
				t.Fatalf("%s: a mark passes", policy)
			}
		}
	}
}

func TestCustomersWithSupportAndWithoutAnOrganizationAreCounted(t *testing.T) {
	flow := field.Global
	unclear := wants(flow, birch, "Birch", nil)
	unclear.Holds, unclear.InOtherInstance = []hold.Hold{{Reason: hold.UnmappedCharge, Detail: "Quantum"}}, true
	expired := wants(flow, alliance, "Alliance", set{field.SupportLevel: "expired"})
	wanted := []plan.Wanted{expired, unclear, wants(flow, maple, "Taken", nil), wants(flow, tulip, "Tulip", nil)}
	orgs := []organization.Organization{has(flow, 7, "", "Taken", nil)}
	for name, tc := range map[string]struct {
		adjust func(*input)
		want   int
	}{
		"held and conflicting":        {func(*input) {}, 2},
		"over a limit too":            {func(input *input) { input.Limits = zero(flow) }, 3},
		"of those asked for":          {func(input *input) { input.Only = ids(birch, tulip) }, 1},
		"a partner is not the flow's": {func(input *input) { input.PartnerIDs = ids(maple) }, 1},
		"one with an organization has one": {func(input *input) {
			input.Organizations = append(input.Organizations, has(flow, 8, birch, "Birch", nil))
		}, 1},
	} {
		input := inputOf(flow, wanted, orgs)
		tc.adjust(&input)
		if got := input.make().Counts.WithoutOrganization; got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
}

func TestFirstSeenIsCopiedWhereTheSameRowStood(t *testing.T) {
	rows := func() *plan.Plan {
		return &plan.Plan{
			Held: []plan.Held{
				{ID: 1, AccountID: birch, Action: plan.ActionUpdate, Holds: []hold.Hold{{Reason: hold.UnmappedCharge, Detail: "Quantum"}}},
				{AccountID: maple, Action: plan.ActionCreate, Holds: []hold.Hold{{Reason: hold.UnmappedCharge, Detail: "Quantum"}}},
			},
			Orphans:   []plan.Orphan{{ID: 2, AccountID: tulip, Reason: plan.OrphanUnknown}},
			Conflicts: []plan.Conflict{{AccountID: alliance, Reason: plan.DuplicateID, OrganizationIDs: []int64{3, 4}}},
		}
	}
	dates := func(made *plan.Plan) []account.Date {
		return []account.Date{made.Held[0].FirstSeen, made.Held[1].FirstSeen, made.Orphans[0].FirstSeen, made.Conflicts[0].FirstSeen}
	}
	before := rows()
	before.SetFirstSeen("2026-06-01", nil)
	if diff := cmp.Diff([]account.Date{"2026-06-01", "2026-06-01", "2026-06-01", "2026-06-01"}, dates(before)); diff != "" {
		t.Errorf("without a plan before (-want +got):\n%s", diff)
	}
	same := rows()
	same.SetFirstSeen("2026-06-02", before)
	if diff := cmp.Diff(dates(before), dates(same)); diff != "" {
		t.Errorf("the same rows (-want +got):\n%s", diff)
	}
	other := rows()
	other.Held[0].Holds[0].Detail, other.Held[1].Name = "Other", "renamed"
	other.Orphans[0].Reason = "expired_three_years"
	other.Conflicts[0].OrganizationIDs = []int64{3, 5}
	other.SetFirstSeen("2026-06-03", same)
	if diff := cmp.Diff([]account.Date{"2026-06-03", "2026-06-01", "2026-06-03", "2026-06-03"}, dates(other)); diff != "" {
		t.Errorf("other rows (-want +got):\n%s", diff)
	}
}
