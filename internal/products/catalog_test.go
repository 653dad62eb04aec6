package products

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const smallPlans = `
subscriptions:
  sub_usgov_12x5:
    support_level: custom
    usgov: always
    charges: [12x5 US Citizen Support, "  12x5   US Support "]
  sub_sm_premium:
    support_level: premium
    seats: true
    usgov: exception
    charges:
      - Self-Managed - Premium
  sub_edu:
    support_level: community
    usgov: never
    seats: false
    charges:
      - "[EDU Program] SaaS"
  sub_oss:
    support_level: community
ignored:
  - Travel Expenses
`

func parsed(t *testing.T, content string) *Catalog {
	t.Helper()
	plans, err := Parse("plans.yaml", []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return plans
}

func TestParseKeepsTypesInTheFilesOrderWithTheirDefaults(t *testing.T) {
	want := []*Type{
		{Name: "sub_usgov_12x5", Level: "custom", USGov: Always},
		{Name: "sub_sm_premium", Level: "premium", Seats: true, USGov: Exception},
		{Name: "sub_edu", Level: "community"},
		{Name: "sub_oss", Level: "community"},
	}
	if diff := cmp.Diff(want, parsed(t, smallPlans).Types()); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
}

func TestLookupStructures(t *testing.T) {
	plans := parsed(t, smallPlans)
	tests := []struct {
		name string
		got  map[string]bool
		want []string
	}{
		{"all_valid_plans leaves out ignored names", plans.AllValidPlans(),
			[]string{"12x5 US Citizen Support", "12x5 US Support", "Self-Managed - Premium", "[EDU Program] SaaS"}},
		{"usgov_plan_names holds the names of types that always are",
			plans.USGovPlanNames(), []string{"12x5 US Citizen Support", "12x5 US Support"}},
		{"usgov_plan_names_for_exceptions holds those of exceptions too",
			plans.USGovPlanNamesForExceptions(), []string{"12x5 US Citizen Support", "12x5 US Support", "Self-Managed - Premium"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, slices.Sorted(maps.Keys(test.got))); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNamesMatchByCaseButNotByWhiteSpace(t *testing.T) {
	plans := parsed(t, smallPlans)
	tests := []struct{ name, want string }{
		{"Self-Managed - Premium", "sub_sm_premium"},
		{" \tSelf-Managed  -\nPremium\u00a0", "sub_sm_premium"},
		{"12x5 US Support", "sub_usgov_12x5"},
		{"Travel\u2003Expenses", "ignored"},
		{"self-managed - premium", "unmapped"},
		{"Self-Managed-Premium", "unmapped"},
		{"", "unmapped"},
	}
	for _, test := range tests {
		if got := meaning(plans, test.name); got != test.want {
			t.Errorf("%q means %s, want %s", test.name, got, test.want)
		}
	}
}

func TestNormalName(t *testing.T) {
	tests := []struct{ name, want string }{
		{"", ""},
		{" ", ""},
		{"a", "a"},
		{"SaaS - Premium", "SaaS - Premium"},
		{" SaaS", "SaaS"},
		{"SaaS ", "SaaS"},
		{"SaaS  -  Premium", "SaaS - Premium"},
		{"SaaS\t-\r\nPremium", "SaaS - Premium"},
		{"SaaS\u00a0Premium", "SaaS Premium"},
		{"\u3000SaaS\u2009\u2009Premium\u0085", "SaaS Premium"},
		{"Größe – 1 Jahr", "Größe – 1 Jahr"},
		{"Größe  – 1 Jahr ", "Größe – 1 Jahr"},
		{"two lines\u2028here", "two lines here"},
	}
	for _, test := range tests {
		if got := NormalName(test.name); got != test.want {
			t.Errorf("NormalName(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}

func TestLookupsOfNormalNamesDoNotAllocate(t *testing.T) {
	plans := parsed(t, smallPlans)
	allocations := testing.AllocsPerRun(100, func() {
		plans.TypeOf("Self-Managed - Premium")
		plans.Ignored("Größe – 1 Jahr")
	})
	if allocations != 0 {
		t.Errorf("%v allocations", allocations)
	}
}

func TestNamesCutByACommentAreWarnedOf(t *testing.T) {
	const file = `# about
subscriptions: # all
  sub_edu: # programs
    support_level: community # lowest
    charges: # published
      - SaaS Plan #2
      - "SaaS Plan #3"
      - 'SaaS Plan #4' # quoted, so it is meant
      - SaaS-Plan#5
ignored:
  - Training #1 - Remote
  # Travel.
  - Travel
`
	plans := parsed(t, file)
	want := []string{
		`plans.yaml:6: charges: the name is "SaaS Plan", and "#2" after it is a comment: put the name in quotes if that is part of it`,
		`plans.yaml:11: ignored: the name is "Training", and "#1 - Remote" after it is a comment: put the name in quotes if that is part of it`,
	}
	if diff := cmp.Diff(want, plans.Warnings()); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	for _, name := range []string{"SaaS Plan #3", "SaaS Plan #4", "SaaS-Plan#5", "SaaS Plan"} {
		if _, ok := plans.TypeOf(name); !ok {
			t.Errorf("%q is not read", name)
		}
	}
}
