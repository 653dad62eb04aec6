package apply_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The routes as the stand-in counts them.
const (
	creating  = "POST /api/v2/organizations"
	listing   = "GET /api/v2/organizations"
	searching = "GET /api/v2/organizations/search"
	seeking   = "GET /api/v2/search"
	looking   = "GET /api/v2/organizations/show_many"
	updating  = "PUT /api/v2/organizations/update_many"
	polling   = "GET /api/v2/job_statuses/show_many"
	jobsList  = "GET /api/v2/job_statuses"
)

// world is a stand-in on loopback and a clock that it shares with the run.
type world struct {
	testing.TB
	*sandbox.Server
	clock  *clocktest.Clock
	start  time.Time
	schema *field.Schema
	url    *url.URL
	// time is what the run is given as its clock; the world's by default.
	time clock.Clock
	// log is what the run logged.
	log bytes.Buffer

	// one lets requests through one at a time: searches are ahead of creates.
	one sync.Mutex
	mu  sync.Mutex
	// arrives is told each request before the stand-in is.
	arrives func(route string)
	// rewrite changes the JSON of successful answers to a route.
	rewrite map[string]func(body map[string]any)
	// serves stands before the stand-in if set.
	serves   func(next http.Handler, writer http.ResponseWriter, request *http.Request)
	diedJobs bool
}

// newWorld has the organizations of accounts 1 to count.
func newWorld(t testing.TB, count int, set ...func(*sandbox.Options)) *world {
	t.Helper()
	w := &world{
		TB: t, schema: field.SchemaOf(field.Global), rewrite: map[string]func(map[string]any){},
		start: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC),
	}
	w.clock = clocktest.New(w.start)
	w.time = w.clock
	options := sandbox.Options{Now: w.clock.Now, Fields: fieldsOfTests(), Email: "agent@example.com", APIToken: "api-token"}
	for n := 1; n <= count; n++ {
		options.Organizations = append(options.Organizations, organizationOf(n))
	}
	for _, change := range set {
		change(&options)
	}
	w.Server = sandbox.New(options)
	listening := httptest.NewServer(w)
	t.Cleanup(listening.Close)
	address, err := url.Parse(listening.URL)
	if err != nil {
		t.Fatal(err)
	}
	w.url = address
	return w
}

// fieldsOfTests leaves out of the instance what no row of these tests has:
// thousands of organizations are read here.
func fieldsOfTests() []sandbox.Field {
	return slices.DeleteFunc(sandbox.GlobalFields(), func(present sandbox.Field) bool {
		return !slices.Contains([]string{
			field.SalesforceID, field.AccountType, field.SupportLevel, field.ExpirationDate, field.MarkForDeletion,
			field.IgnoreDeletion, "account_owner", "technical_account_manager",
		}, present.Key)
	})
}

// ServeHTTP lets the test have its way with a request and its answer.
func (w *world) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	w.one.Lock()
	defer w.one.Unlock()
	route := request.Method + " " + strings.TrimSuffix(request.URL.Path, ".json")
	w.mu.Lock()
	arrives, rewrite, serves := w.arrives, w.rewrite[route], w.serves
	w.mu.Unlock()
	if arrives != nil {
		arrives(route)
	}
	switch {
	case serves != nil:
		serves(w.Server, writer, request)
	case rewrite != nil:
		w.answerRewritten(writer, request, rewrite)
	default:
		w.Server.ServeHTTP(writer, request)
	}
}

func (w *world) answerRewritten(writer http.ResponseWriter, request *http.Request, rewrite func(map[string]any)) {
	whole := httptest.NewRecorder()
	w.Server.ServeHTTP(whole, request)
	var body map[string]any
	decoder := json.NewDecoder(whole.Body)
	decoder.UseNumber()
	if err := decoder.Decode(&body); err != nil {
		w.Errorf("%s: %v", request.URL.Path, err)
	}
	rewrite(body)
	writer.Header().Set("Content-Type", "application/json")
	writer.WriteHeader(whole.Code)
	_ = json.NewEncoder(writer).Encode(body)
}

// client is the real client of the instance.
func (w *world) client() *zendesk.Client {
	w.Helper()
	client, err := zendesk.New(
		zendesk.Config{Instance: field.GlobalInstance, URL: w.url, Email: "agent@example.com", APIToken: "api-token"},
		w.schema, transport.Options{
			Connections: transport.Connections(),
			Policy:      transport.DefaultPolicy(), Clock: w.time, Random: func() float64 { return 0 },
			Logger: w.logger(), Secrets: redact.NewSecrets(),
		})
	if err != nil {
		w.Fatal(err)
	}
	return client
}

func (w *world) logger() *slog.Logger { return slog.New(slog.NewTextHandler(&w.log, nil)) }

// run carries the rows out and holds the outcomes to the first rule: each
// planned row has exactly one.
func (w *world) run(rows apply.Rows, set ...func(*apply.Options)) ([]apply.Outcome, error) {
	w.Helper()
	return w.runIn(w.Context(), rows, set...)
}

func (w *world) runIn(ctx context.Context, rows apply.Rows, set ...func(*apply.Options)) ([]apply.Outcome, error) {
	w.Helper()
	options := apply.Options{Schema: w.schema, Clock: w.time, Logger: w.logger(), Pace: apply.Adaptive}
	for _, change := range set {
		change(&options)
	}
	outcomes, err := apply.Run(ctx, w.client(), rows, options)
	got := map[string]int{}
	for _, outcome := range outcomes {
		if outcome.Outcome == "" {
			w.Errorf("%s of %s has no outcome", outcome.Action, outcome.AccountID)
		}
		got[fmt.Sprint(outcome.Action, outcome.AccountID)]++
	}
	want := map[string]int{}
	for _, create := range rows.Creates {
		want[fmt.Sprint(plan.ActionCreate, create.ID)]++
	}
	for _, update := range rows.Updates {
		want[fmt.Sprint(plan.ActionUpdate, update.AccountID)]++
	}
	for _, mark := range rows.Marks {
		want[fmt.Sprint(plan.ActionMark, mark.AccountID)]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("not one outcome for each planned row (-planned +outcomes):\n%s", diff)
	}
	return outcomes, err
}

// done carries the rows out and expects the run to come to its end.
func (w *world) done(rows apply.Rows, set ...func(*apply.Options)) []apply.Outcome {
	w.Helper()
	outcomes, err := w.run(rows, set...)
	if err != nil {
		w.Fatalf("the run ended early: %v", err)
	}
	return outcomes
}

// fails carries the rows out and expects the run to end with such an error.
func (w *world) fails(rows apply.Rows, words string, set ...func(*apply.Options)) []apply.Outcome {
	w.Helper()
	outcomes, err := w.run(rows, set...)
	if err == nil || !strings.Contains(err.Error(), words) {
		w.Errorf("the run ended with %v, want an error with %q", err, words)
	}
	return outcomes
}

// wantRequests checks the requests so far against the expected ones.
func (w *world) wantRequests(want map[string]int) {
	w.Helper()
	if diff := cmp.Diff(want, w.Requests()); diff != "" {
		w.Errorf("requests (-want +got):\n%s", diff)
	}
}

// wantOutcomes compares the outcomes in short: action, account, outcome, and
// whatever words there are.
func wantOutcomes(t testing.TB, got []apply.Outcome, want ...string) {
	t.Helper()
	var lines []string
	for _, outcome := range got {
		line := fmt.Sprintf("%s %d %s", outcome.Action, number(outcome.AccountID), outcome.Outcome)
		for _, words := range []string{outcome.Reason, outcome.Error, outcome.Description} {
			if words != "" {
				line += " | " + words
			}
		}
		lines = append(lines, line)
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

// counts tells how many rows came to what.
func counts(outcomes []apply.Outcome) map[apply.Status]int {
	counts := map[apply.Status]int{}
	for _, outcome := range outcomes {
		counts[outcome.Outcome]++
	}
	return counts
}

// wantOwner checks account_owner, the field that updates change.
func (w *world) wantOwner(n int, want string) {
	w.Helper()
	for _, present := range w.Organizations() {
		if present.ID == organizationID(n) {
			if got := present.Fields["account_owner"]; got != want {
				w.Errorf("the owner of organization %d is %v, want %s", n, got, want)
			}
			return
		}
	}
	w.Errorf("organization %d is not there", n)
}

// requestsAt are the times of the route's requests, from the start.
func (w *world) requestsAt(route string) []time.Duration {
	var at []time.Duration
	for _, request := range w.Faults().Log() {
		if request.Route == route {
			at = append(at, request.At.Sub(w.start))
		}
	}
	return at
}

func (w *world) breaks(faults ...fault.Fault) { w.Faults().Add(faults...) }

// capture keeps the body of the last request to the route.
func capture(w *world, route string, into *map[string]any) func(http.Handler, http.ResponseWriter, *http.Request) {
	return func(next http.Handler, writer http.ResponseWriter, request *http.Request) {
		if request.Method+" "+strings.TrimSuffix(request.URL.Path, ".json") == route {
			body, err := io.ReadAll(request.Body)
			decoder := json.NewDecoder(bytes.NewReader(body))
			decoder.UseNumber()
			if err == nil {
				err = decoder.Decode(into)
			}
			if err != nil {
				w.Errorf("reading the request: %v", err)
			}
			request.Body = io.NopCloser(bytes.NewReader(body))
		}
		next.ServeHTTP(writer, request)
	}
}
