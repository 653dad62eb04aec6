package plan_test

import (
	"fmt"
	"testing"

	"github.com/go-json-experiment/json"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

func TestRowsAsPlanJSONShowsThem(t *testing.T) {
	for _, tc := range []struct {
		row  any
		want string
	}{
		{
			plan.Held{AccountID: birch, Name: "Birch", Action: plan.ActionCreate, Holds: []hold.Hold{{Reason: hold.UnmappedCharge, Detail: "Quantum"}}, FirstSeen: "2026-06-01"},
			`{"salesforce_id":"001B0000002Gcp0IAC","name":"Birch","action":"create","holds":[{"reason":"unmapped_charge","detail":"Quantum"}],"changes":[],"first_seen":"2026-06-01"}`,
		},
		{
			plan.Held{ID: 7, AccountID: birch, Name: "Birch", Action: plan.ActionUpdate, Holds: []hold.Hold{{Reason: hold.AwaitsOtherInstance}}, Changes: []field.Changed{
				{Field: "aar", From: []byte("1.5"), To: []byte("null")}, {Field: "sub_edu", From: []byte("true"), To: []byte("false")},
			}},
			`{"id":7,"salesforce_id":"001B0000002Gcp0IAC","name":"Birch","action":"update","holds":[{"reason":"awaits_other_instance","detail":""}],` +
				`"changes":[{"field":"aar","from":1.5,"to":null},{"field":"sub_edu","from":true,"to":false}],"first_seen":""}`,
		},
		{
			plan.Orphan{ID: 7, AccountID: birch, Name: "Birch", Reason: plan.OrphanUnknown, AccountType: "customer", SupportLevel: "gold"},
			`{"id":7,"salesforce_id":"001B0000002Gcp0IAC","name":"Birch","reason":"not_in_salesforce","account_type":"customer","support_level":"gold","expiration_date":"","first_seen":""}`,
		},
		{
			plan.Unmanaged{ID: 7, Name: "Birch", SalesforceID: "none", Reason: "why"},
			`{"id":7,"name":"Birch","salesforce_id":"none","reason":"why"}`,
		},
		{
			plan.Conflict{AccountID: birch, Name: "Birch", Reason: plan.DuplicateID, OrganizationIDs: []int64{7, 8}},
			`{"salesforce_id":"001B0000002Gcp0IAC","name":"Birch","reason":"duplicate_id","organization_ids":[7,8],"salesforce_ids":[],"first_seen":""}`,
		},
		{
			plan.Conflict{ID: 7, AccountID: birch, Name: "Birch", Reason: plan.NameTaken, AccountIDs: []account.ID{maple}},
			`{"id":7,"salesforce_id":"001B0000002Gcp0IAC","name":"Birch","reason":"name_taken","organization_ids":[],"salesforce_ids":["001M000000qfPySIAU"],"first_seen":""}`,
		},
		{
			plan.Conflict{AccountID: birch, Name: "Birch", Reason: plan.IdentityLost, OrganizationIDs: []int64{7}, PresentID: "001b0000002gcp0", FirstSeen: "2026-06-01"},
			`{"salesforce_id":"001B0000002Gcp0IAC","name":"Birch","reason":"identity_lost","organization_ids":[7],"salesforce_ids":[],` +
				`"present_salesforce_id":"001b0000002gcp0","first_seen":"2026-06-01"}`,
		},
		{
			plan.LimitCheck{Limit: plan.Limit{Name: plan.LimitMarks, Share: 500, Floor: 3}, Count: 4, Already: 1, Exceeded: true},
			`{"name":"marks","share":0.5,"floor":3,"count":4,"already":1,"exceeded":true}`,
		},
		{plan.Movement{From: "gold", To: "expired", Count: 2}, `{"from":"gold","to":"expired","count":2}`},
		{plan.FieldCount{Field: "aar", Count: 2}, `{"field":"aar","count":2}`},
	} {
		if got, err := json.Marshal(tc.row); err != nil || string(got) != tc.want {
			t.Errorf("written as\n%s, %v, want\n%s", got, err, tc.want)
		}
	}
}

func TestCountsAndMovementsOfAPlan(t *testing.T) {
	flow, higher, lower := field.Global, set{"support_level": "gold"}, set{"support_level": "expired"}
	made := inputOf(flow,
		[]plan.Wanted{wants(flow, alliance, "Alliance", lower), wants(flow, birch, "Birch", higher), wants(flow, maple, "Maple", lower), wants(flow, tulip, "Tulip", nil)},
		[]organization.Organization{has(flow, 1, alliance, "Alliance", nil), has(flow, 2, birch, "Birches", nil), has(flow, 3, maple, "Maple", nil), has(flow, 4, "", "Nobody", nil)},
	).make()
	got, err := json.Marshal(map[string]any{
		"counts": fmt.Sprint(made.Counts.Named()), "levels": made.SupportLevels, "fields": made.ChangesByField, "losses": made.LosesSupport,
	}, json.Deterministic(true))
	const want = `{"counts":"[{organizations 4} {accounts 4} {creates 1} {updates 3} {marks_for_deletion 0} {support_gained 1} {support_lost 2} {without_organization 0} {held 0} {orphans 0} {unmanaged 1} {conflicts 0}]",` +
		`"fields":[{"field":"name","count":1},{"field":"support_level","count":3}],` +
		`"levels":[{"from":"premium","to":"gold","count":1},{"from":"premium","to":"expired","count":2}],` +
		`"losses":[{"id":1,"salesforce_id":"0014M00001sDiGEQA0","name":"Alliance","from":"premium","to":"expired","fields":[]},` +
		`{"id":3,"salesforce_id":"001M000000qfPySIAU","name":"Maple","from":"premium","to":"expired","fields":[]}]}`
	if err != nil || string(got) != want {
		t.Errorf("got\n%s, %v, want\n%s", got, err, want)
	}
}
