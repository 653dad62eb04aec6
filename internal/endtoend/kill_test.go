package endtoend

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// recovery is what a run after a kill finds of the one before.
type recovery string

const (
	withJournal    recovery = "with its journal"
	withoutJournal recovery = "without its journal"
	freshFolder    recovery = "in a fresh folder that holds the plan alone"
)

func recoveries() []recovery { return []recovery{withJournal, withoutJournal, freshFolder} }

// killFixture is one instance, the plan for it and the program that carries it
// out, all on the hurried clock.
type killFixture struct {
	t           *testing.T
	sandbox     *sandbox.Sandbox
	zendesk     *killingProxy
	clock       hurriedClock
	environment map[string]string
	folder      string
	planned     plannedRows
}

// Whenever sync dies, the next run applies every row once: none twice, none
// missed, and no account gets a second organization.
func TestKilledSyncRunAgainAppliesEveryRowOnce(t *testing.T) {
	t.Parallel()
	whole := newKillFixture(t)
	requests := whole.requestsOfOneRun()
	whole.check()

	kills := 6
	if soak() {
		kills = 120
	}
	t.Cleanup(func() { t.Logf("%d kills over %d requests", kills, requests) })
	for kill := range kills {
		after := 1 + kill*(requests-1)/(kills-1)
		// Every moment meets every recovery, all over the run.
		at := moments()[(kill+kill/len(recoveries()))%len(moments())]
		again := recoveries()[kill%len(recoveries())]
		t.Run(fmt.Sprintf("request %d, %s, again %s", after, at, again), func(t *testing.T) {
			t.Parallel()
			stage := newKillFixture(t)
			stage.killSync(after, at)
			stage.recover(again)
			stage.finishSync()
			stage.check()
		})
	}
}

// newKillFixture serves a world of some hundred rows and makes its plan.
func newKillFixture(t *testing.T) *killFixture {
	t.Helper()
	today := time.Now().UTC()
	shared := hurriedClock{today}
	served, err := sandbox.Start(sandbox.Options{World: busyWorld(today), JobDuration: 4 * time.Second, Now: shared.Now, Wait: shared.Sleep})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { served.Close() })
	s := &killFixture{
		t: t, sandbox: served, clock: shared, folder: t.TempDir(),
		zendesk: &killingProxy{next: served.Global}, environment: maps.Clone(served.Environment()),
	}
	front := httptest.NewServer(s.zendesk)
	t.Cleanup(front.Close)
	s.environment["ZENDESK_GLOBAL_URL"] = front.URL
	// Also when midnight passes, everything is of one day.
	s.environment["ZDSYNC_DATE"] = today.Format(time.DateOnly)
	s.environment["ZDSYNC_MAX_UPDATES"] = "100%"
	for _, command := range partnerStagesWithOwners() {
		s.run(command)
	}
	s.planned = readPlannedRows(t, s.folder)
	if p := s.planned; len(p.creates) < 12 || len(p.updates) < 210 || len(p.marks) < 6 {
		t.Fatalf("the world is too quiet to show anything: the plan has %d creates, %d updates and %d marks", len(p.creates), len(p.updates), len(p.marks))
	}
	return s
}

// busyWorld has partners without an organization, organizations whose partner
// is gone, and several hundred that differ.
func busyWorld(today time.Time) data.World {
	world := data.Generate(data.Options{Accounts: 5, Partners: 300, Seed: 7, Today: today, Changed: 0.8})
	missing, gone := map[string]bool{}, map[string]bool{}
	for i, account := range world.Accounts {
		if account.Type == "Partner" {
			missing[account.ID] = i%25 == 0
			gone[account.ID] = i%40 == 1
		}
	}
	world.Global = slices.DeleteFunc(world.Global, func(o data.Organization) bool {
		id, _ := o.Fields["salesforce_id"].(string)
		return missing[id]
	})
	world.Accounts = slices.DeleteFunc(world.Accounts, func(a *data.Account) bool { return gone[a.ID] })
	return world
}

// run runs a stage other than sync, which needs no process of its own.
func (s *killFixture) run(command string) {
	s.t.Helper()
	var output bytes.Buffer
	code := cli.Run(context.Background(), append(strings.Fields(command), "--data-dir", s.folder), cli.Environment{
		Getenv: func(name string) string { return s.environment[name] }, Stdout: &output, Stderr: &output,
		Clock: s.clock, Random: func() float64 { return 0 }, Version: "test", Policy: transport.DefaultPolicy(),
	})
	if code != cli.ExitDone {
		s.t.Fatalf("%s: exit code %d\n%s", command, code, output.String())
	}
}

// sync is the program in a process of its own.
func (s *killFixture) sync() *exec.Cmd {
	command := exec.CommandContext(s.t.Context(), os.Args[0], "sync", "partner", "--data-dir", s.folder)
	command.Env = append(sandbox.Lines(s.environment), hurriedVariable+"="+s.clock.since.Format(time.RFC3339Nano))
	return command
}

// requestsOfOneRun lets sync end, and returns how many requests that takes at
// least: how often jobs are polled depends on the machine.
func (s *killFixture) requestsOfOneRun() int {
	s.t.Helper()
	s.zendesk.aim(nil)
	s.finishSync()
	return s.zendesk.requests() - s.sandbox.Requests()["global"]["GET /api/v2/job_statuses/show_many"] + 1
}

func (s *killFixture) finishSync() {
	s.t.Helper()
	if output, err := s.sync().CombinedOutput(); err != nil {
		s.t.Fatalf("sync: %v\n%s", err, output)
	}
}

// killSync runs sync and kills it at a request.
func (s *killFixture) killSync(after int, at moment) {
	s.t.Helper()
	command := s.sync()
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		s.t.Fatal(err)
	}
	target := &killTarget{process: command.Process, dead: make(chan struct{}), after: after, at: at}
	s.zendesk.aim(target)
	err := command.Wait()
	close(target.dead)
	s.zendesk.aim(nil)
	if command.ProcessState.ExitCode() != -1 {
		s.t.Fatalf("sync was not killed at request %d: %v\n%s", after, err, output.String())
	}
}

// recover makes the folder what the next run finds.
func (s *killFixture) recover(again recovery) {
	s.t.Helper()
	switch again {
	case withoutJournal:
		if err := os.RemoveAll(filepath.Join(s.folder, "partner", "sync.journal.jsonl")); err != nil {
			s.t.Fatal(err)
		}
	case freshFolder:
		fresh := s.t.TempDir()
		if err := os.Mkdir(filepath.Join(fresh, "partner"), 0o700); err != nil {
			s.t.Fatal(err)
		}
		for _, name := range []string{"creates.json", "updates.json", "not_in_sync.json", "plan.json"} {
			if err := os.Rename(filepath.Join(s.folder, "partner", name), filepath.Join(fresh, "partner", name)); err != nil {
				s.t.Fatal(err)
			}
		}
		s.folder = fresh
	}
}
