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
	"slices"
	"strings"
	"sync"
	"testing"
)

// repeater stands before a stand-in, takes other credentials than it, and in some
// answers repeats everything secret that it was ever sent or gave out.
type repeater struct {
	next  http.Handler
	grant url.Values // what the stand-in is asked with; nil for GitLab's

	mu   sync.Mutex
	way  way
	turn int
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
	// wire is the whole answer as it is on the wire, in place of the others.
	wire func(secrets string) string
	// edit changes the genuine answer, in place of the others: forms are all
	// forms of the secrets.
	edit func(answer map[string]any, forms []string)
}

func startRepeater(t *testing.T, next http.Handler, grant url.Values) (*repeater, string) {
	t.Helper()
	e := &repeater{next: next, grant: grant, seen: map[string]bool{}}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	return e, server.URL
}

// become answers in another way from now on.
func (e *repeater) become(next way) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.way = next
	e.turn++
}

func (e *repeater) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	e.note(r, body)
	e.mu.Lock()
	now := e.way
	e.mu.Unlock()
	meant := now.route != "" && strings.HasSuffix(strings.TrimSuffix(r.URL.Path, ".json"), now.route)
	if meant && now.edit == nil {
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
		// What is not a token holds none.
		_ = json.Unmarshal(answered.Body.Bytes(), &given)
		e.add(given.Token)
	}
	if meant {
		answered = e.edited(answered, now)
	}
	maps.Copy(w.Header(), answered.Header())
	w.WriteHeader(answered.Code)
	_, _ = w.Write(answered.Body.Bytes())
}

// ownToken logs in to the stand-in for a client that has none.
func (e *repeater) ownToken() string {
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
func (e *repeater) note(r *http.Request, body []byte) {
	scheme, credentials, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if plain, err := base64.StdEncoding.DecodeString(credentials); err == nil && scheme == "Basic" {
		// The user's name is not secret, and neither is what base64 makes of it.
		user, password, _ := strings.Cut(string(plain), ":")
		e.add(password)
		credentials = strings.TrimPrefix(credentials, base64.StdEncoding.EncodeToString([]byte(user+":")))
	}
	e.add(credentials, r.Header.Get("PRIVATE-TOKEN"))
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return
	}
	for _, key := range []string{"client_secret", "password", "assertion"} {
		e.add(form.Get(key))
	}
}

func (e *repeater) add(secrets ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, secret := range secrets {
		if secret != "" {
			e.seen[secret] = true
		}
	}
}

// forget drops what was seen: every command gets new tokens.
func (e *repeater) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.seen)
}

// secrets are all that were seen.
func (e *repeater) secrets() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []string
	for secret := range e.seen {
		all = append(all, secret)
	}
	slices.Sort(all)
	return all
}

// edited is the stand-in's answer with secrets in it.
func (e *repeater) edited(genuine *httptest.ResponseRecorder, as way) *httptest.ResponseRecorder {
	var body map[string]any
	decoder := json.NewDecoder(bytes.NewReader(genuine.Body.Bytes()))
	decoder.UseNumber()
	if decoder.Decode(&body) != nil {
		return genuine
	}
	as.edit(body, e.forms())
	changed := httptest.NewRecorder()
	changed.Code = genuine.Code
	changed.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(changed.Body).Encode(body)
	return changed
}

// forms are all forms of all secrets, begun at another one in every turn: what
// is cut off in one turn comes first in the next.
func (e *repeater) forms() []string {
	var all []string
	for _, secret := range e.secrets() {
		all = append(all, forms(secret)...)
	}
	if len(all) == 0 {
		return []string{"nothing"}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	first := e.turn * 5 % len(all)
	return append(all[first:], all[:first]...)
}

func (e *repeater) answer(w http.ResponseWriter, as way, ids string) {
	words := strings.Join(e.forms(), " ")
	if as.wire != nil {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_, _ = io.WriteString(connection, as.wire(words))
			_ = connection.Close()
		}
		return
	}
	if as.header != "" {
		value := strings.Map(func(char rune) rune {
			if char < ' ' || char > '~' {
				return '_'
			}
			return char
		}, words)
		if as.header == "Location" {
			value = "https://elsewhere.example/?token=" + url.QueryEscape(words)
		}
		if as.header == "Content-Type" {
			value = "text/" + value
		}
		w.Header().Set(as.header, value)
	}
	var body bytes.Buffer
	if page, plain := as.body(words, ids).(string); plain {
		if as.header != "Content-Type" {
			w.Header().Set("Content-Type", "text/html")
		}
		body.WriteString(page)
	} else {
		if as.header != "Content-Type" {
			w.Header().Set("Content-Type", "application/json")
		}
		_ = json.NewEncoder(&body).Encode(as.body(words, ids))
	}
	w.WriteHeader(as.status)
	_, _ = w.Write(body.Bytes())
}
