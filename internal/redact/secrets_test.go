package redact

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const secret = `p&ss<w"o\rd/+ é~?`

// written are what encodings make of it, written by hand.
var written = map[string]string{
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
	for place, form := range written {
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

// odd is a secret that every encoding shows otherwise.
const odd = `cl!ent/se+cret="wi th"&<odd>'%41é`

// oddForms are what services may make of it, written by hand.
var oddForms = map[string]string{
	"escaped for HTML":              `cl!ent/se+cret=&#34;wi th&#34;&amp;&lt;odd&gt;&#39;%41é`,
	"escaped for HTML by name":      `cl!ent&#x2F;se+cret&#x3D;&quot;wi th&quot;&amp;&lt;odd&gt;&#x27;%41é`,
	"encodeURIComponent":            `cl!ent%2Fse%2Bcret%3D%22wi%20th%22%26%3Codd%3E'%2541%C3%A9`,
	"in a query, small letters":     `cl%21ent%2fse%2bcret%3d%22wi+th%22%26%3codd%3e%27%2541%c3%a9`,
	"in JSON, ASCII only":           `cl!ent/se+cret=\"wi th\"&<odd>'%41\u00e9`,
	"in JSON, with slashes escaped": `cl!ent\/se+cret=\"wi th\"&<odd>'%41é`,
	"in JSON in JSON":               `cl!ent/se+cret=\\\"wi th\\\"&<odd>'%41é`,
	"in JSON for HTML in JSON":      `cl!ent/se+cret=\\\"wi th\\\"\\u0026\\u003codd\\u003e'%41é`,
	"in JSON, every letter escaped": `\u0063\u006c\u0021\u0065\u006e\u0074\u002f\u0073\u0065\u002b\u0063\u0072\u0065\u0074\u003d\u0022\u0077\u0069\u0020\u0074\u0068\u0022\u0026\u003c\u006f\u0064\u0064\u003e\u0027\u0025\u0034\u0031\u00e9`,
	"in hex":                        `636c21656e742f73652b637265743d227769207468222`,
	"in hex, capitals":              `636C21656E742F73652B637265743D2277692074682226`,
	"in capitals":                   `CL!ENT/SE+CRET="WI TH"&<ODD>'%41É`,
	"in base64 with its id":         `bXktaWQ6Y2whZW50L3NlK2NyZXQ9IndpIHRoIiY8b2RkPiclNDHDqQ==`,
	"in base64 with another id":     `aWQ6Y2whZW50L3NlK2NyZXQ9IndpIHRoIiY8b2RkPiclNDHDqQ`,
	"cut at its end":                `cl!ent/se+cret="wi`,
	"cut at its beginning":          `cret="wi th"&<odd>`,
	"twelve of its letters":         `se+cret="wi `,
	"cut and escaped":               `se%2Bcret%3D%22w`,
}

func TestEveryFormOfASecretIsBlankedOut(t *testing.T) {
	secrets := NewSecrets()
	secrets.Add(odd + "\n")
	for name, form := range oddForms {
		got := secrets.Redact("before|" + form + "|after")
		if !strings.Contains(got, redacted) || !strings.HasPrefix(got, "before|") || !strings.HasSuffix(got, "|after") {
			t.Errorf("%s: %q", name, got)
			continue
		}
		for at := range len(form) - 11 {
			if strings.Contains(got, form[at:at+12]) && !strings.Contains("bXktaWQ6Y2wh", form[at:at+12]) {
				t.Errorf("%s: %q leaves %q", name, got, form[at:at+12])
				break
			}
		}
	}
}

func TestElevenLettersOfASecretAreNotASecret(t *testing.T) {
	secrets := NewSecrets()
	secrets.Add("0123456789abcdefghij")
	for text, want := range map[string]string{
		"0123456789a": "0123456789a", "x0123456789abx": "x" + redacted + "x", "9abcdefghij": "9abcdefghij", "89ABCDEFGHIJ": redacted,
	} {
		if got := secrets.Redact(text); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

func TestDataKeepsWhatANameCanHave(t *testing.T) {
	secrets := NewSecrets()
	secrets.Add("Acme Corporation 2026!", "tiny")
	for text, want := range map[string]string{
		"Acme Corporation":              "Acme Corporation",
		"Acme Corporation 2026!":        redacted,
		"of acme corporation 2026! it":  "of " + redacted + " it",
		"poration 2026":                 redacted,
		"Acme%20Corporation%202026%21!": redacted + "!",
		"tiny Tim":                      "tiny Tim",
		"":                              "",
	} {
		if got := secrets.Data(text); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

func TestWordsAreOneCleanShortLine(t *testing.T) {
	secrets := NewSecrets()
	secrets.Add("0123456789abcdefghij")
	long := strings.Repeat("ä", 400)
	for text, want := range map[string]string{
		"a\r\n\tb\x1b[31m\x00c\u202ed": "a b [31m c d",
		"bad \xff byte":                "bad \ufffd byte",
		"0123456789abcdefghij " + long: redacted + " " + strings.Repeat("ä", 144) + "…",
	} {
		if got := secrets.Words(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestNoRunOfASecretSurvivesInAnyForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hidden := rapid.StringMatching(`[A-Za-z0-9/+"\\&<>%= é'-]{12,60}`).Draw(t, "secret")
		secrets := NewSecrets()
		secrets.Add(hidden)
		all := forms(hidden)
		form := all[rapid.IntRange(0, len(all)-1).Draw(t, "form")]
		from := rapid.IntRange(0, len(form)).Draw(t, "from")
		to := rapid.IntRange(from, len(form)).Draw(t, "to")
		got := secrets.Redact("(" + form[from:to] + ")")
		for at := from; at+run <= to; at++ {
			if strings.Contains(got, form[at:at+run]) {
				t.Fatalf("%q leaves %q", form[from:to], got)
			}
		}
	})
}

func BenchmarkData(b *testing.B) {
	secrets := NewSecrets()
	secrets.Add(odd, "0123456789abcdefghij", strings.Repeat("token", 20))
	b.SetBytes(25)
	for b.Loop() {
		secrets.Data("Self-Managed - Premium - 1 Year"[:25])
	}
}

func TestAnErrorIsShownWithoutSecretsAndKeepsItsCause(t *testing.T) {
	secrets := NewSecrets()
	secrets.Add("hunter2-Very-Secret")
	cause := fmt.Errorf("hunter2-Very-Secret is wrong:\x1b[31m %w", io.ErrUnexpectedEOF)
	got := secrets.Error(cause)
	if want := "[redacted] is wrong: [31m unexpected EOF"; got.Error() != want {
		t.Errorf("%q, want %q", got, want)
	}
	if !errors.Is(got, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	if secrets.Error(nil) != nil {
		t.Error("no error has become one")
	}
}
