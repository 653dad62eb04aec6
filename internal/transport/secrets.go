package transport

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/url"
	"sort"
	"strings"
	"sync"
)

const (
	redacted = "[redacted]"
	// shortestSecret keeps a one-letter password of a test from blanking out
	// half of every message.
	shortestSecret = 4
)

// Secrets knows every credential of a run, tokens it was given included, and
// blanks them out of everything that leaves the program. It is safe for
// several goroutines.
type Secrets struct {
	mu sync.RWMutex
	// added are the secrets, known their forms too: a form of one may be
	// another.
	added, known map[string]bool
	forms        [][]byte
}

// NewSecrets knows nothing yet.
func NewSecrets() *Secrets { return &Secrets{added: map[string]bool{}, known: map[string]bool{}} }

// Add makes the texts known as secrets, with the forms that encodings give
// them.
func (s *Secrets) Add(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range texts {
		if len(text) < shortestSecret || s.added[text] {
			continue
		}
		s.added[text] = true
		for _, form := range []string{
			text, url.QueryEscape(text), url.PathEscape(text), quoted(text, true), quoted(text, false),
			base64.RawStdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text)),
		} {
			if len(form) >= shortestSecret && !s.known[form] {
				s.known[form] = true
				s.forms = append(s.forms, []byte(form))
			}
		}
	}
	// A longer secret may hold a shorter one.
	sort.SliceStable(s.forms, func(i, j int) bool { return len(s.forms[i]) > len(s.forms[j]) })
}

// quoted is the text as it stands between the quotes of a JSON string: encoders
// differ in whether they escape & < >.
func quoted(text string, escapeHTML bool) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(escapeHTML)
	if encoder.Encode(text) != nil {
		return text
	}
	return strings.TrimSuffix(strings.TrimPrefix(out.String(), `"`), "\"\n")
}

// Redact returns the text without any secret.
func (s *Secrets) Redact(text string) string { return string(s.redact([]byte(text))) }

func (s *Secrets) redact(text []byte) []byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, form := range s.forms {
		if bytes.Contains(text, form) {
			text = bytes.ReplaceAll(text, form, []byte(redacted))
		}
	}
	return text
}

// Writer returns a writer that blanks out secrets of what it passes on. A
// secret has to come in one write, as it does when a line does.
func (s *Secrets) Writer(to io.Writer) io.Writer { return &redactingWriter{s, to} }

type redactingWriter struct {
	secrets *Secrets
	to      io.Writer
}

func (w *redactingWriter) Write(text []byte) (int, error) {
	if _, err := w.to.Write(w.secrets.redact(text)); err != nil {
		return 0, err
	}
	return len(text), nil
}
