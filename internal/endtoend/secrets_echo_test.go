package endtoend

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// echo stands before a stand-in, takes other credentials than it, and in some
// answers repeats everything secret that it was ever sent or gave out.
type echo struct {
	next  http.Handler
	grant url.Values // what the stand-in is asked with; nil for GitLab's

	mu   sync.Mutex
	way  way
	seen map[string]bool
}

// way is in which answers, and how, secrets come back.
type way struct {
	name string
	// route is the end of the path that is answered so, empty for none.
	route  string
	status int
	// body makes the answer from the secrets.
	body func(secrets, ids string) any
	// header is that of the answer, location of a redirect for one.
	header string
}

func startEcho(t *testing.T, next http.Handler, grant url.Values) (*echo, string) {
	t.Helper()
	e := &echo{next: next, grant: grant, seen: map[string]bool{}}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return e, server.URL
}

// become answers in another way from now on.
func (e *echo) become(next way) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.way = next
}

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	e.note(r, body)
	e.mu.Lock()
	now := e.way
	e.mu.Unlock()
	if now.route != "" && strings.HasSuffix(strings.TrimSuffix(r.URL.Path, ".json"), now.route) {
		e.answer(w, now, r.URL.Query().Get("ids"))
		return
	}
	isToken := strings.HasSuffix(r.URL.Path, "token") || strings.HasSuffix(r.URL.Path, "tokens")
	inner := r.Clone(r.Context())
	switch {
	case isToken:
		body = []byte(e.grant.Encode())
		inner.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case e.grant != nil && !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer "):
		inner.Header.Set("Authorization", "Bearer "+e.ownToken())
	case e.grant == nil:
		inner.Header.Set("PRIVATE-TOKEN", "sandbox-gitlab-token")
	}
	inner.Body, inner.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answered := httptest.NewRecorder()
	e.next.ServeHTTP(answered, inner)
	if isToken {
		var given struct {
			Token string `json:"access_token"`
		}
		// What is no token holds none.
		_ = json.Unmarshal(answered.Body.Bytes(), &given)
		e.add(given.Token)
	}
	maps.Copy(w.Header(), answered.Header())
	w.WriteHeader(answered.Code)
	_, _ = w.Write(answered.Body.Bytes())
}

// ownToken logs in to the stand-in for a client that has none.
func (e *echo) ownToken() string {
	request := httptest.NewRequest(http.MethodPost, "/oauth/tokens", strings.NewReader(e.grant.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answered := httptest.NewRecorder()
	e.next.ServeHTTP(answered, request)
	var given struct {
		Token string `json:"access_token"`
	}
	_ = json.Unmarshal(answered.Body.Bytes(), &given)
	return given.Token
}

// note remembers what is secret in a request.
func (e *echo) note(r *http.Request, body []byte) {
	scheme, credentials, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	e.add(credentials, r.Header.Get("PRIVATE-TOKEN"))
	if plain, err := base64.StdEncoding.DecodeString(credentials); err == nil && scheme == "Basic" {
		_, password, _ := strings.Cut(string(plain), ":")
		e.add(password)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return
	}
	for _, key := range []string{"client_secret", "password", "assertion"} {
		e.add(form.Get(key))
	}
}

func (e *echo) add(secrets ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, secret := range secrets {
		if secret != "" {
			e.seen[secret] = true
		}
	}
}

// forget drops what was seen: every command gets new tokens.
func (e *echo) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.seen)
}

// secrets are all that were seen.
func (e *echo) secrets() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []string
	for secret := range e.seen {
		all = append(all, secret)
	}
	return all
}

func (e *echo) answer(w http.ResponseWriter, as way, ids string) {
	var text []string
	for _, secret := range e.secrets() {
		text = append(text, forms(secret)...)
	}
	words := strings.Join(text, " ")
	if as.header != "" {
		w.Header().Set(as.header, "https://elsewhere.example/?token="+url.QueryEscape(words))
	}
	var body bytes.Buffer
	if page, plain := as.body(words, ids).(string); plain {
		w.Header().Set("Content-Type", "text/html")
		body.WriteString(page)
	} else {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(&body).Encode(as.body(words, ids))
	}
	w.WriteHeader(as.status)
	_, _ = w.Write(body.Bytes())
}

// forms are the shapes a secret is looked for in.
func forms(secret string) []string {
	return []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret),
		base64.RawStdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
	}
}
