package apply_test

import (
	"slices"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

func fixed(options *apply.Options) { options.Pace = apply.Fixed }

func TestAtMostTwentyJobsAreOutstanding(t *testing.T) {
	w := newWorld(t, 2500)
	w.done(updatesOf(1, 2500))
	if got := w.MaxOutstandingJobs(); got != 20 {
		t.Errorf("%d jobs were outstanding, want 20", got)
	}
	// Twenty at once, six seconds of work, five more.
	at := w.requestsAt(updating)
	want := append(slices.Repeat([]time.Duration{0}, 20), slices.Repeat([]time.Duration{6 * time.Second}, 5)...)
	if !slices.Equal(at, want) {
		t.Errorf("jobs were sent at %v, want %v", at, want)
	}
}

func TestOneDoneJobMakesRoomForOne(t *testing.T) {
	w := newWorld(t, 2200)
	sent := 0
	w.arrives = func(route string) {
		// Each job takes half a second to send, so they end one by one.
		if route == updating {
			sent++
			w.clock.Advance(500 * time.Millisecond)
		}
	}
	w.done(updatesOf(1, 2200))
	if got := w.MaxOutstandingJobs(); got > 20 {
		t.Errorf("%d jobs were outstanding, want 20 at most", got)
	}
	if took := w.clock.Now().Sub(w.start); took > 22*time.Second {
		t.Errorf("the run took %s, want no more than 22 s: 11 to send, 6 of work, polls", took)
	}
}

func TestFixedPacePausesAfterEveryTwentiethJob(t *testing.T) {
	const pause = 30 * time.Second
	for _, test := range []struct {
		name           string
		updates, marks int
		want           []time.Duration
	}{
		{"none after the last", 2000, 0, slices.Repeat([]time.Duration{0}, 20)},
		{"updates and marks counted together", 1950, 100, append(slices.Repeat([]time.Duration{0}, 20), pause)},
		{
			"after the fortieth", 3950, 101,
			append(append(slices.Repeat([]time.Duration{0}, 20), slices.Repeat([]time.Duration{pause}, 20)...), 2*pause, 2*pause),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, test.updates+test.marks)
			rows := updatesOf(1, test.updates)
			rows.Marks = marksOf(test.updates+1, test.updates+test.marks).Marks
			outcomes := w.done(rows, fixed)
			if got := counts(outcomes)[apply.Applied]; got != test.updates+test.marks {
				t.Errorf("%d rows are applied, want all", got)
			}
			if at := w.requestsAt(updating); !slices.Equal(at, test.want) {
				t.Errorf("jobs were sent at %v, want %v", at, test.want)
			}
		})
	}
}

func TestTheFixedPaceReadsResultsBeforeZendeskForgetsThem(t *testing.T) {
	w := newWorld(t, 2100, func(options *sandbox.Options) { options.JobRetention = 25 * time.Second })
	w.FailOrganization(organizationID(1), "OrganizationUpdateFailed", "Owner:  is unwanted")
	outcomes := w.done(updatesOf(1, 2100), fixed)
	wantOutcomes(t, outcomes[:1], "update 1 failed | OrganizationUpdateFailed | Owner:  is unwanted")
}

// paced carries out so many updates and returns when the last job was queued and
// when the last outcome was known.
func paced(t testing.TB, updates int, pace apply.Pace) (queued, known time.Duration) {
	w := newWorld(t, updates)
	outcomes := w.done(updatesOf(1, updates), func(options *apply.Options) { options.Pace = pace })
	if got := counts(outcomes)[apply.Applied]; got != updates {
		t.Errorf("%d rows are applied, want all", got)
	}
	sent := w.requestsAt(updating)
	return sent[len(sent)-1], w.clock.Now().Sub(w.start)
}

func TestAdaptivePaceIsThreeTimesFasterThanFixed(t *testing.T) {
	for _, test := range []struct {
		pace          apply.Pace
		queued, known time.Duration
	}{
		{apply.Adaptive, 6 * time.Second, 12 * time.Second},
		{apply.Fixed, 30 * time.Second, 36 * time.Second},
	} {
		queued, known := paced(t, 4000, test.pace)
		if queued != test.queued || known != test.known {
			t.Errorf("%s: all queued after %s, last outcome after %s; want %s and %s", test.pace, queued, known, test.queued, test.known)
		}
	}
}

// BenchmarkPace reports, in seconds of a driven clock and jobs of six seconds,
// how long 6,000 updates take.
func BenchmarkPace(b *testing.B) {
	for _, pace := range []apply.Pace{apply.Adaptive, apply.Fixed} {
		b.Run(string(pace), func(b *testing.B) {
			var queued, known time.Duration
			for b.Loop() {
				queued, known = paced(b, 6000, pace)
			}
			b.ReportMetric(queued.Seconds(), "s-all-queued")
			b.ReportMetric(known.Seconds(), "s-last-outcome")
		})
	}
}
