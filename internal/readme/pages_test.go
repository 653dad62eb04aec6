// Package readme checks the README and the pages of docs against the program:
// what they show runs, and what they name is there.
package readme

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// page is a page of documentation.
type page struct {
	// name is its path in the project.
	name  string
	lines []string
}

// pages are the README, docs and what contributors read, in the order in which
// they are read: the examples of a page may rest on those before.
func pages(t *testing.T) []page {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no pages in docs: %v", err)
	}
	slices.Sort(names)
	var all []page
	names = slices.Concat([]string{filepath.Join(root, "README.md")}, names,
		[]string{filepath.Join(root, "CONTRIBUTING.md"), filepath.Join(root, "CHANGELOG.md")})
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page{filepath.ToSlash(relative), strings.Split(string(content), "\n")})
	}
	return all
}

// blocks returns the lines of the page that stand in fenced blocks of the info
// string, each at its place; all other lines are empty.
func (p page) blocks(info string) []string {
	lines := make([]string, len(p.lines))
	open := ""
	for i, line := range p.lines {
		switch {
		case !strings.HasPrefix(line, "```"):
			if open == "```"+info {
				lines[i] = line
			}
		case open == "":
			open = line
		default:
			open = ""
		}
	}
	return lines
}

// matches returns what the expression's group finds in the page.
func (p page) matches(expression string) []string {
	var found []string
	for _, match := range regexp.MustCompile(expression).FindAllStringSubmatch(strings.Join(p.lines, "\n"), -1) {
		found = append(found, match[1])
	}
	return found
}

// What is run goes by the info string, so none may be misspelt.
func TestBlocksAreOfKnownKinds(t *testing.T) {
	for _, page := range pages(t) {
		opening := true
		for i, line := range page.lines {
			if !strings.HasPrefix(line, "```") {
				continue
			}
			info := strings.TrimPrefix(line, "```")
			if opening && !slices.Contains([]string{"", "sh", "sh make", "mermaid", "yaml"}, info) {
				t.Errorf("%s:%d: a block of kind %q is neither run nor known not to be", page.name, i+1, info)
			}
			opening = !opening
		}
		if !opening {
			t.Errorf("%s: a block is not closed", page.name)
		}
	}
}
