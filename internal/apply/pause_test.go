package apply_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// interrupted is a clock on which a wait of at least this long is cut short by
// the end of the run's context.
type interrupted struct {
	*clocktest.Clock
	wait   time.Duration
	cancel context.CancelCauseFunc
	times  *int
}

func (i interrupted) Sleep(ctx context.Context, duration time.Duration) error {
	if duration >= i.wait && ctx.Err() == nil {
		*i.times++
		i.cancel(errStop)
	}
	return i.Clock.Sleep(ctx, duration)
}

var errStop = errors.New("told to stop")

// interrupt stops the run in its first wait of at least this long.
func (w *world) interrupt(wait time.Duration, rows apply.Rows, set ...func(*apply.Options)) []apply.Outcome {
	w.Helper()
	ctx, cancel := context.WithCancelCause(w.Context())
	defer cancel(nil)
	times := 0
	w.time = interrupted{w.clock, wait, cancel, &times}
	outcomes, err := w.runIn(ctx, rows, set...)
	if !errors.Is(err, errStop) || times == 0 {
		w.Errorf("the run ended with %v after %d waits, want %v in a wait", err, times, errStop)
	}
	w.time = w.clock
	return outcomes
}

const notReached = " skipped | not reached: the run ended before"

func TestAStopDuringTheFixedPauseKeepsJobResults(t *testing.T) {
	w := newWorld(t, 2001)
	outcomes := w.interrupt(30*time.Second, updatesOf(1, 2001), fixed)
	if got := counts(outcomes); got[apply.Applied] != 2000 || got[apply.Skipped] != 1 {
		t.Errorf("outcomes %v, want 2000 applied and 1 skipped", got)
	}
}

func TestAStopDuringAPollKeepsWhatTheJobsDid(t *testing.T) {
	w := newWorld(t, 1)
	wantOutcomes(t, w.interrupt(time.Second, updatesOf(1, 1)), "update 1 applied | not read back")
}

func TestAStopDuringAnEndlessJobLeavesItUnknown(t *testing.T) {
	w := newWorld(t, 1, func(options *sandbox.Options) { options.JobDuration = time.Hour })
	wantOutcomes(t, w.interrupt(time.Second, updatesOf(1, 1)), "update 1 unknown | the run ended before the job did")
	if took := w.clock.Now().Sub(w.start); took > 9*time.Second {
		t.Errorf("the run took %s after it was told to stop, want 8 s of grace and a poll", took)
	}
}

func TestAStopWhileThrottledLeavesRowsUnreached(t *testing.T) {
	throttled := fault.Fault{Kind: fault.Status, Status: 429, RetryAfter: 40 * time.Second}
	for _, test := range []struct {
		route string
		rows  apply.Rows
		want  []string
	}{
		{updating, updatesOf(1, 2), []string{"update 1" + notReached, "update 2" + notReached}},
		{creating, createsOf(8, 9), []string{"create 8" + notReached, "create 9" + notReached}},
		{looking, updatesOf(1, 1), []string{"update 1" + notReached}},
	} {
		w := newWorld(t, 2)
		throttled.Route = test.route
		w.breaks(throttled)
		wantOutcomes(t, w.interrupt(40*time.Second, test.rows), test.want...)
	}
}

func TestAStopWhileOthersHoldTheSlotsLeavesRowsUnreached(t *testing.T) {
	w := newWorld(t, 1)
	w.breaks(fault.Fault{Route: updating, Kind: fault.Status, Status: 429, Body: `{"error":"TooManyJobs"}`})
	wantOutcomes(t, w.interrupt(5*time.Second, updatesOf(1, 1)), "update 1"+notReached)
}

func TestAStopDuringALostJobLooksAtItsRows(t *testing.T) {
	for job, want := range map[time.Duration]apply.Status{6 * time.Second: apply.Applied, time.Minute: apply.Unknown} {
		w := newWorld(t, 1, func(options *sandbox.Options) { options.JobDuration = job })
		w.breaks(fault.Fault{Route: updating, Kind: fault.DropAfter, Times: 1})
		outcomes := w.interrupt(time.Second, updatesOf(1, 1))
		if outcomes[0].Outcome != want {
			t.Errorf("a job of %s: outcome %v, want %s", job, outcomes[0], want)
		}
	}
}

func TestAStopWhileAnotherJobIsAwaitedWritesNothing(t *testing.T) {
	w := newWorld(t, 5)
	w.breaks(fault.Fault{Kind: fault.ForeignJob, Delay: time.Minute, Times: 1})
	outcomes := w.interrupt(time.Second, smallPlan())
	if got := counts(outcomes); got[apply.Skipped] != len(outcomes) || len(w.Audit()) != 0 {
		t.Errorf("outcomes %v, want all skipped", got)
	}
}

func TestAStopBetweenHalvesKeepsWhatWasDone(t *testing.T) {
	w := newWorld(t, 4)
	w.breaks(fault.Fault{Kind: fault.Poison, Row: nameOf(1), Status: 500})
	// The policy waits 1, 2, 4, 8 and 16 seconds for the whole chunk.
	outcomes := w.interrupt(8*time.Second, updatesOf(1, 4))
	if got := counts(outcomes); got[apply.Failed] != 4 || len(w.Audit()) != 0 {
		t.Errorf("outcomes %v, want all failed with Zendesk's words", outcomes)
	}
}

func TestAStopDuringTheReadBackDoesNotWait(t *testing.T) {
	w := newWorld(t, 2)
	w.breaks(fault.Fault{Kind: fault.ValueDropped, Row: nameOf(2)})
	rows := updatesOf(1, 2)
	rows.Creates = createsOf(8).Creates
	w.breaks(fault.Fault{Kind: fault.ValueCut, Row: string(accountID(8)), Field: "account_owner"})
	wantOutcomes(t, w.interrupt(29*time.Second, rows),
		"update 1 applied", "update 2 applied | not read back", "create 8 applied | not read back")
}

func TestAStopLooksTakenNamesUpAtOnce(t *testing.T) {
	w := newWorld(t, 1)
	nobody(w, seeking, "results")
	nobody(w, searching, "organizations")
	outcomes := w.interrupt(30*time.Second, createsOf(1, 2))
	wantFailed(t, outcomes[0], "Name: Account 1 has already been taken")
	wantOutcomes(t, outcomes[1:], "create 2 applied")
}

func TestAStopAfterALostCreateLooksItUp(t *testing.T) {
	w := newWorld(t, 0)
	w.breaks(fault.Fault{Route: creating, Kind: fault.DropAfter, Times: 1})
	wantOutcomes(t, w.interrupt(time.Millisecond, createsOf(1, 2)), "create 1 applied", "create 2"+notReached)
}

func TestAStopCompletesTheWriteInProgress(t *testing.T) {
	for route, rows := range map[string]apply.Rows{creating: createsOf(8), updating: updatesOf(1, 1)} {
		w := newWorld(t, 1)
		ctx, cancel := context.WithCancelCause(t.Context())
		w.arrives = func(arrived string) {
			if arrived == route {
				cancel(errStop)
			}
		}
		outcomes, err := w.runIn(ctx, rows)
		if outcomes[0].Outcome != apply.Applied || (err != nil && !errors.Is(err, errStop)) {
			t.Errorf("outcome %v, error %v; want applied", outcomes[0], err)
		}
		// Nothing had to be looked up, and the job's own result was read.
		if got := w.Requests(); got[searching] != 0 || got[looking] > 1 || (route == updating && outcomes[0].JobID == "") {
			t.Errorf("requests %v, outcome %v", got, outcomes[0])
		}
	}
}
