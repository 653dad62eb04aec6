package readme

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
)

func find(t *testing.T, name string) page {
	t.Helper()
	all := pages(t)
	i := slices.IndexFunc(all, func(p page) bool { return p.name == name })
	if i < 0 {
		t.Fatalf("there is no %s", name)
	}
	return all[i]
}

// The meaning of each code stands in the code as its comment, "ExitX is …".
func TestExitCodesAreThoseOfTheProgram(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "internal/cli/exit.go"), nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		_, meaning, _ := strings.Cut(strings.Join(strings.Fields(spec.Doc.Text()), " "), " is ")
		want[spec.Values[0].(*ast.BasicLit).Value] = strings.TrimSuffix(meaning, ".")
		return true
	})
	got := map[string]string{}
	for _, line := range find(t, "README.md").lines {
		if match := regexp.MustCompile(`^\| ([0-9]) \| (.*) \|$`).FindStringSubmatch(line); match != nil {
			got[match[1]] = match[2]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 6 {
		t.Errorf("exit codes (-exit.go +README.md):\n%s", diff)
	}
}

// help returns the help of a command.
func help(t *testing.T, words ...string) string {
	t.Helper()
	var out bytes.Buffer
	code := cli.Run(t.Context(), append(words, "--help"), cli.Environment{
		Getenv: func(string) string { return "" }, Stdout: &out, Stderr: &out, Clock: clock.System{},
	})
	if code != cli.ExitDone {
		t.Fatalf("%v --help: exit code %d\n%s", words, code, out.String())
	}
	return out.String()
}

func TestEveryCommandAndFlagIsDescribed(t *testing.T) {
	readme, commands := strings.Join(find(t, "README.md").lines, "\n"), strings.Join(find(t, "docs/commands.md").lines, "\n")
	_, list, _ := strings.Cut(help(t), "Available Commands:\n")
	list, _, _ = strings.Cut(list, "\n\n")
	flags := 0
	for line := range strings.Lines(list) {
		command := strings.Fields(line)[0]
		if command == "help" {
			continue
		}
		if !strings.Contains(readme, "| `"+command) {
			t.Errorf("README.md does not list %s", command)
		}
		if !strings.Contains(commands, "## "+command) {
			t.Errorf("docs/commands.md does not describe %s", command)
		}
		if command == "completion" {
			continue
		}
		for _, match := range regexp.MustCompile(`(?m)^ .*(--[a-z-]+)`).FindAllStringSubmatch(help(t, command), -1) {
			flags++
			if flag := match[1]; flag != "--help" && flag != "--version" && !strings.Contains(commands, "`"+flag+"`") {
				t.Errorf("docs/commands.md does not describe %s of %s", flag, command)
			}
		}
	}
	if flags < 20 {
		t.Errorf("only %d flags were found", flags)
	}
}

func TestEveryVariableIsDescribed(t *testing.T) {
	described := find(t, "README.md").matches("`([A-Z]+_[A-Z_]+)`")
	content, err := os.ReadFile(filepath.Join(root, "internal/settings/services.go"))
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]bool{}
	for _, match := range regexp.MustCompile(`"((?:SALESFORCE|GITLAB|OVERRIDES)_[A-Z_]+)"|prefix\+"([A-Z_]+)"`).FindAllStringSubmatch(string(content), -1) {
		if match[1] != "" {
			read[match[1]] = true
			continue
		}
		read["ZENDESK_GLOBAL_"+match[2]], read["ZENDESK_USGOV_"+match[2]] = true, true
	}
	if len(read) < 15 {
		t.Errorf("only %d variables were found", len(read))
	}
	for _, name := range slices.Sorted(maps.Keys(read)) {
		if !slices.Contains(described, name) {
			t.Errorf("README.md does not describe %s", name)
		}
	}
}

func TestWhatIsNamedIsThere(t *testing.T) {
	tests := testNames(t)
	for _, page := range pages(t) {
		for _, link := range page.matches(`\]\(([^)#:]+)(?:#[^)]*)?\)`) {
			exists(t, page, filepath.Join(filepath.Dir(page.name), link))
		}
		for _, path := range page.matches("`((?:internal|cmd|testdata|docs)/[^` ]+)`") {
			exists(t, page, path)
		}
		for _, name := range page.matches("`(Test[A-Za-z0-9]+)`") {
			if !tests[name] {
				t.Errorf("%s names %s, which is not a test", page.name, name)
			}
		}
	}
}

func exists(t *testing.T, p page, path string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root, path)); err != nil {
		t.Errorf("%s names %s, which is not there", p.name, path)
	}
}

// testNames are those of the whole project.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(root, "internal/*/*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	deeper, err := filepath.Glob(filepath.Join(root, "internal/*/*/*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, deeper...) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`).FindAllStringSubmatch(string(content), -1) {
			names[match[1]] = true
		}
	}
	return names
}
