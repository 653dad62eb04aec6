package plan_test

import (
	"fmt"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

func TestNames(t *testing.T) {
	flow := field.Global
	with := func(id field.Value) set { return set{field.SalesforceID: id, field.MarkForDeletion: field.True} }
	runCases(t, flow, []planCase{
		{
			rule:   "a create whose name another organization holds is a conflict, without regard to case",
			wanted: []plan.Wanted{wants(flow, birch, "BIRCH", nil)},
			orgs:   []organization.Organization{has(flow, 7, "", "Birch", nil)},
			want:   []string{`conflict name_taken 0 001B0000002Gcp0IAC "BIRCH" organizations [7] accounts []`},
		},
		{
			rule:   "unmanaged and marked organizations hold their names too",
			wanted: []plan.Wanted{wants(flow, maple, "birch", nil)},
			orgs:   []organization.Organization{has(flow, 7, "", "birch", with("none")), has(flow, 8, maple, "Elm", nil)},
			want: []string{
				`unmanaged 7 "birch" "none": salesforce id "none" has 4 characters, not 15 or 18`,
				`conflict name_taken 8 001M000000qfPySIAU "birch" organizations [7] accounts []`,
			},
		},
		{
			rule:   "a rename to a name that is held is left out and the rest of the row goes on",
			wanted: []plan.Wanted{wants(flow, birch, "Oak", nil), wants(flow, maple, "Oak Ltd", nil)},
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", set{"account_owner": "Old"}), has(flow, 8, maple, "Oak", nil)},
			want: []string{
				`update 7 001B0000002Gcp0IAC "Birch": account_owner Old→`,
				`update 8 001M000000qfPySIAU "Oak": name Oak→Oak Ltd`,
				`conflict name_taken 7 001B0000002Gcp0IAC "Oak" organizations [8] accounts []`,
			},
		},
		{
			rule:   "two organizations that swap names are conflicts",
			wanted: []plan.Wanted{wants(flow, birch, "Maple", nil), wants(flow, maple, "Birch", nil)},
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", nil), has(flow, 8, maple, "Maple", nil)},
			want: []string{
				`conflict name_taken 7 001B0000002Gcp0IAC "Maple" organizations [8] accounts []`,
				`conflict name_taken 8 001M000000qfPySIAU "Birch" organizations [7] accounts []`,
			},
		},
		{
			rule:   "a name that two creates and a rename share is given to none",
			wanted: []plan.Wanted{wants(flow, birch, "Oak", nil), wants(flow, maple, "OAK", nil), wants(flow, tulip, "oak", nil)},
			orgs:   []organization.Organization{has(flow, 7, maple, "Maple", nil)},
			want: []string{
				`conflict name_taken 0 001B0000002Gcp0IAC "Oak" organizations [] accounts [001M000000qfPySIAU 001T0000007AkXZIA0]`,
				`conflict name_taken 7 001M000000qfPySIAU "OAK" organizations [] accounts [001B0000002Gcp0IAC 001T0000007AkXZIA0]`,
				`conflict name_taken 0 001T0000007AkXZIA0 "oak" organizations [] accounts [001B0000002Gcp0IAC 001M000000qfPySIAU]`,
			},
		},
		{
			rule:   "an organization may change the case of its own name, though a create wants it",
			wanted: []plan.Wanted{wants(flow, birch, "BIRCH", nil), wants(flow, maple, "birch", nil)},
			orgs:   []organization.Organization{has(flow, 7, birch, "Birch", nil)},
			want: []string{
				`update 7 001B0000002Gcp0IAC "Birch": name Birch→BIRCH`,
				`conflict name_taken 0 001M000000qfPySIAU "birch" organizations [7] accounts []`,
			},
		},
		{
			rule:   "an account that is not created for being expired claims no name",
			wanted: []plan.Wanted{wants(flow, birch, "Oak", nil), wants(flow, maple, "Oak", set{field.SupportLevel: "expired"})},
			orgs:   nil,
			want:   []string{"create " + string(birch)},
		},
		{
			rule:   "no organization is created or left without a name",
			wanted: []plan.Wanted{wants(flow, birch, "", nil), wants(flow, maple, " ", set{"account_owner": "New"})},
			orgs:   []organization.Organization{has(flow, 7, maple, "Maple", nil)},
			want: []string{
				`update 7 001M000000qfPySIAU "Maple": account_owner →New`,
				`conflict name_empty 0 001B0000002Gcp0IAC "" organizations [] accounts []`,
				`conflict name_empty 7 001M000000qfPySIAU "" organizations [] accounts []`,
			},
		},
	})
}

func TestConflictListsAtMostTenRivals(t *testing.T) {
	var wanted []plan.Wanted
	for i := range 12 {
		id := numbered(t, i)
		wanted = append(wanted, wants(field.Global, id, "Oak", nil))
	}
	conflicts := inputOf(field.Global, wanted, nil).make().Conflicts
	if len(conflicts) != 12 || len(conflicts[11].AccountIDs) != 10 {
		t.Errorf("got %d conflicts of which the last has %d rivals, want 12 and 10", len(conflicts), len(conflicts[11].AccountIDs))
	}
}

// numbered returns the id of a numbered account.
func numbered(t testing.TB, number int) account.ID {
	t.Helper()
	id, err := account.ParseID(fmt.Sprintf("001N%011d", number))
	if err != nil {
		t.Fatal(err)
	}
	return id
}
