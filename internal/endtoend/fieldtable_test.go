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
