package apply_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// smallPlan has two creates, a chunk of updates and one of marks.
func smallPlan() apply.Rows {
	rows := updatesOf(1, 3)
	rows.Creates = createsOf(901, 902).Creates
	rows.Marks = marksOf(4, 5).Marks
	return rows
}

// moment says when, seen from the stand-in, a run ends.
type moment string

const (
	beforeEffect moment = "before the effect"
	afterEffect  moment = "after the effect"
)

// ending is one way to end a run at its nth request.
type ending struct {
	request int
	when    moment
	// journal says what a later run finds of the journal.
	journal journalLeft
	// job is how long jobs take.
	job time.Duration
}

type journalLeft string

const (
	journalKept journalLeft = "with the journal"
	journalCut  journalLeft = "with a journal whose last line is cut"
	journalGone journalLeft = "without the journal"
)

// soak reports whether everything is to be run, and not a sample of it.
func soak() bool { return os.Getenv("ZDSYNC_SOAK") == "1" }

// everyEnding calls check for each request of the small plan, until the plan
// comes to its end before it. The sample takes every fourth, another one for
// each way to end.
func everyEnding(t *testing.T, check func(t *testing.T, at ending) (reached bool)) {
	ways := 0
	// The second outlasts the grace of a run that is told to stop.
	for _, job := range []time.Duration{6 * time.Second, 10 * time.Second} {
		for _, journal := range []journalLeft{journalKept, journalCut, journalGone} {
			for _, when := range []moment{beforeEffect, afterEffect} {
				name := fmt.Sprintf("%s, %s, jobs of %s", when, journal, job)
				ways++
				first, step := 1, 1
				if !soak() {
					first, step = 1+ways%4, 4
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					request := first
					for check(t, ending{request, when, journal, job}) && !t.Failed() {
						request += step
					}
					if request < 16 {
						t.Errorf("the plan came to its end before request %d", request)
					}
				})
			}
		}
	}
}

func newWorldOfJobs(t *testing.T, job time.Duration) *world {
	return newWorld(t, 5, func(options *sandbox.Options) { options.JobDuration = job })
}

func TestAStoppedRunIsCompletedByTheNext(t *testing.T) {
	everyEnding(t, func(t *testing.T, at ending) bool {
		w := newWorldOfJobs(t, at.job)
		path := filepath.Join(t.TempDir(), "sync.journal.jsonl")
		stop := errors.New("told to stop")
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		reached := false
		w.atRequest(at.request, func(pass func()) {
			reached = true
			if at.when == afterEffect {
				pass()
			}
			cancel(stop)
			if at.when == beforeEffect {
				pass()
			}
		})
		outcomes, err := w.runWithJournal(ctx, path)
		if reached && err != nil && !errors.Is(err, stop) {
			t.Errorf("request %d: the run ended with %v, want %v", at.request, err, stop)
		}
		w.wantTruth(outcomes)
		w.complete(path, at)
		return reached
	})
}

// mortal is a clock that stands still once its process was killed. What such a
// run still does reaches neither the stand-in nor the journal it leaves.
type mortal struct {
	*clocktest.Clock
	diedJobs func() bool
}

var errKilled = errors.New("killed")

func (m mortal) Sleep(ctx context.Context, duration time.Duration) error {
	if m.diedJobs() {
		return errKilled
	}
	return m.Clock.Sleep(ctx, duration)
}

func TestAKilledRunIsCompletedByTheNext(t *testing.T) {
	everyEnding(t, func(t *testing.T, at ending) bool {
		w := newWorldOfJobs(t, at.job)
		path := filepath.Join(t.TempDir(), "sync.journal.jsonl")
		var left []byte
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		w.atRequest(at.request, func(pass func()) {
			// What is on the disk now is what a killed process leaves.
			left = read(t, path)
			if at.when == afterEffect {
				pass()
			}
			w.setKilled(true)
			cancel(errKilled)
		})
		w.time = mortal{w.clock, w.killed}
		_, err := w.runWithJournal(ctx, path)
		if left == nil {
			return false
		}
		if err == nil {
			t.Errorf("request %d: a killed run came to its end", at.request)
		}
		w.revive()
		if err := os.WriteFile(path, left, 0o600); err != nil {
			t.Fatal(err)
		}
		w.complete(path, at)
		return true
	})
}

// complete runs the plan again, until nothing is left, and once more.
func (w *world) complete(path string, at ending) {
	w.Helper()
	switch at.journal {
	case journalGone:
		_ = os.Remove(path)
	case journalCut:
		content := append(read(w, path), `{"outcome":{"action":"upda`...)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			w.Fatal(err)
		}
	}
	for again := range 2 {
		written := len(w.Audit())
		outcomes, err := w.runWithJournal(w.Context(), path)
		if got := counts(outcomes)[apply.Applied]; err != nil || got != len(outcomes) {
			w.Errorf("%v: run %d after it applied %d of %d rows: %v", at, again+1, got, len(outcomes), err)
		}
		if wrote := len(w.Audit()) - written; again > 0 && wrote > 0 {
			w.Errorf("%v: %d writes when all was done", at, wrote)
		}
	}
	w.wantOrganizations(1, 901, 902)
	writes := map[int64]int{}
	for _, write := range w.Audit() {
		writes[write.OrganizationID]++
	}
	for id, count := range writes {
		if count != 1 {
			w.Errorf("%v: organization %d was written %d times", at, id, count)
		}
	}
	if len(writes) != 7 {
		w.Errorf("%v: %d organizations were written, want 7", at, len(writes))
	}
}

// wantTruth checks that what is called applied is, and that what was not
// reached was not written.
func (w *world) wantTruth(outcomes []apply.Outcome) {
	w.Helper()
	written := map[int64]bool{}
	for _, write := range w.Audit() {
		written[write.OrganizationID] = true
	}
	for _, outcome := range outcomes {
		switch {
		case outcome.Outcome == apply.Applied && !written[outcome.ID]:
			w.Errorf("%s of %d is called applied and is not", outcome.Action, outcome.ID)
		case outcome.Reason == apply.NotReached && written[outcome.ID]:
			w.Errorf("%s of %d is called not reached and was written", outcome.Action, outcome.ID)
		}
	}
}

func (w *world) runWithJournal(ctx context.Context, path string) ([]apply.Outcome, error) {
	w.Helper()
	journal, err := apply.OpenJournal(path, "0123456789abcdef")
	if err != nil {
		w.Fatal(err)
	}
	defer journal.Close()
	return w.runIn(ctx, smallPlan(), func(options *apply.Options) { options.Journal = journal })
}

// atRequest hands the nth request from now to the function, which passes it to
// the stand-in or does not.
func (w *world) atRequest(n int, strike func(pass func())) {
	count := 0
	w.serves = func(next http.Handler, writer http.ResponseWriter, request *http.Request) {
		if w.killed() {
			panic(http.ErrAbortHandler)
		}
		if count++; count != n {
			next.ServeHTTP(writer, request)
			return
		}
		whole := httptest.NewRecorder()
		strike(func() { next.ServeHTTP(whole, request) })
		if w.killed() {
			panic(http.ErrAbortHandler)
		}
		for key, values := range whole.Header() {
			writer.Header()[key] = values
		}
		writer.WriteHeader(whole.Code)
		_, _ = writer.Write(whole.Body.Bytes())
	}
}

// revive lets later runs reach the stand-in.
func (w *world) revive() {
	w.setKilled(false)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serves, w.time = nil, w.clock
}

func (w *world) setKilled(dead bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.diedJobs = dead
}

func (w *world) killed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.diedJobs
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
