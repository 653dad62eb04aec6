package cli

import (
	"context"
	"io"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
)

// A pipe that nobody reads holds up whoever writes into it, and no context ends
// the write.
func TestACommandEndsThoughNobodyReadsWhatItPrints(t *testing.T) {
	for name, streams := range map[string]func(stuck io.Writer) (stdout, stderr io.Writer){
		"stdout": func(stuck io.Writer) (io.Writer, io.Writer) { return stuck, io.Discard },
		"stderr": func(stuck io.Writer) (io.Writer, io.Writer) { return io.Discard, stuck },
	} {
		for cause, arguments := range map[string][]string{
			"its time is over": {"check", "--offline", "--timeout", "1ms", "--date", "2026-01-01", "--plans", "../../plans.yaml"},
			"it is told to":    {"check", "--offline", "--date", "2026-01-01", "--plans", "../../plans.yaml"},
		} {
			t.Run(name+", "+cause, func(t *testing.T) {
				reader, writer := io.Pipe()
				ctx, stop := context.WithCancel(t.Context())
				if cause == "it is told to" {
					stop()
				}
				defer stop()
				exited, ended := make(chan ExitCode, 2), make(chan struct{})
				stdout, stderr := streams(writer)
				go func() {
					defer close(ended)
					Run(ctx, arguments, Environment{
						Getenv: func(string) string { return "" }, Stdout: stdout, Stderr: stderr, Clock: clock.System{}, Random: func() float64 { return 0 },
						Exit: func(code ExitCode) { exited <- code },
					})
				}()
				if code := <-exited; code != ExitFailed {
					t.Errorf("exit code %d", code)
				}
				reader.Close()
				<-ended
			})
		}
	}
}

func TestACommandThatEndsIsNotEnded(t *testing.T) {
	Run(t.Context(), []string{"check", "--offline", "--plans", "../../plans.yaml"}, Environment{
		Getenv: func(string) string { return "" }, Stdout: io.Discard, Stderr: io.Discard, Clock: clock.System{}, Random: func() float64 { return 0 },
		Exit: func(ExitCode) { t.Error("ended") }, Grace: time.Millisecond,
	})
}
