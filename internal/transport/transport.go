// Package transport is shared by the clients of all services. It decides which
// requests may be repeated, waits, keeps rate and time limits, returns typed errors,
// and sends credentials only to the configured host.
package transport

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
)

// Options describe one service.
type Options struct {
	// Service is its name for people.
	Service string
	// Base is the only address that requests may go to.
	Base *url.URL
	// Settings names the variables to check if the service refuses requests.
	Settings Settings
	// Authorization may be nil.
	Authorization Authorization
	// Describe finds the service's own words in the body of an error, and says what
	// they mean. An answer with the status of a success is an error if it has a
	// code.
	Describe func(status int, body []byte) Words
	// AnyBody accepts successful answers that are not JSON.
	AnyBody bool
	// Posted is the status of a POST that succeeded; 0 is 201.
	Posted int

	// Connections sends the requests; the transports of several services share it.
	Connections http.RoundTripper
	Policy      Policy
	Clock       clock.Clock
	Random      func() float64
	Logger      *slog.Logger
	Secrets     *redact.Secrets
}

// Settings are the names of the variables a service is configured with.
type Settings struct{ URL, Credentials string }

// Stats counts a run's requests to a service.
type Stats struct {
	Requests, Repeats int
	Waited            time.Duration
}

// Transport is an http.RoundTripper for one service. Answers other than a success are
// an *Error; so are incomplete bodies.
type Transport struct {
	options Options

	mu           sync.Mutex
	stats        Stats
	blockedUntil time.Time
}

var errForeignHost = errors.New("the request is for another host than the configured one")

// Connections returns a transport that sends requests, and keeps connections open
// until CloseIdleConnections.
func Connections() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout:    15 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
		IdleConnTimeout:        90 * time.Second,
		// Several requests run in parallel.
		MaxIdleConnsPerHost: 16,
	}
}

// New returns the transport of a service.
func New(options Options) *Transport {
	options.Policy.RequestTimeout = cmp.Or(options.Policy.RequestTimeout, time.Minute)
	return &Transport{options: options}
}

// Client returns an HTTP client that uses the transport. It does not follow
// redirects: they are an *Error, so that credentials go nowhere else.
func (t *Transport) Client() *http.Client { return &http.Client{Transport: t} }

// Stats returns the counts so far.
func (t *Transport) Stats() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stats
}

type heavyKey struct{}

// Heavy marks requests that cost the service much. If there is no answer in time,
// they are sent at most once more, as if the service said that it took too long.
func Heavy(ctx context.Context) context.Context { return context.WithValue(ctx, heavyKey{}, true) }

type readingKey struct{}

// Reading lets a function read the answer, so that it need not be parsed twice. The
// function reports whether the answer is as expected. If it is not, the answer is
// treated like any other, and the function may be called again with another one.
func Reading(ctx context.Context, read func(body []byte) bool) context.Context {
	return context.WithValue(ctx, readingKey{}, read)
}

// isRead reports whether the request's own function accepts the answer.
func isRead(request *http.Request, body []byte) bool {
	read, ok := request.Context().Value(readingKey{}).(func([]byte) bool)
	return ok && !isTokenRequest(request) && read(body)
}

func isHeavy(request *http.Request) bool {
	return request.Context().Value(heavyKey{}) != nil && !isTokenRequest(request)
}

func mayRepeat(request *http.Request) bool {
	return request.Method == http.MethodGet || request.Method == http.MethodHead || isTokenRequest(request)
}

// RoundTrip sends the request, again if that is safe. It never repeats a request that
// changes something: the caller looks first.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := readRequestBody(request)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		response, failure := t.authorized(request, body)
		if failure == nil {
			return response, nil
		}
		if failure.Attempts == 0 {
			failure.Attempts = attempt
			failure.hint = cmp.Or(failure.hint, t.hintFor(request, failure))
		}
		if cause := context.Cause(request.Context()); cause != nil {
			return nil, cause
		}
		wait, again := t.options.Policy.Wait(attempt, failure, t.options.Random())
		if !again || !mayRepeat(request) {
			return nil, failure
		}
		if err := t.Pause(request.Context(), wait, failure); err != nil {
			return nil, err
		}
		t.count(func(stats *Stats) { stats.Repeats++ })
	}
}

// Pause logs the failure and waits. If the wait is longer than the time that is left,
// it returns the failure at once.
func (t *Transport) Pause(ctx context.Context, wait time.Duration, failure error) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
		return failure
	}
	t.options.Logger.Warn("waiting", "service", t.options.Service, "for", wait.Round(time.Millisecond), "because", failure)
	t.count(func(stats *Stats) { stats.Waited += wait })
	return t.options.Clock.Sleep(ctx, wait)
}

// authorized sends the request with the authorization, and once more with a new one
// if the service refuses it: a request with the answer 401 had no effect.
func (t *Transport) authorized(request *http.Request, body []byte) (*http.Response, *Error) {
	if !sameHost(request.URL, t.options.Base) {
		return nil, t.failure(request, &Error{Effect: None, unsent: true, Cause: fmt.Errorf("%w: %s", errForeignHost, request.URL.Host)})
	}
	for renewed := false; ; renewed = true {
		authorization, failure := t.authorization(request)
		if failure != nil {
			return nil, failure
		}
		response, failure := t.attempt(request, body, authorization)
		if failure == nil || failure.Status != http.StatusUnauthorized || authorization == "" || renewed {
			return response, failure
		}
		if !t.options.Authorization.Renew(authorization) {
			return nil, failure
		}
		t.options.Logger.Info("getting a new token", "service", t.options.Service, "because", failure)
	}
}

func (t *Transport) authorization(request *http.Request) (string, *Error) {
	if t.options.Authorization == nil {
		return "", nil
	}
	header, err := t.options.Authorization.Header(request.Context())
	if err == nil {
		return header, nil
	}
	if failure := AsError(err); failure != nil {
		// The token request was repeated as often as the policy allows, and its
		// failure says so. The request itself was not sent.
		final := *failure
		final.temporary, final.fatal, final.Effect = false, true, None
		return "", &final
	}
	return "", t.failure(request, &Error{Effect: None, unsent: true, fatal: true, Cause: err})
}

func (t *Transport) attempt(request *http.Request, body []byte, authorization string) (*http.Response, *Error) {
	if failure := t.awaitQuota(request); failure != nil {
		return nil, failure
	}
	ctx, cancel := context.WithTimeout(request.Context(), t.options.Policy.RequestTimeout)
	defer cancel()
	outgoing := request.Clone(ctx)
	if body != nil {
		outgoing.Body = io.NopCloser(bytes.NewReader(body))
	}
	if authorization != "" {
		outgoing.Header.Set("Authorization", authorization)
	}
	t.count(func(stats *Stats) { stats.Requests++ })
	started := t.options.Clock.Now()
	response, err := t.options.Connections.RoundTrip(outgoing)
	if err != nil {
		cause := t.plainCause(err)
		return nil, t.failure(request, &Error{
			Cause: cause, Effect: effectOf(err), temporary: true, slow: isHeavy(request) && errors.Is(cause, errTooSlow),
		})
	}
	defer response.Body.Close()
	t.options.Logger.Debug("request", "service", t.options.Service, "method", request.Method,
		"path", t.options.Secrets.Words(request.URL.Path), "status", response.StatusCode, "took", t.options.Clock.Now().Sub(started))
	t.noteQuota(response.Header)
	return t.readAnswer(request, response)
}

func (t *Transport) failure(request *http.Request, failure *Error) *Error {
	failure.Service = t.options.Service
	failure.Request = request.Method + " " + t.options.Secrets.Words(request.URL.Path)
	if failure.Cause != nil {
		failure.Cause = &quoted{t.options.Secrets.Words(failure.Cause.Error()), failure.Cause}
	}
	return failure
}

func (t *Transport) count(change func(*Stats)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.stats)
}

// PauseBefore waits, according to the policy, before a write is tried again. It
// returns the failure if the policy allows no other attempt; attempt is the number
// of failed ones.
func (t *Transport) PauseBefore(ctx context.Context, attempt int, failure *Error) error {
	wait, again := t.options.Policy.Wait(attempt, failure, t.options.Random())
	if !again {
		failure.Attempts = attempt
		return failure
	}
	t.count(func(stats *Stats) { stats.Repeats++ })
	return t.Pause(ctx, wait, failure)
}
