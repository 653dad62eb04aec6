package salesforce_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/salesforce"
)

func TestErrorsAreThoseOfTheService(t *testing.T) {
	o := serve(t, salesforce.Options{World: curated()})
	for _, test := range []struct {
		name, method, path string
		status             int
		code               string
	}{
		{"malformed query", "GET", queryPath("SELECT Id FORM Account"), 400, "MALFORMED_QUERY"},
		{"no query", "GET", "/services/data/v62.0/query", 400, "MALFORMED_QUERY"},
		{"unknown field", "GET", queryPath("SELECT Colour FROM Account"), 400, "INVALID_FIELD"},
		{"unknown relationship", "GET", queryPath("SELECT (SELECT Id FROM Orders__r) FROM Account"), 400, "INVALID_TYPE"},
		{"quoted date", "GET", queryPath("SELECT (SELECT Id FROM Zuora__Subscriptions__r WHERE Zuora__SubscriptionEndDate__c >= '2023-11-20') FROM Account"), 400, "INVALID_FIELD"},
		{"unknown object", "GET", queryPath("SELECT Id FROM Lead"), 400, "INVALID_TYPE"},
		{"unknown cursor", "GET", "/services/data/v62.0/query/01gB000003KL1aaIAD-2000", 400, "INVALID_QUERY_LOCATOR"},
		{"unknown path", "GET", "/services/data/v62.0/sobjects/Account/describe", 404, "NOT_FOUND"},
		{"old version", "GET", "/services/data/v19.0/query?q=x", 404, "NOT_FOUND"},
		{"no version", "GET", "/services/data/62.0/query?q=x", 404, "NOT_FOUND"},
		{"wrong method", "POST", "/services/data/v62.0/query", 405, "METHOD_NOT_ALLOWED"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := o.send(o.request(test.method, test.path, nil))
			if got.status != test.status || got.code() != test.code {
				t.Errorf("got %d %s, want %d %s", got.status, got.code(), test.status, test.code)
			}
		})
	}
	if got := o.get(queryPath("SELECT Id FROM Account WHERE Name = '" + strings.Repeat("x", 17_000) + "'")); got.status != http.StatusRequestURITooLong {
		t.Errorf("a URI of 17,000 bytes: %d, want 414", got.status)
	}
}

func TestCursorsAreForgottenAfterTwoDays(t *testing.T) {
	o := serve(t, salesforce.Options{World: curated(), BatchSize: 5, TokenLifetime: 1000 * time.Hour})
	next := o.query("SELECT Id FROM Account").object["nextRecordsUrl"].(string)
	o.clock.pass(49 * time.Hour)
	o.query("SELECT Id FROM Account LIMIT 1")
	if got := o.get(next); got.code() != "INVALID_QUERY_LOCATOR" {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestUsageCountsUpToTheDailyLimit(t *testing.T) {
	o := serve(t, salesforce.Options{World: &data.World{}, DailyRequests: 2, TokenLifetime: 1000 * time.Hour})
	query := "SELECT Id FROM Account"
	for _, want := range []string{"api-usage=1/2", "api-usage=2/2"} {
		if got := o.query(query); got.header.Get("Sforce-Limit-Info") != want || got.status != http.StatusOK {
			t.Errorf("got %d %q, want %q", got.status, got.header.Get("Sforce-Limit-Info"), want)
		}
	}
	if got := o.query(query); got.status != http.StatusForbidden || got.code() != "REQUEST_LIMIT_EXCEEDED" {
		t.Errorf("over the limit: %d %s", got.status, got.body)
	}
	o.clock.pass(24 * time.Hour)
	if got := o.query(query); got.status != http.StatusOK {
		t.Errorf("the next day: %d %s", got.status, got.body)
	}
}

func TestTokensExpire(t *testing.T) {
	o := serve(t, salesforce.Options{World: &data.World{}, TokenLifetime: time.Hour})
	query := "SELECT Id FROM Account"
	expect := func(when string, status int) {
		t.Helper()
		got := o.query(query)
		if got.status != status {
			t.Errorf("%s: got %d %s, want %d", when, got.status, got.body, status)
		}
		if status == http.StatusUnauthorized && got.body != `[{"errorCode":"INVALID_SESSION_ID","message":"Session expired or invalid"}]`+"\n" {
			t.Errorf("%s: got %s", when, got.body)
		}
	}
	expect("a fresh token", http.StatusOK)
	o.clock.pass(time.Hour)
	expect("after its life", http.StatusUnauthorized)
	o.login()
	expect("a new one", http.StatusOK)
	o.server.ExpireTokens()
	expect("expired now", http.StatusUnauthorized)
	o.login()
	o.server.ExpireAfter(2)
	expect("two requests more: the first", http.StatusOK)
	expect("two requests more: the second", http.StatusOK)
	expect("two requests more: the third", http.StatusUnauthorized)
	o.login()
	expect("a new one after that", http.StatusOK)
	o.token = "unknown"
	expect("an unknown one", http.StatusUnauthorized)
}

func TestFaultsAndCountsGoByRoute(t *testing.T) {
	o := serve(t, salesforce.Options{World: curated(), BatchSize: 50})
	o.server.Faults().Add(fault.Fault{Route: "GET /services/data/*/query/*", Kind: fault.Status, Status: 503, Times: 1})
	next := o.query("SELECT Id FROM Account").object["nextRecordsUrl"].(string)
	if got := o.get(next); got.status != http.StatusServiceUnavailable {
		t.Errorf("got %d, want the fault", got.status)
	}
	if got := o.get(next); got.status != http.StatusOK {
		t.Errorf("got %d, want the page after the fault", got.status)
	}
	want := map[string]int{"POST /services/oauth2/token": 1, "GET /services/data/*/query": 1, "GET /services/data/*/query/*": 2}
	if diff := cmp.Diff(want, o.server.Requests()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestInstanceURLMayNameAnotherHost(t *testing.T) {
	o := serve(t, salesforce.Options{World: &data.World{}, InstanceURL: "https://elsewhere.example"})
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"app"}, "client_secret": {"secret"}}
	if got := o.post(form).object["instance_url"]; got != "https://elsewhere.example" {
		t.Errorf("instance_url %v", got)
	}
	plain := serve(t, salesforce.Options{World: &data.World{}})
	if got := plain.post(form).object["instance_url"]; got != plain.url {
		t.Errorf("instance_url %v, want the host asked, %s", got, plain.url)
	}
}

func TestNextPageEndsTheChildCursorsOfThePageBefore(t *testing.T) {
	o := serve(t, salesforce.Options{World: generated(10, data.Options{Subscriptions: 1, Charges: 7}), ChildPage: 3, BatchSize: 20})
	first := o.query("SELECT Id, (SELECT Id FROM Zuora__R00N40000001lGjTEAU__r) FROM Account").object
	list := first["records"].([]any)[0].(map[string]any)["Zuora__R00N40000001lGjTEAU__r"].(map[string]any)
	child := list["nextRecordsUrl"].(string)
	if got := o.get(child); got.status != 200 {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	o.get(first["nextRecordsUrl"].(string))
	if got := o.get(child); got.code() != "INVALID_QUERY_LOCATOR" {
		t.Errorf("after the next page: %d %s", got.status, got.body)
	}
}

func TestCursorDiesForGood(t *testing.T) {
	for status, want := range map[int]string{0: "INVALID_QUERY_LOCATOR", 404: "NOT_FOUND"} {
		o := serve(t, salesforce.Options{World: curated(), BatchSize: 5})
		next := o.query("SELECT Id FROM Account").object["nextRecordsUrl"].(string)
		o.server.Faults().Add(fault.Fault{Kind: fault.CursorDead, Status: status, Times: 1})
		if got := o.get(next); got.code() != want {
			t.Errorf("got %d %s, want %s", got.status, got.body, want)
		}
		if got := o.get(next); got.code() != "INVALID_QUERY_LOCATOR" {
			t.Errorf("asked again: %d %s", got.status, got.body)
		}
	}
}

func TestAnswersLackWhatAFaultTakesAway(t *testing.T) {
	world := generated(1, data.Options{Subscriptions: 1, Charges: 7})
	path := queryPath("SELECT Id, Name, (SELECT Id, Zuora__EffectiveEndDate__c FROM Zuora__R00N40000001lGjTEAU__r) FROM Account")
	for _, test := range []struct {
		fault     fault.Fault
		has, lack string
	}{
		{fault.Fault{Kind: fault.ColumnMissing, Field: "Zuora__EffectiveEndDate__c"}, `"Name"`, `Zuora__EffectiveEndDate__c`},
		{fault.Fault{Kind: fault.ColumnCase, Field: "Zuora__EffectiveEndDate__c"}, `"ZUORA__EFFECTIVEENDDATE__C"`, `Zuora__EffectiveEndDate__c`},
		{fault.Fault{Kind: fault.ChildTotalMissing}, `"totalSize":1`, `"totalSize":7`},
		{fault.Fault{Kind: fault.BadCharacter, Row: world.Accounts[0].Name}, world.Accounts[0].Name + "\xff", "\ufffd"},
		{fault.Fault{Kind: fault.ErrorIn200}, `"errorCode":"SERVER_UNAVAILABLE"`, `"records"`},
		{fault.Fault{Kind: fault.ErrorIn200, Body: `[]`}, `[]`, `"records"`},
	} {
		t.Run(string(test.fault.Kind), func(t *testing.T) {
			o := serve(t, salesforce.Options{World: world})
			o.server.Faults().Add(test.fault)
			got := o.get(path)
			if got.status != 200 || !strings.Contains(got.body, test.has) || strings.Contains(got.body, test.lack) {
				t.Errorf("got %d %s", got.status, got.body)
			}
		})
	}
}

func TestNamedFaultsAnswerAsTheServiceDoes(t *testing.T) {
	for kind, want := range map[fault.Kind]string{fault.TooManyAtOnce: "REQUEST_LIMIT_EXCEEDED", fault.QueryTimeout: "QUERY_TIMEOUT"} {
		o := serve(t, salesforce.Options{World: curated()})
		o.server.Faults().Add(fault.Fault{Kind: kind, Times: 1})
		if got := o.get(queryPath("SELECT Id FROM Account")); got.code() != want {
			t.Errorf("%s: %d %s", kind, got.status, got.body)
		}
		o.query("SELECT Id FROM Account")
	}
}
