package apply_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

func TestCreatesThenUpdatesThenMarks(t *testing.T) {
	w := newWorld(t, 300)
	rows := updatesOf(1, 201)
	rows.Marks = marksOf(202, 300).Marks
	rows.Creates = createsOf(901, 902).Creates
	outcomes := w.done(rows)
	if got := counts(outcomes)[apply.Applied]; got != 302 {
		t.Errorf("%d rows are applied, want 302", got)
	}
	var kinds []string
	jobs := map[string]string{}
	for _, write := range w.Audit() {
		switch {
		case write.Action == sandbox.Create:
			kinds = append(kinds, "create")
		case jobs[write.JobID] == "":
			jobs[write.JobID] = "job"
			kinds = append(kinds, fmt.Sprintf("job of %d", rowsOf(w, write.JobID)))
			if _, marks := write.Changes["mark_for_deletion"]; marks {
				kinds[len(kinds)-1] += " marks"
			}
		}
	}
	want := []string{"create", "create", "job of 100", "job of 100", "job of 1", "job of 99 marks"}
	if !slices.Equal(kinds, want) {
		t.Errorf("writes in the order %q, want %q", kinds, want)
	}
}

func rowsOf(w *world, jobID string) int {
	count := 0
	for _, write := range w.Audit() {
		if write.JobID == jobID {
			count++
		}
	}
	return count
}

func TestMarksWaitUntilAllUpdatesAreQueued(t *testing.T) {
	w := newWorld(t, 2)
	rows := updatesOf(1, 1)
	rows.Marks = marksOf(2, 2).Marks
	w.done(rows)
	if at := w.requestsAt(updating); !slices.Equal(at, []time.Duration{0, 0}) {
		t.Errorf("jobs were sent at %v, want both at once", at)
	}
}

func TestOnlyTheChosenActionsAreCarriedOut(t *testing.T) {
	w := newWorld(t, 2)
	rows := updatesOf(1, 1)
	rows.Marks = marksOf(2, 2).Marks
	rows.Creates = createsOf(9).Creates
	outcomes := w.done(rows, func(options *apply.Options) { options.Only = []plan.Action{plan.ActionMark} })
	wantOutcomes(t, outcomes,
		"update 1 skipped | not selected (--only)",
		"mark_for_deletion 2 applied",
		"create 9 skipped | not selected (--only)")
	if writes := w.Audit(); len(writes) != 1 {
		t.Errorf("%d writes, want 1", len(writes))
	}
}

func TestAChunkCostsTwoLooksAndOneJob(t *testing.T) {
	w := newWorld(t, 200)
	w.done(updatesOf(1, 200))
	// A job takes six seconds.
	w.wantRequests(map[string]int{jobsList: 1, looking: 2 + 2, updating: 2, polling: 6})
	last := -time.Second
	for _, at := range w.requestsAt(polling) {
		if at-last < time.Second {
			t.Errorf("polls at %s and %s", last, at)
		}
		last = at
	}
}

func TestAFinishedPlanCostsOneReadPerChunk(t *testing.T) {
	w := newWorld(t, 150)
	w.done(updatesOf(1, 150))
	before := w.Requests()
	outcomes := w.done(updatesOf(1, 150))
	if got := counts(outcomes)[apply.Applied]; got != 150 {
		t.Errorf("%d rows are applied, want 150", got)
	}
	after := w.Requests()
	if after[looking]-before[looking] != 2 || after[updating] != before[updating] || after[polling] != before[polling] {
		t.Errorf("requests went from %v to %v, want two looks more", before, after)
	}
}

func TestTheProgressTellsEveryRowOnce(t *testing.T) {
	w := newWorld(t, 3)
	var told []int
	w.done(updatesOf(1, 3), func(options *apply.Options) {
		options.Progress = func(done, all int) { told = append(told, done*10+all) }
	})
	if !slices.Equal(told, []int{13, 23, 33}) {
		t.Errorf("progress %v, want 1, 2 and 3 of 3", told)
	}
}

func TestADryRunLooksAndWritesNothing(t *testing.T) {
	w := newWorld(t, 3)
	w.Edit(organizationID(2), func(o *sandbox.Organization) { o.Fields["account_owner"] = "after" })
	w.Insert(sandbox.Organization{Name: "Account 8 by hand", Fields: map[string]any{"salesforce_id": string(accountID(8))}})
	rows := updatesOf(1, 2)
	rows.Marks = marksOf(3, 3).Marks
	rows.Creates = createsOf(8, 9).Creates
	outcomes := w.done(rows, func(options *apply.Options) { options.DryRun, options.ListFirst = true, true })
	wantOutcomes(t, outcomes,
		"update 1 planned", "update 2 applied | already as planned", "mark_for_deletion 3 planned",
		"create 8 applied | already as planned", "create 9 planned")
	if writes := w.Audit(); len(writes) != 0 {
		t.Errorf("a dry run wrote %v", writes)
	}
}

func TestARunStoppedAtOnceSendsNothing(t *testing.T) {
	w := newWorld(t, 1)
	stop := errors.New("told to stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stop)
	outcomes, err := w.runIn(ctx, updatesOf(1, 1))
	if !errors.Is(err, stop) {
		t.Errorf("the run ended with %v, want %v", err, stop)
	}
	wantOutcomes(t, outcomes, "update 1 skipped | not reached: the run ended before")
	w.wantRequests(map[string]int{})
}
