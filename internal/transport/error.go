package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
	// RetryAfter is how long the service asks to wait.
	RetryAfter time.Duration
	// NotDone is true when the request certainly had no effect.
	NotDone bool
	// Attempts is how often the request was tried.
	Attempts int
	// Cause is what went wrong when no usable answer came.
	Cause error

	temporary, fatal bool
	hint             string
}

// Error is one line: the answer, and what to do next.
func (e *Error) Error() string {
	var line strings.Builder
	switch {
	case e.Status == 0:
		fmt.Fprintf(&line, "%s did not answer %s: %v", e.Service, e.Request, e.Cause)
	case e.Cause != nil:
		fmt.Fprintf(&line, "%s answered %s with %d and %v", e.Service, e.Request, e.Status, e.Cause)
	default:
		fmt.Fprintf(&line, "%s answered %s with %d %s", e.Service, e.Request, e.Status, http.StatusText(e.Status))
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

// Unwrap returns what went wrong below the service, nil if it answered.
func (e *Error) Unwrap() error { return e.Cause }

// Temporary tells whether the same request may succeed later.
func (e *Error) Temporary() bool { return e.temporary }

// Throttled tells whether the service refused because of too many requests.
func (e *Error) Throttled() bool { return e.Status == http.StatusTooManyRequests }

// Fatal tells whether every other request would fail too: the credentials are
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
// it in; other errors as they are.
func Simplify(err error) error {
	if failure := AsError(err); failure != nil {
		return failure
	}
	return err
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

func (t *Transport) hintFor(failure *Error) string {
	settings := t.options.Settings
	switch {
	case errors.Is(failure.Cause, errForeignHost):
		return "nothing was sent there: check " + settings.URL
	case failure.Code == "REQUEST_LIMIT_EXCEEDED":
		return "the organization's API requests of the day are used up: run again when there are some left"
	case failure.Status == 0 && errors.Is(failure.Cause, context.DeadlineExceeded):
		return "run again later, or ask whether the service is slow"
	case failure.Status == 0:
		return "check " + settings.URL + " and the network, then run again"
	case failure.Status == http.StatusUnauthorized || failure.Code == "invalid_client" || failure.Code == "invalid_grant":
		return "check " + settings.Credentials
	case failure.Status == http.StatusForbidden:
		return "give the client of " + settings.Credentials + " the rights for this request"
	case failure.Status == http.StatusNotFound:
		return "check " + settings.URL
	case failure.Status >= 300 && failure.Status < 400:
		return "redirects are not followed: set " + settings.URL + " to the final address"
	case failure.Throttled():
		return "run again when the service's rate limit has room"
	case failure.temporary:
		return "run again later; the service's status page may know more"
	}
	return ""
}
