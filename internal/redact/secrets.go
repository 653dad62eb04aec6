// Package redact is the one place where words from outside enter: what a
// service, a library or a file said is freed from secrets and control
// characters, and cut, before it goes anywhere.
package redact

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

const (
	redacted = "[redacted]"
	// shortestSecret keeps a one-letter password of a test from blanking out
	// half of every message.
	shortestSecret = 4
	// run is how many characters of a secret in a row give it away.
	run = 12
	// longestWords bounds what is quoted of an answer, in bytes.
	longestWords = 300
)

// Secrets knows every credential of a command, tokens it was given included,
// in the forms that services echo them in. It is safe for several goroutines.
type Secrets struct {
	mu    sync.RWMutex
	added map[string]bool
	// short are forms of fewer characters than a run, in lower case.
	short []string
	// whole are the longer forms in lower case, the longest first.
	whole []string
	// known are all forms: many are the same in lower case.
	known map[string]bool
	// runs are all runs of the longer forms in lower case; telling are those
	// that no name has: they hold more than letters and spaces.
	runs map[[run]byte]bool
	// starts is a bit for each hash of the first four bytes of a run: nearly
	// all text is passed by without a look at runs.
	starts [1 << 10]uint64
}

// NewSecrets knows nothing yet.
func NewSecrets() *Secrets {
	return &Secrets{added: map[string]bool{}, known: map[string]bool{}, runs: map[[run]byte]bool{}}
}

// Add makes the texts known as secrets, in every form.
func (s *Secrets) Add(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range texts {
		if len(text) < shortestSecret || s.added[text] {
			continue
		}
		s.added[text] = true
		for _, form := range forms(text) {
			s.addForm(string(fold(form)))
		}
	}
	longestFirst := func(a, b string) int { return len(b) - len(a) }
	slices.SortStableFunc(s.short, longestFirst)
	slices.SortStableFunc(s.whole, longestFirst)
}

func (s *Secrets) addForm(form string) {
	if len(form) < shortestSecret || s.known[form] {
		return
	}
	s.known[form] = true
	switch {
	case len(form) < run:
		s.short = append(s.short, form)
	default:
		s.whole = append(s.whole, form)
		for at := range len(form) - run + 1 {
			key := [run]byte([]byte(form[at:]))
			s.runs[key] = strings.ContainsFunc(form[at:at+run], isTelling)
			bit := startOf(uint32(form[at]) | uint32(form[at+1])<<8 | uint32(form[at+2])<<16 | uint32(form[at+3])<<24)
			s.starts[bit>>6] |= 1 << (bit & 63)
		}
	}
}

// isTelling reports whether a character makes a run of them one that no name of
// a customer or product has.
func isTelling(char rune) bool { return !unicode.IsLetter(char) && char != ' ' }

// startOf hashes four bytes, the first in the lowest bits.
func startOf(four uint32) uint32 { return four * 0x9e3779b1 >> 16 }

func lower(char byte) byte {
	if 'A' <= char && char <= 'Z' {
		return char + 'a' - 'A'
	}
	return char
}

// fold changes ASCII letters only, so that positions stay.
func fold(text string) []byte {
	folded := []byte(text)
	for i, char := range folded {
		folded[i] = lower(char)
	}
	return folded
}

// Redact returns the text without any secret, whole or cut.
func (s *Secrets) Redact(text string) string { return s.redact(text, false) }

// Data returns a value that is compared and written, without any secret. Runs
// that a name can have stay: the value is to be right first of all.
func (s *Secrets) Data(text string) string { return s.redact(text, true) }

// Words is what somebody else said, made safe for a message: on one line,
// without secrets and control characters, and cut.
func (s *Secrets) Words(text string) string { return OneLine(s.Redact(text)) }

// Error returns the error in words without secrets and control characters. What
// it wraps stays, for callers that decide on it.
func (s *Secrets) Error(err error) error {
	if err == nil {
		return nil
	}
	return &clean{Printable(s.Redact(err.Error())), err}
}

type clean struct {
	text  string
	cause error
}

func (c *clean) Error() string { return c.text }

func (c *clean) Unwrap() error { return c.cause }

// controls are control characters and what else is not printed, with the space
// around them.
var controls = regexp.MustCompile(`[\s\p{C}\p{Z}]*[\p{C}\p{Zl}\p{Zp}][\s\p{C}\p{Z}]*`)

// Printable is the text on one line, without control characters.
func Printable(text string) string {
	return strings.TrimSpace(controls.ReplaceAllString(strings.ToValidUTF8(text, "\ufffd"), " "))
}

// OneLine keeps words from breaking the one line of a message or driving the
// terminal it is shown on, and cuts them.
func OneLine(text string) string {
	text = Printable(text)
	if len(text) > longestWords {
		text = strings.ToValidUTF8(text[:longestWords], "") + "…"
	}
	return text
}

func (s *Secrets) redact(text string, data bool) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if (data || len(s.short) == 0) && !s.mayHold(text) {
		return text
	}
	folded := fold(text)
	hidden := make([]bool, len(folded))
	found := s.hideForms(folded, hidden, s.whole)
	if !data {
		found = s.hideForms(folded, hidden, s.short) || found
	}
	found = s.hideRuns(folded, hidden, data) || found
	if !found {
		return text
	}
	return blank(text, hidden)
}

// mayHold reports whether a run of a secret is in the text.
func (s *Secrets) mayHold(text string) bool {
	var four uint32
	for at := 0; at+run-4 < len(text); at++ {
		four = four>>8 | uint32(lower(text[at]))<<24
		if at < 3 {
			continue
		}
		if bit := startOf(four); s.starts[bit>>6]&(1<<(bit&63)) != 0 && s.isRun(text[at-3:]) {
			return true
		}
	}
	return false
}

// isRun reports whether the text begins with a run of a secret.
func (s *Secrets) isRun(text string) bool {
	var key [run]byte
	for i := range key {
		key[i] = lower(text[i])
	}
	_, known := s.runs[key]
	return known
}

func (s *Secrets) hideForms(folded []byte, hidden []bool, forms []string) (found bool) {
	for _, form := range forms {
		for from := 0; ; {
			at := bytes.Index(folded[from:], []byte(form))
			if at < 0 {
				break
			}
			hide(hidden, from+at, len(form))
			from += at + len(form)
			found = true
		}
	}
	return found
}

func (s *Secrets) hideRuns(folded []byte, hidden []bool, data bool) (found bool) {
	for at := 0; at+run <= len(folded); at++ {
		if telling, known := s.runs[[run]byte(folded[at:])]; known && (telling || !data) {
			hide(hidden, at, run)
			found = true
		}
	}
	return found
}

func hide(hidden []bool, from, length int) {
	for i := range length {
		hidden[from+i] = true
	}
}

// blank replaces what is hidden, the rest of a letter that it cuts included.
func blank(text string, hidden []bool) string {
	var out strings.Builder
	for at := 0; at < len(text); at++ {
		switch {
		case !hidden[at]:
			out.WriteByte(text[at])
		case at == 0 || !hidden[at-1]:
			out.WriteString(redacted)
		}
	}
	return strings.ToValidUTF8(out.String(), "")
}

// Writer returns a writer that blanks out secrets of what it passes on. A
// secret has to come in one write, as it does when a line does. It is safe for
// several goroutines.
func (s *Secrets) Writer(to io.Writer) io.Writer { return &writer{secrets: s, to: to} }

type writer struct {
	secrets *Secrets
	mu      sync.Mutex
	to      io.Writer
}

func (w *writer) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := io.WriteString(w.to, w.secrets.Redact(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}
