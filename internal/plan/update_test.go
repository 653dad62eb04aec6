package plan_test

import (
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

func TestUpdates(t *testing.T) {
	flow := field.Global
	wanted := []plan.Wanted{wants(flow, birch, "Birch", set{"aar": "0", "sub_sm_premium": field.True})}
	runCases(t, flow, []planCase{
		{
			rule:   "an organization that equals its account is left alone",
			wanted: wanted,
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", set{"aar": "0", "sub_sm_premium": field.True})},
		},
		{
			rule:   "the fields that differ are updated, in table order",
			wanted: wanted,
			orgs:   []organization.Organization{has(flow, 7, birch, "birch", set{"aar": "", "account_owner": "Someone"})},
			want:   []string{`update 7 001B0000002Gcp0IAC "birch": name birch→Birch, aar →0, account_owner Someone→, sub_sm_premium →true`},
		},
		{
			rule:   "a 15-character id is completed",
			wanted: wanted,
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", set{"aar": "0", "sub_sm_premium": field.True, field.SalesforceID: "001B0000002Gcp0"})},
			want:   []string{`update 7 001B0000002Gcp0IAC "Birch": salesforce_id 001B0000002Gcp0→001B0000002Gcp0IAC`},
		},
		{
			rule:   "an organization that comes back is unmarked",
			wanted: wanted,
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", set{"aar": "0", "sub_sm_premium": field.True, field.MarkForDeletion: field.True})},
			want:   []string{`update 7 001B0000002Gcp0IAC "Birch": mark_for_deletion true→`},
		},
		{
			rule:   "an account that expires is updated",
			wanted: []plan.Wanted{wants(flow, birch, "Birch", set{field.SupportLevel: "expired"})},
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", nil)},
			want:   []string{`update 7 001B0000002Gcp0IAC "Birch": support_level premium→expired`},
		},
		{
			rule:   "only the accounts asked for are planned",
			wanted: []plan.Wanted{wants(flow, birch, "Birch", nil), wants(flow, maple, "Maple", nil), wants(flow, tulip, "Tulip", nil)},
			orgs:   []organization.Organization{has(flow, 7, birch, "Old", nil), has(flow, 8, maple, "Older", nil), has(flow, 9, alliance, "Orphan", nil)},
			adjust: func(input *input) { input.Only = ids(maple, tulip) },
			want:   []string{"create " + string(tulip), `update 8 001M000000qfPySIAU "Older": name Older→Maple`},
		},
	})
}

func TestHeldChanges(t *testing.T) {
	flow := field.Global
	unmapped := func(wanted plan.Wanted) []plan.Wanted {
		wanted.Holds = []hold.Hold{{Reason: hold.UnmappedCharge, Detail: "Quantum"}}
		return []plan.Wanted{wanted}
	}
	lower := set{
		field.SupportLevel: "expired", field.AccountType: "former_customer", field.ExpirationDate: "2026-01-01",
		"aar": "0", field.SeatsDecimal: "0", "account_owner": "New", "sub_edu": field.True,
	}
	higher := set{"aar": "10", field.SeatsDecimal: "5", "sub_sm_premium": field.True, "account_owner": "Old"}
	moving := wants(flow, birch, "Birch", lower)
	moving.Holds = []hold.Hold{{Reason: hold.AwaitsOtherInstance}}
	runCases(t, flow, []planCase{
		{
			rule:   "a lower level is held with what follows from it, the rest goes on",
			wanted: unmapped(wants(flow, birch, "Birch", lower)),
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", higher)},
			want: []string{
				`update 7 001B0000002Gcp0IAC "Birch": account_owner Old→New, sub_edu →true`,
				`held update 7 001B0000002Gcp0IAC "Birch" [unmapped_charge (Quantum)]: account_type "customer"→"former_customer", ` +
					`support_level "premium"→"expired", expiration_date "2026-12-31"→"2026-01-01", aar 10→0, seats_decimal 5→0, sub_sm_premium true→false`,
			},
		},
		{
			rule:   "an account that moves keeps its level until the other organization is there",
			wanted: []plan.Wanted{moving},
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", set{"account_owner": "New", "sub_edu": field.True, "aar": "10", field.SeatsDecimal: "0"})},
			want: []string{
				`held update 7 001B0000002Gcp0IAC "Birch" [awaits_other_instance]: account_type "customer"→"former_customer", ` +
					`support_level "premium"→"expired", expiration_date "2026-12-31"→"2026-01-01", aar 10→0`,
			},
		},
		{
			rule:   "without a lower level only lost subscriptions are held",
			wanted: unmapped(wants(flow, birch, "Birch", set{"aar": "0", field.ExpirationDate: "2026-01-01"})),
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", set{"aar": "10", "sub_sm_premium": field.True})},
			want: []string{
				`update 7 001B0000002Gcp0IAC "Birch": expiration_date 2026-12-31→2026-01-01, aar 10→0`,
				`held update 7 001B0000002Gcp0IAC "Birch" [unmapped_charge (Quantum)]: sub_sm_premium true→false`,
			},
		},
		{
			rule:   "a higher level is not held",
			wanted: unmapped(wants(flow, birch, "Birch", set{field.SupportLevel: "ultimate"})),
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", set{field.AccountType: "former_customer"})},
			want:   []string{`update 7 001B0000002Gcp0IAC "Birch": account_type former_customer→customer, support_level premium→ultimate`},
		},
		{
			rule:   "an unknown level ranks highest, so to replace it is held",
			wanted: unmapped(wants(flow, birch, "Birch", set{field.SupportLevel: "ultimate"})),
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", set{field.SupportLevel: "platinum"})},
			want:   []string{`held update 7 001B0000002Gcp0IAC "Birch" [unmapped_charge (Quantum)]: support_level "platinum"→"ultimate"`},
		},
		{
			rule:   "an empty level ranks lowest, so to fill it goes on",
			wanted: unmapped(wants(flow, birch, "Birch", set{field.SupportLevel: "expired"})),
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", set{field.SupportLevel: ""})},
			want:   []string{`update 7 001B0000002Gcp0IAC "Birch": support_level →expired`},
		},
		{
			rule:   "unmarking is never held",
			wanted: unmapped(wants(flow, birch, "Birch", set{field.SupportLevel: "expired"})),
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", set{field.MarkForDeletion: field.True})},
			want: []string{
				`update 7 001B0000002Gcp0IAC "Birch": mark_for_deletion true→`,
				`held update 7 001B0000002Gcp0IAC "Birch" [unmapped_charge (Quantum)]: support_level "premium"→"expired"`,
			},
		},
	})
}

func TestHeldChangesOfUSGovernment(t *testing.T) {
	flow := field.USGov
	wanted := wants(flow, birch, "Birch", set{field.SupportLevel: "custom", "arr": "1.5", field.NumberOfSeats: "3"})
	wanted.Holds = []hold.Hold{{Reason: hold.UnmappedCharge, Detail: "Quantum"}}
	runCases(t, flow, []planCase{{
		rule:   "emergency support, arr and seats are held too",
		wanted: []plan.Wanted{wanted},
		orgs: []organization.Organization{has(flow, 7, birch, "Birch", set{
			field.EmergencySupport: field.True, "sub_usgov_24x7": field.True, "arr": "2", field.NumberOfSeats: "4", "market_segment": "large",
		})},
		want: []string{
			`update 7 001B0000002Gcp0IAC "Birch": market_segment large→`,
			`held update 7 001B0000002Gcp0IAC "Birch" [unmapped_charge (Quantum)]: support_level "premium"→"custom", ` +
				`arr 2→1.5, number_of_seats 4→3, emergency_support_24x7 true→false, sub_usgov_24x7 true→false`,
		},
	}})
}
