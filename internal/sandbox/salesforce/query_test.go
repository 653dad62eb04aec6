package salesforce_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/salesforce"
)

func TestPartnerQuerySelectsTheAlliancePartnerAndAuthorizedOnes(t *testing.T) {
	o := serve(t, salesforce.Options{World: curated()})
	records, _ := o.all(o.query(partnerQuery))
	var names []string
	for _, record := range records {
		names = append(names, record["Name"].(string))
	}
	for _, want := range []string{"Alliance Cloud", "Open Partner in Step", "Customer that Became a Partner"} {
		if !slices.Contains(names, want) {
			t.Errorf("%q is not selected", want)
		}
	}
	for _, other := range []string{"Terminated Partner", "Distributor", "Prospective Partner", "Customer in Step", "Partner that Became a Customer"} {
		if slices.Contains(names, other) {
			t.Errorf("%q is selected", other)
		}
	}
	if len(names) != 22 {
		t.Errorf("%d accounts selected, want the alliance account and 21 partners", len(names))
	}
}

func TestRecordsAreAnsweredAsRecorded(t *testing.T) {
	account := &data.Account{
		ID: "001000000000001AAA", Name: `United <Oil> & "Gas"`, Type: "Customer", CARR: "123456789012345678.900",
		SolutionsArchitect: &data.User{ID: "005000000000001AAA", Name: "Sasha"}, SupportHold: new(true),
		Charges: []data.Charge{{ID: "a0c000000000001AAA", Name: "C-1", ChargeName: "Plan", SubscriptionID: "a0s000000000001AAA",
			SubscriptionStatus: "Active", Start: today, End: today, Quantity: "10.50"}},
	}
	o := serve(t, salesforce.Options{World: &data.World{Accounts: []*data.Account{account}}})
	got := o.query("SELECT name, CARR_This_Account__c, Support_Hold__c, Type, Support_Instance__c, Latest_Sold_To_Contact__r.Email," +
		" Solutions_Architect_Lookup__r.Name, (SELECT Id FROM Zuora__Subscriptions__r)," +
		" (SELECT Name, Zuora__EffectiveEndDate__c, Zuora__Quantity__c FROM Zuora__R00N40000001lGjTEAU__r) FROM account")
	want := `{"totalSize":1,"done":true,"records":[` +
		`{"attributes":{"type":"Account","url":"/services/data/v62.0/sobjects/Account/001000000000001AAA"},` +
		`"Name":"United <Oil> & \"Gas\"","CARR_This_Account__c":123456789012345678.900,"Support_Hold__c":true,"Type":"Customer",` +
		`"Support_Instance__c":null,"Latest_Sold_To_Contact__r":null,` +
		`"Solutions_Architect_Lookup__r":{"attributes":{"type":"User","url":"/services/data/v62.0/sobjects/User/005000000000001AAA"},"Name":"Sasha"},` +
		`"Zuora__Subscriptions__r":null,` +
		`"Zuora__R00N40000001lGjTEAU__r":{"totalSize":1,"done":true,"records":[` +
		`{"attributes":{"type":"Zuora__SubscriptionProductCharge__c","url":"/services/data/v62.0/sobjects/Zuora__SubscriptionProductCharge__c/a0c000000000001AAA"},` +
		`"Name":"C-1","Zuora__EffectiveEndDate__c":"2026-11-21","Zuora__Quantity__c":10.50}]}}]}`
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	if kind := got.header.Get("Content-Type"); kind != "application/json;charset=UTF-8" {
		t.Errorf("content type %q", kind)
	}
}

func TestCustomerQueryGivesEveryChildOnce(t *testing.T) {
	world := generated(120, data.Options{})
	for _, test := range []struct{ batch, childPage int }{{0, 0}, {50, 3}, {1, 1}} {
		t.Run(fmt.Sprintf("batch %d, child page %d", test.batch, test.childPage), func(t *testing.T) {
			o := serve(t, salesforce.Options{World: world, BatchSize: test.batch, ChildPage: test.childPage})
			records, _ := o.all(o.query(customerQuery))
			if len(records) != 120 {
				t.Fatalf("%d accounts, want 120", len(records))
			}
			for i, record := range records {
				account := world.Accounts[i]
				var want []string
				for _, charge := range account.Charges {
					if charge.End.Format("2006-01-02") >= "2023-11-20" {
						want = append(want, charge.ID)
					}
				}
				var got []string
				children, _ := record["Zuora__R00N40000001lGjTEAU__r"].([]map[string]any)
				for _, child := range children {
					got = append(got, child["Id"].(string))
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("charges of %s (-want +got):\n%s", account.ID, diff)
				}
			}
		})
	}
}

func TestChildRowsCountTowardAPage(t *testing.T) {
	world := generated(1000, data.Options{Subscriptions: 3, Charges: 6})
	o := serve(t, salesforce.Options{World: world})
	if _, pages := o.all(o.query("SELECT Id FROM Account")); pages != 1 {
		t.Errorf("1000 accounts took %d pages, want 1", pages)
	}
	// Ten rows for each account: 200 accounts to a page of 2000.
	withChildren := "SELECT Id, (SELECT Id FROM Zuora__Subscriptions__r), (SELECT Id FROM Zuora__R00N40000001lGjTEAU__r) FROM Account"
	if _, pages := o.all(o.query(withChildren)); pages != 5 {
		t.Errorf("1000 accounts with 9 children took %d pages, want 5", pages)
	}
	request := o.request(http.MethodGet, queryPath("SELECT Id FROM Account"), nil)
	request.Header.Set("Sforce-Query-Options", "batchSize=250")
	got := o.send(request)
	if records := got.object["records"].([]any); len(records) != 250 {
		t.Errorf("a page of %d rows, want the 250 asked for", len(records))
	}
	if next := got.object["nextRecordsUrl"].(string); !strings.HasPrefix(next, "/services/data/v62.0/query/01g") || !strings.HasSuffix(next, "-250") {
		t.Errorf("nextRecordsUrl %q", next)
	}
}

func TestBatchSizeIsKeptWithinItsBounds(t *testing.T) {
	o := serve(t, salesforce.Options{World: generated(2100, data.Options{})})
	for asked, want := range map[string]int{"batchSize=1": 200, "batchSize=5000": 2000, "BATCHSIZE = 300": 300, "batchSize=x": 2000} {
		request := o.request(http.MethodGet, queryPath("SELECT Id FROM Account"), nil)
		request.Header.Set("Sforce-Query-Options", asked)
		if records := o.send(request).object["records"].([]any); len(records) != want {
			t.Errorf("%s: %d rows, want %d", asked, len(records), want)
		}
	}
}

func TestChildListPagesAfterTheParentIsDone(t *testing.T) {
	world := generated(1, data.Options{Subscriptions: 1, Charges: 7})
	o := serve(t, salesforce.Options{World: world, ChildPage: 3})
	got := o.query("SELECT Id, (SELECT Id FROM Zuora__R00N40000001lGjTEAU__r) FROM Account")
	list := got.object["records"].([]any)[0].(map[string]any)["Zuora__R00N40000001lGjTEAU__r"].(map[string]any)
	if got.object["done"] != true || list["done"] != false || fmt.Sprint(list["totalSize"]) != "7" {
		t.Fatalf("done %v, child list done %v of %v", got.object["done"], list["done"], list["totalSize"])
	}
	next := list["nextRecordsUrl"].(string)
	if !strings.HasSuffix(next, "-3") {
		t.Errorf("nextRecordsUrl %q, want it to go on at 3", next)
	}
	rest, pages := o.all(o.get(next))
	if len(rest) != 4 || pages != 2 {
		t.Errorf("the rest came as %d rows on %d pages, want 4 on 2", len(rest), pages)
	}
}

func TestCursorKeepsTheRowsOfItsQuery(t *testing.T) {
	o := serve(t, salesforce.Options{World: generated(10, data.Options{}), BatchSize: 4})
	first := o.query("SELECT Id, Name FROM Account")
	o.server.SetWorld(&data.World{})
	if records, _ := o.all(first); len(records) != 10 {
		t.Errorf("%d rows, want the 10 there were when the query was asked", len(records))
	}
	if records, _ := o.all(o.query("SELECT Id, Name FROM Account")); len(records) != 0 {
		t.Errorf("a new query gives %d rows, want those of the new world", len(records))
	}
}

func TestDamageIsSilent(t *testing.T) {
	o := serve(t, salesforce.Options{World: generated(10, data.Options{Subscriptions: 2, Charges: 4}), BatchSize: 4})
	query := "SELECT Id, (SELECT Id FROM Zuora__Subscriptions__r) FROM Account"
	o.server.SetDamage(salesforce.Damage{LoseRows: 3})
	first := o.query(query)
	if records, _ := o.all(first); len(records) != 7 || fmt.Sprint(first.object["totalSize"]) != "10" {
		t.Errorf("%d rows of %v, want 7 of 10", len(records), first.object["totalSize"])
	}
	o.server.SetDamage(salesforce.Damage{RepeatRow: true})
	if records, _ := o.all(o.query(query)); len(records) != 10 || records[0]["Id"] != records[9]["Id"] {
		t.Errorf("%d rows, the last one %v, want 10 and the first one again", len(records), records[len(records)-1]["Id"])
	}
	o.server.SetDamage(salesforce.Damage{LoseChildRows: 1})
	list := o.query(query).object["records"].([]any)[0].(map[string]any)["Zuora__Subscriptions__r"].(map[string]any)
	if rows := list["records"].([]any); len(rows) != 1 || fmt.Sprint(list["totalSize"]) != "2" || list["done"] != true {
		t.Errorf("a child list of %d rows of %v, want 1 of 2", len(rows), list["totalSize"])
	}
}

// BenchmarkCustomerQuery reads 100,000 accounts with nine children each.
func BenchmarkCustomerQuery(b *testing.B) {
	o := serve(b, salesforce.Options{World: generated(100_000, data.Options{Subscriptions: 3, Charges: 6})})
	for b.Loop() {
		page := o.query(customerQuery)
		for {
			next, more := page.object["nextRecordsUrl"].(string)
			if !more {
				break
			}
			page = o.get(next)
		}
	}
}
