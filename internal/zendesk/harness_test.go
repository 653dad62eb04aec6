package zendesk

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// instance is a Zendesk on loopback: it hands out token-1, token-2, … and
// answers other requests one after the other, the last answer again and again.
type instance struct {
	*Client
	t     *testing.T
	clock *clocktest.Clock
	// scope is that of the tokens.
	scope string

	mu             sync.Mutex
	forms          []url.Values
	requests       []string
	bodies         []string
	authorizations []string
}

func start(t *testing.T, flow field.Flow, answers ...http.HandlerFunc) *instance {
	t.Helper()
	return startWith(t, flow, Config{ClientID: "client", ClientSecret: "client-secret"}, answers...)
}

func startWith(t *testing.T, flow field.Flow, config Config, answers ...http.HandlerFunc) *instance {
	t.Helper()
	i := &instance{t: t, clock: clocktest.New(noon)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		if r.Method == http.MethodPost && r.URL.Path == "/oauth/tokens" {
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			i.forms = append(i.forms, r.PostForm)
			fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"bearer","expires_in":1800,"scope":%q}`, len(i.forms), i.scope)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		next := answers[min(len(i.requests), len(answers)-1)]
		i.requests = append(i.requests, r.Method+" "+r.URL.RequestURI())
		i.bodies = append(i.bodies, string(body))
		i.authorizations = append(i.authorizations, r.Header.Get("Authorization"))
		next(w, r)
	}))
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	config.Instance, config.URL = flow.Instance(), base
	i.Client, err = New(config, field.SchemaOf(flow), transport.Options{
		Connections: transport.Connections(),
		Policy:      transport.DefaultPolicy(), Clock: i.clock, Random: func() float64 { return 0 },
		Logger: slog.New(slog.DiscardHandler), Secrets: redact.NewSecrets(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// asked is how many requests came, those without an answer too.
func (i *instance) asked() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.requests)
}

// body answers 200.
func body(text string) http.HandlerFunc { return status(http.StatusOK, text) }

func status(code int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, text)
	}
}

func count(n int) http.HandlerFunc { return body(fmt.Sprintf(`{"count":{"value":%d}}`, n)) }

// page is a page of organizations: the last one when next is empty.
func page(next string, organizations ...string) http.HandlerFunc {
	return body(fmt.Sprintf(`{"organizations":[%s],"meta":{"has_more":%t,"after_cursor":%q},"links":{"next":"https://elsewhere.example.com/x"}}`,
		strings.Join(organizations, ","), next != "", next))
}

func named(id int64) string {
	return fmt.Sprintf(`{"id":%d,"name":"Name %d","organization_fields":{}}`, id, id)
}

// list reads the whole instance.
func (i *instance) list() ([]organization.Organization, int, error) {
	i.t.Helper()
	var got []organization.Organization
	listed, err := i.List(i.t.Context(), func(present organization.Organization) error {
		got = append(got, present)
		return nil
	})
	return got, listed, err
}

// recording is a real answer, long arrays cut to four entries.
type recording struct {
	Status  int
	Headers map[string]string
	Body    json.RawMessage
}

// recorded answers as a real instance did.
func recorded(t *testing.T, name string) http.HandlerFunc {
	t.Helper()
	content, err := os.ReadFile("../../testdata/zendesk-recorded.json")
	if err != nil {
		t.Fatal(err)
	}
	var recordings map[string]recording
	if err := json.Unmarshal(content, &recordings); err != nil {
		t.Fatal(err)
	}
	got, ok := recordings[name]
	if !ok {
		t.Fatalf("no recording of %s", name)
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range got.Headers {
			w.Header().Set(name, value)
		}
		w.WriteHeader(got.Status)
		_, _ = w.Write(got.Body)
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func wantFailure(t *testing.T, err error) *transport.Error {
	t.Helper()
	failure := transport.AsError(err)
	if failure == nil {
		t.Fatalf("%v is not a failure of the service", err)
	}
	return failure
}
