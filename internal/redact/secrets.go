// Package redact is where words from outside enter: anything that a service, a library
// or a file says is cleared of secrets and control characters, and shortened, before it
// is used.
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
	// shortestSecret prevents a one-letter password of a test from hiding half of every
	// message.
	shortestSecret = 4
	// run is how many consecutive characters of a secret may not be shown.
	run = 12
	// longestWords is how much of an answer is quoted, in bytes.
	longestWords = 300
)

// Secrets has every credential of a command, including tokens it received, in the forms
// in which services echo them. It is safe for use by several goroutines.
type Secrets struct {
	mu    sync.RWMutex
	added map[string]bool
	// short are forms with fewer characters than a run, in lower case.
	short []string
	// whole are the longer forms in lower case, the longest first.
	whole []string
	// known are all forms, because many are the same in lower case.
	known map[string]bool
	// runs are all runs of the longer forms in lower case; telling are the runs that
	// cannot occur in a name, because they have more than letters and spaces.
	runs map[[run]byte]bool
	// starts has a bit for each hash of the first four bytes of a run, so that nearly
	// all text is checked without comparing runs.
	starts [1 << 10]uint64
}

// NewSecrets returns an empty set.
func NewSecrets() *Secrets {
	return &Secrets{added: map[string]bool{}, known: map[string]bool{}, runs: map[[run]byte]bool{}}
}

// Add registers the texts as secrets, in every form.
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

// isTelling reports whether a character cannot occur in the name of a customer or
// product.
func isTelling(char rune) bool { return !unicode.IsLetter(char) && char != ' ' }

// startOf hashes four bytes, the first in the lowest bits.
func startOf(four uint32) uint32 { return four * 0x9e3779b1 >> 16 }

func lower(char byte) byte {
	if 'A' <= char && char <= 'Z' {
		return char + 'a' - 'A'
	}
	return char
}

// fold changes only ASCII letters, so that positions stay the same.
func fold(text string) []byte {
	folded := []byte(text)
	for i, char := range folded {
		folded[i] = lower(char)
	}
	return folded
}

// Redact returns the text without any secret or run of one.
func (s *Secrets) Redact(text string) string { return s.redact(text, false) }

// Data returns a value that is compared and written, without any secret. Runs that can
// occur in a name stay, because the value must be right first of all.
func (s *Secrets) Data(text string) string { return s.redact(text, true) }

// Words makes another program's words safe for a message: on one line, without secrets
// and control characters, and shortened.
func (s *Secrets) Words(text string) string { return OneLine(s.Redact(text)) }

// Error returns the error with words free of secrets and control characters. It still
// wraps its cause, for callers that depend on it.
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

// controls matches control characters and others that are not printed, with the space
// around them.
var controls = regexp.MustCompile(`[\s\p{C}\p{Z}]*[\p{C}\p{Zl}\p{Zp}][\s\p{C}\p{Z}]*`)

// Printable returns the text on one line, without control characters.
func Printable(text string) string {
	return strings.TrimSpace(controls.ReplaceAllString(strings.ToValidUTF8(text, "\ufffd"), " "))
}

// OneLine shortens words and keeps them from breaking the line of a message or
// controlling the terminal.
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

// mayHold reports whether the text contains a run of a secret.
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

// blank replaces what is hidden, including the rest of a character that it cuts.
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

// Writer returns a writer that hides secrets in what it passes on. A secret must be
// within one write, which is so for logs, written by the line. The writer is safe for
// use by several goroutines.
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
