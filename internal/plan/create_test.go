package plan_test

import (
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

func TestCreatesOfCustomers(t *testing.T) {
	expired := set{field.SupportLevel: "expired", field.AccountType: "former_customer"}
	held := func(wanted plan.Wanted, inOtherInstance bool, holds ...hold.Hold) []plan.Wanted {
		wanted.Holds, wanted.InOtherInstance = holds, inOtherInstance
		return []plan.Wanted{wanted}
	}
	quantum := hold.Hold{Reason: hold.UnmappedCharge, Detail: "Quantum Support"}
	chargeless := hold.Hold{Reason: hold.SubscriptionWithoutCharges, Detail: "A-S1"}
	moving := hold.Hold{Reason: hold.AwaitsOtherInstance}
	for _, flow := range []field.Flow{field.Global, field.USGov} {
		runCases(t, flow, []planCase{
			{
				rule:   "an account without an organization is created",
				wanted: []plan.Wanted{wants(flow, tulip, "Tulip", nil), wants(flow, birch, "Birch", nil)},
				want:   []string{"create " + string(birch), "create " + string(tulip)},
			},
			{
				rule:   "an expired account is not created",
				wanted: []plan.Wanted{wants(flow, birch, "Birch", expired)},
			},
			{
				rule:   "an expired account with unmapped charges is held",
				wanted: held(wants(flow, birch, "Birch", expired), false, chargeless, quantum),
				want:   []string{`held create 0 001B0000002Gcp0IAC "Birch" [subscription_without_charges (A-S1) unmapped_charge (Quantum Support)]: `},
			},
			{
				rule:   "an account with unmapped charges and an organization in the other instance is held",
				wanted: held(wants(flow, birch, "Birch", nil), true, quantum),
				want:   []string{`held create 0 001B0000002Gcp0IAC "Birch" [unmapped_charge (Quantum Support)]: `},
			},
			{
				rule:   "an account with unmapped charges that gets support here alone is created",
				wanted: held(wants(flow, birch, "Birch", nil), false, quantum),
				want:   []string{"create " + string(birch)},
			},
			{
				rule:   "a move alone holds no create",
				wanted: held(wants(flow, birch, "Birch", nil), true, moving),
				want:   []string{"create " + string(birch)},
			},
			{
				rule:   "nor does it list an expired account that is not created",
				wanted: held(wants(flow, birch, "Birch", expired), true, moving),
			},
			{
				rule:   "a move beside another cause does not free it",
				wanted: held(wants(flow, birch, "Birch", nil), true, moving, quantum),
				want:   []string{`held create 0 001B0000002Gcp0IAC "Birch" [awaits_other_instance unmapped_charge (Quantum Support)]: `},
			},
			{
				rule:   "an organization in the other instance alone holds nothing",
				wanted: held(wants(flow, birch, "Birch", nil), true),
				want:   []string{"create " + string(birch)},
			},
		})
	}
}

func TestCreatesOfPartners(t *testing.T) {
	runCases(t, field.Partner, []planCase{
		{
			rule:   "a partner without an organization is created",
			wanted: []plan.Wanted{wants(field.Partner, alliance, "Alliance", set{field.AccountType: "alliance_partner"})},
			want:   []string{"create " + string(alliance)},
		},
		{
			rule:   "a partner without a track is created",
			wanted: []plan.Wanted{wants(field.Partner, birch, "Birch", set{field.AccountType: ""})},
			want:   []string{"create " + string(birch)},
		},
		{
			rule:   "a partner is created without the customer artifact",
			wanted: []plan.Wanted{wants(field.Partner, birch, "Birch", nil)},
			adjust: func(input *input) { input.CustomerIDs = nil },
			want:   []string{"create " + string(birch), "warning customer_artifact_missing"},
		},
	})
}

func TestDuplicateIDs(t *testing.T) {
	flow := field.Global
	marked := set{field.MarkForDeletion: field.True}
	wanted := []plan.Wanted{wants(flow, birch, "Birch", nil)}
	runCases(t, flow, []planCase{
		{
			rule:   "two organizations of one id are a conflict and get no third",
			wanted: wanted,
			orgs:   []organization.Organization{has(flow, 9, birch, "Old", nil), has(flow, 2, birch, "Older", nil)},
			want:   []string{`conflict duplicate_id 0 001B0000002Gcp0IAC "Older" organizations [2 9] accounts []`},
		},
		{
			rule:   "15 and 18 characters are one id",
			wanted: wanted,
			orgs:   []organization.Organization{has(flow, 9, birch, "Old", set{field.SalesforceID: "001B0000002Gcp0"}), has(flow, 2, birch, "Older", nil)},
			want:   []string{`conflict duplicate_id 0 001B0000002Gcp0IAC "Older" organizations [2 9] accounts []`},
		},
		{
			rule:   "the one unmarked organization is meant",
			wanted: wanted,
			orgs:   []organization.Organization{has(flow, 2, birch, "Older", marked), has(flow, 9, birch, "Old", nil)},
			want:   []string{`update 9 001B0000002Gcp0IAC "Old": name Old→Birch`},
		},
		{
			rule:   "two unmarked organizations beside a marked one are a conflict",
			wanted: wanted,
			orgs: []organization.Organization{
				has(flow, 2, birch, "Older", marked), has(flow, 9, birch, "Old", nil), has(flow, 4, birch, "Oldest", nil),
			},
			want: []string{`conflict duplicate_id 0 001B0000002Gcp0IAC "Older" organizations [2 4 9] accounts []`},
		},
		{
			rule:   "several organizations that are all marked are a conflict",
			wanted: wanted,
			orgs:   []organization.Organization{has(flow, 2, birch, "Older", marked), has(flow, 9, birch, "Old", marked)},
			want:   []string{`conflict duplicate_id 0 001B0000002Gcp0IAC "Older" organizations [2 9] accounts []`},
		},
		{
			rule: "organizations of an id that nobody wants are not marked while they share it",
			orgs: []organization.Organization{
				has(flow, 2, birch, "Older", set{field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01"}),
				has(flow, 9, birch, "Old", set{field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01"}),
			},
			want: []string{`conflict duplicate_id 0 001B0000002Gcp0IAC "Older" organizations [2 9] accounts []`},
		},
		{
			rule:   "a partner's duplicates are the partner flow's to list",
			orgs:   []organization.Organization{has(flow, 2, birch, "Older", nil), has(flow, 9, birch, "Old", nil)},
			adjust: func(input *input) { input.PartnerIDs = ids(birch) },
		},
	})
}

func TestUnmanagedOrganizations(t *testing.T) {
	flow := field.Global
	old := set{field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01"}
	with := func(id field.Value) set {
		return set{field.SalesforceID: id, field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01"}
	}
	orgs := []organization.Organization{
		has(flow, 3, "", "Nobody", old),
		has(flow, 1, "", "Nonsense", with("see notes")),
		has(flow, 2, "", "Broken", with("001B0000002Gcp0IAA")),
	}
	runCases(t, flow, []planCase{{
		rule: "organizations without a valid id take no part, and the invalid ones are listed",
		orgs: orgs,
		want: []string{
			`unmanaged 2 "Broken" "001B0000002Gcp0IAA": salesforce id "001B0000002Gcp0IAA" has a wrong checksum: "IAC" belongs to its first 15 characters`,
			`unmanaged 1 "Nonsense" "see notes": salesforce id "see notes" has 9 characters, not 15 or 18`,
		},
	}})
	if got := inputOf(flow, nil, orgs).make().Counts.Unmanaged; got != 3 {
		t.Errorf("%d unmanaged organizations are counted, want 3: the empty ones too", got)
	}
}
