package zendesk

import (
	"fmt"
	"net/http"
	"strings"
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
	if err != nil || !fields.KeepsIgnoreDeletion || i.requests[1] != "GET /api/v2/organization_fields.json?page%5Bsize%5D=100&page%5Bafter%5D=c%2F1" {
		t.Fatalf("%+v, %v, asked %q", fields, err, i.requests)
	}
	_, err = start(t, field.Partner, status(403, "")).Fields(t.Context())
	wantError(t, err, "reading organization fields: Zendesk Global answered GET /api/v2/organization_fields.json with 403 Forbidden; "+
		"give the client of ZENDESK_GLOBAL_CLIENT_ID and ZENDESK_GLOBAL_CLIENT_SECRET the rights for this request")
}

// fieldsOf gives the fields on one page.
func fieldsOf(fields string) http.HandlerFunc {
	return body(`{"organization_fields":[` + fields + `],"meta":{"has_more":false}}`)
}

func TestOnlyAnActiveCheckBoxKeepsOrganizations(t *testing.T) {
	for definition, want := range map[string]bool{
		`{"key":"ignore_deletion","type":"checkbox","active":true}`:  true,
		`{"key":"ignore_deletion","type":"checkbox","active":false}`: false,
		`{"key":"ignore_deletion","type":"text","active":true}`:      false,
		`{"key":"other","type":"checkbox","active":true}`:            false,
	} {
		fields, err := start(t, field.Partner, fieldsOf(goodPartnerFields+","+definition)).Fields(t.Context())
		if err != nil || fields.KeepsIgnoreDeletion != want {
			t.Errorf("%s: %t, %v", definition, fields.KeepsIgnoreDeletion, err)
		}
	}
}

func TestUnsuitableFieldsAreAllNamed(t *testing.T) {
	i := start(t, field.Partner, fieldsOf(`
		{"key":"sfdc_short_id","type":"text","active":false},
		{"key":"account_type","type":"dropdown","active":true,"custom_field_options":[{"value":"open_partner"}]},
		{"key":"account_owner","type":"lookup","active":true},{"key":"technical_account_manager","type":"text","active":true},
		{"key":"solutions_architect","type":"text","active":true},{"key":"restricted_account","type":"dropdown","active":true},
		{"key":"support_hold","type":"checkbox","active":true},{"key":"org_in_escalated_state","type":"checkbox","active":true},
		{"key":"mark_for_deletion","type":"text","active":true}`))
	_, err := i.Fields(t.Context())
	wantError(t, err,
		"organization fields do not match what this flow writes: salesforce_id is missing; sfdc_short_id is inactive; "+
			"account_type has no option alliance_partner, select_partner (tagged so, or with account_type_ before it); "+
			"account_owner is a lookup, not a text or textarea or regexp; "+
			"restricted_account is a dropdown, not a checkbox; mark_for_deletion is a text, not a checkbox; "+
			"fix them in the instance's settings, then run again")
}

func TestAnInstanceWithoutFieldsLacksAllOfThem(t *testing.T) {
	for _, flow := range field.Flows() {
		_, err := MatchFields(field.SchemaOf(flow), nil)
		for _, managed := range field.SchemaOf(flow).Fields {
			// The name is not a custom field.
			lacks := err != nil && strings.Contains(err.Error(), managed.Key+" is missing")
			if lacks != (managed.Key != field.Name) {
				t.Errorf("%s lacks %s: %t: %v", flow, managed.Key, lacks, err)
			}
		}
	}
}

// globalFields are those of the global flow, with these tags as the options of
// the three drop-downs.
func globalFields(accountTypes, levels, regions string) string {
	options := map[string]string{"account_type": accountTypes, "support_level": levels, "org_region": regions}
	var fields []string
	for _, managed := range field.SchemaOf(field.Global).Fields[1:] {
		definition := fmt.Sprintf(`{"key":%q,"type":%q,"active":true`, managed.Key, managed.Kind.ZendeskTypes()[0])
		if tags, ok := options[managed.Key]; ok {
			definition += `,"custom_field_options":[{"value":"` + strings.ReplaceAll(tags, " ", `"},{"value":"`) + `"}]`
		}
		fields = append(fields, definition+"}")
	}
	return strings.Join(fields, ",")
}

const allLevels = "ultimate gold premium silver consumption_only custom community expired"

func TestOptionsMatchByTagOrKeyAndTag(t *testing.T) {
	const types, regions = "customer former_customer", "amer apj emea"
	for _, test := range []struct{ rule, types, levels, regions, want string }{
		{"plain tags", types, allLevels, regions, ""},
		{"tags with their key", "account_type_customer account_type_former_customer", "support_level_" + strings.ReplaceAll(allLevels, " ", " support_level_"), "org_region_amer org_region_apj org_region_emea", ""},
		{"a mixture", "customer account_type_former_customer other", allLevels, "amer org_region_apj emea org_region_latam", ""},
		{"the plain one goes first", types, allLevels, "org_region_amer amer apj emea", ""},
		{"none for a value", types, allLevels, "org_region_amer region_apj emea", "org_region has no option apj (tagged so, or with org_region_ before it)"},
		{"another case", types, allLevels, "AMER apj emea", "org_region has no option amer (tagged so, or with org_region_ before it)"},
		{"two with one tag", types, allLevels, "amer apj emea emea", `org_region has two options with the tag "emea"`},
		{"no option at all", types, allLevels, "", "org_region has no option amer, apj, emea (tagged so, or with org_region_ before it)"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			fields, err := start(t, field.Global, fieldsOf(globalFields(test.types, test.levels, test.regions))).Fields(t.Context())
			if test.want != "" {
				wantError(t, err, "organization fields do not match what this flow writes: "+test.want+"; fix them in the instance's settings, then run again")
				return
			}
			if err != nil || len(fields.Options) < 13 {
				t.Errorf("%v, %+v", err, fields.Options)
			}
		})
	}
}

func TestOneOptionForTwoValuesIsRefused(t *testing.T) {
	managed := field.Field{Key: "k", Kind: field.DropDown, Options: []string{"k_a", "a"}}
	present := OrganizationField{Key: "k", Type: "dropdown", Active: true}
	present.Options = append(present.Options, struct {
		Value string `json:"value"`
	}{"k_a"})
	if _, problem := matchOptions(field.Global, managed, present); problem != `has the option "k_a" for both k_a and a` {
		t.Error(problem)
	}
}

func TestOptionsAreReadAndWrittenByTheInstancesTags(t *testing.T) {
	const types = "customer account_type_former_customer account_type_open_partner"
	organization := func(members string) string { return `{"id":7,"name":"N","organization_fields":{` + members + `}}` }
	i := start(t, field.Global, fieldsOf(globalFields(types, allLevels, "org_region_amer apj org_region_emea latam")), count(1),
		page("", organization(`"account_type":"account_type_open_partner","org_region":"org_region_amer","support_level":"gold"`)),
		body(`{"organizations":[`+organization(`"account_type":"account_type_former_customer","org_region":"latam"`)+`]}`),
		status(201, `{"organization":{"id":8}}`), body(`{"job_status":{"id":"j"}}`))
	if _, err := i.Fields(t.Context()); err != nil {
		t.Fatal(err)
	}
	listed, _, err := i.list()
	if err != nil || len(listed) != 1 {
		t.Fatal(err)
	}
	wantValues := func(got field.Record, accountType, region, level field.Value) {
		t.Helper()
		if got.Get("account_type") != accountType || got.Get("org_region") != region || got.Get("support_level") != level {
			t.Errorf("%q", got.Values)
		}
	}
	wantValues(listed[0].Record, "open_partner", "amer", "gold")
	shown, err := i.ShowMany(t.Context(), []int64{7})
	if err != nil {
		t.Fatal(err)
	}
	wantValues(shown[7].Record, "former_customer", "latam", "")
	record := field.SchemaOf(field.Global).NewRecord()
	record.Set("name", "New")
	record.Set("org_region", "emea")
	record.Set("account_type", "customer")
	if _, err := i.create(record); err != nil {
		t.Fatal(err)
	}
	region, _ := field.ByKey("org_region")
	kind, _ := field.ByKey("account_type")
	if _, err := i.UpdateMany(t.Context(), []Write{{ID: 7, Changes: []field.Change{{Field: region, To: "amer"}, {Field: kind, To: ""}}}}); err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int][]string{4: {`"org_region":"org_region_emea"`, `"account_type":"customer"`}, 5: {`"org_region":"org_region_amer"`, `"account_type":null`}} {
		for _, part := range want {
			if !strings.Contains(i.bodies[n], part) {
				t.Errorf("%s sent without %s", i.bodies[n], part)
			}
		}
	}
}
