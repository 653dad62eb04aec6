package transport

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Error is a failed request: the service, the request, the answer, and what the
// operator can do. It contains no credentials.
type Error struct {
	// Service is the service's name for people.
	Service string
	// Request is the method and path, without the query.
	Request string
	// Status is the HTTP status, 0 if there was no answer.
	Status int
	// Code and Message are the service's own words, if it gave any.
	Code, Message string
	// Location is the target of a redirect. It is not followed here; a caller that
	// follows it must not send credentials.
	Location string
	// RetryAfter is how long the service asks to wait.
	RetryAfter time.Duration
	// Effect is what the request has done.
	Effect Effect
	// Attempts is how often the request was tried.
	Attempts int
	// Cause is the reason if there was no usable answer.
	Cause error

	temporary, throttled, slow, fatal bool
	// unsent says that the request was not sent.
	unsent bool
	hint   string
}

// quoted is a cause with words for a message: those of libraries contain headers and
// addresses.
type quoted struct {
	text  string
	cause error
}

func (q *quoted) Error() string { return q.text }

func (q *quoted) Unwrap() error { return q.cause }

// Effect is the effect of a failed request.
type Effect int

const (
	// Unknown means that the request may have been carried out.
	Unknown Effect = iota
	// None means that it certainly was not carried out.
	None
	// Done means that it was carried out, but its answer cannot be used.
	Done
)

// Words are the service's words about a failure, and what its client knows about
// them.
type Words struct {
	Code, Message string
	Outlook       Outlook
	// Advice is what the operator can do, empty if the HTTP status decides it.
	Advice string
}

// HTMLPage is the message of a failure whose answer was a page of an edge server,
// without words of the service.
const HTMLPage = "an HTML page"

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

// WithAdvice returns the failure with another advice for the operator.
func (e *Error) WithAdvice(advice string) *Error {
	other := *e
	other.hint = advice
	return &other
}

// Unwrap returns the cause, nil if the service answered.
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

// AsError returns the Error in the chain, nil if there is none. Libraries wrap it in
// their own texts, with complete URLs.
func AsError(err error) *Error {
	var failure *Error
	if errors.As(err, &failure) {
		return failure
	}
	return nil
}

// Simplify returns the Error in the chain without the wrapping of libraries, and
// other errors without the URL that net/http adds.
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

// statusText names the status, which can be that of a success.
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
