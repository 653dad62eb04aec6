package salesforce_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/salesforce"
)

// today is the day of the tests' worlds.
var today = time.Date(2026, time.November, 21, 9, 30, 0, 0, time.UTC)

// partnerQuery is the query of the partner sync document, as it stands.
const partnerQuery = `SELECT
  Account_ID_18__c,
  Name,
  Account_Owner_Calc__c,
  Technical_Account_Manager_Name__c,
  Restricted_Account__c,
  Solutions_Architect_Lookup__r.Name,
  Partner_Track__c,
  Support_Hold__c,
  Account_Risk_Level__c,
  Type,
  Partners_Partner_Status__c
FROM Account
WHERE
  Account_ID_18__c = '0014M00001sDiGEQA0' OR
  (
    Type = 'Partner' AND
    Partners_Partner_Status__c IN ('Authorized') AND
    Partner_Track__c IN ('Open', 'Select')
  )`

// customerQuery is the query of customers on the day of the tests
// (docs/rules.md, Customer accounts).
const customerQuery = `SELECT Account_ID_18__c, Name, CARR_This_Account__c, Type, Ultimate_Parent_Sales_Segment_Employees__c,
  Account_Owner_Calc__c, Technical_Account_Manager_Name__c, Restricted_Account__c, Solutions_Architect_Lookup__r.Name,
  Account_Demographics_Geo__c, Account_Demographics_Region__c, Latest_Sold_To_Contact__r.Email, Latest_Sold_To_Contact__r.Name,
  Partner_Track__c, Partners_Partner_Type__c, Support_Hold__c, Account_Risk_Level__c, Support_Instance__c,
  (SELECT Id, Name, Subscription_ID_18__c, Zuora__Status__c, Zuora__SubscriptionStartDate__c, Zuora__SubscriptionEndDate__c,
     Sold_To_Email__c FROM Zuora__Subscriptions__r
   WHERE Zuora__Status__c != 'Cancelled' AND Zuora__SubscriptionEndDate__c >= 2023-11-20),
  (SELECT Id, Name, Zuora__SubscriptionRatePlanChargeName__c, Zuora__Subscription__c, Zuora__EffectiveStartDate__c,
     Zuora__EffectiveEndDate__c, Zuora__Quantity__c FROM Zuora__R00N40000001lGjTEAU__r
   WHERE Subscription_Status__c != 'Cancelled' AND Zuora__EffectiveEndDate__c >= 2023-11-20)
FROM Account WHERE Type IN ('Customer', 'Former Customer')`

// clock is the time of a test, which it moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(duration time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(duration)
}

// org is a stand-in that is served, and a client with a token.
type org struct {
	t      testing.TB
	server *salesforce.Server
	clock  *clock
	url    string
	token  string
}

func serve(t testing.TB, options salesforce.Options) *org {
	t.Helper()
	o := &org{t: t, clock: &clock{now: today}}
	options.Now = o.clock.Now
	options.ClientID, options.ClientSecret = "app", "secret"
	o.server = salesforce.New(options)
	served := httptest.NewServer(o.server.Handler())
	t.Cleanup(served.Close)
	o.url = served.URL
	o.login()
	return o
}

func (o *org) login() {
	o.t.Helper()
	got := o.post(url.Values{"grant_type": {"client_credentials"}, "client_id": {"app"}, "client_secret": {"secret"}})
	if got.status != http.StatusOK {
		o.t.Fatalf("token: %d %s", got.status, got.body)
	}
	o.token = got.object["access_token"].(string)
}

// reply is an answer, read to its end.
type reply struct {
	status int
	header http.Header
	body   string
	object map[string]any // of an object
}

// code is the errorCode of a data API error.
func (r reply) code() string {
	var list []struct{ Message, ErrorCode string }
	if json.Unmarshal([]byte(r.body), &list) != nil || len(list) != 1 || list[0].Message == "" {
		return "not a list of one error: " + r.body
	}
	return list[0].ErrorCode
}

func (o *org) send(request *http.Request) reply {
	o.t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	got := reply{status: response.StatusCode, header: response.Header, body: string(body)}
	decoder := json.NewDecoder(strings.NewReader(got.body))
	decoder.UseNumber()
	_ = decoder.Decode(&got.object) // lists and pages are not objects
	return got
}

func (o *org) request(method, path string, body io.Reader) *http.Request {
	o.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, o.url+path, body)
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+o.token)
	return request
}

func (o *org) get(path string) reply {
	o.t.Helper()
	return o.send(o.request(http.MethodGet, path, nil))
}

func (o *org) query(soql string) reply {
	o.t.Helper()
	return o.get(queryPath(soql))
}

func queryPath(soql string) string {
	return "/services/data/v62.0/query?q=" + url.QueryEscape(soql)
}

func (o *org) post(form url.Values) reply {
	o.t.Helper()
	request := o.request(http.MethodPost, "/services/oauth2/token", strings.NewReader(form.Encode()))
	request.Header.Del("Authorization")
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return o.send(request)
}

// all follows the pages of a query, and of the child lists in it, to their
// ends. It gives the records and the number of pages of the query itself.
func (o *org) all(page reply) (records []map[string]any, pages int) {
	o.t.Helper()
	for {
		if page.status != http.StatusOK {
			o.t.Fatalf("page: %d %s", page.status, page.body)
		}
		pages++
		for _, one := range page.object["records"].([]any) {
			record := one.(map[string]any)
			for key, value := range record {
				if list, is := value.(map[string]any); is && list["totalSize"] != nil {
					children, _ := o.all(reply{status: http.StatusOK, object: list})
					record[key] = children
				}
			}
			records = append(records, record)
		}
		next, more := page.object["nextRecordsUrl"].(string)
		if done := page.object["done"].(bool); done == more {
			o.t.Fatalf("done is %v, nextRecordsUrl %q", done, next)
		}
		if !more {
			return records, pages
		}
		page = o.get(next)
	}
}

func curated() *data.World {
	world := data.Curated(today)
	return &world
}

func generated(accounts int, options data.Options) *data.World {
	options.Accounts, options.Seed, options.Today = accounts, 1, today
	world := data.Generate(options)
	return &world
}
