package zendesk_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// clock is driven by the tests.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(duration time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(duration)
}

// instance is a stand-in on loopback, and a client logged in to it.
type instance struct {
	*zendesk.Server
	*clock
	t   *testing.T
	url string
}

func start(t *testing.T, options zendesk.Options) *instance {
	t.Helper()
	time := newClock()
	options.Now = time.Now
	options.ClientID, options.ClientSecret = "client", "secret"
	options.Email, options.APIToken = "agent@example.com", "api-token"
	if options.Fields == nil {
		options.Fields = zendesk.GlobalFields()
	}
	server := zendesk.New(options)
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	return &instance{Server: server, clock: time, t: t, url: listening.URL}
}

// reply is an answer with its JSON decoded, numbers digit by digit.
type reply struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// send makes a request with the API token login.
func (i *instance) send(method, path, body string) reply {
	i.t.Helper()
	return i.sendAs("Basic YWdlbnRAZXhhbXBsZS5jb20vdG9rZW46YXBpLXRva2Vu", method, path, body)
}

func (i *instance) sendAs(authorization, method, path, body string) reply {
	i.t.Helper()
	request, err := http.NewRequestWithContext(i.t.Context(), method, i.url+path, strings.NewReader(body))
	if err != nil {
		i.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		i.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		i.t.Fatal(err)
	}
	got := reply{status: response.StatusCode, header: response.Header, text: string(text)}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&got.body); err != nil {
			i.t.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return got
}

// want fails the test unless the answer has the status.
func (r reply) want(t *testing.T, status int) reply {
	t.Helper()
	if r.status != status {
		t.Fatalf("status %d, want %d: %s", r.status, status, r.text)
	}
	return r
}

// at walks into decoded JSON by keys and indices.
func at(t *testing.T, value any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, isObject := value.(map[string]any)
			if !isObject {
				t.Fatalf("no object at %q of %v: %v", step, path, value)
			}
			value = object[step]
		case int:
			list, isList := value.([]any)
			if !isList || step >= len(list) {
				t.Fatalf("no entry %d of %v: %v", step, path, value)
			}
			value = list[step]
		}
	}
	return value
}

// named makes organizations A, B, C and so on with ids 1, 2, 3.
func named(count int) []zendesk.Organization {
	organizations := make([]zendesk.Organization, 0, count)
	for i := range count {
		organizations = append(organizations, zendesk.Organization{ID: int64(i + 1), Name: fmt.Sprintf("Organization %d", i+1)})
	}
	return organizations
}

// updateMany sends rows and returns the accepted job's id.
func (i *instance) updateMany(rows string) string {
	i.t.Helper()
	accepted := i.send("PUT", "/api/v2/organizations/update_many.json", `{"organizations":[`+rows+`]}`).want(i.t, 200)
	return at(i.t, accepted.body, "job_status", "id").(string)
}

// job asks for a job's status.
func (i *instance) job(id string) any {
	i.t.Helper()
	return at(i.t, i.send("GET", "/api/v2/job_statuses/"+id+".json", "").want(i.t, 200).body, "job_status")
}

// manyRows is an update_many body of so many rows.
func manyRows(count int) string {
	rows := make([]string, 0, count)
	for i := range count {
		rows = append(rows, fmt.Sprintf(`{"id":%d,"notes":"n"}`, i+1))
	}
	return `{"organizations":[` + strings.Join(rows, ",") + `]}`
}

// listAll reads every page of the organizations, without a network.
func listAll(t testing.TB, server http.Handler) int {
	t.Helper()
	query, total := url.Values{"page[size]": {"100"}}, 0
	for {
		request := httptest.NewRequest(http.MethodGet, "/api/v2/organizations?"+query.Encode(), http.NoBody)
		request.SetBasicAuth("agent@example.com/token", "api-token")
		recorder := httptest.NewRecorder()
		server.ServeHTTP(recorder, request)
		var got struct {
			Organizations []struct {
				ID int64 `json:"id"`
			} `json:"organizations"`
			Meta struct {
				HasMore     bool   `json:"has_more"`
				AfterCursor string `json:"after_cursor"`
			} `json:"meta"`
		}
		if err := json.Unmarshal(recorder.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		total += len(got.Organizations)
		if !got.Meta.HasMore {
			return total
		}
		query.Set("page[after]", got.Meta.AfterCursor)
	}
}
