package transport

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
)

func (t *Transport) readAnswer(request *http.Request, response *http.Response) (*http.Response, *Error) {
	limit := t.options.Policy.MaxBody
	content, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if response.StatusCode != t.success(request, response.StatusCode) {
		return nil, t.refusal(request, response, content)
	}
	effect := Unknown
	if contentType(response) == "application/json" {
		// The service says itself that it carried the request out.
		effect = Done
	}
	switch {
	case err != nil:
		err = fmt.Errorf("an answer that was cut off (%w)", t.plainCause(err))
	case int64(len(content)) > limit:
		err = fmt.Errorf("an answer of more than %d MB", limit>>20)
	case t.options.AnyBody, request.Method == http.MethodHead, isRead(request, content):
	case !json.Valid(content):
		effect, err = Unknown, fmt.Errorf("an answer that is not JSON (%s, %d bytes)", contentType(response), len(content))
	case t.describe(response.StatusCode, content).Code != "":
		return nil, t.refusal(request, response, content)
	}
	if err != nil {
		return nil, t.failure(request, &Error{Status: response.StatusCode, Effect: effect, Cause: err, temporary: true})
	}
	response.Body = io.NopCloser(bytes.NewReader(content))
	response.ContentLength = int64(len(content))
	return response, nil
}

// longestError is the longest body in which an error is searched, in bytes.
const longestError = 1 << 20

// describe finds the service's words in an answer that may be an error.
func (t *Transport) describe(status int, content []byte) Words {
	if t.options.Describe == nil || len(content) > longestError {
		return Words{}
	}
	return t.options.Describe(status, content)
}

// success is the status that means success for the request. Services differ in
// their answers to a token request.
func (t *Transport) success(request *http.Request, status int) int {
	if request.Method == http.MethodPost && (status == http.StatusCreated || !isTokenRequest(request)) {
		return cmp.Or(t.options.Posted, http.StatusCreated)
	}
	return http.StatusOK
}

// refusal is an answer that is not a success, or an error with the status of a
// success. Its words may quote the request, so they are redacted.
func (t *Transport) refusal(request *http.Request, response *http.Response, content []byte) *Error {
	failure := &Error{Status: response.StatusCode, Location: response.Header.Get("Location"), RetryAfter: retryAfter(response.Header, t.options.Clock.Now())}
	failure.judgeByStatus()
	failure.judgeByWords(t.describe(failure.Status, content))
	failure.Code, failure.Message = t.options.Secrets.Words(failure.Code), t.options.Secrets.Words(failure.Message)
	if failure.Code == "" && failure.Message == "" {
		if contentType(response) == "text/html" {
			failure.Message = HTMLPage
		}
		if failure.Status < 300 {
			failure.temporary, failure.Cause = true, fmt.Errorf("%w %d", errNotAsked, t.success(request, failure.Status))
		}
	}
	return t.failure(request, failure)
}

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

// effectOf is the effect of a request without an answer: none if there was no
// connection.
func effectOf(err error) Effect {
	var operation *net.OpError
	if errors.As(err, &operation) && operation.Op == "dial" {
		return None
	}
	return Unknown
}

func (t *Transport) plainCause(err error) error {
	if errors.Is(err, context.DeadlineExceeded) && effectOf(err) != None {
		return fmt.Errorf("%w %s", errTooSlow, t.options.Policy.RequestTimeout)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errClosed
	}
	return err
}

var (
	errTooSlow = errors.New("no answer within")
	// errNotAsked is an answer that a proxy may have given.
	errNotAsked = errors.New("not with")
	errClosed   = errors.New("the connection was closed")
)

func contentType(response *http.Response) string {
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil || kind == "" {
		return "no content type"
	}
	return kind
}
