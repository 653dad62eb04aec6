package transport

import "time"

// Policy is the one retry policy of the suite: how often, how patiently and
// how long.
type Policy struct {
	// Attempts is how often a request is tried at most when the service or the
	// network fails.
	Attempts int
	// Throttled is how often it is tried at most when the service says that
	// there were too many requests.
	Throttled int
	// Slow is how often it is tried at most when the service says that it took
	// too long: that cost it more than the refusal of a request does.
	Slow int
	// BaseWait is the wait before the second attempt; it doubles each time, up
	// to MaxWait, and is shortened at random by up to half.
	BaseWait, MaxWait time.Duration
	// MaxRetryAfter is the longest wait that a service may ask for. A longer
	// one ends the request.
	MaxRetryAfter time.Duration
	// RequestTimeout is how long one attempt may take, its body included; 0 is
	// each service's own: a minute where nothing else is known.
	RequestTimeout time.Duration
	// MaxBody is the largest answer that is read, in bytes: a page of thousands
	// of records is a tenth of the default.
	MaxBody int64
}

// DefaultPolicy rides out a restart of half a minute and a spent minute of
// quota, and gives up before the next run of an hourly schedule.
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

// Wait reports whether a request that failed may be tried again and after how
// long. Attempt counts from 1; random is in [0, 1). Whether trying again could
// do something twice is the caller's to know.
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
