// Package settings reads the variables that configure the services, and collects
// everything that is wrong with them.
package settings

import (
	"cmp"
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// Settings reads variables.
type Settings struct {
	getenv func(string) string
	// known receives every secret before anything can be printed.
	known    func(secrets ...string)
	missing  []string
	problems []string
}

// New returns settings that read with getenv, which returns an empty text for a
// variable that is not set, and add every secret to known.
func New(getenv func(string) string, known func(secrets ...string)) *Settings {
	return &Settings{getenv: getenv, known: known}
}

// Error is everything that is wrong with the variables, on one line.
type Error struct{ problems []string }

// Problems are the single problems, one line each.
func (e *Error) Problems() []string { return e.problems }

func (e *Error) Error() string {
	return "configuration: " + strings.Join(e.problems, "; ") + "; set the variables (the README lists them) and run again"
}

// Err returns an *Error if there was anything wrong with the variables read so far.
func (s *Settings) Err() error {
	problems := slices.Clone(s.problems)
	if len(s.missing) > 0 {
		problems = append([]string{"missing " + strings.Join(s.missing, ", ")}, problems...)
	}
	if len(problems) == 0 {
		return nil
	}
	return &Error{problems}
}

func (s *Settings) problem(text string) { s.problems = append(s.problems, text) }

// get reads a variable. Control characters, most often the line break at the end of a
// pasted token, are not allowed in a header or an address.
func (s *Settings) get(name string) string {
	value := s.getenv(name)
	if strings.ContainsFunc(value, unicode.IsControl) {
		s.problem(name + " holds a line break or another control character: set it without that")
	}
	return value
}

func (s *Settings) optional(name, otherwise string) string { return cmp.Or(s.get(name), otherwise) }

func (s *Settings) required(name string) string { return s.demand(name, s.get(name)) }

func (s *Settings) demand(name, value string) string {
	if value == "" {
		s.missing = append(s.missing, name)
	}
	return value
}

// secret reads a credential, empty if it is not set.
func (s *Settings) secret(name string) string {
	s.known(s.getenv(name))
	return s.get(name)
}

func (s *Settings) requiredSecret(name string) string { return s.demand(name, s.secret(name)) }

// header reads a credential that is sent unchanged in a header.
func (s *Settings) header(name string) string {
	value := s.secret(name)
	if strings.ContainsFunc(value, func(char rune) bool { return char == ' ' || char > unicode.MaxASCII }) {
		s.problem(name + " holds a character that a token cannot contain: set it again")
	}
	return value
}

// address reads a base URL. Plain http is only for loopback, because credentials are
// sent there.
func (s *Settings) address(name, text string) *url.URL {
	if text == "" {
		return nil
	}
	parsed, err := url.Parse(text)
	switch {
	case err != nil || parsed.Host == "":
		// The text may contain a password, so it is not shown.
		s.problem(name + " is not a URL: write it as https://host")
	case parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "":
		s.problem(name + " holds more than an address: write it as https://host")
	case strings.Trim(parsed.Path, "/") != "":
		s.problem(name + " holds a path: write it as https://host, without what follows it")
	case parsed.Scheme == "http" && !isLoopback(parsed.Hostname()):
		s.problem(name + " is plain http: credentials would be readable on the way; use https")
	case parsed.Scheme != "http" && parsed.Scheme != "https":
		s.problem(name + " is not an https URL")
	default:
		parsed.Path = ""
		return parsed
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
