package endtoend

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// agentsFields are those of the stand-ins that only agents and other tools
// use; ignore_deletion is read by the suite, never written.
func agentsFields() []string {
	return []string{"am_project_notes", "ignore_deletion", "legacy_plan", "namespace_path", "preferred_languages"}
}

// The stand-ins have their own list of fields, so that a mistake in the table
// shows. They must not drift apart (docs/rules.md, Managed fields).
func TestTheStandInsHaveTheFieldsOfTheTable(t *testing.T) {
	t.Parallel()
	for _, instance := range []struct {
		name     string
		flows    []field.Flow
		standIns []zendesk.Field
	}{
		{"global", []field.Flow{field.Partner, field.Global}, zendesk.GlobalFields()},
		{"usgov", []field.Flow{field.USGov}, zendesk.USGovFields()},
	} {
		t.Run(instance.name, func(t *testing.T) {
			present := map[string]zendesk.Field{}
			for _, standIn := range instance.standIns {
				if _, twice := present[standIn.Key]; twice {
					t.Errorf("the stand-in has %s twice", standIn.Key)
				}
				present[standIn.Key] = standIn
			}
			managed := map[string]bool{}
			for _, flow := range instance.flows {
				for _, wanted := range field.SchemaOf(flow).Fields {
					if wanted.Key == field.Name {
						continue
					}
					managed[wanted.Key] = true
					checkStandIn(t, flow, wanted, present[wanted.Key])
				}
			}
			var others []string
			for key := range present {
				if !managed[key] {
					others = append(others, key)
				}
			}
			slices.Sort(others)
			if diff := cmp.Diff(agentsFields(), others); diff != "" {
				t.Errorf("fields beyond the table (-want +got):\n%s", diff)
			}
		})
	}
}

func checkStandIn(t *testing.T, flow field.Flow, wanted field.Field, standIn zendesk.Field) {
	t.Helper()
	types := map[field.Kind]string{
		field.Text: "text", field.DropDown: "dropdown", field.Date: "date", field.Check: "checkbox",
		field.Decimal: "decimal", field.Integer: "integer",
	}
	switch {
	case standIn.Key == "":
		t.Errorf("flow %s writes %s, which the stand-in lacks", flow, wanted.Key)
		return
	case standIn.Inactive:
		t.Errorf("flow %s writes %s, which is inactive in the stand-in", flow, wanted.Key)
	case standIn.Type != types[wanted.Kind]:
		t.Errorf("flow %s writes %s as %s, and in the stand-in it is a %s", flow, wanted.Key, wanted.Kind, standIn.Type)
	}
	for _, tag := range wanted.Tags(flow) {
		if !slices.ContainsFunc(standIn.Options, func(option zendesk.FieldOption) bool { return option.Value == tag }) {
			t.Errorf("flow %s writes %s to %s, and the stand-in has no such option", flow, tag, wanted.Key)
		}
	}
	if options := len(standIn.Options); (wanted.Kind == field.DropDown) != (options > 0) {
		t.Errorf("flow %s: %s is a %s, and the stand-in has %d options", flow, wanted.Key, wanted.Kind, options)
	}
}

// The keys stand here once more, as in docs/rules.md, so that neither list can
// lose one.
func TestTheFlowsManageTheFieldsOfTheDocument(t *testing.T) {
	t.Parallel()
	want := map[field.Flow][]string{
		field.Partner: {
			"name", "salesforce_id", "sfdc_short_id", "account_type", "account_owner", "technical_account_manager",
			"solutions_architect", "restricted_account", "support_hold", "org_in_escalated_state", "mark_for_deletion",
		},
		field.Global: {
			"name", "salesforce_id", "sfdc_short_id", "account_type", "support_level", "expiration_date", "aar", "seats_decimal",
			"account_owner", "technical_account_manager", "solutions_architect", "sales_segmentation", "org_region",
			"restricted_account", "support_hold", "org_in_escalated_state", "sub_edu", "sub_oss", "sub_community_other",
			"sub_consumption_cicd_minutes", "sub_consumption_eap", "sub_consumption_duo_enterprise", "sub_consumption_duo_amazon_q",
			"sub_consumption_duo_premium", "sub_consumption_storage", "sub_dotcom_premium", "sub_dotcom_ultimate",
			"sub_gitlab_dedicated", "sub_sm_premium", "sub_sm_ultimate", "sub_ss_ase", "sub_ss_growth", "sub_ss_enterprise",
			"mark_for_deletion",
		},
		field.USGov: {
			"name", "salesforce_id", "sfdc_short_id", "account_type", "support_level", "expiration_date", "arr", "number_of_seats",
			"account_owner", "technical_account_manager", "solutions_architect", "market_segment", "restricted_account",
			"support_hold", "org_in_escalated_state", "emergency_support_24x7", "sub_consumption_duo_enterprise",
			"sub_consumption_duo_amazon_q", "sub_consumption_duo_premium", "sub_gitlab_dedicated", "sub_sm_premium",
			"sub_sm_ultimate", "sub_ss_ase", "sub_usgov_12x5", "sub_usgov_24x7", "mark_for_deletion",
		},
	}
	for flow, keys := range want {
		var got []string
		for _, managed := range field.SchemaOf(flow).Fields {
			got = append(got, managed.Key)
		}
		if diff := cmp.Diff(keys, got); diff != "" {
			t.Errorf("fields of flow %s (-want +got):\n%s", flow, diff)
		}
	}
}
