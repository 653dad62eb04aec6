package salesforce

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// without takes the key, and its value that is null or a text, out of a row.
func without(key, row string) string {
	return regexp.MustCompile(`,?"`+key+`":(null|"[^"]*"|true|false|\{[^{}]*\})`).ReplaceAllString(row, "")
}

// wholeCustomer is an account with a child of each kind and a person of each.
func wholeCustomer() string {
	return row(first, `"Solutions_Architect_Lookup__r":{"Name":"Sol"}`, `"Latest_Sold_To_Contact__r":{"Email":"a@example.com","Name":"A"}`,
		subscriptionsKey+page(1, "", subscription("S1")), chargesKey+page(1, "", charge("C1", `"Zuora__EffectiveEndDate__c":"2024-01-01"`)))
}

func TestEveryColumnOfTheQueryIsInEveryRow(t *testing.T) {
	// Every name before FROM, of the query and of its child lists.
	names := regexp.MustCompile(`\w+__[cr]\b|\bType\b`).FindAllString(customerQuery[:strings.LastIndex(customerQuery, "FROM")], -1)
	names = slices.DeleteFunc(names, func(name string) bool { return name == "Subscription_Status__c" })
	if len(names) < 25 {
		t.Fatalf("%d names: %q", len(names), names)
	}
	for _, name := range names {
		o := start(t, nil, body(page(1, "", without(name, wholeCustomer()))))
		_, err := o.customers()
		if name == "Zuora__Subscriptions__r" || name == "Zuora__R00N40000001lGjTEAU__r" {
			// Their value is not taken out by without.
			o = start(t, nil, body(page(1, "", without(name, row(first)))))
			_, err = o.customers()
		}
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), first) {
			t.Errorf("without %s: %v", name, err)
		}
	}
	for _, member := range []string{`"Name":"Sol"`, `"Email":"a@example.com",`, `,"Name":"A"`} {
		o := start(t, nil, body(page(1, "", strings.Replace(wholeCustomer(), member, "", 1))))
		if _, err := o.customers(); err == nil || !strings.Contains(err.Error(), "salesforce answered without ") || !strings.Contains(err.Error(), "__r.") {
			t.Errorf("without %s: %v", member, err)
		}
	}
	partnerNames := regexp.MustCompile(`\w+__[cr]\b|\bType\b|\bName\b`).FindAllString(partnerQuery[:strings.Index(partnerQuery, "FROM")], -1)
	for _, name := range partnerNames {
		o := start(t, nil, body(page(1, "", without(name, record(partnerQuery, `"Account_ID_18__c":"`+first+`"`)))))
		if _, err := o.partners(); err == nil || !strings.Contains(err.Error(), "salesforce answered without ") || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

func TestColumnsAreFoundWithoutRegardToCase(t *testing.T) {
	want, err := start(t, nil, body(page(1, "", wholeCustomer()))).customers()
	if err != nil {
		t.Fatal(err)
	}
	keys := regexp.MustCompile(`"\w+":`)
	for _, change := range []func(string) string{strings.ToUpper, strings.ToLower} {
		answer := keys.ReplaceAllStringFunc(page(1, "", wholeCustomer()), change)
		got, err := start(t, nil, body(answer)).customers()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(err, diff)
		}
	}
	for rule, answer := range map[string]string{
		"a name with another underscore": strings.Replace(wholeCustomer(), `"Zuora__EffectiveEndDate__c":"2`, `"Zuora_EffectiveEndDate__c":"2`, 1),
		"one value under two spellings":  strings.Replace(wholeCustomer(), `"Zuora__EffectiveEndDate__c":"2`, `"ZUORA__EffectiveEndDate__c":null,"Zuora__EffectiveEndDate__c":"2`, 1),
	} {
		if _, err := start(t, nil, body(page(1, "", answer))).customers(); err == nil || !strings.Contains(err.Error(), "Zuora__EffectiveEndDate__c") {
			t.Errorf("%s: %v", rule, err)
		}
	}
}

func TestListsWithoutTheirProofAreRefused(t *testing.T) {
	for rule, list := range map[string]string{
		"no totalSize": `{"done":true,"records":[]}`, "totalSize null": `{"totalSize":null,"done":true,"records":[]}`,
		"no records": `{"totalSize":0,"done":true}`, "no done": `{"totalSize":0,"records":[]}`, "a list": `[]`, "text": `"none"`,
		"records of another kind": `{"totalSize":1,"done":true,"records":{}}`, "totalSize a text": `{"totalSize":"0","done":true,"records":[]}`,
	} {
		for _, key := range []string{subscriptionsKey, chargesKey} {
			if _, err := start(t, nil, body(page(1, "", row(first, key+list)))).customers(); err == nil || !strings.Contains(err.Error(), first) {
				t.Errorf("%s in %s: %v", rule, key, err)
			}
		}
	}
}

func TestTextThatIsNoUnicodeIsReadAndTold(t *testing.T) {
	answer := row(first, "\"Account_Owner_Calc__c\":\"Ol\xffga\"", `"Partner_Track__c":"lone \ud800 half"`,
		`"Latest_Sold_To_Contact__r":{"Email":"a@example.com","Name":"`+"\xc3"+`"}`,
		"\"Agents_Note__c\":\"\xff not asked for\"", `"Agents_Note__c":"\udead"`,
		subscriptionsKey+page(1, "", subscription("S1", "\"Name\":\"\xe4\"", "\"Agents__c\":\"\xff\"")))
	o := start(t, nil, body(page(1, "", answer)))
	var told []string
	var c *account.Account
	err := o.Customers(t.Context(), "2023-11-20", 1, func(customer *account.Account, mangled []string) error {
		c, told = customer, mangled
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Owner != "Ol\ufffdga" || c.PartnerTrack != "lone \ufffd half" || c.SoldTo.Name != "\ufffd" || c.Subscriptions[0].Name != "\ufffd" {
		t.Errorf("%+v", c)
	}
	want := []string{
		"Account_Owner_Calc__c", "Partner_Track__c", "Latest_Sold_To_Contact__r.Name", "Zuora__Subscriptions__r.Name",
	}
	slices.Sort(want)
	slices.Sort(told)
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

func TestALostQueryIsRepeatedOnce(t *testing.T) {
	const next, more = "/services/data/v62.0/query/01g-1", "/services/data/v62.0/query/01g-2"
	lost := map[string]http.HandlerFunc{
		"the code":     status(400, `[{"errorCode":"INVALID_QUERY_LOCATOR","message":"invalid query locator"}]`),
		"not found":    status(404, `[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]`),
		"a bare 404":   status(404, ``),
		"inside a 200": status(200, `[{"errorCode":"INVALID_QUERY_LOCATOR","message":"invalid query locator"}]`),
	}
	ids := func(accounts []*account.Account) string {
		var list []string
		for _, customer := range accounts {
			list = append(list, string(customer.ID))
		}
		return strings.Join(list, " ")
	}
	for rule, gone := range lost {
		t.Run(rule, func(t *testing.T) {
			// The accounts come in another order the second time.
			o := start(t, nil, body(page(3, next, row(first), row(second))), gone, body(page(3, more, row(second), row(third))), body(page(3, "", row(first))))
			got, err := o.customers()
			if want := first + " " + second + " " + third; err != nil || ids(got) != want || len(o.asked()) != 4 || o.asked()[0] != o.asked()[2] {
				t.Errorf("%v, %s, asked %d times", err, ids(got), len(o.asked()))
			}
			o = start(t, nil, body(page(2, next, row(first))), gone, body(page(2, next, row(first))), gone)
			_, err = o.customers()
			if err == nil || len(o.asked()) != 4 || !strings.Contains(err.Error(), "lost the place in the query") || strings.Contains(err.Error(), "SALESFORCE_URL") {
				t.Errorf("%v, asked %d times", err, len(o.asked()))
			}
			// A child list of the second account is lost: the first one stays given.
			children := subscriptionsKey + page(2, more, subscription("S1"))
			o = start(t, nil, body(page(2, "", row(first), row(second, children))), gone,
				body(page(2, "", row(first), row(second, children))), body(page(2, "", subscription("S2"))))
			got, err = o.customers()
			if err != nil || ids(got) != first+" "+second || len(got[1].Subscriptions) != 2 {
				t.Errorf("%v, %s", err, ids(got))
			}
			o = start(t, nil, body(page(3, next, row(first), row(second))), gone, body(page(1, "", row(second))))
			if _, err = o.customers(); err == nil || !strings.Contains(err.Error(), "1 accounts were missing when the query was repeated") {
				t.Errorf("an account that is gone: %v", err)
			}
		})
	}
}

func TestEmptyPagesAreFollowedTenTimes(t *testing.T) {
	next := func(i int) string { return fmt.Sprintf("/services/data/v62.0/query/01g-%d", i) }
	empties := func(count int) []http.HandlerFunc {
		var answers []http.HandlerFunc
		for i := range count {
			answers = append(answers, body(page(1, next(i))))
		}
		return append(answers, body(page(1, "", row(first))))
	}
	if got, err := start(t, nil, empties(10)...).customers(); err != nil || len(got) != 1 {
		t.Errorf("%d accounts, %v", len(got), err)
	}
	if _, err := start(t, nil, empties(11)...).customers(); err == nil || !strings.Contains(err.Error(), "followed 11 empty pages") {
		t.Error(err)
	}
}

func TestPassingFailuresAreKnownByTheirWords(t *testing.T) {
	for _, test := range []struct {
		rule   string
		status int
		words  string
		tries  int
		advice string
	}{
		{"a query that took too long", 400, `[{"errorCode":"QUERY_TIMEOUT","message":"Your query request was running for too long."}]`, 2, "when the org is less busy"},
		{"a locked row", 400, `[{"errorCode":"UNABLE_TO_LOCK_ROW","message":"unable to obtain exclusive access"}]`, 6, "run again later"},
		{"a server that is away", 400, `[{"errorCode":"SERVER_UNAVAILABLE","message":"x"}]`, 6, "run again later"},
		{"nobody knows what", 400, `[{"errorCode":"UNKNOWN_EXCEPTION","message":"An unexpected error occurred"}]`, 6, "run again later"},
		{"words that ask for it", 400, `[{"errorCode":"ODD","message":"Please retry your request."}]`, 6, "run again later"},
		{"too many at once", 403, `[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"ConcurrentRequests (Concurrent API Requests) Limit exceeded."}]`, 10, "too many requests ran at once"},
		{"too many long ones", 503, `[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"ConcurrentPerOrgLongTxn Limit exceeded."}]`, 10, "too many requests ran at once"},
		{"the day's are spent", 403, `[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests Limit exceeded."}]`, 1, "of the day are used up"},
		{"inside a success", 200, `[{"errorCode":"SERVER_UNAVAILABLE","message":"try later"}]`, 6, "run again later"},
		{"an object inside a success", 200, `{"errorCode":"UNKNOWN_EXCEPTION","message":"m"}`, 6, "run again later"},
		{"a lasting one inside a success", 200, `[{"errorCode":"INVALID_TYPE","message":"sObject type is not supported"}]`, 1, "may see every object"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			o := start(t, nil, status(test.status, test.words))
			_, err := o.customers()
			if err == nil || len(o.asked()) != test.tries || !strings.Contains(err.Error(), test.advice) {
				t.Errorf("asked %d times: %v", len(o.asked()), err)
			}
		})
	}
}
