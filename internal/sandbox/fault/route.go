package fault

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// pattern is a parsed route: a method, or "" for any, and path segments of
// which "*" stands for any one and a final "**" for any number.
type pattern struct {
	method   string
	segments []string
}

// parsePattern reads "METHOD /path/*" or "/path/*".
func parsePattern(route string) pattern {
	method, path, found := strings.Cut(strings.TrimSpace(route), " ")
	if !found {
		method, path = "", method
	}
	return pattern{method: strings.ToUpper(method), segments: segments(strings.TrimSpace(path))}
}

// matches reports whether the request is one of the pattern's. A pattern without
// a path is one of every path.
func (p pattern) matches(request *http.Request) bool {
	if p.method != "" && p.method != request.Method {
		return false
	}
	if len(p.segments) == 0 {
		return true
	}
	want, is := p.segments, segments(request.URL.EscapedPath())
	if last := len(want) - 1; want[last] == "**" && len(is) >= last {
		want, is = want[:last], is[:last]
	}
	return slices.EqualFunc(want, is, func(want, is string) bool { return want == "*" || want == is })
}

// segments splits an escaped path. Escaped slashes stay inside their segment,
// and a final ".json" is dropped: the services answer with and without it.
func segments(escapedPath string) []string {
	trimmed := strings.TrimSuffix(strings.Trim(escapedPath, "/"), ".json")
	if trimmed == "" {
		return nil
	}
	parts := strings.Split(trimmed, "/")
	for i, part := range parts {
		if plain, err := url.PathUnescape(part); err == nil {
			parts[i] = plain
		}
	}
	return parts
}
