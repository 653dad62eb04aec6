package endtoend

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
)

// forger stands before a stand-in and forges answers.
type forger struct {
	next http.Handler

	mu    sync.Mutex
	forge forgery
	// asked counts requests since the last forgery began.
	asked int
}

// forgery takes over the answer to a request, and reports whether it did. The
// stand-in's own answer is made first when genuine is called.
type forgery func(w http.ResponseWriter, r *http.Request, genuine func() *httptest.ResponseRecorder) bool

func (f *forger) begin(next forgery) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.forge, f.asked = next, 0
}

func (f *forger) requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

func (f *forger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.asked++
	forge := f.forge
	f.mu.Unlock()
	genuine := func() *httptest.ResponseRecorder {
		answered := httptest.NewRecorder()
		f.next.ServeHTTP(answered, r)
		return answered
	}
	if forge != nil && forge(w, r, genuine) {
		return
	}
	f.next.ServeHTTP(w, r)
}

// hostileWorld is a small world whose services can be made hostile.
type hostileWorld struct {
	*world
	forgers map[string]*forger
}

func startHostile(t *testing.T) *hostileWorld {
	t.Helper()
	return startHostileWith(t, smallWorld())
}

func startHostileWith(t *testing.T, options sandbox.Options) *hostileWorld {
	t.Helper()
	w := &hostileWorld{world: startWorld(t, options), forgers: map[string]*forger{}}
	for service, standIn := range map[string]struct {
		variable string
		handler  http.Handler
	}{
		"salesforce": {"SALESFORCE_URL", w.Salesforce.Handler()}, "gitlab": {"GITLAB_URL", w.GitLab},
		"global": {"ZENDESK_GLOBAL_URL", w.Global}, "usgov": {"ZENDESK_USGOV_URL", w.USGov},
	} {
		w.forgers[service] = &forger{next: standIn.handler}
		server := httptest.NewServer(w.forgers[service])
		t.Cleanup(server.Close)
		w.environment[standIn.variable] = server.URL
	}
	w.policy.Attempts = 2
	for _, command := range append(customerStages(), "zendesk-gather partner") {
		w.must(command)
	}
	return w
}

// on forges the answers of one route, named by the end of its path.
func on(method, ending string, forge forgery) forgery {
	return func(w http.ResponseWriter, r *http.Request, genuine func() *httptest.ResponseRecorder) bool {
		matches := r.Method == method && strings.HasSuffix(strings.TrimSuffix(r.URL.Path, ".json"), ending)
		return matches && forge(w, r, genuine)
	}
}

// answers gives every request of a route the same body.
func answers(status int, body string) forgery {
	return func(w http.ResponseWriter, _ *http.Request, _ func() *httptest.ResponseRecorder) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
		return true
	}
}

// edits changes the stand-in's own answers.
func edits(edit func(body map[string]any)) forgery {
	return func(w http.ResponseWriter, _ *http.Request, genuine func() *httptest.ResponseRecorder) bool {
		answered := genuine()
		decoder := json.NewDecoder(bytes.NewReader(answered.Body.Bytes()))
		decoder.UseNumber()
		var body map[string]any
		if decoder.Decode(&body) == nil {
			edit(body)
		}
		maps.Copy(w.Header(), answered.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(answered.Code)
		_ = json.NewEncoder(w).Encode(body)
		return true
	}
}
