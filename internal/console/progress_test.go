package console

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
func progressOf(terminal bool) (*Progress, *clocktest.Clock, *bytes.Buffer) {
	clock := clocktest.New(time.Date(2026, time.June, 15, 10, 0, 0, 0, time.UTC))
	var out bytes.Buffer
	// Without the time of day, which is the machine's.
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, attribute slog.Attr) slog.Attr {
		if attribute.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return attribute
	}}))
	var line *Line
	if terminal {
		line = &Line{To: &out, Width: func() int { return 60 }}
	}
	return NewProgress(line, clock, logger), clock, &out
}

func TestProgressIsLoggedEveryTenSeconds(t *testing.T) {
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

func TestProgressOnATerminalIsErased(t *testing.T) {
	p, clock, out := progressOf(true)
	p.Expect(200)
	p.Update("reading organizations", 10)
	clock.Advance(100 * time.Millisecond)
	p.Update("reading organizations", 20)
	clock.Advance(1900 * time.Millisecond)
	p.Update("reading organizations", 50)
	p.End()
	const want = "\r\x1b[Kreading organizations: 10 of 200 (5%)" +
		"\r\x1b[Kreading organizations: 50 of 200 (25%), 25/s, 6s left" +
		"\r\x1b[K"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestProgressIsCutShortOfTheTerminal(t *testing.T) {
	p, clock, out := progressOf(true)
	p.Expect(1_000_000)
	clock.Advance(2 * time.Second)
	p.Update("carrying out a plan of the flow that has a long name", 123_456)
	if want := "\r\x1b[Kcarrying out a plan of the flow that has a long name: 1234…"; out.String() != want {
		t.Errorf("got %q, want %q", out, want)
	}
}

func TestWhatIsWrittenTakesThePlaceOfTheLine(t *testing.T) {
	p, _, out := progressOf(true)
	p.Update("reading organizations", 10)
	if _, err := p.line.Write([]byte("a warning\n")); err != nil {
		t.Fatal(err)
	}
	p.End()
	if want := "\r\x1b[Kreading organizations: 10\r\x1b[Ka warning\n"; out.String() != want {
		t.Errorf("got %q, want %q", out, want)
	}
}
