package transport

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const secret = `p&ss<w"o\rd/+ é~?`

// forms are what encodings make of it, written by hand.
var forms = map[string]string{
	"as it is":           `p&ss<w"o\rd/+ é~?`,
	"in a query":         `p%26ss%3Cw%22o%5Crd%2F%2B+%C3%A9~%3F`,
	"in a path":          `p&ss%3Cw%22o%5Crd%2F+%20%C3%A9~%3F`,
	"in JSON":            `p&ss<w\"o\\rd/+ é~?`,
	"in JSON for HTML":   `p\u0026ss\u003cw\"o\\rd/+ é~?`,
	"in base64":          `cCZzczx3Im9ccmQvKyDDqX4/`,
	"in base64 of URLs":  `cCZzczx3Im9ccmQvKyDDqX4_`,
	"in a header":        "Basic cCZzczx3Im9ccmQvKyDDqX4/",
	"in a line of a log": "msg=\"p&ss<w\\\"o\\\\rd/+ é~?\"",
}

func TestSecretsAreBlankedOutInEveryForm(t *testing.T) {
	secrets := NewSecrets()
	secrets.Add(secret)
	for place, form := range forms {
		got := secrets.Redact("before " + form + " after")
		if !strings.Contains(got, redacted) || strings.Contains(got, "ss") || strings.Contains(got, "cCZz") ||
			!strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
			t.Errorf("%s: %q", place, got)
		}
	}
}

func TestSecretsWithQuotesAtTheirEndsAreBlankedOutWhole(t *testing.T) {
	secrets := NewSecrets()
	secrets.Add(`"quoted"`)
	if got := secrets.Redact(`{"password":"\"quoted\""}`); got != `{"password":"[redacted]"}` {
		t.Error(got)
	}
}

func TestALongerSecretMayHoldAShorterOne(t *testing.T) {
	secrets := NewSecrets()
	secrets.Add("abcd", "abcdefgh", "abcd")
	if got := secrets.Redact("abcdefgh abcd"); got != "[redacted] [redacted]" {
		t.Error(got)
	}
}

func TestAFormOfOneSecretMayBeAnother(t *testing.T) {
	secrets := NewSecrets()
	// The second is the first in base64, the text below the second in base64.
	secrets.Add("user:password", "dXNlcjpwYXNzd29yZA")
	if got := secrets.Redact("ZFhObGNqcHdZWE56ZDI5eVpB"); got != redacted {
		t.Error(got)
	}
}

func TestTextsTooShortToBeSecretsStay(t *testing.T) {
	secrets := NewSecrets()
	secrets.Add("", "a", "abc")
	if got := secrets.Redact("abc a"); got != "abc a" {
		t.Error(got)
	}
}

func TestWriterPassesOnWithoutSecrets(t *testing.T) {
	secrets := NewSecrets()
	secrets.Add(secret)
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(secrets.Writer(&out), &slog.HandlerOptions{Level: slog.LevelDebug}))
	logger.Debug("debug", "password", secret)
	slog.New(slog.NewJSONHandler(secrets.Writer(&out), nil)).Error("error", "password", secret)
	if n, err := fmt.Fprintf(secrets.Writer(&out), "x%sy\n", secret); n != len(secret)+3 || err != nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	if text := out.String(); strings.Count(text, redacted) != 3 || strings.Contains(text, "p&ss") || strings.Contains(text, "u0026") {
		t.Error(text)
	}
	if _, err := secrets.Writer(brokenWriter{}).Write([]byte("x")); !errors.Is(err, errBroken) {
		t.Error(err)
	}
}

var errBroken = errors.New("broken")

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestASecretThatTheServiceRepeatsIsInNoMessageAndNoLog(t *testing.T) {
	escaped := strings.ReplaceAll(strings.ReplaceAll(secret, `\`, `\\`), `"`, `\"`)
	for _, body := range []string{
		`{"code":"` + escaped + `","message":"bad password ` + escaped + `"}`,
		`{"code":"x","message":"bad password ` + strings.ReplaceAll(escaped, "/", `\/`) + `"}`,
		`{"code":"x","message":"bad header ` + base64.StdEncoding.EncodeToString([]byte("user:"+secret)) + `"}`,
	} {
		s := start(t, func(options *Options) {
			options.Secrets.Add(secret, "user:"+secret)
			options.Describe = words
		}, answer(503, body))
		_, err := s.get("/path/" + url.PathEscape(secret) + "?password=" + url.QueryEscape(secret))
		if err == nil {
			t.Fatal("no error")
		}
		for _, text := range []string{err.Error(), s.log.String()} {
			if !strings.Contains(text, redacted) || strings.Contains(text, "p&ss") || strings.Contains(text, "cCZz") || strings.Contains(text, "dXNlcj") {
				t.Error(text)
			}
		}
	}
}

func TestATokenThatTheServiceRepeatsIsInNoMessage(t *testing.T) {
	var s *service
	fetched := 0
	bearer := tokens(&s, 0, &fetched)
	s = start(t, func(options *Options) {
		options.Authorization, bearer.Secrets, options.Describe = bearer, options.Secrets, words
	}, func(w http.ResponseWriter, r *http.Request) {
		answer(403, `{"message":"`+r.Header.Get("Authorization")+` may not"}`)(w, r)
	})
	_, err := s.get("/path")
	wantError(t, err, "Service answered GET /path with 403 Forbidden (Bearer [redacted] may not); give the client of SERVICE_TOKEN the rights for this request")
}

func TestNoSecretSurvivesInAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hidden := rapid.StringMatching(`[A-Za-z0-9/+"\\&<>%= ]{8,40}`).Draw(t, "secret")
		secrets := NewSecrets()
		secrets.Add(hidden)
		for name, text := range map[string]string{
			"raw": hidden, "query": url.QueryEscape(hidden), "path": url.PathEscape(hidden),
			"quoted": fmt.Sprintf("%q", hidden), "base64": base64.StdEncoding.EncodeToString([]byte(hidden)),
			"form": url.Values{"client_secret": {hidden}}.Encode(),
		} {
			if got := secrets.Redact("(" + text + ")"); !strings.Contains(got, redacted) || strings.Contains(got, text) {
				t.Fatalf("%s: %q leaves %q", name, text, got)
			}
		}
	})
}
