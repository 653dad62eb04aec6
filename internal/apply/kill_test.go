package apply_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// troubledPlan has a poison row, a value that is dropped, a job that dies and a
// create that is not kept.
func troubledPlan() apply.Rows {
	rows := updatesOf(1, 8)
	rows.Creates = createsOf(901, 902).Creates
	rows.Marks = marksOf(9, 12).Marks
	return rows
}

const (
	poisonRow  = 3
	droppedRow = 6
)

func newTroubledWorld(t *testing.T) *world {
	w := newWorld(t, 12, func(options *sandbox.Options) { options.JobDuration = 9 * time.Second })
	w.breaks(
		fault.Fault{Kind: fault.Poison, Row: nameOf(poisonRow), Status: 503},
		fault.Fault{Kind: fault.ValueDropped, Row: nameOf(droppedRow)},
		fault.Fault{Kind: fault.ValueCut, Row: string(accountID(902)), Field: "account_owner"},
		fault.Fault{Kind: fault.JobKilled, Row: nameOf(10), Times: 1},
	)
	return w
}

// everyKill calls check with a world in which a run of the troubled plan was
// killed at each of its requests; the sample takes every third.
func everyKill(t *testing.T, check func(t *testing.T, w *world, path string)) {
	for at, when := range []moment{beforeEffect, afterEffect} {
		first, step := 1, 1
		if !soak() {
			first, step = 1+at, 3
		}
		t.Run(string(when), func(t *testing.T) {
			t.Parallel()
			request := first
			for ; !t.Failed(); request += step {
				w := newTroubledWorld(t)
				path := filepath.Join(t.TempDir(), "sync.journal.jsonl")
				if !w.killAt(request, when, path) {
					break
				}
				check(t, w, path)
			}
			if request < 50 {
				t.Errorf("the plan came to its end before request %d", request)
			}
		})
	}
}

// killAt kills a run of the troubled plan at its nth request and leaves what a
// killed process leaves. It reports whether the run came so far.
func (w *world) killAt(request int, when moment, path string) bool {
	w.Helper()
	var left []byte
	ctx, cancel := context.WithCancelCause(w.Context())
	defer cancel(nil)
	w.atRequest(request, func(pass func()) {
		left = read(w, path)
		if when == afterEffect {
			pass()
		}
		w.setKilled(true)
		cancel(errKilled)
	})
	w.time = mortal{w.clock, w.killed}
	_, err := w.runPlan(ctx, troubledPlan(), path)
	w.revive()
	if left == nil {
		return false
	}
	if err == nil {
		w.Errorf("request %d: a killed run came to its end", request)
	}
	if err := os.WriteFile(path, left, 0o600); err != nil {
		w.Fatal(err)
	}
	return true
}

func (w *world) runPlan(ctx context.Context, rows apply.Rows, path string) ([]apply.Outcome, error) {
	w.Helper()
	journal, err := apply.OpenJournal(path, thisPlan)
	if err != nil {
		w.Fatal(err)
	}
	defer journal.Close()
	return w.runIn(ctx, rows, keep(journal))
}

// changesOf counts the writes of each organization that changed something.
func (w *world) changesOf() map[int64]int {
	changes := map[int64]int{}
	for _, write := range w.Audit() {
		if len(write.Changes) > 0 {
			changes[write.OrganizationID]++
		}
	}
	return changes
}

func TestAKilledTroubledRunIsCompletedByTheNext(t *testing.T) {
	everyKill(t, func(t *testing.T, w *world, path string) {
		var outcomes []apply.Outcome
		for range 2 {
			var err error
			if outcomes, err = w.runPlan(t.Context(), troubledPlan(), path); err != nil {
				t.Error(err)
			}
		}
		// Where the journal knows the create that was not kept, it stays one.
		others, kept := madeButNotKept(outcomes)
		if got := counts(others); got[apply.Applied] != 12-kept || got[apply.Failed] != 2 {
			t.Errorf("outcomes %v, want 2 failed beside the create", outcomes)
		}
		w.wantOrganizations(1, 901, 902)
		changes := w.changesOf()
		for id, count := range changes {
			if count != 1 {
				t.Errorf("organization %d was changed %d times", id, count)
			}
		}
		if len(changes) != 12 {
			t.Errorf("%d organizations were changed, want 12", len(changes))
		}
	})
}

func TestAKilledTroubledRunPutsNoOlderValueBack(t *testing.T) {
	everyKill(t, func(t *testing.T, w *world, path string) {
		rows := apply.Rows{}
		for n := 1; n <= 8; n++ {
			rows.Updates = append(rows.Updates, updateOf(n, change("account_owner", "before", "newer")))
		}
		outcomes, err := w.runPlan(t.Context(), rows, path+".newer")
		if err != nil {
			t.Error(err)
		}
		w.clock.Advance(time.Hour)
		for i, outcome := range outcomes {
			if outcome.Outcome == apply.Applied {
				w.wantOwner(i+1, "newer")
			}
		}
	})
}

func TestEveryOutcomeOfATroubledRunIsTrue(t *testing.T) {
	w := newTroubledWorld(t)
	outcomes, err := w.runPlan(t.Context(), troubledPlan(), journalPath(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, outcome := range outcomes {
		if !outcome.Unfinished() && len(outcome.Sent) == 0 {
			t.Errorf("%v names no field that was sent", outcome)
		}
	}
	wantOutcomes(t, outcomes[poisonRow-1:poisonRow], "update 3 failed | DatabaseDeadlock | "+outcomes[poisonRow-1].Description)
	wantOutcomes(t, outcomes[droppedRow-1:droppedRow], "update 6 failed | not kept: account_owner was sent as after and is before")
	if got := counts(outcomes); got[apply.Applied] != 11 {
		t.Errorf("outcomes %v, want 11 applied", got)
	}
}
