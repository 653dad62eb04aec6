package cli

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
)

// progressOf returns a progress that has just begun, its clock, and where it
// tells.
func progressOf(terminal bool) (*progress, *clocktest.Clock, *bytes.Buffer) {
	clock := clocktest.New(time.Date(2026, time.June, 15, 10, 0, 0, 0, time.UTC))
	var out bytes.Buffer
	// Without the time of day, which is the machine's.
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, attribute slog.Attr) slog.Attr {
		if attribute.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return attribute
	}}))
	return newProgress(&out, terminal, clock, logger), clock, &out
}

func TestProgressIsALineEveryTenSecondsWithTheExpectedEnd(t *testing.T) {
	p, clock, out := progressOf(false)
	p.Expect(1000)
	for second := range 25 {
		clock.Advance(time.Second)
		p.Update("reading organizations", (second+1)*20)
	}
	p.End()
	const want = `level=INFO msg="reading organizations" done=200 per_second=20 left=800 expected_end=10:00:50
level=INFO msg="reading organizations" done=400 per_second=20 left=600 expected_end=10:00:50
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestProgressSaysNoEndThatNobodyKnows(t *testing.T) {
	p, clock, out := progressOf(false)
	clock.Advance(10 * time.Second)
	p.Update("reading organizations", 50)
	if want := "level=INFO msg=\"reading organizations\" done=50 per_second=5\n"; out.String() != want {
		t.Errorf("got %q, want %q", out, want)
	}
}

// The count of an instance is approximate.
func TestProgressBeyondWhatWasExpectedHasNothingLeft(t *testing.T) {
	p, clock, out := progressOf(false)
	p.Expect(90)
	clock.Advance(10 * time.Second)
	p.Update("reading organizations", 100)
	if want := "left=0 expected_end=10:00:10\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("got %q, want it to end in %q", out, want)
	}
}

func TestProgressOnATerminalIsABarThatGoesAway(t *testing.T) {
	p, _, out := progressOf(true)
	p.Expect(200)
	p.Update("reading organizations", 50)
	if !strings.Contains(out.String(), "reading organizations") || !strings.Contains(out.String(), "25%") || !strings.Contains(out.String(), "50/200") {
		t.Errorf("the bar is %q", out)
	}
	out.Reset()
	p.End()
	if strings.Contains(out.String(), "reading") {
		t.Errorf("the bar stays: %q", out)
	}
}
