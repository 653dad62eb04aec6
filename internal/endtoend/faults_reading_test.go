package endtoend

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// readingPaths are the requests of the stages that write to no service.
func readingPaths() map[string][]path {
	const token, more = "POST /services/oauth2/token", "GET /services/data/*/query/*"
	paths := map[string][]path{}
	add := func(command, service string, routes ...string) {
		for _, route := range routes {
			paths[command] = append(paths[command], path{command: command, service: service, route: route})
		}
	}
	add("salesforce partner", "salesforce", token, queryRoute, more)
	// The first account with many charges has pages of its own before the query
	// goes on to its second one.
	add("salesforce customer", "salesforce", token, queryRoute, more)
	paths["salesforce customer"] = append(paths["salesforce customer"],
		path{command: "salesforce customer", service: "salesforce", route: more, after: 2})
	gather := []string{"POST /oauth/tokens", "GET /api/v2/organization_fields", "GET /api/v2/organizations/count", "GET /api/v2/organizations"}
	add("zendesk-gather partner", "global", gather...)
	add("zendesk-gather global", "global", gather...)
	add("zendesk-gather usgov", "usgov", gather...)
	const raw = " /api/v4/projects/*/repository/files/*/raw"
	add("processor", "gitlab", "GET"+raw)
	add("check", "salesforce", token)
	add("check", "global", "POST /oauth/tokens", "GET /api/v2/organization_fields")
	add("check", "usgov", "POST /oauth/tokens", "GET /api/v2/organization_fields")
	add("check", "gitlab", "GET"+raw)
	return paths
}

// A stage that reads rides out what passes. What does not pass ends it with
// exit code 1 and a line that helps, and its files are those of the last
// success, byte by byte.
func TestReadingThroughFaults(t *testing.T) {
	t.Parallel()
	var cases atomic.Int64
	t.Cleanup(func() { t.Logf("%d cases of faults while reading", cases.Load()) })
	for command, paths := range readingPaths() {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			w := startTroubled(t)
			for _, before := range append(customerStages(), "zendesk-gather partner") {
				w.must(before)
			}
			for at := range paths {
				paths[at].before = w.requestsBefore(paths[at])
			}
			for _, c := range matrix(paths) {
				cases.Add(1)
				w.readThrough(t, c)
			}
		})
	}
}

// requestsBefore is how many requests the service gets before that of the
// path, from a run without trouble.
func (w *troubledWorld) requestsBefore(of path) int {
	w.t.Helper()
	injector := w.Faults()[of.service]
	injector.ResetRequests()
	if of.because != nil {
		injector.Add(*of.because)
	}
	w.must(of.command)
	skip := of.after
	for at, request := range injector.Log() {
		if request.Route == of.route {
			if skip == 0 {
				return at
			}
			skip--
		}
	}
	w.t.Fatalf("%s never asks for %s (after %d)", of.command, of.route, of.after)
	return 0
}

func (w *troubledWorld) readThrough(t *testing.T, c faultCase) {
	t.Helper()
	before := w.everyFile()
	w.arm(c)
	got := w.run(strings.Fields(c.command)...)
	if !w.disarm(c) {
		t.Errorf("%s: it did not happen", c)
	}
	// The query of all accounts is heavy: it is sent twice at most when no answer comes.
	exhausted := c.service == "salesforce" && c.route == queryRoute && c.fault.Kind == fault.Hang && c.times == 2
	harmless := c.times > 0 && !exhausted
	want := cli.ExitFailed
	if harmless {
		want = cli.ExitDone
	}
	if got.code != want {
		t.Errorf("%s: exit code %d, want %d\n%s", c, got.code, want, got.stderr)
		return
	}
	if harmless {
		if diff := cmp.Diff(records(before), records(w.everyFile())); diff != "" {
			t.Errorf("%s: other records than without it (-want +got):\n%s", c, diff)
		}
		return
	}
	checkMessage(t, c, got)
	if diff := cmp.Diff(before, w.everyFile()); diff != "" {
		t.Errorf("%s: the stage failed and changed files (-want +got):\n%s", c, diff)
	}
	if again := w.run(strings.Fields(c.command)...); again.code != cli.ExitDone {
		t.Errorf("%s: exit code %d when it was over\n%s", c, again.code, again.stderr)
	}
}

// serviceTitle is what people call the service.
func serviceTitle(service string) string {
	return map[string]string{"salesforce": "Salesforce", "global": "Zendesk Global", "usgov": "Zendesk US Government", "gitlab": "GitLab"}[service]
}

// asked finds the method and path that a message names.
var asked = regexp.MustCompile(`(GET|HEAD|POST|PUT) /[^ ]+`)

// checkMessage checks the error of a command that a fault ended against what a
// person needs: one line, whose service, which request, what to do.
func checkMessage(t *testing.T, c faultCase, got result) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(got.stderr) {
		if strings.HasPrefix(line, "error: ") {
			lines = append(lines, line)
		}
	}
	if len(lines) != 1 || !strings.HasSuffix(got.stderr, lines[0]) {
		t.Errorf("%s: the error is not one line at the end:\n%s", c, got.stderr)
		return
	}
	line := lines[0]
	what, todo, helps := strings.Cut(line, ";")
	namesRequest := asked.MatchString(what) || strings.Contains(what, "overrides.yaml of ")
	if !strings.Contains(line, serviceTitle(c.service)) || !namesRequest || !helps || len(todo) < 15 {
		t.Errorf("%s: the message does not name service, request and what to do:\n%s", c, line)
	}
}

// everyFile is what is in each file of the data folder. A temporary one
// is a failure.
func (w *world) everyFile() map[string]string {
	w.t.Helper()
	content := map[string]string{}
	err := filepath.WalkDir(w.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(w.folder, path)
		if err != nil {
			return err
		}
		if strings.HasPrefix(entry.Name(), ".") {
			w.t.Errorf("%s was left behind", name)
		}
		read, err := os.ReadFile(path)
		content[name] = string(read)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return content
}

// records are the files that hold records, and no times.
func records(files map[string]string) map[string]string {
	kept := map[string]string{}
	for name, content := range files {
		if !strings.Contains(name, "manifest") && !strings.HasSuffix(name, "plan.json") {
			kept[name] = content
		}
	}
	return kept
}
