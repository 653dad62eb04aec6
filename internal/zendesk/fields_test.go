package zendesk

import (
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

const goodPartnerFields = `
	{"key":"salesforce_id","type":"text","active":true},{"key":"sfdc_short_id","type":"regexp","active":true},
	{"key":"account_type","type":"dropdown","active":true,"custom_field_options":[{"id":1,"name":"Open","value":"open_partner"},
		{"value":"select_partner"},{"value":"alliance_partner"},{"value":"customer"}]},
	{"key":"account_owner","type":"text","active":true},{"key":"technical_account_manager","type":"textarea","active":true},
	{"key":"solutions_architect","type":"text","active":true},{"key":"restricted_account","type":"checkbox","active":true},
	{"key":"support_hold","type":"checkbox","active":true},{"key":"org_in_escalated_state","type":"checkbox","active":true},
	{"key":"mark_for_deletion","type":"checkbox","active":true}`

func TestFieldsAreReadPageByPage(t *testing.T) {
	i := start(t, field.Partner,
		body(`{"organization_fields":[`+goodPartnerFields+`],"meta":{"has_more":true,"after_cursor":"c/1"}}`),
		body(`{"organization_fields":[{"key":"ignore_deletion","type":"checkbox","active":true}],"meta":{"has_more":false,"after_cursor":"c/2"}}`))
	fields, err := i.Fields(t.Context())
	if err != nil || len(fields) != 11 || i.requests[1] != "GET /api/v2/organization_fields.json?page%5Bsize%5D=100&page%5Bafter%5D=c%2F1" {
		t.Fatalf("%d fields, %v, asked %q", len(fields), err, i.requests)
	}
	if err := CheckFields(field.SchemaOf(field.Partner), fields); err != nil || !KeepsIgnoreDeletion(fields) {
		t.Errorf("%v, keeps %t", err, KeepsIgnoreDeletion(fields))
	}
	if KeepsIgnoreDeletion(fields[:10]) || KeepsIgnoreDeletion([]OrganizationField{{Key: "ignore_deletion", Type: "text", Active: true}}) ||
		KeepsIgnoreDeletion([]OrganizationField{{Key: "ignore_deletion", Type: "checkbox"}}) {
		t.Error("a field that is not there keeps organizations")
	}
	_, err = start(t, field.Partner, status(403, "")).Fields(t.Context())
	wantError(t, err, "reading organization fields: Zendesk Global answered GET /api/v2/organization_fields.json with 403 Forbidden; "+
		"give the client of ZENDESK_GLOBAL_CLIENT_ID and ZENDESK_GLOBAL_CLIENT_SECRET the rights for this request")
}

func TestEveryFieldThatCannotHoldWhatTheFlowWritesIsNamed(t *testing.T) {
	i := start(t, field.Partner, body(`{"organization_fields":[
		{"key":"sfdc_short_id","type":"text","active":false},
		{"key":"account_type","type":"dropdown","active":true,"custom_field_options":[{"value":"open_partner"}]},
		{"key":"account_owner","type":"lookup","active":true},{"key":"technical_account_manager","type":"text","active":true},
		{"key":"solutions_architect","type":"text","active":true},{"key":"restricted_account","type":"dropdown","active":true},
		{"key":"support_hold","type":"checkbox","active":true},{"key":"org_in_escalated_state","type":"checkbox","active":true},
		{"key":"mark_for_deletion","type":"text","active":true}],"meta":{"has_more":false}}`))
	fields, err := i.Fields(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, CheckFields(field.SchemaOf(field.Partner), fields),
		"organization fields that this flow writes are not as it needs them: salesforce_id is missing; sfdc_short_id is inactive; "+
			"account_type has no option alliance_partner, select_partner; account_owner is a lookup, not a text or textarea or regexp; "+
			"restricted_account is a dropdown, not a checkbox; mark_for_deletion is a text, not a checkbox; "+
			"mend them in the instance's settings, then run again")
}

func TestAnInstanceWithoutFieldsLacksAllOfThem(t *testing.T) {
	for flow, want := range map[field.Flow]int{field.Partner: 10, field.Global: 33, field.USGov: 25} {
		schema := field.SchemaOf(flow)
		missing := 0
		for _, managed := range schema.Fields {
			if checkField(flow, managed, nil) == "is missing" && managed.Key != field.Name {
				missing++
			}
		}
		if missing != want || CheckFields(schema, nil) == nil {
			t.Errorf("%s lacks %d, want %d", flow, missing, want)
		}
	}
}
