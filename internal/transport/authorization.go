package transport

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
)

// Authorization provides the Authorization header of requests.
type Authorization interface {
	// Header returns the header's value.
	Header(ctx context.Context) (string, error)
	// Renew says that the service refused this value. It reports whether Header will
	// return another.
	Renew(refused string) bool
}

// Basic is a user with a password or an API token.
func Basic(user, password string) Authorization {
	return basic("Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
}

type basic string

func (b basic) Header(context.Context) (string, error) { return string(b), nil }

func (b basic) Renew(string) bool { return false }

// renewBefore is how long before its end a token is replaced.
const renewBefore = time.Minute

// Bearer is an OAuth token that is fetched when it is first needed, when it
// is about to expire, and when the service refuses it.
type Bearer struct {
	// Fetch gets a new token.
	Fetch func(context.Context) (Token, error)
	Clock clock.Clock
	// Secrets gets every token.
	Secrets *redact.Secrets

	mu      sync.Mutex
	header  string
	expires time.Time
}

// Token is what an OAuth token endpoint answers.
type Token struct {
	AccessToken string `json:"access_token"`
	// ExpiresIn is in seconds; 0 when the service does not say.
	ExpiresIn int64 `json:"expires_in"`
	// Scope lists what it allows, separated by spaces; empty if the service does not
	// say.
	Scope string `json:"scope"`
}

// Header returns the token, or a new one if there is no valid token.
func (b *Bearer) Header(ctx context.Context) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.header != "" && (b.expires.IsZero() || b.Clock.Now().Before(b.expires)) {
		return b.header, nil
	}
	_, err := b.renew(ctx)
	return b.header, err
}

// Login gets a new token, even if there is a valid one.
func (b *Bearer) Login(ctx context.Context) (Token, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.renew(ctx)
}

func (b *Bearer) renew(ctx context.Context) (Token, error) {
	b.header = ""
	token, err := b.Fetch(ctx)
	if err != nil {
		return Token{}, err
	}
	b.Secrets.Add(token.AccessToken)
	b.header, b.expires = "Bearer "+token.AccessToken, time.Time{}
	if token.ExpiresIn > 0 {
		lifetime := time.Duration(min(token.ExpiresIn, int64(24*time.Hour/time.Second))) * time.Second
		b.expires = b.Clock.Now().Add(max(lifetime-renewBefore, lifetime/2))
	}
	return token, nil
}

// Renew forgets the token that was refused.
func (b *Bearer) Renew(refused string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.header == refused {
		b.header = ""
	}
	return true
}

type tokenRequestKey struct{}

// isTokenRequest reports whether the request asks for a token: it changes
// nothing, and is refused because of the credentials.
func isTokenRequest(request *http.Request) bool {
	return request.Context().Value(tokenRequestKey{}) != nil
}

// FetchToken posts the form to an OAuth token endpoint. The client may repeat the
// request, because it changes nothing.
func FetchToken(ctx context.Context, client *http.Client, endpoint string, form url.Values) (Token, error) {
	request, err := http.NewRequestWithContext(context.WithValue(ctx, tokenRequestKey{}, true), http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return Token{}, fmt.Errorf("asking for a token: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(request)
	if err != nil {
		return Token{}, fmt.Errorf("asking for a token: %w", Simplify(err))
	}
	defer response.Body.Close()
	var token Token
	body, err := io.ReadAll(response.Body)
	if err == nil {
		err = jsonfault.Plain(json.Unmarshal(body, &token))
	}
	if err == nil && token.AccessToken == "" {
		err = errors.New("the answer holds no access_token")
	}
	if err != nil {
		return Token{}, fmt.Errorf("asking for a token: unreadable answer: %w", err)
	}
	return token, nil
}
