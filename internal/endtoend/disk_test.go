package endtoend

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
)

// onFullDisk runs the command in a process of its own.
func (w *world) onFullDisk(largest int, command string) result {
	w.t.Helper()
	child := exec.CommandContext(w.t.Context(), os.Args[0], append(strings.Fields(command), "--data-dir", w.folder, "--timeout", "20s")...)
	switch {
	case strings.HasPrefix(command, "sync"):
		child.Args = append(child.Args, "--allow-stale")
	case strings.HasPrefix(command, "compare"):
		child.Args = append(child.Args, "--date", "2026-11-21", "--allow-stale")
	default:
		child.Args = append(child.Args, "--date", "2026-11-21")
	}
	child.Env = append(sandbox.Lines(w.environment), largestFileVariable+"="+strconv.Itoa(largest))
	var stdout, stderr bytes.Buffer
	child.Stdout, child.Stderr = &stdout, &stderr
	if err := child.Run(); err != nil && child.ProcessState.ExitCode() < 0 {
		w.t.Fatalf("%s: %v\n%s", command, err, stderr.String())
	}
	return result{cli.ExitCode(child.ProcessState.ExitCode()), stdout.String(), stderr.String()}
}

// A disk that is full ends a stage with a line that says so, and the files of
// the last success are there, byte by byte, with nothing beside them.
func TestStagesOnAFullDisk(t *testing.T) {
	t.Parallel()
	w := planned(t, "global")
	w.must("zendesk-gather partner")
	w.must("compare partner")
	sizes := []int{0, 700}
	if soak() {
		sizes = []int{0, 1, 100, 300, 700, 1500, 2500}
	}
	for _, command := range append(customerStages(), "zendesk-gather partner", "compare global", "compare partner") {
		for _, largest := range sizes {
			before := w.everyFile()
			got := w.onFullDisk(largest, command)
			if got.code == cli.ExitDone && largest > 700 {
				continue
			}
			if got.code != cli.ExitFailed || !strings.Contains(got.stderr, "file too large") || !strings.Contains(got.stderr, "the disk") {
				t.Errorf("%s with files of %d bytes: exit code %d\n%s", command, largest, got.code, got.stderr)
			}
			if diff := cmp.Diff(before, w.everyFile()); diff != "" {
				t.Errorf("%s failed with files of %d bytes, and changed files:\n%s", command, largest, diff)
			}
		}
	}
}

// Sync sends nothing that it could not note in its journal. Once there is room
// again the rest is done, and nothing twice.
func TestSyncOnAFullDisk(t *testing.T) {
	t.Parallel()
	sizes := []int{0, 30, 400, 1200}
	if soak() {
		sizes = nil
		for size := 0; size < 3000; size += 150 {
			sizes = append(sizes, size)
		}
	}
	for _, largest := range sizes {
		t.Run(fmt.Sprint(largest), func(t *testing.T) {
			t.Parallel()
			options := smallWorld()
			// The process has a clock of its own: jobs are done at once.
			options.JobDuration = -1
			w := startWorld(t, options)
			for _, command := range flowStages("global") {
				w.must(command)
			}
			got := w.onFullDisk(largest, "sync global")
			if got.code != cli.ExitDone && (got.code != cli.ExitFailed || !strings.Contains(got.stderr, "file too large")) {
				t.Errorf("exit code %d\n%s", got.code, got.stderr)
			}
			if written := len(w.Global.Audit()); largest < 100 && written > 0 {
				t.Errorf("%d writes without a receipt", written)
			}
			w.everyFile()
			w.clock.Advance(time.Minute)
			w.must("sync global")
			w.checkComplete("global", cli.ExitDone)
			w.clock.Advance(time.Hour)
			w.checkAtRest("global")
			w.checkOnce("global")
		})
	}
}

// A folder that cannot be written, root or not, is noticed before a service is
// asked to change anything.
func TestFoldersThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	w := planned(t, "partner")
	blocked := func(name string) func() {
		path := filepath.Join(w.folder, name)
		aside := filepath.Join(t.TempDir(), "aside")
		moved := os.Rename(path, aside) == nil
		if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			if moved {
				if err := os.Rename(aside, path); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for name, command := range map[string]string{
		"partner/salesforce_accounts.json": "salesforce partner", "partner/salesforce.manifest.json": "salesforce partner",
		"partner/zendesk_orgs.json": "zendesk-gather partner", "partner/zendesk-gather.manifest.json": "zendesk-gather partner",
		"partner/creates.json": "compare partner", "partner/not_in_sync.json": "compare partner", "partner/plan.json": "compare partner",
		"partner/sync.journal.jsonl": "sync partner",
	} {
		free := blocked(name)
		got := w.must(command, cli.ExitFailed)
		if !strings.Contains(got.stderr, name) {
			t.Errorf("%s does not name %s: %s", command, name, got.stderr)
		}
		w.everyFile()
		free()
		if written := len(w.Global.Audit()); written > 0 {
			t.Fatalf("%s: %d writes", name, written)
		}
		for _, again := range flowStages("partner") {
			w.must(again)
		}
	}
	free := blocked("partner/sync_results.json")
	got := w.must("sync partner", cli.ExitFailed)
	if !strings.Contains(got.stderr, "sync_results.json") {
		t.Errorf("sync does not name its results: %s", got.stderr)
	}
	free()
	w.must("sync partner")
	w.checkComplete("partner", cli.ExitDone)
	w.checkOnce("partner")
}

// A folder below a file can be neither read nor made, not even by root.
func TestAFolderThatCannotBeMade(t *testing.T) {
	t.Parallel()
	w := planned(t, "partner")
	w.folder = filepath.Join(w.folder, "partner", "plan.json", "data")
	asked := w.Requests()
	for _, command := range append(append(customerStages(), partnerStages()...), "sync partner") {
		got := w.must(command, cli.ExitFailed, cli.ExitArtifact)
		if !strings.Contains(got.stderr, "not a directory") {
			t.Errorf("%s does not say what is wrong: %s", command, got.stderr)
		}
		if diff := cmp.Diff(asked["salesforce"], w.Requests()["salesforce"]); diff != "" {
			t.Errorf("%s asked for what it cannot write:\n%s", command, diff)
		}
	}
}

// The plan is written before its summary, and stays when that cannot be.
func TestASummaryThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	w := planned(t, "partner")
	before := records(w.everyFile())
	got := w.must("compare partner --summary-file /dev/full", cli.ExitFailed)
	if !strings.Contains(got.stderr, "were written") {
		t.Errorf("it does not say so: %s", got.stderr)
	}
	if diff := cmp.Diff(before, records(w.everyFile())); diff != "" {
		t.Error(diff)
	}
	w.must("sync partner")
}
