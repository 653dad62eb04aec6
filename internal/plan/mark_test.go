package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

const markedBirch = `mark 7 001B0000002Gcp0IAC "Birch" `

func TestMarksOfCustomers(t *testing.T) {
	old := set{field.SupportLevel: "expired", field.ExpirationDate: "2023-06-13"}
	leftOut := func(reason string) func(*input) {
		return func(input *input) { input.LeftOut[birch] = plan.LeftOut{Reason: reason} }
	}
	for _, flow := range []field.Flow{field.Global, field.USGov} {
		birchWith := func(values set) []organization.Organization {
			return []organization.Organization{has(flow, 7, birch, "Birch", values)}
		}
		ignored := birchWith(old)
		ignored[0].IgnoreDeletion = true
		runCases(t, flow, []planCase{
			{
				rule: "an expired organization whose own date is earlier than three years out is marked",
				orgs: birchWith(old),
				want: []string{markedBirch + "expired_three_years: mark_for_deletion →true"},
			},
			{
				rule: "the day three years out itself is not earlier",
				orgs: birchWith(set{field.SupportLevel: "expired", field.ExpirationDate: "2023-06-14"}),
				want: []string{`orphan 7 001B0000002Gcp0IAC "Birch" not_in_salesforce customer expired 2023-06-14`},
			},
			{
				rule:   "an expired organization whose account the processor left out for three years is marked",
				orgs:   birchWith(set{field.SupportLevel: "expired"}),
				adjust: leftOut("expired_three_years"),
				want:   []string{markedBirch + "expired_three_years: mark_for_deletion →true"},
			},
			{
				rule: "an account that is gone leaves an orphan while it has support, whatever its date",
				orgs: birchWith(set{field.ExpirationDate: "2020-01-01"}),
				want: []string{`orphan 7 001B0000002Gcp0IAC "Birch" not_in_salesforce customer premium 2020-01-01`},
			},
			{
				rule:   "an expired organization without a date is an orphan",
				orgs:   birchWith(set{field.SupportLevel: "expired", field.ExpirationDate: ""}),
				adjust: leftOut("no_subscriptions"),
				want:   []string{`orphan 7 001B0000002Gcp0IAC "Birch" no_subscriptions customer expired `},
			},
			{
				rule: "a text that is not a date is not a date of long ago",
				orgs: birchWith(set{field.SupportLevel: "expired", field.ExpirationDate: "1 Jan 2001"}),
				want: []string{`orphan 7 001B0000002Gcp0IAC "Birch" not_in_salesforce customer expired 1 Jan 2001`},
			},
			{rule: "what is marked already is not marked again", orgs: birchWith(set{
				field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01", field.MarkForDeletion: field.True,
			})},
			{rule: "ignore_deletion keeps an organization", orgs: ignored},
			{
				rule: "a protected id keeps an organization", orgs: birchWith(old),
				adjust: func(input *input) { input.Protected = ids(birch) },
			},
		})
	}
}

func TestMarksOfPartners(t *testing.T) {
	flow := field.Partner
	orgs := []organization.Organization{has(flow, 7, birch, "Birch", nil)}
	runCases(t, flow, []planCase{
		{
			rule: "who is not a partner any more is marked", orgs: orgs,
			want: []string{markedBirch + "not_a_partner: mark_for_deletion →true"},
		},
		{
			rule: "who became a customer belongs to the global flow", orgs: orgs,
			adjust: func(input *input) { input.CustomerIDs = ids(birch) },
		},
		{
			rule: "without the customer artifact nothing is marked, not even orphans", orgs: orgs,
			adjust: func(input *input) {
				input.CustomerIDs, input.Orphans = nil, plan.MarkOrphans
			},
			want: []string{
				`orphan 7 001B0000002Gcp0IAC "Birch" customer_artifact_missing open_partner  `,
				"warning customer_artifact_missing",
			},
		},
		{
			rule: "while the two Salesforce reads overlap nothing is marked", orgs: orgs,
			adjust: func(input *input) { input.ReadsOverlap = true },
			want:   []string{`orphan 7 001B0000002Gcp0IAC "Birch" salesforce_reads_overlap open_partner  `, "warning salesforce_reads_overlap"},
		},
		{
			rule: "the policy for orphans is not for partners", orgs: orgs,
			adjust: func(input *input) { input.Orphans = plan.ExpireOrphans },
			want:   []string{markedBirch + "not_a_partner: mark_for_deletion →true"},
		},
		{
			rule:   "an organization that is of no partner type is not the partner flow's",
			wanted: nil, orgs: []organization.Organization{has(flow, 7, birch, "Birch", set{field.AccountType: "customer"})},
		},
	})
}

func TestMarkKeepsWhatItWasPlannedOn(t *testing.T) {
	old := set{field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01", field.AccountType: "former_customer"}
	for flow, want := range map[field.Flow]field.Record{
		field.Global:  seen(field.Global, "Birch", "former_customer", "expired", "2020-01-01"),
		field.USGov:   seen(field.USGov, "Birch", "former_customer", "expired", "2020-01-01"),
		field.Partner: seen(field.Partner, "Birch", "select_partner", "", ""),
	} {
		values := old
		if flow == field.Partner {
			values = set{field.AccountType: "select_partner"}
		}
		marks := inputOf(flow, nil, []organization.Organization{has(flow, 7, birch, "Birch", values)}).make().Marks
		if len(marks) != 1 {
			t.Fatalf("%s: %d marks, want 1", flow, len(marks))
		}
		if diff := cmp.Diff(want, marks[0].Seen); diff != "" {
			t.Errorf("%s: seen (-want +got):\n%s", flow, diff)
		}
	}
}

func TestOwnershipOnTheGlobalInstance(t *testing.T) {
	flow := field.Global
	old := set{field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01"}
	oldPartner := set{field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01", field.AccountType: "open_partner"}
	organizations := func(values set) []organization.Organization {
		return []organization.Organization{has(flow, 7, birch, "Birch", values)}
	}
	noPartners := func(input *input) { input.PartnerIDs = nil }
	runCases(t, flow, []planCase{
		{
			rule:   "an id of the partner artifact belongs to partner, whatever its account_type",
			wanted: []plan.Wanted{wants(flow, maple, "Maple", nil), wants(flow, tulip, "Tulip", nil)},
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", old), has(flow, 8, maple, "Older", nil)},
			adjust: func(input *input) { input.PartnerIDs = ids(birch, maple, tulip) },
		},
		{
			rule:   "a customer that was a partner is updated",
			wanted: []plan.Wanted{wants(flow, birch, "Birch", nil)},
			orgs:   organizations(set{field.AccountType: "open_partner"}),
			want:   []string{`update 7 001B0000002Gcp0IAC "Birch": account_type open_partner→customer`},
		},
		{
			rule:   "an organization of a partner type is not marked, even of a customer",
			orgs:   organizations(oldPartner),
			adjust: func(input *input) { input.LeftOut[birch] = plan.LeftOut{Reason: "expired_three_years"} },
		},
		{
			rule: "an organization of a partner type that no artifact knows is the partner flow's",
			orgs: organizations(oldPartner),
		},
		{
			rule: "duplicates of which one is a customer's are listed",
			orgs: []organization.Organization{has(flow, 7, birch, "Birch", oldPartner), has(flow, 8, birch, "Beech", old)},
			want: []string{`conflict duplicate_id 0 001B0000002Gcp0IAC "Birch" organizations [7 8] accounts []`},
		},
		{
			rule:   "without the partner artifact an organization of a partner type is left alone",
			wanted: []plan.Wanted{wants(flow, birch, "Renamed", nil)},
			orgs:   organizations(set{field.AccountType: "open_partner"}),
			adjust: noPartners,
			want:   []string{"warning partner_artifact_missing"},
		},
		{
			rule:   "without the partner artifact customers are created and updated, and nothing is marked",
			wanted: []plan.Wanted{wants(flow, maple, "Maple", nil), wants(flow, tulip, "Tulip", nil)},
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", old), has(flow, 8, maple, "Older", nil)},
			adjust: func(input *input) {
				input.PartnerIDs, input.Orphans, input.LeftOut[birch] = nil, plan.MarkOrphans, plan.LeftOut{Reason: "partner"}
			},
			want: []string{
				"create " + string(tulip),
				`update 8 001M000000qfPySIAU "Older": name Older→Maple`,
				`orphan 7 001B0000002Gcp0IAC "Birch" partner_artifact_missing customer expired 2020-01-01`,
				"warning partner_artifact_missing",
			},
		},
		{
			rule:   "the customer artifact is not needed: every customer is wanted or left out",
			wanted: []plan.Wanted{wants(flow, maple, "Maple", nil)},
			orgs: []organization.Organization{
				has(flow, 7, birch, "Birch", old), has(flow, 8, maple, "Maple", set{field.AccountType: "open_partner"}),
			},
			adjust: func(input *input) { input.CustomerIDs = nil },
			want: []string{
				`update 8 001M000000qfPySIAU "Maple": account_type open_partner→customer`,
				markedBirch + "expired_three_years: mark_for_deletion →true",
			},
		},
	})
}

func TestOwnershipOfPartners(t *testing.T) {
	flow := field.Partner
	runCases(t, flow, []planCase{
		{
			rule:   "a customer that became a partner is updated",
			wanted: []plan.Wanted{wants(flow, birch, "Birch", nil)},
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", set{field.AccountType: "customer"})},
			adjust: func(input *input) { input.CustomerIDs = ids(birch) },
			want:   []string{`update 7 001B0000002Gcp0IAC "Birch": account_type customer→open_partner`},
		},
		{
			rule:   "its own accounts are known without the customer artifact",
			wanted: []plan.Wanted{wants(flow, birch, "Birch", nil)},
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", set{field.AccountType: "customer"})},
			adjust: func(input *input) { input.CustomerIDs = nil },
			want: []string{
				`update 7 001B0000002Gcp0IAC "Birch": account_type customer→open_partner`,
				"warning customer_artifact_missing",
			},
		},
	})
}

func TestOwnershipIsOfTheGlobalInstanceAlone(t *testing.T) {
	flow := field.USGov
	runCases(t, flow, []planCase{{
		rule:   "US Government's organizations are usgov's, partners or not",
		wanted: []plan.Wanted{wants(flow, maple, "Maple", nil)},
		orgs: []organization.Organization{
			has(flow, 7, birch, "Birch", set{field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01", field.AccountType: "open_partner"}),
			has(flow, 8, maple, "Older", nil),
			has(flow, 9, tulip, "Tulip", nil),
		},
		adjust: func(input *input) {
			input.PartnerIDs = nil
			input.LeftOut = map[account.ID]plan.LeftOut{birch: {Reason: "partner"}, tulip: {Reason: "partner"}}
		},
		want: []string{
			`update 8 001M000000qfPySIAU "Older": name Older→Maple`,
			markedBirch + "expired_three_years: mark_for_deletion →true",
			`orphan 9 001T0000007AkXZIA0 "Tulip" partner customer premium 2026-12-31`,
		},
	}})
}
