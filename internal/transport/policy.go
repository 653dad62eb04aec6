package transport

import (
	"net/http"
	"time"
)

// Policy is the one retry policy of the suite: how often to try, how long to wait,
// and how long a request may take.
type Policy struct {
	// Attempts is the maximum number of attempts if the service or the network
	// fails.
	Attempts int
	// Throttled is the maximum number of attempts if the service says that there are
	// too many requests.
	Throttled int
	// Slow is the maximum number of attempts if the service takes too long, which
	// costs it more than a refusal.
	Slow int
	// BaseWait is the wait before the second attempt; it doubles each time, up
	// to MaxWait, and is shortened at random by up to half.
	BaseWait, MaxWait time.Duration
	// MaxRetryAfter is the longest wait that a service may ask for. A longer
	// one ends the request.
	MaxRetryAfter time.Duration
	// RequestTimeout is how long one attempt may take, including its body; 0 is the
	// service's own timeout, or else a minute.
	RequestTimeout time.Duration
	// MaxBody is the largest accepted answer, in bytes. A page of thousands of
	// records is a tenth of the default.
	MaxBody int64
}

// DefaultPolicy survives a restart of half a minute and a used-up quota of a minute,
// and gives up before the next run of an hourly schedule.
func DefaultPolicy() Policy {
	return Policy{
		Attempts:      6,
		Throttled:     10,
		Slow:          2,
		BaseWait:      time.Second,
		MaxWait:       30 * time.Second,
		MaxRetryAfter: 5 * time.Minute,
		MaxBody:       16 << 20,
	}
}

// Wait reports whether a failed request may be tried again, and after how long.
// Attempt counts from 1; random is in [0, 1). The caller has to know whether a
// repetition could do something twice.
func (p Policy) Wait(attempt int, failure *Error, random float64) (wait time.Duration, again bool) {
	if !failure.Temporary() {
		return 0, false
	}
	limit := p.Attempts
	switch {
	case failure.throttled:
		limit = p.Throttled
	case failure.slow:
		limit = p.Slow
	}
	if attempt >= limit || failure.RetryAfter > p.MaxRetryAfter {
		return 0, false
	}
	wait = p.MaxWait
	if attempt <= 16 {
		wait = min(p.BaseWait<<(attempt-1), p.MaxWait)
	}
	wait -= time.Duration(random * float64(wait) / 2)
	return max(wait, failure.RetryAfter), true
}

// Outlook is what a service's words say about repeating the request.
type Outlook int

const (
	// ByStatus means that the HTTP status decides.
	ByStatus Outlook = iota
	// Passing means that the same request may succeed later.
	Passing
	// Busy is Passing, and says that there were too many requests.
	Busy
	// Slow is Passing, and says that the service took too long.
	Slow
	// Lasting means that the request will fail again.
	Lasting
)

// judgeByStatus sets what the HTTP status says about the failure.
func (e *Error) judgeByStatus() {
	if e.Status >= 300 && e.Status < 500 && e.Status != http.StatusRequestTimeout {
		e.Effect = None
	}
	e.throttled = e.Status == http.StatusTooManyRequests
	e.temporary = e.Status >= 500 || e.throttled || e.Status == http.StatusRequestTimeout || e.Status == http.StatusConflict
}

// judgeByWords lets the service's words override the status.
func (e *Error) judgeByWords(words Words) {
	e.Code, e.Message, e.hint = words.Code, words.Message, words.Advice
	if words.Outlook != ByStatus {
		e.temporary, e.throttled, e.slow = words.Outlook != Lasting, words.Outlook == Busy, words.Outlook == Slow
	}
}
