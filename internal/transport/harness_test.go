package transport

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is when every test begins.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// service is a server on loopback and a transport to it.
type service struct {
	*Transport
	t     *testing.T
	url   string
	clock *clocktest.Clock
	log   *lockedBuffer

	mu       sync.Mutex
	requests []string
	headers  []http.Header
	bodies   []string
}

type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(text)
}

// answers are given one after the other, the last one again and again.
func start(t *testing.T, change func(*Options), answers ...http.HandlerFunc) *service {
	t.Helper()
	s := &service{t: t, clock: clocktest.New(noon), log: &lockedBuffer{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		s.mu.Lock()
		answer := answers[min(len(s.requests), len(answers)-1)]
		s.requests = append(s.requests, r.Method+" "+r.URL.RequestURI())
		s.headers = append(s.headers, r.Header)
		s.bodies = append(s.bodies, string(body))
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	connections := Connections()
	t.Cleanup(connections.CloseIdleConnections)
	options := Options{
		Connections: connections,
		Service:     "Service", Base: base, Settings: Settings{URL: "SERVICE_URL", Credentials: "SERVICE_TOKEN"},
		Policy: DefaultPolicy(), Clock: s.clock, Random: func() float64 { return 0 }, Secrets: redact.NewSecrets(),
		Logger: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&options)
	}
	s.Transport = New(options)
	return s
}

// send asks for the path and returns the body.
func (s *service) send(ctx context.Context, method, path, body string) (string, error) {
	s.t.Helper()
	return s.sendTo(ctx, method, s.url+path, body)
}

func (s *service) sendTo(ctx context.Context, method, address, body string) (string, error) {
	s.t.Helper()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		s.t.Fatal(err)
	}
	response, err := s.Client().Do(request)
	if err != nil {
		return "", Simplify(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(read), nil
}

func (s *service) get(path string) (string, error) {
	s.t.Helper()
	return s.send(s.t.Context(), http.MethodGet, path, "")
}

// asked is how many requests reached the server.
func (s *service) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

// answer gives a status, headers as name and value in turn, and a body.
func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// hang waits until the client has left.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// cut promises more than it sends.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = io.WriteString(w, `{"half":`)
}

// ok answers with the success of the request.
func ok(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	if r.Method == http.MethodPost {
		status = http.StatusCreated
	}
	answer(status, `{"ok":true}`)(w, r)
}

func wantError(t *testing.T, err error, want string) *Error {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q", want)
	}
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	failure := AsError(err)
	if failure == nil {
		t.Fatalf("%T is no *Error", err)
	}
	return failure
}
