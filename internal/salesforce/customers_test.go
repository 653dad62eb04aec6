package salesforce

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

const (
	subscriptionsKey = `"Zuora__Subscriptions__r":`
	chargesKey       = `"Zuora__R00N40000001lGjTEAU__r":`
)

func TestTheCustomerQueryAsksForWhatIsNotTooOld(t *testing.T) {
	o := start(t, nil, body(page(1, "", row(first))))
	if _, err := o.customers(); err != nil {
		t.Fatal(err)
	}
	soql := o.requests[0].URL.Query().Get("q")
	for _, want := range []string{
		"WHERE Zuora__Status__c != 'Cancelled' AND Zuora__SubscriptionEndDate__c >= 2023-11-20)",
		"WHERE Subscription_Status__c != 'Cancelled' AND Zuora__EffectiveEndDate__c >= 2023-11-20)",
		"FROM Account WHERE Type IN ('Customer', 'Former Customer')",
	} {
		if !strings.Contains(soql, want) {
			t.Errorf("the query lacks %s:\n%s", want, soql)
		}
	}
	if strings.Contains(soql, "{") || len(o.asked()[0]) > 16_384 {
		t.Errorf("%d bytes: %s", len(o.asked()[0]), soql)
	}
}

func TestCustomerRowsBecomeAccounts(t *testing.T) {
	full := row(first, `"CARR_This_Account__c":123456789012345678.905`, `"Type":" Customer "`,
		`"Ultimate_Parent_Sales_Segment_Employees__c":" Mid-Market "`, `"Account_Owner_Calc__c":" Olga Owner "`,
		`"Technical_Account_Manager_Name__c":"Tim Tam"`, `"Restricted_Account__c":"Restricted Party"`,
		`"Solutions_Architect_Lookup__r":{"Name":"Sol Arch"}`, `"Account_Demographics_Geo__c":"EMEA"`, `"Account_Demographics_Region__c":"AMER"`,
		`"Latest_Sold_To_Contact__r":{"attributes":{},"Email":" buyer@example.com ","Name":" Bea Buyer "}`,
		`"Partner_Track__c":"Open"`, `"Partners_Partner_Type__c":"Reseller"`, `"Support_Hold__c":true`,
		`"Account_Risk_Level__c":"At Risk - Escalated"`, `"Support_Instance__c":"federal-support"`,
		subscriptionsKey+page(2, "",
			`{"Id":"S2","Name":null,"Subscription_ID_18__c":null,"Zuora__Status__c":null,"Zuora__SubscriptionStartDate__c":null,"Zuora__SubscriptionEndDate__c":null,"Sold_To_Email__c":null}`,
			`{"attributes":{},"Id":"S1","Name":" A-S1 ","Subscription_ID_18__c":"a1S1","Zuora__Status__c":"Active",`+
				`"Zuora__SubscriptionStartDate__c":"2025-11-21","Zuora__SubscriptionEndDate__c":"2026-11-20","Sold_To_Email__c":" other@example.com "}`),
		chargesKey+page(2, "",
			`{"Id":"C2","Name":null,"Zuora__SubscriptionRatePlanChargeName__c":null,"Zuora__Subscription__c":null,"Zuora__EffectiveStartDate__c":null,"Zuora__EffectiveEndDate__c":null,"Zuora__Quantity__c":null}`,
			`{"Id":"C1","Name":"C-1","Zuora__SubscriptionRatePlanChargeName__c":" Premium - 1 Year ","Zuora__Subscription__c":"S1",`+
				`"Zuora__EffectiveStartDate__c":"2025-11-21","Zuora__EffectiveEndDate__c":"2026-11-20T00:00:00.000+0000","Zuora__Quantity__c":1.0E2}`))
	empty := row(second, `"CARR_This_Account__c":null`, `"Type":"Former Customer"`, `"Ultimate_Parent_Sales_Segment_Employees__c":null`,
		`"Account_Demographics_Geo__c":"LATAM"`, `"Account_Demographics_Region__c":"AMER"`, `"Latest_Sold_To_Contact__r":null`,
		`"Solutions_Architect_Lookup__r":null`, `"Support_Hold__c":null`, `"Support_Instance__c":"Federal-Support"`, subscriptionsKey+"null", chargesKey+"null")
	o := start(t, nil, body(page(2, "", full, empty)))
	got, err := o.customers()
	if err != nil {
		t.Fatal(err)
	}
	want := []*account.Account{
		{
			ID: first, ShortID: "001M000000qfPyS", Name: "N " + first, Owner: "Olga Owner", TechnicalAccountManager: "Tim Tam",
			SolutionsArchitect: "Sol Arch", SupportHold: true, ARR: "123456789012345678.91", Type: "Customer", SalesSegment: "mid-market",
			Region: "EMEA", Restricted: true, Escalated: true, Exception: true,
			SoldTo: &account.Contact{Name: "Bea Buyer", Email: "buyer@example.com"}, PartnerTrack: "Open", PartnerType: "Reseller",
			Subscriptions: []account.Subscription{
				{
					ID: "S1", Name: "A-S1", SubscriptionID: "a1S1", Status: "Active",
					StartDate: "2025-11-21", EndDate: "2026-11-20", SoldToEmail: "other@example.com",
				},
				{ID: "S2"},
			},
			Charges: []account.Charge{
				{
					ID: "C1", Name: "C-1", ChargeName: "Premium - 1 Year", Subscription: "S1",
					StartDate: "2025-11-21", EndDate: "2026-11-20", Quantity: "100",
				},
				{ID: "C2", Quantity: "0"},
			},
		},
		{
			ID: second, ShortID: "001B0000002Gcp0", Name: "N " + second, ARR: "0", Type: "Former Customer", SalesSegment: "unknown", Region: "AMER",
			Subscriptions: []account.Subscription{}, Charges: []account.Charge{},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRegionIsTheFirstOfTwoThatIsOne(t *testing.T) {
	for _, test := range []struct{ geo, region, want string }{
		{"AMER", "EMEA", "AMER"}, {"APJ", "", "APJ"}, {"", "EMEA", "EMEA"}, {"amer", "EMEA", "EMEA"}, {"LATAM", "PUBSEC", ""}, {"", "", ""},
	} {
		if got := region(test.geo, test.region); got != test.want {
			t.Errorf("region(%q, %q) = %q, want %q", test.geo, test.region, got, test.want)
		}
	}
}

func TestChildPagesAreFetchedAfterTheParentIsDone(t *testing.T) {
	const more = "/services/data/v62.0/query/01g-500"
	subscriptions := page(3, more, subscription("S3"))
	parents := body(page(1, "", row(first, subscriptionsKey+subscriptions, chargesKey+page(1, "", charge("C1")))))
	o := start(t, nil, parents, body(page(3, "", subscription("S1"), subscription("S2"))))
	got, err := o.customers()
	if err != nil || len(got) != 1 || len(got[0].Subscriptions) != 3 || len(got[0].Charges) != 1 || o.asked()[1] != more {
		t.Fatalf("%v, asked %d times", err, len(o.asked()))
	}
	for i, want := range []string{"S1", "S2", "S3"} {
		if got[0].Subscriptions[i].ID != want {
			t.Errorf("subscription %d is %s, not %s", i, got[0].Subscriptions[i].ID, want)
		}
	}
}

func TestChildrenThatAreNotWholeEndTheRead(t *testing.T) {
	const more = "/services/data/v62.0/query/01g-500"
	who := "reading customer accounts: account " + first + ` ("N ` + first + `"): `
	tests := []struct {
		rule    string
		answers []http.HandlerFunc
		want    string
	}{
		{"no word about charges", []http.HandlerFunc{body(page(1, "", without("Zuora__R00N40000001lGjTEAU__r", row(first))))},
			"salesforce answered without Zuora__R00N40000001lGjTEAU__r, although the query asks for it, so the values are not known; " +
				"nothing was written: check the integration user's permissions, and whether the columns were renamed"},
		{"a short list", []http.HandlerFunc{body(page(1, "", row(first, chargesKey+page(2, "", charge("C1")))))},
			"charges: salesforce gave 1 of 2 records (totalSize): the read is incomplete and nothing was written; run again"},
		{"a short last page", []http.HandlerFunc{body(page(1, "", row(first, subscriptionsKey+page(4, more, subscription("S1"))))), body(page(4, "", subscription("S2")))},
			"subscriptions: salesforce gave 2 of 4 records (totalSize): the read is incomplete and nothing was written; run again"},
		{"a charge that comes twice", []http.HandlerFunc{body(page(1, "", row(first, chargesKey+page(3, "", charge("C1"), charge("C2"), charge("C1")))))},
			`charges: record C1, number 2 of the list: "C1" comes twice or has no id, so another may be missing; run again`},
		{"a subscription that comes twice", []http.HandlerFunc{body(page(1, "", row(first, subscriptionsKey+page(2, "", subscription("S1"), subscription("S1")))))},
			`subscriptions: record S1, number 1 of the list: "S1" comes twice or has no id, so another may be missing; run again`},
		{"a charge without an id", []http.HandlerFunc{body(page(1, "", row(first, chargesKey+page(1, "", record(customerQuery)))))},
			`charges: record , number 1 of the list: "" comes twice or has no id, so another may be missing; run again`},
		{"a date that is none", []http.HandlerFunc{body(page(1, "", row(first, chargesKey+page(1, "", charge("C1", `"Zuora__EffectiveEndDate__c":"2026-02-30"`)))))},
			`charges: record C1, number 1 of the list: "2026-02-30" is not a date of the form YYYY-MM-DD`},
		{"a start that is none", []http.HandlerFunc{body(page(1, "", row(first, subscriptionsKey+page(1, "", subscription("S1", `"Zuora__SubscriptionStartDate__c":"soon"`)))))},
			`subscriptions: record S1, number 1 of the list: "soon" is not a date of the form YYYY-MM-DD`},
		{"a list that is none", []http.HandlerFunc{body(page(1, "", row(first, chargesKey+`{}`)))},
			"charges: unreadable list Zuora__R00N40000001lGjTEAU__r: it has no totalSize; nothing was written: run again"},
		{"a list that goes on elsewhere", []http.HandlerFunc{body(page(1, "", row(first, chargesKey+page(2, "//elsewhere.example.com/services/data/x", charge("C1")))))}, ""},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			o := start(t, nil, test.answers...)
			_, err := o.customers()
			if test.want != "" {
				wantError(t, err, who+test.want)
			} else if err == nil || !strings.Contains(err.Error(), "not followed; check SALESFORCE_URL") {
				t.Error(err)
			}
		})
	}
}
