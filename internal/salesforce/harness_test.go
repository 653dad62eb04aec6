package salesforce

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

func TestMain(m *testing.M) {
	// The library logs every failed request; the program keeps it quiet too.
	log.SetOutput(io.Discard)
	goleak.VerifyTestMain(m)
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const queryPath = "/services/data/v62.0/query"

// org is a Salesforce on loopback: it hands out token-1, token-2, … and
// answers data requests one after the other, the last answer again and again.
type org struct {
	*Client
	t     *testing.T
	url   *url.URL
	log   *bytes.Buffer
	clock *clocktest.Clock
	// scope is that of the tokens.
	scope string

	mu       sync.Mutex
	forms    []url.Values
	requests []*http.Request
}

func start(t *testing.T, change func(*Config), answers ...http.HandlerFunc) *org {
	t.Helper()
	o := &org{t: t, log: &bytes.Buffer{}, clock: clocktest.New(noon)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		defer o.mu.Unlock()
		if r.URL.Path == "/services/oauth2/token" && r.Method == http.MethodPost {
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			o.forms = append(o.forms, r.PostForm)
			fmt.Fprintf(w, `{"access_token":"token-%d","instance_url":"https://elsewhere.example.com","token_type":"Bearer","scope":%q}`, len(o.forms), o.scope)
			return
		}
		next := answers[min(len(o.requests), len(answers)-1)]
		o.requests = append(o.requests, r)
		next(w, r)
	}))
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	o.url = base
	config := Config{URL: base, LoginURL: "https://login.salesforce.com", ClientID: "client", ClientSecret: "client-secret", APIVersion: "62.0"}
	if change != nil {
		change(&config)
	}
	o.Client = New(config, transport.Options{
		Connections: transport.Connections(),
		Policy:      transport.DefaultPolicy(), Clock: o.clock, Random: func() float64 { return 0 },
		Logger: slog.New(slog.NewTextHandler(o.log, nil)), Secrets: redact.NewSecrets(),
	})
	return o
}

// body answers 200.
func body(text string) http.HandlerFunc { return status(http.StatusOK, text) }

func status(code int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Sforce-Limit-Info", "api-usage=18/5000")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, text)
	}
}

// page is an answer to a query: the last one when next is empty.
func page(total int, next string, rows ...string) string {
	more := `"done":true`
	if next != "" {
		more = `"done":false,"nextRecordsUrl":"` + next + `"`
	}
	return fmt.Sprintf(`{"totalSize":%d,%s,"records":[%s]}`, total, more, strings.Join(rows, ","))
}

// record is a row of a query: what is given, and null in the other columns.
func record(query string, members ...string) string {
	given := map[string]bool{}
	for _, member := range members {
		key, _, _ := strings.Cut(member, ":")
		given[strings.Trim(key, `"`)] = true
	}
	for _, name := range regexp.MustCompile(`\w+__[cr]\b|\bName\b|\bType\b|\bId\b`).FindAllString(query, -1) {
		if !given[name] {
			members = append(members, `"`+name+`":null`)
			given[name] = true
		}
	}
	return `{"attributes":{"type":"Any"},` + strings.Join(members, ",") + `}`
}

// row is an account; of the child lists that are not given there are none.
func row(id string, members ...string) string {
	return record(customerQuery+partnerQuery, append([]string{`"Account_ID_18__c":"` + id + `"`, `"Name":"N ` + id + `"`}, members...)...)
}

// subscription and charge are children.
func subscription(id string, members ...string) string {
	return record(customerQuery, append([]string{`"Id":"` + id + `"`}, members...)...)
}

func charge(id string, members ...string) string { return subscription(id, members...) }

// Valid ids (docs/rules.md, Salesforce ids).
const (
	alliance = "0014M00001sDiGEQA0"
	first    = "001M000000qfPySIAU"
	second   = "001B0000002Gcp0IAC"
	third    = "001T0000007AkXZIA0"
)

func (o *org) partners() ([]*account.Partner, error) {
	o.t.Helper()
	var got []*account.Partner
	err := o.Partners(o.t.Context(), func(partner *account.Partner, _ []string) error {
		got = append(got, partner)
		return nil
	})
	return got, err
}

func (o *org) customers() ([]*account.Account, error) {
	o.t.Helper()
	var got []*account.Account
	err := o.Customers(o.t.Context(), "2023-11-20", 1, func(customer *account.Account, _ []string) error {
		got = append(got, customer)
		return nil
	})
	return got, err
}

// asked is every data request: its path and query.
func (o *org) asked() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var asked []string
	for _, request := range o.requests {
		asked = append(asked, request.URL.RequestURI())
	}
	return asked
}

func recorded(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	content, err := os.ReadFile("../../testdata/salesforce-recorded.json")
	if err != nil {
		t.Fatal(err)
	}
	var answers map[string]json.RawMessage
	if err := json.Unmarshal(content, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
