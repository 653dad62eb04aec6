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

func TestLookupStructures(t *testing.T) {
	lookups := world{
		global: []Organization{{acme, 7, "customer"}, {acme, 9, "open_partner"}, {other, 8, ""}},
		usgov:  []Organization{{other, 5, "former_customer"}},
	}.lookups(t)
	check := func(name string, want, got any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	check("global_orgs_by_id, the first of several", map[account.ID]int64{acme: 7, other: 8}, lookups.GlobalOrgsByID)
	check("usgov_orgs_by_id", map[account.ID]int64{other: 5}, lookups.USGovOrgsByID)
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

func TestOrganizationsThatTheRulesKnow(t *testing.T) {
	schema := field.SchemaOf(field.Global)
	tests := []struct {
		id   field.Value
		want Organization
		ok   bool
	}{
		{"001M000000qfPySIAU", Organization{acme, 3, "customer"}, true},
		{"001M000000qfPyS", Organization{acme, 3, "customer"}, true},
		{"", Organization{}, false},
		{"001M000000qfPySIAX", Organization{}, false},
	}
	for _, test := range tests {
		record := schema.NewRecord()
		record.Set(field.SalesforceID, test.id)
		record.Set(field.AccountType, "customer")
		got, ok := OrganizationOf(organization.Organization{ID: 3, Record: record})
		if ok != test.ok || ok && got != test.want {
			t.Errorf("%q: got %+v, %t, want %+v, %t", test.id, got, ok, test.want, test.ok)
		}
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
