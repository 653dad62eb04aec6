package entitlement

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// of returns what is known of the accounts.
func of(byID OrganizationsByID, ids ...account.ID) map[account.ID]Organization {
	found := map[account.ID]Organization{}
	for _, id := range ids {
		if org, ok := byID.Of(id); ok {
			found[id] = org
		}
	}
	return found
}

func TestLookupStructures(t *testing.T) {
	lookups := world{
		global: []organization.Organization{
			org(7, acme, field.SupportLevel, "gold", field.ExpirationDate, "2026-12-31"), org(9, acme, field.AccountType, "open_partner"), org(8, other, field.ExpirationDate, "never"),
		},
		usgov: []organization.Organization{org(5, other, field.SupportLevel, "gold", field.ExpirationDate, "2026-12-31", field.MarkForDeletion, "true")},
	}.lookups(t)
	check := func(name string, want, got any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	gold := field.Level("gold").Rank()
	check("global_orgs_by_id, none of two", map[account.ID]Organization{acme: {}, other: {ZendeskID: 8}}, of(lookups.GlobalOrgsByID, acme, other))
	check("usgov_orgs_by_id", map[account.ID]Organization{other: {5, "2026-12-31", gold, true}}, of(lookups.USGovOrgsByID, acme, other))
	check("partners_by_sfdc_id, of any of several", map[account.ID]bool{acme: true}, lookups.PartnersBySFDCID)
	check("plan_lookup", "sub_dotcom_premium", lookups.PlanLookup["SaaS Premium"].Name)
	check("all_valid_plans", 13, len(lookups.AllValidPlans))
	check("all_valid_plans without ignored names", false, lookups.AllValidPlans["Travel Expenses"])
	always := []string{"12x5 US Citizen Support", "24x7 US Citizen Support", "Dedicated for US Public Sector"}
	check("usgov_plan_names", always, slices.Sorted(maps.Keys(lookups.USGovPlanNames)))
	check("usgov_plan_names_for_exceptions", []string{
		"12x5 US Citizen Support", "24x7 US Citizen Support", "Assigned Support Engineer", "Dedicated",
		"Dedicated for US Public Sector", "Duo Enterprise", "SM Premium", "SM Ultimate",
	}, slices.Sorted(maps.Keys(lookups.USGovPlanNamesForExceptions)))
	check("today", account.Date("2026-06-15"), lookups.Today)
	check("expired_end_date", account.Date("2026-05-31"), lookups.ExpiredEndDate)
	check("three_years_out", account.Date("2023-06-14"), lookups.ThreeYearsOut)
}

func TestAnIDStandsForItsOnlyUnmarkedOrganization(t *testing.T) {
	plain, marked := org(1, acme), org(2, acme, field.MarkForDeletion, "true")
	for _, tc := range []struct {
		rule          string
		organizations []organization.Organization
		want          Organization
	}{
		{"the only one", []organization.Organization{plain}, Organization{ZendeskID: 1}},
		{"the only one, though marked", []organization.Organization{marked}, Organization{ZendeskID: 2, Marked: true}},
		{"the unmarked one of two", []organization.Organization{plain, marked}, Organization{ZendeskID: 1}},
		{"in either order", []organization.Organization{marked, plain}, Organization{ZendeskID: 1}},
		{"the unmarked one of three", []organization.Organization{marked, marked, plain, marked}, Organization{ZendeskID: 1}},
		{"none of two", []organization.Organization{plain, plain}, Organization{}},
		{"none of two and a marked one", []organization.Organization{plain, marked, plain}, Organization{}},
		{"none of two that are marked", []organization.Organization{marked, marked}, Organization{Marked: true}},
		{"by 15 characters too", []organization.Organization{org(3, "001M000000qfPyS")}, Organization{ZendeskID: 3}},
	} {
		known := NewOrganizations()
		for _, each := range tc.organizations {
			known.Add(each)
		}
		if diff := cmp.Diff(map[account.ID]Organization{acme: tc.want}, of(known.byID, acme)); diff != "" {
			t.Errorf("%s: %s", tc.rule, diff)
		}
	}
	known := NewOrganizations()
	known.Add(org(4, ""))
	known.Add(org(5, "001M000000qfPySIAX"))
	if len(known.byID) > 0 {
		t.Errorf("unmanaged ones are known: %v", known.byID)
	}
}

func TestPartnerOwnership(t *testing.T) {
	organizations := organizationOf(acme, "open_partner")
	tests := []struct {
		rule  string
		world world
		want  bool
	}{
		{"by the artifact", world{partners: map[account.ID]bool{acme: true}}, true},
		{"by the artifact alone where there is one", world{partners: map[account.ID]bool{}, global: organizations}, false},
		{"by the organization where there is none", world{global: organizations}, true},
		{"by neither", world{}, false},
	}
	for _, test := range tests {
		if got := test.world.lookups(t).PartnerOwns(acme); got != test.want {
			t.Errorf("%s: got %t, want %t", test.rule, got, test.want)
		}
	}
}
