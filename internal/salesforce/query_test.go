package salesforce

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

func TestRecordedPagesAreReadToTheirEnd(t *testing.T) {
	answers := recorded(t)
	o := start(t, nil, body(string(answers["first_page"])), body(string(answers["second_page"])))
	var got []string
	err := query(t.Context(), o.Client, "SELECT id, name FROM Contact", func(found *entry[idRow]) error {
		got = append(got, found.row.id.value)
		return nil
	})
	if err != nil || len(got) != 2 || !strings.Contains(got[0], "00390000001TdgeAAC") || !strings.Contains(got[1], "003B0000001U8uaIAC") {
		t.Errorf("%v, %q", err, got)
	}
	want := []string{queryPath + "?q=SELECT+id%2C+name+FROM+Contact", "/services/data/v51.0/query/01gB000003KL1aaIAD-1"}
	if diff := cmp.Diff(want, o.asked()); diff != "" {
		t.Error(diff)
	}
	if o.requests[1].Header.Get("Authorization") != "Bearer token-1" || len(o.forms) != 1 {
		t.Errorf("%d tokens, the second page asked with %v", len(o.forms), o.requests[1].Header)
	}
}

// company is a row of the recorded query.
type company struct {
	name     column[string]
	contacts children[person, *person]
}

func (c *company) columns() []named { return []named{{"name", &c.name}, {"CONTACTS", &c.contacts}} }

type person struct{ lastName column[string] }

func (p *person) columns() []named { return []named{{"LastName", &p.lastName}} }

func (p *person) identity() column[string] { return column[string]{value: p.lastName.value} }

func TestRecordedChildListsAreNullOrLists(t *testing.T) {
	// The recording is cut to seven of its fifty rows.
	whole := strings.Replace(string(recorded(t)["children"]), `"totalSize": 50`, `"totalSize": 7`, 1)
	o := start(t, nil, body(whole))
	var got []string
	err := query(t.Context(), o.Client, "SELECT", func(found *entry[company]) error {
		if err := found.complete(); err != nil {
			return err
		}
		line := found.row.name.value + ":"
		_, err := readChildren(t.Context(), o.Client, "Contacts", &found.row.contacts, func(child *person) error {
			line += " " + child.lastName.value
			return nil
		})
		got = append(got, line)
		return err
	})
	want := []string{
		"Cisco Systems, Inc.:", "ASSMANN Electronic GmbH:", "Young Brothers Tae Kwon Do - Dupe:", "None:", "GenePoint: Contact 1",
		"United Oil & Gas, UK: Contact 1", "United Oil & Gas, Singapore: Contact 1 Contact 2",
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	o = start(t, nil, body(string(recorded(t)["children"])))
	err = query(t.Context(), o.Client, "SELECT", func(*entry[company]) error { return nil })
	wantError(t, err, "salesforce gave 7 of 50 records (totalSize): the read is incomplete and nothing was written; run again")
}

func TestChildListsWithPagesAreFollowed(t *testing.T) {
	// 499 of 1,200 children came with a parent that says done.
	people := func(from, to int) string {
		var rows []string
		for i := from; i < to; i++ {
			rows = append(rows, fmt.Sprintf(`{"LastName":"p%d"}`, i))
		}
		return strings.Join(rows, ",")
	}
	parents := strings.Replace(string(recorded(t)["child_list_of_its_own_pages"]), `"… 499 records …"`, people(0, 499), 1)
	o := start(t, nil, body(parents), body(`{"totalSize":1200,"done":true,"records":[`+people(499, 1200)+`]}`))
	children := 0
	err := query(t.Context(), o.Client, "SELECT", func(found *entry[company]) error {
		_, err := readChildren(t.Context(), o.Client, "Contacts", &found.row.contacts, func(*person) error {
			children++
			return nil
		})
		return err
	})
	if err != nil || children != 1200 || o.asked()[1] != "/services/data/v29.0/query/01g1C00007zabMdQAI-499" {
		t.Errorf("%d children, %v, asked %q", children, err, o.asked())
	}
}

func TestAReadThatCannotProveItIsWholeFails(t *testing.T) {
	const next = "/services/data/v62.0/query/01g-1"
	tests := []struct {
		rule    string
		answers []http.HandlerFunc
		want    string
	}{
		{"fewer rows than said", []http.HandlerFunc{body(page(2, "", row(first)))},
			"salesforce gave 1 of 2 records (totalSize): the read is incomplete and nothing was written; run again"},
		{"more rows than said", []http.HandlerFunc{body(page(1, next, row(first), row(second)))},
			"salesforce gave 2 of 1 records (totalSize): the read is incomplete and nothing was written; run again"},
		{"a row that comes twice", []http.HandlerFunc{body(page(2, next, row(first))), body(page(2, "", row(first)))},
			"account " + first + " came twice, so another may be missing; nothing was written: run again"},
		{"an invalid id", []http.HandlerFunc{body(page(1, "", row("001M000000qfPySIAX")))},
			`account 001M000000qfPySIAX ("N 001M000000qfPySIAX"): salesforce id "001M000000qfPySIAX" has a wrong checksum: "IAU" belongs to its first 15 characters; ` +
				"nothing was written: fix the account in Salesforce"},
		{"a short id", []http.HandlerFunc{body(page(1, "", row("001M000000qfPyS")))},
			`account 001M000000qfPyS ("N 001M000000qfPyS"): salesforce id "001M000000qfPyS" has 15 characters, not 18; nothing was written: fix the account in Salesforce`},
		{"no id", []http.HandlerFunc{body(page(1, "", record(customerQuery+partnerQuery, `"Name":"Nobody"`)))},
			`account "Nobody", number 1 of the query: salesforce id "" has 0 characters, not 18; nothing was written: fix the account in Salesforce`},
		{"pages in a loop", []http.HandlerFunc{body(page(9, next, row(first))), body(page(9, next, row(second)))},
			"salesforce repeats pages: " + next + " came twice, or followed 0 empty pages; run again"},
		{"an empty page that is followed by itself", []http.HandlerFunc{body(page(9, next))},
			"salesforce repeats pages: " + next + " came twice, or followed 2 empty pages; run again"},
		{"more, but not where", []http.HandlerFunc{body(`{"totalSize":2,"done":false,"records":[` + row(first) + `]}`)},
			"salesforce says that there are more records, but not where (no nextRecordsUrl); run again"},
		{"an object of something else", []http.HandlerFunc{body(`{}`)},
			"unreadable page of " + queryPath + " from Salesforce: it has no totalSize; nothing was written: run again"},
		{"an account that cannot be read", []http.HandlerFunc{body(page(1, "", row(first, `"Support_Hold__c":"yes"`)))}, ""},
		{"no account at all", []http.HandlerFunc{body(page(0, ""))}, "salesforce returned no accounts; check the integration user's permissions"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			o := start(t, nil, test.answers...)
			_, err := o.partners()
			switch {
			case test.want != "":
				wantError(t, err, "reading partner accounts: "+test.want)
			case err == nil || !strings.HasPrefix(err.Error(), "reading partner accounts: account "+first+` ("N `+first+`"): Support_Hold__c: a text is not true or false`):
				t.Error(err)
			}
			if _, err := start(t, nil, test.answers...).customers(); err == nil || !strings.HasPrefix(err.Error(), "reading customer accounts: ") {
				t.Errorf("customers: %v", err)
			}
		})
	}
}

func TestTheNextPageIsAPathOfTheSameOrg(t *testing.T) {
	for _, next := range []string{
		"https://elsewhere.example.com/services/data/v62.0/query/01g-1", "//elsewhere.example.com/services/data/v62.0/query/01g-1",
		"http:/services/data/x", "/apexrest/other", "services/data/v62.0/query/01g-1", "/services/data/%zz",
	} {
		o := start(t, nil, body(page(2, next, row(first))))
		_, err := o.partners()
		wantError(t, err, `reading partner accounts: salesforce names "`+next+`" as the next page, which is not a path of `+o.url.Host+": not followed; check SALESFORCE_URL")
		if len(o.asked()) != 1 {
			t.Errorf("asked %q", o.asked())
		}
	}
}

func TestAnExpiredSessionIsRenewedOnce(t *testing.T) {
	const next = "/services/data/v62.0/query/01g-1"
	expired := status(401, `[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]`)
	o := start(t, nil, body(page(2, next, row(first))), expired, body(page(2, "", row(second))))
	if got, err := o.partners(); err != nil || len(got) != 2 || len(o.forms) != 2 {
		t.Errorf("%d accounts with %d tokens, %v", len(got), len(o.forms), err)
	}
	if got := o.requests[2]; got.URL.Path != next || got.Header.Get("Authorization") != "Bearer token-2" {
		t.Errorf("asked %s with %s", got.URL, got.Header.Get("Authorization"))
	}
	o = start(t, nil, expired)
	_, err := o.partners()
	wantError(t, err, "reading partner accounts: Salesforce answered GET "+queryPath+
		" with 401 Unauthorized (INVALID_SESSION_ID: Session expired or invalid); check SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET")
	if len(o.asked()) != 2 {
		t.Errorf("asked %d times", len(o.asked()))
	}
}

func TestRefusalsSayWhatToDoAndAreNotRepeated(t *testing.T) {
	tests := []struct {
		rule   string
		answer http.HandlerFunc
		want   string
	}{
		{"no requests left", status(403, `[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]`),
			"403 Forbidden (REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.); the org's API requests of the day are used up: run again when there are some left"},
		{"a query that is wrong", status(400, `[{"message":"unexpected token: FORM","errorCode":"MALFORMED_QUERY"}]`),
			"400 Bad Request (MALFORMED_QUERY: unexpected token: FORM); " +
				"check that the user of SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET may see every object and field of the query"},
		{"a list of nothing", status(400, `[]`), "400 Bad Request; it gave no reason: run again; if it fails again, ask the service's support"},
		{"nothing", status(400, `null`), "400 Bad Request; it gave no reason: run again; if it fails again, ask the service's support"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			o := start(t, nil, test.answer)
			_, err := o.partners()
			wantError(t, err, "reading partner accounts: Salesforce answered GET "+queryPath+" with "+test.want)
			if len(o.asked()) != 1 || o.clock.Slept() != 0 {
				t.Errorf("asked %d times, waited %s", len(o.asked()), o.clock.Slept())
			}
		})
	}
}

func TestAPageAtTheEdgeIsWaitedOut(t *testing.T) {
	edge := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		status(503, "<html>maintenance</html>")(w, r)
	}
	o := start(t, nil, edge, edge, body(page(1, "", row(first))))
	if got, err := o.partners(); err != nil || len(got) != 1 || o.clock.Slept() != 3*time.Second {
		t.Errorf("%d accounts, waited %s, %v", len(got), o.clock.Slept(), err)
	}
	o = start(t, nil, edge)
	_, err := o.partners()
	wantError(t, err, "reading partner accounts: Salesforce answered GET "+queryPath+
		" with 503 Service Unavailable (an HTML page) after 6 attempts; run again later, or check the service's status page")
}

func TestTheRunsEndEndsTheRead(t *testing.T) {
	stop := errors.New("stop")
	o := start(t, nil, body(page(1, "", row(first))))
	if err := o.Partners(t.Context(), func(*account.Partner, []string) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

func TestTheDaysUsageIsReported(t *testing.T) {
	o := start(t, nil, body(page(1, "", row(first))))
	if _, err := o.partners(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(o.log.String(), `level=INFO msg="API requests of the day" service=Salesforce limits="api-usage=18/5000"`) {
		t.Error(o.log)
	}
	if got := o.requests[0].Header.Get("Sforce-Query-Options"); got != "batchSize=2000" {
		t.Errorf("asked for %q", got)
	}
	if o.Stats() != (transport.Stats{Requests: 1}) {
		t.Errorf("%+v", o.Stats())
	}
}

// query runs the SOQL to its end as one range, and gives every record to each.
func query[T any, R rowOf[T]](ctx context.Context, c *Client, soql string, each func(*entry[T]) error) error {
	defer c.reportUsage()
	page, err := firstPage[T, R](ctx, c, soql)
	if err != nil {
		return err
	}
	return follow(ctx, c, page, each)
}
