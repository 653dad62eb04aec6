package plan_test

import (
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// identityLost is the conflict of birch with organization 7.
func identityLost(present string) string {
	return `conflict identity_lost 0 001B0000002Gcp0IAC "Birch" organizations [7] accounts [] ` + present
}

func TestAnOrganizationThatLostItsIDIsNotChanged(t *testing.T) {
	flow := field.Global
	old := func(id string, more ...string) set {
		values := set{field.SalesforceID: field.Value(id), field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01"}
		for _, key := range more {
			values[key] = field.True
		}
		return values
	}
	wanted := []plan.Wanted{wants(flow, birch, "Birch", nil)}
	one := func(name string, values set) []organization.Organization {
		return []organization.Organization{has(flow, 7, "", name, values)}
	}
	const created = "create " + string(birch)
	unmanaged := func(name, id, words string) string { return `unmanaged 7 "` + name + `" "` + id + `": ` + words }
	// 001T0000007AkXZIA0 is the id of no account here.
	const gone = "001T0000007AkXZIA0"
	runCases(t, flow, []planCase{
		{
			rule: "an account recreated under the same name", wanted: wanted, orgs: one("BIRCH ", old(gone)),
			want: []string{identityLost(gone)},
		},
		{
			rule: "another name is another customer", wanted: wanted, orgs: one("Beech", old(gone)),
			want: []string{created, `mark 7 001T0000007AkXZIA0 "Beech" expired_three_years: mark_for_deletion →true`},
		},
		{
			rule: "an id of an account that is left out is not lost: its name is taken", wanted: wanted, orgs: one("Birch", old(gone)),
			adjust: func(input *input) { input.LeftOut[tulip] = plan.LeftOut{Reason: "expired_three_years"} },
			want: []string{
				`mark 7 001T0000007AkXZIA0 "Birch" expired_three_years: mark_for_deletion →true`,
				`conflict name_taken 0 001B0000002Gcp0IAC "Birch" organizations [7] accounts []`,
			},
		},
		{
			rule: "nor is a partner's", wanted: wanted, orgs: one("Birch", old(gone)),
			adjust: func(input *input) { input.PartnerIDs = ids(tulip) },
			want:   []string{`conflict name_taken 0 001B0000002Gcp0IAC "Birch" organizations [7] accounts []`},
		},
		{
			rule: "an id of 15 characters in another case", wanted: wanted, orgs: one("Beech", old("001b0000002gcp0")),
			want: []string{identityLost("001b0000002gcp0")},
		},
		{
			rule: "a valid id of 18 characters proves its case", wanted: wanted, orgs: one("Beech", old("001b0000002gcp0AAA")),
			want: []string{created, `mark 7 001b0000002gcp0AAA "Beech" expired_three_years: mark_for_deletion →true`},
		},
		{
			rule: "a wrong checksum", wanted: wanted, orgs: one("Beech", old("001B0000002Gcp0IAA")),
			want: []string{
				unmanaged("Beech", "001B0000002Gcp0IAA", `salesforce id "001B0000002Gcp0IAA" has a wrong checksum: "IAC" belongs to its first 15 characters`),
				identityLost("001B0000002Gcp0IAA"),
			},
		},
		{
			rule: "another case and a wrong checksum", wanted: wanted, orgs: one("Beech", old("001b0000002gCP0IAC")),
			want: []string{
				unmanaged("Beech", "001b0000002gCP0IAC", `salesforce id "001b0000002gCP0IAC" has a wrong checksum: "AAM" belongs to its first 15 characters`),
				identityLost("001b0000002gCP0IAC"),
			},
		},
		{
			rule: "a wrong letter is found by the name only", wanted: wanted, orgs: one("Beech", old("001B0000002Gcp1")),
			want: []string{created, `mark 7 001B0000002Gcp1IAC "Beech" expired_three_years: mark_for_deletion →true`},
		},
		{
			rule: "by the name it is", wanted: wanted, orgs: one("birch", old("001B0000002Gcp1")),
			want: []string{identityLost("001B0000002Gcp1")},
		},
		{
			rule: "a text that is not an id, under the name", wanted: wanted, orgs: one("Birch", old("see notes")),
			want: []string{
				unmanaged("Birch", "see notes", `salesforce id "see notes" has 9 characters, not 15 or 18`), identityLost("see notes"),
			},
		},
		{
			rule: "no id at all is not a lost one: its name is taken", wanted: wanted, orgs: one("Birch", old("")),
			want: []string{`conflict name_taken 0 001B0000002Gcp0IAC "Birch" organizations [7] accounts []`},
		},
		{
			rule: "a mark that it bears is taken back", wanted: wanted, orgs: one("Birch", old(gone, field.MarkForDeletion)),
			want: []string{`update 7 001T0000007AkXZIA0 "Birch": mark_for_deletion true→`, identityLost(gone)},
		},
		{
			rule: "of an invalid id it is listed for people", wanted: wanted, orgs: one("Birch", old("001B0000002Gcp0IAA", field.MarkForDeletion)),
			want: []string{
				unmanaged("Birch", "001B0000002Gcp0IAA", `salesforce id "001B0000002Gcp0IAA" has a wrong checksum: "IAC" belongs to its first 15 characters`),
				identityLost("001B0000002Gcp0IAA"),
			},
		},
		{
			rule: "what the partner flow owns is not unmarked", wanted: wanted,
			orgs: one("Birch", set{field.SalesforceID: gone, field.AccountType: "open_partner", field.MarkForDeletion: field.True}),
			want: []string{identityLost(gone)},
		},
		{
			rule:   "an account that is expired lost nothing",
			wanted: []plan.Wanted{wants(flow, birch, "Birch", set{field.SupportLevel: "expired"})}, orgs: one("Birch", old(gone)),
			want: []string{`mark 7 001T0000007AkXZIA0 "Birch" expired_three_years: mark_for_deletion →true`},
		},
		{
			rule: "nor one that has its organization", wanted: wanted,
			orgs: append(one("Beech", old("001b0000002gcp0")), has(flow, 8, birch, "Birch", nil)),
			want: []string{`mark 7 001b0000002gcp0AAA "Beech" expired_three_years: mark_for_deletion →true`},
		},
		{
			rule:   "no policy ends or marks it",
			wanted: wanted, orgs: one("Birch", set{field.SalesforceID: gone, field.ExpirationDate: "2026-01-01"}),
			adjust: func(input *input) { input.Orphans = plan.MarkOrphans },
			want:   []string{identityLost(gone)},
		},
		{
			rule:   "two organizations may be the account's: by name and by id",
			wanted: wanted,
			orgs:   append(one("Birch", old(gone)), has(flow, 8, "", "Beech", old("001b0000002gcp0"))),
			want: []string{
				identityLost(gone), `conflict identity_lost 0 001B0000002Gcp0IAC "Birch" organizations [8] accounts [] 001b0000002gcp0`,
			},
		},
		{
			rule: "two accounts of one name", wanted: append(wanted, wants(flow, maple, "birch", nil)), orgs: one("Birch", old(gone)),
			want: []string{
				identityLost(gone), `conflict identity_lost 0 001M000000qfPySIAU "birch" organizations [7] accounts [] ` + gone,
			},
		},
	})
}

func TestALostIdentityIsNotHeldToo(t *testing.T) {
	flow := field.USGov
	wanted := wants(flow, birch, "Birch", nil)
	wanted.Holds, wanted.InOtherInstance = []hold.Hold{{Reason: hold.UnmappedCharge, Detail: "Quantum"}}, true
	runCases(t, flow, []planCase{{
		rule:   "the create waits for people either way",
		wanted: []plan.Wanted{wanted},
		orgs:   []organization.Organization{has(flow, 7, tulip, "Birch", nil)},
		want:   []string{identityLost(string(tulip))},
	}})
}

func TestPartnersLoseTheirIdentityToo(t *testing.T) {
	flow := field.Partner
	runCases(t, flow, []planCase{{
		rule:   "a partner recreated",
		wanted: []plan.Wanted{wants(flow, birch, "Birch", nil)},
		orgs:   []organization.Organization{has(flow, 7, tulip, "Birch", nil)},
		want:   []string{identityLost(string(tulip))},
	}})
}
