package architecture

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/"

// listed is what the go command knows of a package.
type listed struct {
	ImportPath string
	Imports    []string
	Deps       []string
	GoFiles    []string
}

// packages are those of the module by their path in it, tests aside.
type packages map[string]listed

func load(t *testing.T) packages {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Imports,Deps,GoFiles", "./...")
	command.Dir = "../.."
	var problems strings.Builder
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, problems.String())
	}
	all := packages{}
	decoder := json.NewDecoder(strings.NewReader(string(output)))
	for {
		var next listed
		if err := decoder.Decode(&next); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if path, own := strings.CutPrefix(next.ImportPath, module); own && len(next.GoFiles) > 0 {
			all[path] = next
		}
	}
	if len(all) < 20 {
		t.Fatalf("go list gave %d packages of the module: %v", len(all), all)
	}
	return all
}

// own keeps the packages of the module, by their path in it.
func own(imports []string) []string {
	var paths []string
	for _, path := range imports {
		if path, own := strings.CutPrefix(path, module); own {
			paths = append(paths, path)
		}
	}
	return paths
}

// layers are the module's packages from the top down. One may import what is
// in a lower layer, never what is beside or above it.
func layers() [][]string {
	return [][]string{
		{"cmd/zd-sfdc-sync"},
		{"internal/cli"},
		{"internal/page", "internal/stage", "internal/console", "internal/flags"},
		{"internal/report"},
		{"internal/apply", "internal/settings"},
		{"internal/salesforce", "internal/zendesk", "internal/gitlab", "internal/slack", "internal/plan", "internal/entitlement", "internal/artifact"},
		{"internal/transport", "internal/organization", "internal/overrides", "internal/products"},
		{"internal/field", "internal/strictyaml", "internal/clock"},
		{"internal/account", "internal/redact", "internal/regular", "internal/strictjson", "internal/hold"},
		{"internal/jsonfault"},
	}
}

// sandboxLayers are those of the stand-ins, which know nothing of the rest.
func sandboxLayers() [][]string {
	return [][]string{
		{"cmd/zd-sfdc-sandbox"},
		{"internal/sandbox/command"},
		{"internal/sandbox"},
		{"internal/sandbox/salesforce", "internal/sandbox/zendesk", "internal/sandbox/gitlab"},
		{"internal/sandbox/soql"},
		{"internal/sandbox/data", "internal/sandbox/fault"},
	}
}

// forTests are packages that nothing but tests use.
func forTests() []string {
	return []string{"internal/clock/clocktest", "internal/architecture", "internal/benchmark/decode", "internal/page/browser"}
}

func TestArrowsPointDownOnly(t *testing.T) {
	all := load(t)
	placed := map[string]bool{}
	for _, order := range [][][]string{layers(), sandboxLayers()} {
		below := map[string]bool{}
		for _, layer := range slices.Backward(order) {
			for _, path := range layer {
				placed[path] = true
				if _, exists := all[path]; !exists {
					t.Errorf("%s is in the list of layers, but not in the module", path)
				}
				for _, imported := range own(all[path].Imports) {
					if !below[imported] {
						t.Errorf("%s imports %s, which is not below it", path, imported)
					}
				}
			}
			for _, path := range layer {
				below[path] = true
			}
		}
	}
	for path := range all {
		if !placed[path] && !slices.Contains(forTests(), path) {
			t.Errorf("%s is in no layer: give it its place", path)
		}
	}
}

// Fake servers do not belong in the binary that holds production tokens.
func TestTheProductionBinaryHoldsNoSandbox(t *testing.T) {
	all := load(t)
	for _, path := range []string{"cmd/zd-sfdc-sync", "internal/cli", "internal/stage"} {
		if len(all[path].Deps) < 50 {
			t.Fatalf("%s depends on %d packages; some are missing", path, len(all[path].Deps))
		}
		for _, dependency := range own(all[path].Deps) {
			if isSandbox(dependency) || slices.Contains(forTests(), dependency) {
				t.Errorf("%s depends on %s", path, dependency)
			}
		}
	}
}

func isSandbox(path string) bool {
	return path == "internal/sandbox" || strings.HasPrefix(path, "internal/sandbox/")
}

// One mistake in the clients or in the table of fields must not hide another
// in the stand-ins.
func TestTheSandboxSharesNothingWithTheRest(t *testing.T) {
	checked := 0
	for path, listed := range load(t) {
		if !isSandbox(path) && path != "cmd/zd-sfdc-sandbox" {
			continue
		}
		checked++
		for _, dependency := range own(listed.Deps) {
			if !isSandbox(dependency) {
				t.Errorf("%s depends on %s", path, dependency)
			}
		}
	}
	if checked < 8 {
		t.Errorf("only %d packages of the sandbox were found", checked)
	}
}

// pure are the packages that decide: they are given everything and do no I/O.
func pure() []string {
	return []string{
		"internal/jsonfault", "internal/strictjson", "internal/hold", "internal/account", "internal/field", "internal/organization",
		"internal/strictyaml", "internal/products",
		"internal/overrides", "internal/entitlement", "internal/plan",
	}
}

// reaching are the standard packages by which a program touches the world.
func reaching() []string {
	return []string{
		"bufio", "context", "crypto/rand", "crypto/tls", "io/fs", "io/ioutil", "log", "log/slog", "math/rand", "math/rand/v2",
		"net", "net/http", "os", "os/exec", "os/signal", "path/filepath", "sync", "syscall", "unsafe",
	}
}

func TestTheRulesDoNoInputAndOutput(t *testing.T) {
	all := load(t)
	for _, path := range pure() {
		for _, imported := range all[path].Imports {
			if slices.Contains(reaching(), imported) {
				t.Errorf("%s imports %s: what decides is given everything and reaches for nothing", path, imported)
			}
		}
		for _, dependency := range own(all[path].Deps) {
			if !slices.Contains(pure(), dependency) {
				t.Errorf("%s depends on %s, which is not pure", path, dependency)
			}
		}
	}
}

// Each named library is behind one package, so that it can be replaced.
func TestLibrariesStayBehindOnePackage(t *testing.T) {
	homes := map[string]string{
		"github.com/simpleforce/simpleforce":     "internal/salesforce",
		"github.com/nukosuke/go-zendesk/zendesk": "internal/zendesk",
		"github.com/xanzy/go-gitlab":             "internal/gitlab",
		"gopkg.in/yaml.v3":                       "internal/strictyaml",
	}
	for path, listed := range load(t) {
		for library, home := range homes {
			if slices.Contains(listed.Imports, library) && path != home {
				t.Errorf("%s imports %s: only %s may", path, library, home)
			}
		}
	}
}
