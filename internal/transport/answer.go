package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// longestWords bounds what is quoted of a service's answer, in bytes.
const longestWords = 300

func readRequestBody(request *http.Request) ([]byte, error) {
	if request.Body == nil {
		return nil, nil
	}
	defer request.Body.Close()
	return io.ReadAll(request.Body)
}

func sameHost(asked, base *url.URL) bool {
	return asked.Scheme == base.Scheme && strings.EqualFold(asked.Host, base.Host)
}

// effectOf is the effect of a request that got no answer: none if there was
// never a connection.
func effectOf(err error) Effect {
	var operation *net.OpError
	if errors.As(err, &operation) && operation.Op == "dial" {
		return None
	}
	return Unknown
}

func (t *Transport) plainCause(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w %s", errTooSlow, t.options.Policy.RequestTimeout)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errClosed
	}
	return err
}

var (
	errTooSlow = errors.New("no answer within")
	errClosed  = errors.New("the connection was closed")
)

func contentType(response *http.Response) string {
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil || kind == "" {
		return "no content type"
	}
	return kind
}

// oneLine keeps a service's words from breaking the one line of a message or
// driving the terminal it is shown on.
func oneLine(text string) string {
	text = strings.Map(func(char rune) rune {
		if !unicode.IsPrint(char) {
			return ' '
		}
		return char
	}, strings.ToValidUTF8(text, "\ufffd"))
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > longestWords {
		text = strings.ToValidUTF8(text[:longestWords], "") + "…"
	}
	return text
}

// longestSeconds keeps what a header says from overflowing a duration. It is
// longer than any wait that a policy allows.
const longestSeconds = 1e6

// retryAfter reads the header in either of its forms, 0 when there is none.
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

// noteQuota remembers when a spent quota is filled again (apis.md, Rate).
func (t *Transport) noteQuota(header http.Header) {
	remaining, known := firstNumber(header, "Ratelimit-Remaining", "Rate-Limit-Remaining", "X-Rate-Limit-Remaining")
	reset, _ := firstNumber(header, "Ratelimit-Reset", "Rate-Limit-Reset")
	if !known || remaining > 0 || reset <= 0 {
		return
	}
	wait := min(time.Duration(min(reset, longestSeconds))*time.Second, t.options.Policy.MaxRetryAfter)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.blockedUntil = t.options.Clock.Now().Add(wait)
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

// awaitQuota waits while the quota is known to be spent.
func (t *Transport) awaitQuota(request *http.Request) *Error {
	t.mu.Lock()
	wait := t.blockedUntil.Sub(t.options.Clock.Now())
	t.blockedUntil = time.Time{}
	t.mu.Unlock()
	if wait <= 0 {
		return nil
	}
	// A clock that was set back must not stretch the wait.
	wait = min(wait, t.options.Policy.MaxRetryAfter)
	if err := t.Pause(request.Context(), wait, errQuotaSpent); err != nil {
		return t.failure(request, &Error{Effect: None, unsent: true, Cause: err})
	}
	return nil
}
