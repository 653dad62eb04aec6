package products

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

func shippedPlans(t *testing.T) *Catalog {
	t.Helper()
	content, err := os.ReadFile("../../plans.yaml")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := Parse("plans.yaml", content)
	if err != nil {
		t.Fatal(err)
	}
	return plans
}

func TestEveryKnownChargeNameIsMappedOrIgnored(t *testing.T) {
	plans := shippedPlans(t)
	names, err := os.ReadFile("testdata/charge_names.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(names), "\n"), "\n")
	if len(lines) != 105 {
		t.Errorf("testdata/charge_names.txt has %d names, not 105", len(lines))
	}
	for _, name := range lines {
		_, mapped := plans.TypeOf(name)
		if ignored := plans.Ignored(name); mapped == ignored {
			t.Errorf("%q: mapped %v, ignored %v: exactly one of them has to be true", name, mapped, ignored)
		}
	}
}

func TestShippedTypesFollowTheDomain(t *testing.T) {
	want := map[string]Type{
		"sub_sm_ultimate":                {Level: "ultimate", Seats: true, USGov: Exception},
		"sub_sm_premium":                 {Level: "premium", Seats: true, USGov: Exception},
		"sub_dotcom_ultimate":            {Level: "gold", Seats: true},
		"sub_dotcom_premium":             {Level: "silver", Seats: true},
		"sub_gitlab_dedicated":           {Level: "ultimate", Seats: true, USGov: Exception},
		"usgov_fedramp":                  {Level: "ultimate", Seats: true, USGov: Always},
		"sub_usgov_12x5":                 {Level: "custom", USGov: Always},
		"sub_usgov_24x7":                 {Level: "custom", USGov: Always},
		"sub_ss_ase":                     {Level: "custom", USGov: Exception},
		"sub_ss_growth":                  {Level: "custom"},
		"sub_ss_enterprise":              {Level: "custom"},
		"sub_consumption_cicd_minutes":   {Level: "consumption_only"},
		"sub_consumption_storage":        {Level: "consumption_only"},
		"sub_consumption_eap":            {Level: "consumption_only"},
		"sub_consumption_duo_enterprise": {Level: "consumption_only", USGov: Exception},
		"sub_consumption_duo_premium":    {Level: "consumption_only", USGov: Exception},
		"sub_consumption_duo_amazon_q":   {Level: "consumption_only", USGov: Exception},
		"sub_edu":                        {Level: "community", Seats: true},
		"sub_oss":                        {Level: "community", Seats: true},
		"sub_community_other":            {Level: "community", Seats: true},
	}
	got := map[string]Type{}
	for _, each := range shippedPlans(t).Types() {
		got[each.Name] = Type{Level: each.Level, Seats: each.Seats, USGov: each.USGov}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
}

func TestShippedTypesCoverEverySubscriptionField(t *testing.T) {
	shipped := map[string]bool{}
	for _, each := range shippedPlans(t).Types() {
		shipped[each.Name] = true
	}
	for _, flow := range []field.Flow{field.Global, field.USGov} {
		for _, managed := range field.SchemaOf(flow).Fields {
			if strings.HasPrefix(managed.Key, "sub_") && !shipped[managed.Key] {
				t.Errorf("no type of plans.yaml sets %s", managed.Key)
			}
		}
	}
}

func TestShippedNamesMeanWhatTheDomainSays(t *testing.T) {
	plans := shippedPlans(t)
	tests := []struct{ name, want string }{
		{"Self-Managed - Ultimate - 3 Year", "sub_sm_ultimate"},
		{"Self-Managed - Premium - Monthly", "sub_sm_premium"},
		{"SaaS - Ultimate - Monthly", "sub_dotcom_ultimate"},
		{"SaaS - Premium - 2 Year", "sub_dotcom_premium"},
		{"GitLab Dedicated - Ultimate - 1 Year", "sub_gitlab_dedicated"},
		{"GitLab Dedicated for US Public Sector - Ultimate - 1 Year", "usgov_fedramp"},
		{"GitLab Dedicated for US Public Sector - Ultimate - Monthly", "usgov_fedramp"},
		{"12x5 US Citizen Support - Monthly", "sub_usgov_12x5"},
		{"24x7 US Citizen Support - 3 Year", "sub_usgov_24x7"},
		{"Assigned Support Engineer - 1 Year", "sub_ss_ase"},
		{"Success Advanced - 2 Year", "sub_ss_growth"},
		{"Success Signature - 1 Year", "sub_ss_enterprise"},
		{"1,000 CI Minutes", "sub_consumption_cicd_minutes"},
		{"1,000 Compute Minutes", "sub_consumption_cicd_minutes"},
		{"Gitlab Storage 10GB", "sub_consumption_storage"},
		{"Gitlab Storage 10GB - 1 Year", "sub_consumption_storage"},
		{"Enterprise Agile Planning - 1 Year", "sub_consumption_eap"},
		{"GitLab Duo Enterprise - 1 Year", "sub_consumption_duo_enterprise"},
		{"GitLab Duo Pro - 1 Year", "sub_consumption_duo_premium"},
		{"GitLab Duo with Amazon Q - 1 Year", "sub_consumption_duo_amazon_q"},
		{"[EDU Program] SaaS - Ultimate - 1 Year", "sub_edu"},
		{"[EDU Program] Self-Managed - Ultimate w/ Support - 1 Year", "sub_edu"},
		{"[OSS Program] SaaS - Support - 3 Year", "sub_oss"},
		{"[OSS Program] Self-Managed - Ultimate - 3 Year", "sub_oss"},
		{"[Startups Program] SaaS - Ultimate (formerly Gold) - 1 Year", "sub_community_other"},
		{"Premium Support", "ignored"},
		{"Dedicated - Storage 10GB - Monthly", "ignored"},
		{"Dedicated - Administration Fee  [XLarge] - 1 Year", "ignored"},
		{"Dedicated - Administration Fee [XLarge] - 1 Year", "ignored"},
		{"Pivotal Cloud Foundry Tile for GitLab EE", "ignored"},
		{"#movingtogitlab", "ignored"},
		{"One Time Discount", "ignored"},
		{"Trueup", "ignored"},
		{"Quick Start without HA, less than 500 users", "ignored"},
		{"saas - premium - 1 year", "unmapped"},
		{"SaaS - Premium", "unmapped"},
		{"GitLab Duo Max - 1 Year", "unmapped"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := meaning(plans, test.name); got != test.want {
				t.Errorf("means %s, want %s", got, test.want)
			}
		})
	}
}

func TestShippedPlansHaveEveryFormOfTheMainProducts(t *testing.T) {
	plans := shippedPlans(t)
	products := []string{
		"SaaS - Premium", "SaaS - Ultimate", "Self-Managed - Premium", "Self-Managed - Ultimate",
		"GitLab Dedicated - Ultimate", "GitLab Duo Enterprise", "GitLab Duo Pro", "GitLab Duo with Amazon Q",
		"Enterprise Agile Planning", "Assigned Support Engineer", "Success Advanced", "Success Signature",
	}
	for _, product := range products {
		for _, term := range []string{"1 Year", "2 Year", "3 Year", "Monthly"} {
			name := product + " - " + term
			if _, mapped := plans.TypeOf(name); !mapped || meaning(plans, name) != meaning(plans, product+" - 1 Year") {
				t.Errorf("%s means %s", name, meaning(plans, name))
			}
		}
	}
}

func TestShippedPlansMarkNamesFormedByPattern(t *testing.T) {
	published, err := os.ReadFile("testdata/charge_names.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for name := range strings.Lines(string(published)) {
		known[NormalName(name)] = true
	}
	content, err := os.ReadFile("../../plans.yaml")
	if err != nil {
		t.Fatal(err)
	}
	formed := false
	for line := range strings.Lines(string(content)) {
		text := strings.TrimSpace(line)
		name, isName := strings.CutPrefix(text, "- ")
		name = strings.Trim(name, `"`)
		switch {
		case text == "# Formed by pattern.":
			formed = true
		case !isName && !strings.HasPrefix(text, "#"):
			formed = false
		case isName && known[name] == formed:
			t.Errorf("%s: published %t, listed as formed by pattern %t", name, known[name], formed)
		}
	}
	if warnings := shippedPlans(t).Warnings(); warnings != nil {
		t.Errorf("warnings %q", warnings)
	}
}

func meaning(plans *Catalog, name string) string {
	if found, ok := plans.TypeOf(name); ok {
		return found.Name
	}
	if plans.Ignored(name) {
		return "ignored"
	}
	return "unmapped"
}
