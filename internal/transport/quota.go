package transport

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

// longestSeconds limits the value of a header, so that a duration cannot overflow. It
// is longer than any wait that a policy allows.
const longestSeconds = 1e6

// retryAfter reads the header in either form; 0 if there is none.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && seconds > 0 {
		return time.Duration(min(seconds, longestSeconds) * float64(time.Second))
	}
	if at, err := http.ParseTime(text); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

// noteQuota remembers when a used-up quota is reset: after a number of seconds at
// Zendesk, at a Unix time at GitLab (docs/services.md, Limits of Zendesk;
// GitLab).
func (t *Transport) noteQuota(header http.Header) {
	remaining, known := firstNumber(header, "Ratelimit-Remaining", "Rate-Limit-Remaining", "X-Rate-Limit-Remaining")
	reset, _ := firstNumber(header, "Ratelimit-Reset", "Rate-Limit-Reset")
	if !known || remaining > 0 || reset <= 0 {
		return
	}
	now := t.options.Clock.Now()
	if reset > longestSeconds {
		reset -= now.Unix()
	}
	wait := min(time.Duration(min(reset, longestSeconds))*time.Second, t.options.Policy.MaxRetryAfter)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.blockedUntil = now.Add(wait)
}

func firstNumber(header http.Header, names ...string) (int64, bool) {
	for _, name := range names {
		if number, err := strconv.ParseInt(header.Get(name), 10, 64); err == nil {
			return number, true
		}
	}
	return 0, false
}

var errQuotaSpent = errors.New("the quota of requests is spent")

// awaitQuota waits while the quota is known to be used up.
func (t *Transport) awaitQuota(request *http.Request) *Error {
	t.mu.Lock()
	wait := t.blockedUntil.Sub(t.options.Clock.Now())
	t.blockedUntil = time.Time{}
	t.mu.Unlock()
	if wait <= 0 {
		return nil
	}
	// A clock that was set back must not extend the wait.
	wait = min(wait, t.options.Policy.MaxRetryAfter)
	if err := t.Pause(request.Context(), wait, errQuotaSpent); err != nil {
		return t.failure(request, &Error{Effect: None, unsent: true, Cause: err})
	}
	return nil
}
