package transport

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Error is a request that did not succeed: what was asked of whom, what came
// back, and what the operator can do. It holds no credentials.
type Error struct {
	// Service is the service's name for people.
	Service string
	// Request is the method and path, without the query.
	Request string
	// Status is the HTTP status, 0 when no answer came.
	Status int
	// Code and Message are the service's own words, where it had any.
	Code, Message string
	// Location is where a redirect leads. Nothing follows it here, and whoever
	// does must not take credentials along.
	Location string
	// RetryAfter is how long the service asks to wait.
	RetryAfter time.Duration
	// Effect is what the request has done.
	Effect Effect
	// Attempts is how often the request was tried.
	Attempts int
	// Cause is what went wrong when no usable answer came.
	Cause error

	temporary, throttled, slow, fatal bool
	// unsent is true when the request never left.
	unsent bool
	hint   string
}

// quoted is a cause in words that are fit for a message: a library quotes
// headers and addresses in its own.
type quoted struct {
	text  string
	cause error
}

func (q *quoted) Error() string { return q.text }

func (q *quoted) Unwrap() error { return q.cause }

// Effect is what a request that failed has done.
type Effect int

const (
	// Unknown is the effect of a request that may have been carried out.
	Unknown Effect = iota
	// None is that of one that certainly was not.
	None
	// Done is that of one that was carried out, although its answer is
	// unusable.
	Done
)

// Outlook is what a service's words say about asking again.
type Outlook int

const (
	// ByStatus leaves it to the HTTP status.
	ByStatus Outlook = iota
	// Passing says that the same request may succeed later.
	Passing
	// Busy is passing: there were too many requests at once.
	Busy
	// Slow is passing: the service took too long.
	Slow
	// Lasting says that it will fail again.
	Lasting
)

// Words are what a service says of a failure, and what its client knows about
// them.
type Words struct {
	Code, Message string
	Outlook       Outlook
	// Advice is what the operator can do, empty where the HTTP status tells.
	Advice string
}

// HTMLPage is the message of a failure whose answer was a page, as an edge
// server sends it, and no words of the service.
const HTMLPage = "an HTML page"

// judgeByStatus says what HTTP itself says about the failure.
func (e *Error) judgeByStatus() {
	if e.Status >= 300 && e.Status < 500 && e.Status != http.StatusRequestTimeout {
		e.Effect = None
	}
	e.throttled = e.Status == http.StatusTooManyRequests
	e.temporary = e.Status >= 500 || e.throttled || e.Status == http.StatusRequestTimeout || e.Status == http.StatusConflict
}

// judgeByWords lets the service's words overrule the status.
func (e *Error) judgeByWords(words Words) {
	e.Code, e.Message, e.hint = words.Code, words.Message, words.Advice
	if words.Outlook != ByStatus {
		e.temporary, e.throttled, e.slow = words.Outlook != Lasting, words.Outlook == Busy, words.Outlook == Slow
	}
}

// Error is one line: the answer, and what to do next.
func (e *Error) Error() string {
	var line strings.Builder
	switch {
	case e.unsent:
		fmt.Fprintf(&line, "%s was not asked for %s: %v", e.Service, e.Request, e.Cause)
	case e.Status == 0:
		fmt.Fprintf(&line, "%s did not answer %s: %v", e.Service, e.Request, e.Cause)
	case e.Cause != nil:
		fmt.Fprintf(&line, "%s answered %s with %d and %v", e.Service, e.Request, e.Status, e.Cause)
	default:
		fmt.Fprintf(&line, "%s answered %s with %s", e.Service, e.Request,
			strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, statusText(e.Status))))
	}
	if words := strings.TrimSpace(strings.Join(nonEmpty(e.Code, e.Message), ": ")); words != "" {
		fmt.Fprintf(&line, " (%s)", words)
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&line, " after %d attempts", e.Attempts)
	}
	if e.hint != "" {
		fmt.Fprintf(&line, "; %s", e.hint)
	}
	return line.String()
}

// WithAdvice returns the failure with other words for what the operator can
// do.
func (e *Error) WithAdvice(advice string) *Error {
	other := *e
	other.hint = advice
	return &other
}

// Unwrap returns what went wrong below the service, nil if it answered.
func (e *Error) Unwrap() error { return e.Cause }

// Temporary reports whether the same request may succeed later.
func (e *Error) Temporary() bool { return e.temporary }

// Throttled reports whether the service refused because of too many requests.
func (e *Error) Throttled() bool { return e.throttled }

// Fatal reports whether every other request would fail too: the credentials are
// refused, or the service cannot be reached.
func (e *Error) Fatal() bool {
	return e.fatal || e.temporary || e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden ||
		(e.Status >= 300 && e.Status < 400) || errors.Is(e.Cause, errForeignHost)
}

// AsError returns the Error in the chain, nil if there is none. The libraries
// between wrap it in texts of their own, with whole URLs.
func AsError(err error) *Error {
	var failure *Error
	if errors.As(err, &failure) {
		return failure
	}
	return nil
}

// Simplify returns the Error in the chain in place of what libraries wrapped
// it in; other errors without the URL that net/http puts before them.
func Simplify(err error) error {
	if failure := AsError(err); failure != nil {
		return failure
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// statusText names the status; an error can come with one of a success.
func statusText(status int) string {
	if status < 300 {
		return "and an error"
	}
	return http.StatusText(status)
}

func nonEmpty(texts ...string) []string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}
