package console

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"
)

// closedPipe is a pipe whose reader has gone.
type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestAScreenNobodyReadsStopsNothing(t *testing.T) {
	screen := &Screen{To: closedPipe{}}
	for range 3 {
		if n, err := screen.Write([]byte("a line\n")); n != 7 || err != nil {
			t.Fatalf("a write returns %d, %v", n, err)
		}
	}
	if !errors.Is(screen.Err, os.ErrClosed) {
		t.Errorf("the failure is %v", screen.Err)
	}
	var out bytes.Buffer
	screen = &Screen{To: &out}
	if _, err := screen.Write([]byte("a line\n")); err != nil || screen.Err != nil || out.String() != "a line\n" {
		t.Errorf("wrote %q, %v, %v", out.String(), err, screen.Err)
	}
}

func TestDurationsAreLoggedInSeconds(t *testing.T) {
	var out bytes.Buffer
	handler, err := LogHandler(&out, "json", slog.LevelInfo)
	if err != nil {
		t.Fatal(err)
	}
	slog.New(handler).Info("waited", "duration", 1500*time.Millisecond)
	if !strings.Contains(out.String(), `"duration":1.5`) {
		t.Errorf("logged %s", out.String())
	}
}
