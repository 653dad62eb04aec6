package gitlab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
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
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	project = "gitlab-com/support/overrides"
	content = "- salesforce_id: 0014M00001sDiGEQA0\n  sub_edu: true\n"
	commit  = "1f2e3d4c5b6a79880706f5e4d3c2b1a098765432"
	rawPath = "/api/v4/projects/gitlab-com%2Fsupport%2Foverrides/repository/files/dir%2Foverrides%2Eyaml/raw"
)

// server is a GitLab on loopback; requests alternate between HEAD and GET.
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
		Policy: transport.DefaultPolicy(), Clock: s.clock, Random: func() float64 { return 0 },
		Logger: slog.New(slog.DiscardHandler), Secrets: transport.NewSecrets(),
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
		if diff := cmp.Diff([]string{"HEAD " + rawPath + test.query, "GET " + rawPath + test.query}, s.requests); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff([]string{"private-token", "private-token", "private-token", "private-token"}, s.tokens); diff != "" {
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

func TestTheSecondAnswerNamesTheDigestWhenTheFirstDoesNot(t *testing.T) {
	s := start(t, func(request int, w http.ResponseWriter, _ *http.Request) {
		if request > 1 {
			give(w, content, content)
		}
	})
	if file, err := Fetch(t.Context(), s.config, s.options); err != nil || string(file.Content) != content || file.Commit != commit {
		t.Errorf("%q of %q, %v", file.Content, file.Commit, err)
	}
}

const notWhole = "reading dir/overrides.yaml of " + project +
	": what came is not what GitLab says the file holds (SHA-256), 3 times; check GITLAB_URL, or run again later"

func TestAFileThatChangesBetweenTheRequestsIsAskedForAgain(t *testing.T) {
	s := start(t, func(request int, w http.ResponseWriter, _ *http.Request) {
		if request == 1 {
			give(w, "the old one", "")
			return
		}
		give(w, content, content)
	})
	if file, err := Fetch(t.Context(), s.config, s.options); err != nil || string(file.Content) != content || len(s.requests) != 4 {
		t.Errorf("%q, %v after %q", file.Content, err, s.requests)
	}
	s = start(t, func(_ int, w http.ResponseWriter, _ *http.Request) { give(w, "another one", content) })
	_, err := Fetch(t.Context(), s.config, s.options)
	wantError(t, err, notWhole)
	if len(s.requests) != 6 {
		t.Errorf("asked %q", s.requests)
	}
}

func TestRefusalsNameTheVariables(t *testing.T) {
	asked := "reading dir/overrides.yaml of " + project + ": GitLab answered HEAD /api/v4/projects/gitlab-com/support/overrides/repository/files/dir/overrides.yaml/raw with "
	for status, want := range map[int]string{
		404: "404 Not Found; check GITLAB_URL, OVERRIDES_PROJECT, OVERRIDES_PATH and OVERRIDES_REF, and GITLAB_TOKEN: what it may not see is not found",
		401: "401 Unauthorized; check GITLAB_TOKEN",
		403: "403 Forbidden; give the client of GITLAB_TOKEN the rights for this request",
		302: "302 Found; redirects are not followed: set GITLAB_URL to the final address",
	} {
		s := start(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://elsewhere.example.com/users/sign_in")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"message":"404 Project Not Found"}`)
		})
		_, err := Fetch(t.Context(), s.config, s.options)
		wantError(t, err, asked+want)
		if len(s.requests) != 1 {
			t.Errorf("%d: asked %q", status, s.requests)
		}
	}
}

func TestGitLabsWordsAreQuoted(t *testing.T) {
	s := start(t, func(request int, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			give(w, content, "")
			return
		}
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"message":"404 Commit Not Found for private-token"}`)
	})
	_, err := Fetch(t.Context(), s.config, s.options)
	if err == nil || !strings.Contains(err.Error(), "with 404 Not Found (404 Commit Not Found for [redacted]); check GITLAB_URL") {
		t.Error(err)
	}
	for text, want := range map[string][2]string{
		`{"message":"404 File Not Found"}`:                               {"", "404 File Not Found"},
		`{"message":{"ref":["is invalid"]}}`:                             {"", `{"ref":["is invalid"]}`},
		`{"error":"insufficient_scope","error_description":"read only"}`: {"insufficient_scope", "read only"},
		`{"error":"ref is empty"}`:                                       {"ref is empty", ""},
		`<html>`:                                                         {}, ``: {}, `[]`: {},
	} {
		if words := describe([]byte(text)); words.Code != want[0] || words.Message != want[1] {
			t.Errorf("%s: %+v", text, words)
		}
	}
}

func TestAServiceThatIsOutOfOrderIsWaitedFor(t *testing.T) {
	s := start(t, func(request int, w http.ResponseWriter, _ *http.Request) {
		if request == 1 || request == 3 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		give(w, content, content)
	})
	if file, err := Fetch(t.Context(), s.config, s.options); err != nil || string(file.Content) != content || s.clock.Slept() != 2*time.Second {
		t.Errorf("%q, %v, waited %s", file.Content, err, s.clock.Slept())
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
