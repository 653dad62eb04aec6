package fault_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// service is a stand-in that counts its effects, behind an injector.
type service struct {
	*fault.Injector
	url     string
	effects atomic.Int64
	waited  atomic.Int64
}

func serve(t *testing.T) *service {
	t.Helper()
	started := &service{}
	started.Injector = fault.New(fault.Options{
		Routes: []string{"/things/many", "/things/*"},
		Now:    func() time.Time { return noon },
		Wait: func(_ context.Context, duration time.Duration) error {
			started.waited.Add(int64(duration))
			return nil
		},
	})
	server := httptest.NewServer(started.Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		started.effects.Add(1)
		w.Header().Set("X-Served", "yes")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "0123456789")
	})))
	t.Cleanup(server.Close)
	started.url = server.URL
	return started
}

// send makes a request on a connection of its own, so that net/http repeats
// nothing by itself.
func (s *service) send(ctx context.Context, method, path string) (*http.Response, string, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader("{}"))
	if err != nil {
		return nil, "", err
	}
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, string(body), err
}

func TestKindDecidesAnswerAndEffect(t *testing.T) {
	for name, test := range map[string]struct {
		fault      fault.Fault
		wantStatus int
		wantHeader map[string]string
		wantBody   string
		wantEffect int64
	}{
		"status has its own answer": {
			fault: fault.Fault{Kind: fault.Status, Status: 429, Body: "<p>slow down</p>", ContentType: "text/html",
				RetryAfter: 1500 * time.Millisecond, Header: map[string]string{"X-Edge": "1"}},
			wantStatus: 429, wantBody: "<p>slow down</p>",
			wantHeader: map[string]string{"Content-Type": "text/html", "Retry-After": "2", "X-Edge": "1"},
		},
		"status is 500 unless said": {fault: fault.Fault{Kind: fault.Status}, wantStatus: 500},
		"redirect leads away": {
			fault:      fault.Fault{Kind: fault.Redirect, Location: "http://elsewhere.invalid/"},
			wantStatus: 302, wantHeader: map[string]string{"Location": "http://elsewhere.invalid/"},
		},
		"content type is a page after the effect": {
			fault:      fault.Fault{Kind: fault.ContentType, Body: "<html></html>"},
			wantStatus: 200, wantBody: "<html></html>", wantEffect: 1,
			wantHeader: map[string]string{"Content-Type": "text/html; charset=utf-8"},
		},
		"empty is 200 without body after the effect": {
			fault: fault.Fault{Kind: fault.Empty}, wantStatus: 200, wantEffect: 1,
		},
		"delay is the right answer": {
			fault:      fault.Fault{Kind: fault.Delay, Delay: time.Minute},
			wantStatus: 201, wantBody: "0123456789", wantEffect: 1, wantHeader: map[string]string{"X-Served": "yes"},
		},
		"a fault that cannot happen says so": {
			fault: fault.Fault{Kind: "explode"}, wantStatus: 500, wantBody: "fault of unknown kind \"explode\"; GET /faults lists them\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			service := serve(t)
			service.Add(test.fault)
			response, body, err := service.send(t.Context(), http.MethodPost, "/things/1")
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != test.wantStatus || body != test.wantBody {
				t.Errorf("answer %d %q, want %d %q", response.StatusCode, body, test.wantStatus, test.wantBody)
			}
			for key, want := range test.wantHeader {
				if got := response.Header.Get(key); got != want {
					t.Errorf("header %s is %q, want %q", key, got, want)
				}
			}
			if got := service.effects.Load(); got != test.wantEffect {
				t.Errorf("%d effects, want %d", got, test.wantEffect)
			}
			if got := time.Duration(service.waited.Load()); got != test.fault.Delay {
				t.Errorf("waited %s, want %s", got, test.fault.Delay)
			}
		})
	}
}

func TestDroppedConnectionHasItsEffectOnlyAfter(t *testing.T) {
	for kind, wantEffect := range map[fault.Kind]int64{fault.DropBefore: 0, fault.DropAfter: 1} {
		t.Run(string(kind), func(t *testing.T) {
			service := serve(t)
			service.Add(fault.Fault{Kind: kind})
			if _, _, err := service.send(t.Context(), http.MethodPost, "/things/1"); !errors.Is(err, io.EOF) {
				t.Errorf("error %v, want the connection to end unanswered", err)
			}
			if got := service.effects.Load(); got != wantEffect {
				t.Errorf("%d effects, want %d", got, wantEffect)
			}
		})
	}
}

func TestTruncatedBodyIsHalfOfWhatItsLengthPromises(t *testing.T) {
	service := serve(t)
	service.Add(fault.Fault{Kind: fault.Truncate})
	response, body, err := service.send(t.Context(), http.MethodGet, "/things/1")
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("error %v, want %v", err, io.ErrUnexpectedEOF)
	}
	if response.StatusCode != 201 || response.ContentLength != 10 || body != "01234" {
		t.Errorf("answer %d, length %d, %q; want 201, 10, 01234", response.StatusCode, response.ContentLength, body)
	}
}

func TestHangEndsWhenTheClientLeaves(t *testing.T) {
	service := serve(t)
	service.Add(fault.Fault{Kind: fault.Hang})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := service.send(ctx, http.MethodPost, "/things/1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the client's own deadline", err)
	}
	if got := service.effects.Load(); got != 0 {
		t.Errorf("%d effects, want none", got)
	}
}

func TestRouteAfterAndTimesChooseTheRequests(t *testing.T) {
	service := serve(t)
	service.Add(
		fault.Fault{Route: "PUT /things/*", Kind: fault.Status, Status: 503, After: 1, Times: 2},
		fault.Fault{Route: "/things/many.json", Kind: fault.Status, Status: 418},
	)
	var got []int
	send := func(method, path string) {
		response, _, err := service.send(t.Context(), method, path)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, response.StatusCode)
	}
	send("GET", "/things/1")      // another method
	send("PUT", "/things/1/part") // another path
	send("PUT", "/things/1")      // let through first
	send("PUT", "/things/2.json")
	send("PUT", "/things/a%2Fb") // one segment
	send("PUT", "/things/4")     // used up
	send("PUT", "/things/many")  // the second fault, now that the first is used up
	service.Clear()
	send("GET", "/things/many")
	want := []int{201, 201, 201, 503, 503, 201, 418, 201}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

func TestRequestsAreCountedByRoute(t *testing.T) {
	service := serve(t)
	service.Add(fault.Fault{Route: "GET /things/7", Kind: fault.DropBefore})
	for _, path := range []string{"/things/1?page=2", "/things/2.json", "/things/many", "/other/3"} {
		if _, _, err := service.send(t.Context(), http.MethodGet, path); err != nil {
			t.Fatal(err)
		}
	}
	_, _, _ = service.send(t.Context(), http.MethodGet, "/things/7")
	want := map[string]int{"GET /things/*": 3, "GET /things/many": 1, "GET /other/3": 1}
	if diff := cmp.Diff(want, service.Requests()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	wantFirst := fault.Request{At: noon, Method: "GET", Path: "/things/1?page=2", Route: "GET /things/*"}
	if diff := cmp.Diff(wantFirst, service.Log()[0]); diff != "" {
		t.Errorf("first request (-want +got):\n%s", diff)
	}
	if got := service.Log()[4].Fault; got != fault.DropBefore {
		t.Errorf("fault of the last request is %q, want %q", got, fault.DropBefore)
	}
	service.ResetRequests()
	if got := service.Requests(); len(got) != 0 {
		t.Errorf("counts after forgetting: %v", got)
	}
}

func TestFaultsFireExactlyAsOftenAsToldUnderConcurrency(t *testing.T) {
	service := serve(t)
	service.Add(fault.Fault{Kind: fault.Status, Status: 503, Times: 5})
	var wg sync.WaitGroup
	var refused atomic.Int64
	for range 20 {
		wg.Go(func() {
			response, _, err := service.send(t.Context(), http.MethodGet, "/things/1")
			if err == nil && response.StatusCode == 503 {
				refused.Add(1)
			}
		})
	}
	wg.Wait()
	if refused.Load() != 5 || service.effects.Load() != 15 {
		t.Errorf("%d refused and %d served, want 5 and 15", refused.Load(), service.effects.Load())
	}
}

func TestRealDelayEndsWithTheRequest(t *testing.T) {
	injector := fault.New(fault.Options{})
	injector.Add(fault.Fault{Kind: fault.Delay, Delay: time.Hour, Times: 1})
	server := httptest.NewServer(injector.Middleware(http.NotFoundHandler()))
	defer server.Close()
	started := &service{Injector: injector, url: server.URL}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := started.send(ctx, http.MethodGet, "/"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the client's own deadline", err)
	}
	injector.Add(fault.Fault{Kind: fault.Delay, Delay: time.Millisecond})
	response, _, err := started.send(t.Context(), http.MethodGet, "/")
	if err != nil || response.StatusCode != http.StatusNotFound {
		t.Errorf("answer %v, %v after the delay, want 404", response, err)
	}
}
