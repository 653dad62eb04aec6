package readme

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// session runs the blocks of all pages as one shell would, and notes every
// command that fails with its place. Nothing of a block is replaced.
const session = `
exec 3>failures
set -E
trap 'code=$?; echo "${BASH_SOURCE[0]#pages/}:$LINENO $code" >&3' ERR
trap 'kill $(jobs -p)' EXIT
for page in "$@"; do
  source "pages/$page"
done
`

func TestEverythingShownRuns(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	plans, err := os.ReadFile(filepath.Join(root, "plans.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "plans.yaml"), string(plans))
	// The first plan can be followed twice.
	arguments := []string{"-c", session, "session", "README.md"}
	want := map[string]string{}
	expected := regexp.MustCompile(`# exit code ([0-9]+)$`)
	for _, page := range pages(t) {
		lines := page.blocks("sh")
		write(t, filepath.Join(folder, "pages", page.name), strings.Join(lines, "\n"))
		arguments = append(arguments, page.name)
		for i, line := range lines {
			if match := expected.FindStringSubmatch(line); match != nil {
				want[fmt.Sprintf("%s:%d", page.name, i+1)] = match[1]
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "bash", arguments...)
	command.Dir = folder
	command.Env = append(environment(t, os.Getenv("PATH")), "HOME="+folder)
	command.WaitDelay = time.Second
	output, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("the session: %v", err)
	}
	if diff := cmp.Diff(want, failures(t, filepath.Join(folder, "failures"))); diff != "" {
		t.Errorf("exit codes by place (-shown +got):\n%s", diff)
	}
	leavesNothingForGit(t, folder)
	if t.Failed() {
		t.Logf("%s", output)
	}
}

// leavesNothingForGit checks what the examples made against .gitignore.
func leavesNothingForGit(t *testing.T, folder string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	patterns := strings.Fields(string(content))
	made, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range made {
		name := entry.Name()
		if slices.Contains([]string{"pages", "failures", "plans.yaml"}, name) {
			continue
		}
		if !slices.ContainsFunc(patterns, func(pattern string) bool {
			matched, err := filepath.Match(strings.Trim(pattern, "/"), name)
			return matched && err == nil
		}) {
			t.Errorf("the examples make %s, which git does not ignore", name)
		}
	}
}

// failures reads the notes of a session: the exit code by place.
func failures(t *testing.T, name string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	for line := range strings.Lines(string(content)) {
		place, code, _ := strings.Cut(strings.TrimSpace(line), " ")
		codes[place] = code
	}
	return codes
}

// bin is the folder of both programs, for the time of the tests.
var bin string

func TestMain(m *testing.M) {
	var err error
	if bin, err = os.MkdirTemp("", "bin"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(bin)
	os.Exit(code)
}

// build builds both programs, once for all tests.
var build = sync.OnceValue(func() error {
	arguments := []string{"build", "-ldflags=-w", "-o", bin + string(os.PathSeparator)}
	if build, ok := debug.ReadBuildInfo(); ok && slices.Contains(build.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		// As the tests are built, so that nothing is compiled twice.
		arguments = append(arguments, "-race")
	}
	command := exec.Command("go", append(arguments, "./cmd/...")...)
	command.Dir = root
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, output)
	}
	return nil
})

// environment is that of a shell that finds the programs. With the race detector
// they would wait for a second at their end.
func environment(t *testing.T, path string) []string {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	return []string{"PATH=" + bin + string(os.PathListSeparator) + path, "GORACE=atexit_sleep_ms=0"}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What make does is run for every push by itself.
func TestTargetsShownAreInTheMakefile(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, page := range pages(t) {
		for i, line := range page.blocks("sh make") {
			target, isMake := strings.CutPrefix(line, "make ")
			switch {
			case line == "" || line == `export PATH="$PWD/bin:$PATH"`:
			case !isMake:
				t.Errorf("%s:%d: %q is not a target of make, so it has to be run", page.name, i+1, line)
			case !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(target) + `:`).Match(makefile):
				t.Errorf("%s:%d: the Makefile has no target %s", page.name, i+1, target)
			default:
				checked++
			}
		}
	}
	if checked < 4 {
		t.Errorf("only %d targets were found", checked)
	}
}
