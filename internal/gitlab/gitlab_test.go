package gitlab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	project = "gitlab-com/support/overrides"
	content = "- salesforce_id: 0014M00001sDiGEQA0\n  sub_edu: true\n"
	commit  = "1f2e3d4c5b6a79880706f5e4d3c2b1a098765432"
	rawPath = "/api/v4/projects/gitlab-com%2Fsupport%2Foverrides/repository/files/dir%2Foverrides%2Eyaml/raw"
)

// server is a GitLab on loopback.
type server struct {
	config  Config
	options transport.Options
	clock   *clocktest.Clock

	mu       sync.Mutex
	requests []string
	tokens   []string
}

func start(t *testing.T, answer func(request int, w http.ResponseWriter, r *http.Request)) *server {
	t.Helper()
	s := &server{clock: clocktest.New(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))}
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.requests = append(s.requests, r.Method+" "+r.URL.RequestURI())
		s.tokens = append(s.tokens, r.Header.Get("Private-Token"))
		answer(len(s.requests), w, r)
	}))
	t.Cleanup(listening.Close)
	base, err := url.Parse(listening.URL)
	if err != nil {
		t.Fatal(err)
	}
	s.config = Config{URL: base, Token: "private-token", Project: project, Path: "dir/overrides.yaml"}
	s.options = transport.Options{
		Connections: transport.Connections(),
		Policy:      transport.DefaultPolicy(), Clock: s.clock, Random: func() float64 { return 0 },
		Logger: slog.New(slog.DiscardHandler), Secrets: redact.NewSecrets(),
	}
	return s
}

// give answers with the file, and names its digest and commit.
func give(w http.ResponseWriter, described, given string) {
	digest := sha256.Sum256([]byte(described))
	w.Header().Set("X-Gitlab-Content-Sha256", hex.EncodeToString(digest[:]))
	w.Header().Set("X-Gitlab-Last-Commit-Id", commit)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, given)
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestTheFileComesWithItsCommit(t *testing.T) {
	s := start(t, func(_ int, w http.ResponseWriter, _ *http.Request) { give(w, content, content) })
	for _, test := range []struct{ ref, query string }{{"", ""}, {"release/1", "?ref=release%2F1"}} {
		s.requests, s.config.Ref = nil, test.ref
		file, err := Fetch(t.Context(), s.config, s.options)
		if err != nil || string(file.Content) != content || file.Commit != commit {
			t.Errorf("%q of %s, %v", file.Content, file.Commit, err)
		}
		if diff := cmp.Diff([]string{"GET " + rawPath + test.query}, s.requests); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff([]string{"private-token", "private-token"}, s.tokens); diff != "" {
		t.Error(diff)
	}
}

func TestAPublicProjectNeedsNoToken(t *testing.T) {
	s := start(t, func(_ int, w http.ResponseWriter, _ *http.Request) { give(w, "", "") })
	s.config.Token = ""
	file, err := Fetch(t.Context(), s.config, s.options)
	if err != nil || len(file.Content) != 0 || s.tokens[0] != "" {
		t.Errorf("%q, %v, with %q", file.Content, err, s.tokens)
	}
}

// Such an answer may come from anywhere, and an empty one would be taken for
// no overrides at all.
func TestAnAnswerThatNamesNoDigestIsNotTaken(t *testing.T) {
	for _, body := range []string{content, ""} {
		s := start(t, func(_ int, w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
		_, err := Fetch(t.Context(), s.config, s.options)
		wantError(t, err, notWhole)
	}
}

func TestMissingHeadersAreRequestedAlone(t *testing.T) {
	for rule, missing := range map[string][]string{
		"both": {digestHeader, commitHeader}, "the digest": {digestHeader}, "the commit": {commitHeader},
	} {
		s := start(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			body := content
			if r.Method == http.MethodHead {
				missing, body = nil, ""
			}
			stripped := httptest.NewRecorder()
			give(stripped, content, body)
			maps.Copy(w.Header(), stripped.Header())
			for _, name := range missing {
				w.Header().Del(name)
			}
			_, _ = io.WriteString(w, body)
		})
		file, err := Fetch(t.Context(), s.config, s.options)
		if err != nil || string(file.Content) != content || file.Commit != commit || len(s.requests) != 2 || s.requests[1] != "HEAD "+rawPath {
			t.Errorf("%s: %q of %q, %v after %q", rule, file.Content, file.Commit, err, s.requests)
		}
	}
}

func TestAFileThatProvesItselfNeedsNoCommit(t *testing.T) {
	s := start(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		digest := sha256.Sum256([]byte(content))
		w.Header().Set(digestHeader, hex.EncodeToString(digest[:]))
		_, _ = io.WriteString(w, content)
	})
	if file, err := Fetch(t.Context(), s.config, s.options); err != nil || string(file.Content) != content || file.Commit != "" {
		t.Errorf("%q of %q, %v", file.Content, file.Commit, err)
	}
}

const notWhole = "reading dir/overrides.yaml of " + project +
	": the content did not match GitLab's SHA-256 in 3 attempts; check GITLAB_URL, or run again later"

func TestAnAnswerWithAWrongDigestIsAskedForAgain(t *testing.T) {
	s := start(t, func(request int, w http.ResponseWriter, _ *http.Request) {
		if request == 1 {
			give(w, "the old one", content)
			return
		}
		give(w, content, content)
	})
	if file, err := Fetch(t.Context(), s.config, s.options); err != nil || string(file.Content) != content || len(s.requests) != 2 {
		t.Errorf("%q, %v after %q", file.Content, err, s.requests)
	}
	s = start(t, func(_ int, w http.ResponseWriter, _ *http.Request) { give(w, "another one", content) })
	_, err := Fetch(t.Context(), s.config, s.options)
	wantError(t, err, notWhole)
	if len(s.requests) != 3 {
		t.Errorf("asked %q", s.requests)
	}
}

func TestRefusalsNameTheVariableThatIsMeant(t *testing.T) {
	asked := "reading dir/overrides.yaml of " + project + ": GitLab answered GET /api/v4/projects/gitlab-com/support/overrides/repository/files/dir/overrides.yaml/raw with "
	for _, test := range []struct {
		status     int
		body, want string
	}{
		{404, `{"message":"404 Project Not Found"}`, "404 Not Found (404 Project Not Found); check OVERRIDES_PROJECT, and GITLAB_TOKEN: a project that the token may not see is reported as not found"},
		{404, `{"message":"404 File Not Found"}`, "404 Not Found (404 File Not Found); check OVERRIDES_PATH, and OVERRIDES_REF"},
		{404, `{"message":"404 Commit Not Found"}`, "404 Not Found (404 Commit Not Found); check OVERRIDES_REF: the branch, tag or commit is not there"},
		{404, `{"error":"404 Not Found"}`, "404 Not Found (404 Not Found); check GITLAB_URL, OVERRIDES_PROJECT, OVERRIDES_PATH and OVERRIDES_REF, and GITLAB_TOKEN: what the token may not see is reported as not found"},
		{401, `{"message":"401 Unauthorized"}`, "401 Unauthorized (401 Unauthorized); check GITLAB_TOKEN"},
		{401, `{"error":"invalid_token","error_description":"Token was revoked."}`, "401 Unauthorized (invalid_token: Token was revoked.); check GITLAB_TOKEN"},
		{403, `{"error":"insufficient_scope","error_description":"The request requires higher privileges"}`,
			"403 Forbidden (insufficient_scope: The request requires higher privileges); give GITLAB_TOKEN the scope read_repository or read_api"},
		{403, `{"message":"403 Forbidden"}`, "403 Forbidden (403 Forbidden); give the client of GITLAB_TOKEN the rights for this request"},
		{301, `{"message":"301 Moved"}`, "301 Moved Permanently (301 Moved); the project may have moved: set OVERRIDES_PROJECT to its present path, " +
			"or GITLAB_URL to the final address; redirects are not followed"},
		{302, ``, "302 Found; redirects are not followed: set GITLAB_URL to the final address"},
	} {
		s := start(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://elsewhere.example.com/users/sign_in")
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, test.body)
		})
		_, err := Fetch(t.Context(), s.config, s.options)
		wantError(t, err, asked+test.want)
		if len(s.requests) != 1 {
			t.Errorf("%s: asked %q", test.body, s.requests)
		}
	}
}

func TestGitLabsWordsAreQuoted(t *testing.T) {
	s := start(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"message":"404 Commit Not Found for private-token"}`)
	})
	_, err := Fetch(t.Context(), s.config, s.options)
	if err == nil || !strings.Contains(err.Error(), "with 404 Not Found (404 Commit Not Found for [redacted]); check OVERRIDES_REF") {
		t.Error(err)
	}
	for text, want := range map[string][2]string{
		`{"message":"404 File Not Found"}`:                               {"", "404 File Not Found"},
		`{"message":{"ref":["is invalid"]}}`:                             {"", `{"ref":["is invalid"]}`},
		`{"error":"insufficient_scope","error_description":"read only"}`: {"insufficient_scope", "read only"},
		`{"error":"ref is empty"}`:                                       {"ref is empty", ""},
		`<html>`:                                                         {}, ``: {}, `[]`: {},
	} {
		if words := describe(400, []byte(text)); words.Code != want[0] || words.Message != want[1] {
			t.Errorf("%s: %+v", text, words)
		}
	}
}

func TestAServiceInMaintenanceIsWaitedFor(t *testing.T) {
	s := start(t, func(request int, w http.ResponseWriter, _ *http.Request) {
		if request <= 2 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		give(w, content, content)
	})
	if file, err := Fetch(t.Context(), s.config, s.options); err != nil || string(file.Content) != content || s.clock.Slept() != 3*time.Second {
		t.Errorf("%q, %v, waited %s", file.Content, err, s.clock.Slept())
	}
}

func TestASpentQuotaIsWaitedForUntilItsUnixTime(t *testing.T) {
	s := start(t, func(request int, w http.ResponseWriter, _ *http.Request) {
		if request == 1 {
			w.Header().Set("RateLimit-Remaining", "0")
			w.Header().Set("RateLimit-Reset", "1795262420")
			w.Header().Set("RateLimit-ResetTime", "Sat, 21 Nov 2026 12:00:20 GMT")
			give(w, "another one", content)
			return
		}
		give(w, content, content)
	})
	if _, err := Fetch(t.Context(), s.config, s.options); err != nil || s.clock.Slept() != 20*time.Second {
		t.Errorf("%v, waited %s", err, s.clock.Slept())
	}
}

func TestTheEndOfTheRunEndsTheRead(t *testing.T) {
	over := errors.New("the time is over")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(over)
	s := start(t, func(_ int, w http.ResponseWriter, _ *http.Request) { give(w, content, content) })
	if _, err := Fetch(ctx, s.config, s.options); err == nil || len(s.requests) != 0 {
		t.Errorf("%v after %q", err, s.requests)
	}
}
