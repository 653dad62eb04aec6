// Package endtoend drives the whole command line against the sandbox over
// loopback HTTP, on a clock that both share, so that hours cost nothing.
package endtoend

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

func TestMain(m *testing.M) {
	// As in the program: a library logs whole addresses.
	log.SetOutput(io.Discard)
	if code, asked := runAsProgram(); asked {
		os.Exit(code)
	}
	goleak.VerifyTestMain(m)
}

// noon is when every world begins.
func noon() time.Time { return time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC) }

// world is a sandbox, a data folder and the clock of both.
type world struct {
	*sandbox.Sandbox
	t     *testing.T
	clock *clocktest.Clock
	// commandClock is what commands are given: clock, unless a test puts
	// something before it.
	commandClock clock.Clock
	folder       string
	environment  map[string]string
	policy       transport.Policy
}

// startWorld serves a world until the test ends. Now and Wait of the options
// are the shared clock's.
func startWorld(t *testing.T, options sandbox.Options) *world {
	t.Helper()
	w := &world{t: t, clock: clocktest.New(noon()), folder: t.TempDir(), policy: transport.DefaultPolicy()}
	w.commandClock = w.clock
	options.Now, options.Wait = w.clock.Now, w.clock.Sleep
	served, err := sandbox.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { served.Close() })
	w.Sandbox = served
	w.environment = maps.Clone(served.Environment())
	w.environment["ZDSYNC_PLANS"] = filepath.Join("..", "..", "plans.yaml")
	return w
}

// curated is the small world that shows every rule, in small pages.
func curated() sandbox.Options {
	return sandbox.Options{World: data.Curated(noon()), BatchSize: 60, ChildPage: 4}
}

// result is what one command did.
type result struct {
	code           cli.ExitCode
	stdout, stderr string
}

// run runs the command of the words, within this process, on the shared clock.
func (w *world) run(words ...string) result {
	w.t.Helper()
	return w.runContext(context.Background(), words...)
}

func (w *world) runContext(ctx context.Context, words ...string) result {
	w.t.Helper()
	var stdout, stderr bytes.Buffer
	code := cli.Run(ctx, append(words, "--data-dir", w.folder), cli.Environment{
		Getenv: func(name string) string { return w.environment[name] },
		Stdout: &stdout, Stderr: &stderr, Clock: w.commandClock, Random: func() float64 { return 0 },
		Version: "test", Policy: w.policy,
	})
	return result{code, stdout.String(), stderr.String()}
}

// must runs a command that has to end with one of the codes; 0 if none is
// given.
func (w *world) must(command string, codes ...cli.ExitCode) result {
	w.t.Helper()
	got := w.run(strings.Fields(command)...)
	if len(codes) == 0 {
		codes = []cli.ExitCode{cli.ExitDone}
	}
	for _, code := range codes {
		if got.code == code {
			return got
		}
	}
	w.t.Fatalf("%s: exit code %d, want %v\n%s%s", command, got.code, codes, got.stdout, got.stderr)
	return got
}

// partnerStages are the commands of the partner flow up to its plan.
func partnerStages() []string {
	return []string{"salesforce partner", "zendesk-gather partner", "compare partner"}
}

// partnerStagesWithOwners are those with the customer accounts there too, so
// that ownership is known: partners first, as in the pipeline.
func partnerStagesWithOwners() []string {
	return []string{"salesforce partner", "salesforce customer", "zendesk-gather partner", "compare partner"}
}

// customerStages are those of both customer flows up to the processor.
func customerStages() []string {
	return []string{"salesforce partner", "salesforce customer", "zendesk-gather global", "zendesk-gather usgov", "processor"}
}

// hour is one scheduled run of all flows. Syncs may leave rows (5) and be over
// a limit (3).
func (w *world) hour() {
	w.t.Helper()
	for _, command := range customerStages() {
		w.must(command)
	}
	for _, flow := range []string{"global", "usgov", "partner"} {
		if flow == "partner" {
			w.must("zendesk-gather partner --from-global")
		}
		w.must("compare "+flow, cli.ExitDone, cli.ExitLimit)
		w.must("sync "+flow, cli.ExitDone, cli.ExitLimit, cli.ExitUnfinished)
	}
	w.clock.Advance(time.Hour)
}

// plan is what the tests read of plan.json.
type plan struct {
	PlanID     string              `json:"plan_id"`
	HasChanges bool                `json:"has_changes"`
	Counts     map[string]int      `json:"counts"`
	Held       []map[string]any    `json:"held"`
	Orphans    []map[string]any    `json:"orphans"`
	Conflicts  []map[string]any    `json:"conflicts"`
	Limits     []map[string]any    `json:"limits"`
	Warnings   []map[string]string `json:"-"`
}

func (w *world) plan(flow string) plan {
	w.t.Helper()
	var read plan
	w.readJSON(flow+"/plan.json", &read)
	return read
}

func (w *world) readJSON(name string, into any) {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(w.folder, name))
	if err == nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(name string) string {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(w.folder, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(content)
}
