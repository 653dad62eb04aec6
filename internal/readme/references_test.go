package readme

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
)

var (
	documentName = regexp.MustCompile(`[A-Za-z0-9_./-]*[A-Za-z0-9_-]\.md\b`)
	// reference is how code names a rule: (docs/rules.md, Current charges), several
	// headings with semicolons between.
	reference = regexp.MustCompile(`\b(docs/[a-z-]+\.md|README\.md|CONTRIBUTING\.md), ([^()]+)\)`)
	heading   = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// headings are those of all pages, by the page's name.
func headings(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, page := range pages(t) {
		prose := page
		prose.lines = slices.Clone(page.lines)
		inside := false
		for i, line := range prose.lines {
			if fence := strings.HasPrefix(line, "```"); fence || inside {
				prose.lines[i] = ""
				inside = inside != fence
			}
		}
		found[page.name] = prose.matches(heading.String())
	}
	return found
}

func TestReferencesOfCodeResolve(t *testing.T) {
	known, checked := headings(t), 0
	eachSource(t, func(place, text string) {
		for _, name := range documentName.FindAllString(text, -1) {
			if known[name] == nil {
				t.Errorf("%s: there is no document %s", place, name)
			}
		}
		for _, match := range reference.FindAllStringSubmatch(text, -1) {
			for named := range strings.SplitSeq(match[2], "; ") {
				checked++
				if !slices.Contains(known[match[1]], named) {
					t.Errorf("%s: %s has no heading %q", place, match[1], named)
				}
			}
		}
	})
	if checked < 60 {
		t.Errorf("only %d references were found", checked)
	}
}

// eachSource calls the function with every comment of the project's Go files and
// its place. White space is one space each.
func eachSource(t *testing.T, each func(place, text string)) {
	t.Helper()
	files := token.NewFileSet()
	for _, folder := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
				return err
			}
			parsed, err := parser.ParseFile(files, path, nil, parser.ParseComments)
			if err != nil {
				return err
			}
			for _, group := range parsed.Comments {
				each(placeOf(files, group), strings.Join(strings.Fields(group.Text()), " "))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func placeOf(files *token.FileSet, node ast.Node) string {
	position := files.Position(node.Pos())
	name, err := filepath.Rel(root, position.Filename)
	if err != nil {
		name = position.Filename
	}
	return filepath.ToSlash(name) + ":" + strconv.Itoa(position.Line)
}

func TestLinksBetweenPagesResolve(t *testing.T) {
	known := map[string]bool{}
	all := headings(t)
	for name := range maps.Keys(all) {
		for _, text := range all[name] {
			known[name+"#"+anchor(text)] = true
		}
	}
	checked := 0
	for _, page := range pages(t) {
		for _, match := range regexp.MustCompile(`\]\(([^)#:]*)#([^)]+)\)`).FindAllStringSubmatch(strings.Join(page.lines, "\n"), -1) {
			name := page.name
			if match[1] != "" {
				name = filepath.ToSlash(filepath.Join(filepath.Dir(page.name), match[1]))
			}
			checked++
			if !known[name+"#"+match[2]] {
				t.Errorf("%s links to %s#%s, which is not there", page.name, name, match[2])
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d links were found", checked)
	}
}

// anchor is how a heading is linked to: lower case, letters, digits, dashes and
// underscores, dashes for spaces.
func anchor(text string) string {
	text = strings.ReplaceAll(strings.ToLower(text), " ", "-")
	return regexp.MustCompile(`[^\p{L}\p{N}_-]`).ReplaceAllString(text, "")
}

func TestExamplesOfRuleFilesParse(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(root, "docs/rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(content), -1)
	if len(examples) != 2 {
		t.Fatalf("docs/rules.md shows %d files, want plans.yaml and the overrides", len(examples))
	}
	if _, err := products.Parse("plans.yaml", []byte(examples[0][1])); err != nil {
		t.Error(err)
	}
	if _, err := overrides.Parse("overrides.yaml", []byte(examples[1][1])); err != nil {
		t.Error(err)
	}
}
