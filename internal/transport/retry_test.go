package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestWhatIsRepeatedAndWhatNot(t *testing.T) {
	unavailable := answer(503, "")
	tests := []struct {
		rule, method string
		first        http.HandlerFunc
		asked        int
		// waited is 0 when the request is not repeated.
		waited time.Duration
	}{
		{"a GET that the service could not answer", "GET", unavailable, 2, time.Second},
		{"a HEAD too", "HEAD", unavailable, 2, time.Second},
		{"a GET after an internal error", "GET", answer(500, "{}"), 2, time.Second},
		{"a GET at a bad gateway", "GET", answer(502, "<html>"), 2, time.Second},
		{"a GET that took too long there", "GET", answer(504, ""), 2, time.Second},
		{"a GET that came too slowly", "GET", answer(408, ""), 2, time.Second},
		{"a GET in conflict", "GET", answer(409, "{}"), 2, time.Second},
		{"a GET among too many", "GET", answer(429, ""), 2, time.Second},
		{"a GET whose connection is dropped", "GET", drop, 2, time.Second},
		{"a GET whose answer is cut off", "GET", cut, 2, time.Second},
		{"a GET whose answer is empty", "GET", answer(200, ""), 2, time.Second},
		{"a GET whose answer is a page for people", "GET", answer(200, "<html>", "Content-Type", "text/html"), 2, time.Second},
		{"a GET that is wrong", "GET", answer(400, "{}"), 1, 0},
		{"a GET that is not allowed", "GET", answer(403, "{}"), 1, 0},
		{"a GET of what is not there", "GET", answer(404, "{}"), 1, 0},
		{"a GET of what cannot be", "GET", answer(422, "{}"), 1, 0},
		{"a GET elsewhere", "GET", answer(302, "", "Location", "/elsewhere"), 1, 0},
		{"a POST that may have done something", "POST", unavailable, 1, 0},
		{"a POST whose answer was lost", "POST", drop, 1, 0},
		{"a POST whose answer is cut off", "POST", cut, 1, 0},
		{"a POST whose answer is empty", "POST", answer(201, ""), 1, 0},
		{"a POST among too many", "POST", answer(429, ""), 1, 0},
		{"a PUT that may have done something", "PUT", unavailable, 1, 0},
		{"a PUT whose answer was lost", "PUT", drop, 1, 0},
		{"a PUT among too many", "PUT", answer(429, ""), 1, 0},
		{"a DELETE", "DELETE", unavailable, 1, 0},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			s := start(t, nil, test.first, ok)
			_, err := s.send(t.Context(), test.method, "/path", "")
			if (err == nil) != (test.waited > 0) || s.asked() != test.asked || s.clock.Slept() != test.waited {
				t.Errorf("asked %d times, waited %s: %v", s.asked(), s.clock.Slept(), err)
			}
			if stats := s.Stats(); stats != (Stats{Requests: test.asked, Repeats: test.asked - 1, Waited: test.waited}) {
				t.Errorf("counted %+v", stats)
			}
		})
	}
}

func TestRepeatsEndAndSayHowManyTheyWere(t *testing.T) {
	s := start(t, nil, answer(503, ""))
	_, err := s.get("/path?q=secret")
	failure := wantError(t, err,
		"Service answered GET /path with 503 Service Unavailable after 6 attempts; run again later, or check the service's status page")
	if s.asked() != 6 || s.clock.Slept() != 31*time.Second || failure.Attempts != 6 || !failure.Temporary() || !failure.Fatal() || failure.Effect == None {
		t.Errorf("asked %d times, waited %s: %+v", s.asked(), s.clock.Slept(), failure)
	}
}

func TestTooManyRequestsAreTriedLonger(t *testing.T) {
	s := start(t, nil, answer(429, "", "Retry-After", "7"))
	_, err := s.get("/path")
	failure := wantError(t, err,
		"Service answered GET /path with 429 Too Many Requests after 10 attempts; run again when the service's rate limit has room")
	// 7, 7, 7 and 8 seconds, then 16, then four times 30.
	if want := (3*7 + 8 + 16 + 4*30) * time.Second; s.asked() != 10 || s.clock.Slept() != want {
		t.Errorf("asked %d times, waited %s, not %s", s.asked(), s.clock.Slept(), want)
	}
	if !failure.Throttled() || failure.Effect != None || failure.RetryAfter != 7*time.Second {
		t.Errorf("%+v", failure)
	}
}

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"12":                            12 * time.Second,
		"1.5":                           1500 * time.Millisecond,
		"Sat, 21 Nov 2026 12:01:30 GMT": 90 * time.Second,
		// What says nothing leaves the wait of the policy.
		"": time.Second, "0": time.Second, "-5": time.Second, "soon": time.Second, "NaN": time.Second,
		"Sat, 21 Nov 2026 11:00:00 GMT": time.Second,
	} {
		s := start(t, nil, answer(503, "", "Retry-After", text), ok)
		if _, err := s.get("/path"); err != nil || s.clock.Slept() != want {
			t.Errorf("%q: waited %s, %v; want %s", text, s.clock.Slept(), err, want)
		}
	}
}

func TestALongerWaitThanAllowedEndsTheRequest(t *testing.T) {
	for _, text := range []string{"301", "86400", "5000000", "1e300", "Inf", "Sun, 22 Nov 2026 12:00:00 GMT"} {
		s := start(t, nil, answer(429, "", "Retry-After", text))
		_, err := s.get("/path")
		failure := AsError(err)
		if s.asked() != 1 || s.clock.Slept() != 0 || failure == nil || failure.RetryAfter <= 5*time.Minute {
			t.Errorf("%q: asked %d times, waited %s: %v", text, s.asked(), s.clock.Slept(), err)
		}
	}
}

func TestSpentQuotaMakesTheNextRequestWait(t *testing.T) {
	tests := []struct {
		rule    string
		headers []string
		want    time.Duration
	}{
		{"the present names", []string{"ratelimit-remaining", "0", "ratelimit-reset", "32"}, 32 * time.Second},
		{"the names of old", []string{"rate-limit-remaining", "0", "rate-limit-reset", "3"}, 3 * time.Second},
		{"a mixture", []string{"x-rate-limit-remaining", "0", "ratelimit-reset", "9"}, 9 * time.Second},
		{"some is left", []string{"ratelimit-remaining", "1", "ratelimit-reset", "32"}, 0},
		{"no word of when", []string{"x-rate-limit-remaining", "0"}, 0},
		{"nonsense", []string{"ratelimit-remaining", "none", "ratelimit-reset", "32"}, 0},
		{"longer than is allowed", []string{"ratelimit-remaining", "0", "ratelimit-reset", "9223372036854775807"}, 5 * time.Minute},
		{"a moment that is past", []string{"ratelimit-remaining", "0", "ratelimit-reset", "-7"}, 0},
		{"a Unix time, as at GitLab", []string{"ratelimit-remaining", "0", "ratelimit-reset", "1795262445"}, 45 * time.Second},
		{"a Unix time that is past", []string{"ratelimit-remaining", "0", "ratelimit-reset", "1795262399"}, 0},
		{"a Unix time that is now", []string{"ratelimit-remaining", "0", "ratelimit-reset", "1795262400"}, 0},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			s := start(t, nil, answer(201, "{}", test.headers...), ok)
			for i := range 3 {
				if _, err := s.send(t.Context(), "POST", "/path", "x"); err != nil {
					t.Fatal(err)
				}
				if i == 0 && s.clock.Slept() != 0 {
					t.Errorf("waited %s before anything was spent", s.clock.Slept())
				}
			}
			if s.clock.Slept() != test.want || s.Stats().Waited != test.want {
				t.Errorf("waited %s, want %s", s.clock.Slept(), test.want)
			}
		})
	}
}

func TestQuotaThatFilledMeanwhileIsNotWaitedFor(t *testing.T) {
	s := start(t, nil, answer(200, "{}", "ratelimit-remaining", "0", "ratelimit-reset", "30"), ok)
	if _, err := s.get("/path"); err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(20 * time.Second)
	if _, err := s.get("/path"); err != nil || s.clock.Slept() != 10*time.Second {
		t.Errorf("waited %s: %v", s.clock.Slept(), err)
	}
}

func TestAWaitPastTheDeadlineIsNotBegun(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	s := start(t, nil, answer(503, "", "Retry-After", "60"))
	_, err := s.send(ctx, "GET", "/path", "")
	wantError(t, err, "Service answered GET /path with 503 Service Unavailable; run again later, or check the service's status page")
	if s.asked() != 1 || s.clock.Slept() != 0 {
		t.Errorf("asked %d times, waited %s", s.asked(), s.clock.Slept())
	}
	spent := start(t, nil, answer(200, "{}", "ratelimit-remaining", "0", "ratelimit-reset", "60"))
	if _, err := spent.send(ctx, "GET", "/path", ""); err != nil {
		t.Fatal(err)
	}
	_, err = spent.send(ctx, "PUT", "/path", "")
	failure := wantError(t, err,
		"Service was not asked for PUT /path: the quota of requests is spent; run again when the service's rate limit has room")
	if spent.asked() != 1 || failure.Effect != None {
		t.Errorf("asked %d times: %+v", spent.asked(), failure)
	}
}

func TestWaitsAreVisibleInTheLog(t *testing.T) {
	s := start(t, nil, answer(503, ""), ok)
	if _, err := s.get("/path"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`level=WARN msg=waiting service=Service for=1s because="Service answered GET /path with 503 Service Unavailable; run again later`,
		"level=DEBUG msg=request service=Service method=GET path=/path status=200 took=0s",
	} {
		if !strings.Contains(s.log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, s.log)
		}
	}
}

func TestTheBodyIsSentAgainWhole(t *testing.T) {
	s := start(t, nil, answer(503, ""), drop, ok)
	request, err := http.NewRequestWithContext(context.WithValue(t.Context(), tokenRequestKey{}, true), http.MethodPost, s.url+"/token", strings.NewReader("grant=x"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got := fmt.Sprint(s.bodies); got != "[grant=x grant=x grant=x]" {
		t.Error(got)
	}
}

func TestTheEndOfTheRunEndsRequestsAndWaits(t *testing.T) {
	over := errors.New("the time is over")
	ctx, cancel := context.WithCancelCause(t.Context())
	s := start(t, nil, func(http.ResponseWriter, *http.Request) {
		cancel(over)
		panic(http.ErrAbortHandler)
	})
	if _, err := s.send(ctx, "GET", "/path?q=long", ""); err == nil || err.Error() != "the time is over" {
		t.Errorf("%v", err)
	}
	if _, err := s.send(ctx, "GET", "/path", ""); err == nil || s.asked() != 1 {
		t.Errorf("asked %d times, %v", s.asked(), err)
	}
	waiting, stop := context.WithCancelCause(t.Context())
	s = start(t, nil, func(w http.ResponseWriter, r *http.Request) {
		answer(503, "")(w, r)
		stop(over)
	})
	if _, err := s.send(waiting, "GET", "/path", ""); !errors.Is(err, over) || s.asked() != 1 {
		t.Errorf("asked %d times, %v", s.asked(), err)
	}
}

func TestWritesArePausedForByTheirCaller(t *testing.T) {
	s := start(t, nil, answer(429, "", "Retry-After", "3"))
	_, err := s.send(t.Context(), "PUT", "/path", "{}")
	failure := AsError(err)
	if failure == nil || failure.Effect != None || s.clock.Slept() != 0 {
		t.Fatalf("%v, waited %s", err, s.clock.Slept())
	}
	if err := s.PauseBefore(t.Context(), 1, failure); err != nil || s.clock.Slept() != 3*time.Second || s.Stats().Repeats != 1 {
		t.Errorf("%v, waited %s, %+v", err, s.clock.Slept(), s.Stats())
	}
	if err := s.PauseBefore(t.Context(), 10, failure); !errors.Is(err, failure) || failure.Attempts != 10 {
		t.Errorf("%v after %d attempts", err, failure.Attempts)
	}
	if err := s.PauseBefore(t.Context(), 1, &Error{Status: 422}); err == nil {
		t.Error("a failure that will not pass is waited for")
	}
}

func TestAHeavyRequestIsSentOnceMoreForSlowness(t *testing.T) {
	for _, test := range []struct {
		rule    string
		heavy   bool
		answers []http.HandlerFunc
		asked   int
		done    bool
	}{
		{"a slow one", true, []http.HandlerFunc{hang, ok}, 2, true},
		{"one that stays slow", true, []http.HandlerFunc{hang, hang, ok}, 2, false},
		{"one that another reason failed", true, []http.HandlerFunc{answer(503, ""), drop, ok}, 3, true},
		{"a light one", false, []http.HandlerFunc{hang, hang, ok}, 3, true},
	} {
		t.Run(test.rule, func(t *testing.T) {
			s := start(t, func(options *Options) { options.Policy.RequestTimeout = 500 * time.Millisecond }, test.answers...)
			ctx := t.Context()
			if test.heavy {
				ctx = Heavy(ctx)
			}
			_, err := s.send(ctx, http.MethodGet, "/path", "")
			if s.asked() != test.asked || (err == nil) != test.done {
				t.Errorf("asked %d times: %v", s.asked(), err)
			}
		})
	}
}

func TestSlowAnswersAreTriedOnceMore(t *testing.T) {
	s := start(t, func(options *Options) {
		options.Describe = func(int, []byte) Words { return Words{Code: "SLOW", Outlook: Slow} }
	}, answer(400, "{}"))
	if _, err := s.get("/path"); err == nil || s.asked() != 2 {
		t.Errorf("asked %d times: %v", s.asked(), err)
	}
}
