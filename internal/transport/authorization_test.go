package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
)

// tokens gives token-1, token-2, … that live so many seconds.
func tokens(s **service, lifetime int64, fetched *int) *Bearer {
	return &Bearer{
		Clock: lateClock{s}, Secrets: redact.NewSecrets(),
		Fetch: func(context.Context) (Token, error) {
			*fetched++
			return Token{AccessToken: fmt.Sprintf("token-%d", *fetched), ExpiresIn: lifetime}, nil
		},
	}
}

// lateClock is the clock of a service that is not there yet.
type lateClock struct{ of **service }

func (c lateClock) Now() time.Time { return (*c.of).clock.Now() }

func (c lateClock) Sleep(ctx context.Context, duration time.Duration) error {
	return (*c.of).clock.Sleep(ctx, duration)
}

func (s *service) authorizations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sent []string
	for _, header := range s.headers {
		sent = append(sent, header.Get("Authorization"))
	}
	return sent
}

func TestATokenIsFetchedOnceAndReplacedBeforeItEnds(t *testing.T) {
	tests := []struct {
		rule     string
		lifetime int64
		after    time.Duration
		fetched  int
	}{
		{"one that does not say when it ends is kept", 0, 1000 * time.Hour, 1},
		{"half an hour, in its last minute but one", 1800, 28*time.Minute + 59*time.Second, 1},
		{"half an hour, in its last minute", 1800, 29 * time.Minute, 2},
		{"a short one, in its first half", 60, 29 * time.Second, 1},
		{"a short one, in its second half", 60, 30 * time.Second, 2},
		{"an absurd one lives a day at most", 1 << 62, 24 * time.Hour, 2},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			var s *service
			fetched := 0
			bearer := tokens(&s, test.lifetime, &fetched)
			s = start(t, func(options *Options) { options.Authorization = bearer }, ok)
			for range 2 {
				if _, err := s.get("/path"); err != nil {
					t.Fatal(err)
				}
			}
			s.clock.Advance(test.after)
			if _, err := s.get("/path"); err != nil || fetched != test.fetched {
				t.Errorf("%d tokens, %v; want %d", fetched, err, test.fetched)
			}
			if bearer.Secrets.Redact("token-1") != "[redacted]" {
				t.Error("the token is not a secret")
			}
		})
	}
}

func TestARefusedTokenIsReplacedOnce(t *testing.T) {
	for _, method := range []string{"GET", "POST", "PUT"} {
		var s *service
		fetched := 0
		bearer := tokens(&s, 0, &fetched)
		s = start(t, func(options *Options) { options.Authorization = bearer }, answer(401, "{}"), ok)
		if _, err := s.send(t.Context(), method, "/path", `{"a":1}`); err != nil {
			t.Errorf("%s: %v", method, err)
		}
		if got := strings.Join(s.authorizations(), ", "); got != "Bearer token-1, Bearer token-2" {
			t.Errorf("%s: %s", method, got)
		}
		if s.bodies[0] != s.bodies[1] || s.bodies[1] != `{"a":1}` {
			t.Errorf("%s: sent %q", method, s.bodies)
		}
		if s.clock.Slept() != 0 {
			t.Errorf("%s: waited %s", method, s.clock.Slept())
		}
	}
}

func TestASecondRefusalIsFatal(t *testing.T) {
	var s *service
	fetched := 0
	bearer := tokens(&s, 0, &fetched)
	s = start(t, func(options *Options) { options.Authorization = bearer }, answer(401, "{}"))
	_, err := s.get("/path")
	failure := wantError(t, err, "Service answered GET /path with 401 Unauthorized; check SERVICE_TOKEN")
	if s.asked() != 2 || fetched != 2 || !failure.Fatal() || failure.Temporary() {
		t.Errorf("asked %d times with %d tokens: %+v", s.asked(), fetched, failure)
	}
}

func TestATokenThatNobodyCanRenewIsRefusedOnce(t *testing.T) {
	s := start(t, func(options *Options) { options.Authorization = Basic("a@example.com/token", "pass") }, answer(401, "{}"))
	_, err := s.get("/path")
	wantError(t, err, "Service answered GET /path with 401 Unauthorized; check SERVICE_TOKEN")
	if got := s.authorizations(); len(got) != 1 || got[0] != "Basic YUBleGFtcGxlLmNvbS90b2tlbjpwYXNz" {
		t.Errorf("sent %q", got)
	}
}

func TestRenewForgetsOnlyTheTokenThatWasRefused(t *testing.T) {
	var s *service
	fetched := 0
	bearer := tokens(&s, 0, &fetched)
	s = start(t, nil, ok)
	header, err := bearer.Header(t.Context())
	if err != nil || !bearer.Renew("Bearer of another") {
		t.Fatal(err)
	}
	if again, err := bearer.Header(t.Context()); err != nil || again != header || fetched != 1 {
		t.Errorf("%s, %v after %d", again, err, fetched)
	}
}

// withTokenFrom lets requests of one service wait for the token of another.
func withTokenFrom(endpoint *service) func(*Options) {
	return func(options *Options) {
		options.Authorization = &Bearer{
			Clock: options.Clock, Secrets: options.Secrets,
			Fetch: func(ctx context.Context) (Token, error) {
				return FetchToken(ctx, endpoint.Client(), endpoint.url+"/oauth/tokens", url.Values{"grant_type": {"client_credentials"}, "client_secret": {"s&cret"}})
			},
		}
	}
}

func TestTokenRequestsAreRepeated(t *testing.T) {
	endpoint := start(t, nil, answer(503, ""), drop, answer(200, `{"access_token":"token-1","expires_in":1800}`))
	s := start(t, withTokenFrom(endpoint), ok)
	if _, err := s.get("/path"); err != nil || endpoint.asked() != 3 {
		t.Errorf("asked %d times, %v", endpoint.asked(), err)
	}
	if got := s.authorizations(); got[0] != "Bearer token-1" {
		t.Errorf("sent %q", got)
	}
	if endpoint.bodies[2] != "client_secret=s%26cret&grant_type=client_credentials" || endpoint.headers[2].Get("Content-Type") != "application/x-www-form-urlencoded" {
		t.Errorf("asked with %q, %v", endpoint.bodies[2], endpoint.headers[2])
	}
}

func TestWithoutATokenNothingIsAsked(t *testing.T) {
	tests := []struct {
		rule    string
		answer  http.HandlerFunc
		tries   int
		want    string
		isFatal bool
	}{
		{"refused", answer(400, `{"code":"invalid_client","message":"unknown"}`), 1,
			"Service answered POST /oauth/tokens with 400 Bad Request (invalid_client: unknown); check SERVICE_TOKEN", true},
		{"out of order", answer(503, ""), 6,
			"Service answered POST /oauth/tokens with 503 Service Unavailable after 6 attempts; run again later, or check the service's status page", true},
		{"no token in the answer", answer(200, `{"token_type":"bearer"}`), 1,
			"Service was not asked for PUT /path: asking for a token: unreadable answer: the answer holds no access_token; check SERVICE_URL, SERVICE_TOKEN", true},
		{"another kind of answer", answer(200, `[]`), 1,
			"Service was not asked for PUT /path: asking for a token: unreadable answer: " +
				"array is not an object; check SERVICE_URL, SERVICE_TOKEN", true},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			endpoint := start(t, func(options *Options) { options.Describe = words }, test.answer)
			s := start(t, withTokenFrom(endpoint), ok)
			_, err := s.send(t.Context(), "PUT", "/path", "{}")
			failure := wantError(t, err, test.want)
			if failure.Fatal() != test.isFatal || failure.Temporary() || s.asked() != 0 || endpoint.asked() != test.tries {
				t.Errorf("asked %d and %d times: %+v", s.asked(), endpoint.asked(), failure)
			}
		})
	}
}

func TestCancellationEndsTheWaitForAToken(t *testing.T) {
	over := errors.New("the time is over")
	ctx, cancel := context.WithCancelCause(t.Context())
	endpoint := start(t, nil, func(_ http.ResponseWriter, r *http.Request) {
		cancel(over)
		<-r.Context().Done()
	})
	s := start(t, withTokenFrom(endpoint), ok)
	if _, err := s.send(ctx, "GET", "/path", ""); !errors.Is(err, over) || s.asked() != 0 {
		t.Errorf("%v after %d requests", err, s.asked())
	}
}
