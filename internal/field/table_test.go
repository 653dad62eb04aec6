package field

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// Which fields each flow manages, in which order and of which kind, is held
// against docs/rules.md by internal/readme.
func TestIndexIsThePositionInTheTable(t *testing.T) {
	for _, flow := range Flows() {
		schema := SchemaOf(flow)
		for position, managed := range schema.Fields {
			if got, ok := schema.Index(managed.Key); !ok || got != position || schema.Keys()[position] != managed.Key {
				t.Errorf("%s: Index(%s) = %d, %t; want %d", flow, managed.Key, got, ok, position)
			}
		}
	}
}

func TestOptionsAreThoseThatTheFlowWrites(t *testing.T) {
	levels := []string{"ultimate", "gold", "premium", "silver", "consumption_only", "custom", "community", "expired"}
	customers := []string{"customer", "former_customer"}
	want := map[Flow]map[string][]string{
		Partner: {"account_type": {"alliance_partner", "open_partner", "select_partner"}},
		Global:  {"account_type": customers, "support_level": levels, "org_region": {"amer", "apj", "emea"}},
		USGov:   {"account_type": customers, "support_level": levels},
	}
	for _, flow := range Flows() {
		got := map[string][]string{}
		for _, managed := range SchemaOf(flow).Fields {
			if tags := managed.Tags(flow); tags != nil {
				got[managed.Key] = tags
			}
			if (managed.Tags(flow) != nil) != (managed.Kind == DropDown) {
				t.Errorf("%s is a %s with the options %q", managed.Key, managed.Kind, managed.Tags(flow))
			}
		}
		if diff := cmp.Diff(want[flow], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", flow, diff)
		}
	}
}

func TestProfileFillsWhatIsTakenOverAndNothingElse(t *testing.T) {
	profile := account.Profile{
		ID: "0014M00001sDiGEQA0", Name: " Example & Söhne ", Owner: "Olga Owner", TechnicalAccountManager: "Tim Tam",
		SolutionsArchitect: "Sol Arch", SalesSegment: "mid-market", Region: "EMEA", Restricted: true, SupportHold: true, Escalated: true,
	}
	taken := map[string]Value{
		"name": "Example & Söhne", "salesforce_id": "0014M00001sDiGEQA0", "sfdc_short_id": "0014M00001sDiGE",
		"account_owner": "Olga Owner", "technical_account_manager": "Tim Tam", "solutions_architect": "Sol Arch",
		"sales_segmentation": "mid-market", "market_segment": "mid-market", "org_region": "emea",
		"restricted_account": "true", "support_hold": "true", "org_in_escalated_state": "true",
	}
	for _, flow := range Flows() {
		schema := SchemaOf(flow)
		record := schema.FromProfile(profile)
		for _, managed := range schema.Fields {
			if got := record.Get(managed.Key); got != taken[managed.Key] {
				t.Errorf("%s: %s is %q, want %q", flow, managed.Key, got, taken[managed.Key])
			}
		}
	}
}

func TestRegionsAreWrittenAsTags(t *testing.T) {
	schema := SchemaOf(Global)
	for region, want := range map[string]Value{"AMER": "amer", "APJ": "apj", "EMEA": "emea", "": "", "LATAM": "", "emea": ""} {
		record := schema.FromProfile(account.Profile{Region: region})
		if got := record.Get("org_region"); got != want {
			t.Errorf("region %q is written %q, want %q", region, got, want)
		}
	}
}

func TestPartnerIsTakenOverWithItsAccountType(t *testing.T) {
	schema := SchemaOf(Partner)
	record := schema.FromPartner(&account.Partner{
		ID: "0014M00001sDiGEQA0", Name: "Alliance", AccountType: "alliance_partner", Owner: "Olga", SupportHold: true,
	})
	want := Record{schema, []Value{"Alliance", "0014M00001sDiGEQA0", "0014M00001sDiGE", "alliance_partner", "Olga", "", "", "", "true", "", ""}}
	if diff := cmp.Diff(want, record); diff != "" {
		t.Error(diff)
	}
}

func TestPartnerTypesAreThree(t *testing.T) {
	for accountType, want := range map[Value]bool{
		"alliance_partner": true, "open_partner": true, "select_partner": true,
		"": false, "customer": false, "former_customer": false, "Open_Partner": false, "partner": false,
	} {
		if got := IsPartnerType(accountType); got != want {
			t.Errorf("%q is a partner type: %t", accountType, got)
		}
	}
}

func TestFlowsAndTheirInstances(t *testing.T) {
	for flow, want := range map[Flow]Instance{Partner: GlobalInstance, Global: GlobalInstance, USGov: USGovInstance} {
		parsed, err := ParseFlow(string(flow))
		if err != nil || parsed != flow || flow.Instance() != want || flow.ManagesLevel() != (flow != Partner) {
			t.Errorf("%s: %s, %v, %s, manages level %t", flow, parsed, err, flow.Instance(), flow.ManagesLevel())
		}
	}
	for _, text := range []string{"", "Global", "us-gov", "customer"} {
		if flow, err := ParseFlow(text); err == nil {
			t.Errorf("ParseFlow(%q) = %s", text, flow)
		}
	}
	if GlobalInstance.Title() != "Zendesk Global" || USGovInstance.Title() != "Zendesk US Government" {
		t.Error("the instances are called otherwise")
	}
}

func TestLevelsRankAsInTheDocument(t *testing.T) {
	order := []Level{"someone_elses", "ultimate", "gold", "premium", "silver", "consumption_only", "custom", "community", "expired", ""}
	for i, level := range order[1:] {
		if higher := order[i]; higher.Rank() <= level.Rank() {
			t.Errorf("%q does not rank above %q: %d and %d", higher, level, higher.Rank(), level.Rank())
		}
	}
	for i, level := range order {
		if want := i != 0 && i != len(order)-1; level.Known() != want {
			t.Errorf("%q is known: %t", level, level.Known())
		}
	}
}
