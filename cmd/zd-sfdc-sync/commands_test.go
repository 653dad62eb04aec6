package main

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/rogpeppe/go-internal/testscript"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

func plansFile(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../plans.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// served is a script's sandbox, once it has one.
type served struct{ *sandbox.Sandbox }

type servedKey struct{}

// exits CODE PROGRAM ARGUMENT... runs the program, which has to end with the
// code. What it prints is there for stdout and stderr.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program argument...")
	}
	code := 0
	err := ts.Exec(args[1], args[2:]...)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// errorline holds the last program's whole standard error to be one line.
func errorLine(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: errorline text")
	}
	if got, want := ts.ReadFile("stderr"), "error: "+args[0]+"\n"; got != want {
		ts.Fatalf("standard error is\n%s\nwant\n%s", got, want)
	}
}

// sandbox [curated|quiet|busy] serves a world and sets the variables to use it.
// The curated one shows every rule; in the quiet one little changes, in the
// busy one more than the limits allow.
func startSandbox(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: sandbox curated|quiet|busy")
	}
	today := time.Now().UTC()
	worlds := map[string]func() data.World{
		"curated": func() data.World { return data.Curated(today) },
		"quiet": func() data.World {
			return data.Generate(data.Options{Accounts: 10, Partners: 60, Seed: 3, Today: today, Changed: 0.2})
		},
		"busy": func() data.World {
			return data.Generate(data.Options{Accounts: 10, Partners: 60, Seed: 3, Today: today, Changed: 0.9})
		},
	}
	world, ok := worlds[args[0]]
	if !ok {
		ts.Fatalf("there is no world %s", args[0])
	}
	started, err := sandbox.Start(sandbox.Options{World: world(), JobDuration: 50 * time.Millisecond})
	ts.Check(err)
	ts.Defer(func() { started.Close() })
	ts.Value(servedKey{}).(*served).Sandbox = started
	environment := started.Environment()
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		ts.Setenv(name, environment[name])
	}
	// A run over midnight is still of one day.
	ts.Setenv("ZDSYNC_DATE", today.Format(time.DateOnly))
	ts.Setenv("DAYS_AGO_3", today.AddDate(0, 0, -3).Format(time.DateOnly))
	ts.Setenv("ZDSYNC_PLANS", ts.Getenv("PLANS"))
}

// writes none|some reports whether anything was written to Zendesk Global.
func writes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: writes none|some")
	}
	audit := ts.Value(servedKey{}).(*served).Global.Audit()
	if got := len(audit) > 0; got != (args[0] == "some") {
		ts.Fatalf("%d writes, want %s: %+v", len(audit), args[0], audit)
	}
}

// replace FILE OLD NEW edits a file by hand.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace file old new")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o600))
}

// truncate FILE cuts a file in half.
func truncate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: truncate file")
	}
	ts.Check(os.Truncate(ts.MkAbs(args[0]), int64(len(ts.ReadFile(args[0]))/2)))
}

// planid FILE sets PLAN_ID to the plan_id of a plan.
func planID(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: planid file")
	}
	_, rest, found := strings.Cut(ts.ReadFile(args[0]), `"plan_id": "`)
	id, _, ended := strings.Cut(rest, `"`)
	if !found || !ended {
		ts.Fatalf("%s holds no plan_id", args[0])
	}
	ts.Setenv("PLAN_ID", id)
}

// holdlock FILE holds a lock until the script ends, as another sync would.
func holdLock(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: holdlock file")
	}
	lock := flock.New(ts.MkAbs(args[0]), flock.SetFlag(os.O_RDONLY))
	locked, err := lock.TryLock()
	ts.Check(err)
	if !locked {
		ts.Fatalf("%s is locked already", args[0])
	}
	ts.Defer(func() { _ = lock.Unlock() })
}

// same FOLDER FOLDER reports whether both hold the same files, byte for byte, as
// far as the second has them.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: same folder folder")
	}
	entries, err := os.ReadDir(ts.MkAbs(args[1]))
	ts.Check(err)
	if len(entries) == 0 {
		ts.Fatalf("%s is empty", args[1])
	}
	for _, entry := range entries {
		if ts.ReadFile(filepath.Join(args[0], entry.Name())) != ts.ReadFile(filepath.Join(args[1], entry.Name())) {
			ts.Fatalf("%s differs", entry.Name())
		}
	}
}
