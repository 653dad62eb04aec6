package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
)

// closedPipe is a pipe whose reader has gone.
type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestResultsThatCannotBePrintedAreAFailure(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want ExitCode
	}{
		"done":             {nil, ExitFailed},
		"over a limit":     {&codedError{ExitLimit, errOverLimit}, ExitFailed},
		"rows left":        {&codedError{ExitLeft, errors.New("rows are left")}, ExitFailed},
		"an artifact":      {&artifact.Error{Name: "plan.json"}, ExitArtifact},
		"wrong usage":      {usageError(errors.New("wrong")), ExitUsage},
		"any other reason": {errors.New("broken"), ExitFailed},
	} {
		printed := &screen{to: closedPipe{}}
		for range 3 {
			if n, err := printed.Write([]byte("a line\n")); n != 7 || err != nil {
				t.Fatalf("%s: a write returns %d, %v", name, n, err)
			}
		}
		if got := exitCodeOf(printed.failed(test.err)); got != test.want {
			t.Errorf("%s: exit code %d, want %d", name, got, test.want)
		}
	}
	if err := (&screen{to: &bytes.Buffer{}}).failed(nil); err != nil {
		t.Errorf("a screen that works fails: %v", err)
	}
}

func TestEveryLineOfStandardErrorIsJSONWhenAskedFor(t *testing.T) {
	for _, arguments := range [][]string{
		{"compare", "--log-format", "json"},
		{"compare", "--log-format=json", "--nonsense"},
		{"--nonsense", "--log-format", "json"},
	} {
		var stderr bytes.Buffer
		folder := t.TempDir()
		code := Run(t.Context(), append(arguments, "--data-dir="+folder), Environment{
			Getenv: func(string) string { return "" }, Stdout: &bytes.Buffer{}, Stderr: &stderr, Clock: clocktest.New(time.Now()),
		})
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		var last map[string]any
		for _, line := range lines {
			if err := json.Unmarshal([]byte(line), &last); err != nil {
				t.Fatalf("%v: %q is not JSON", arguments, line)
			}
		}
		if last["level"] != "ERROR" || last["exit_code"] != float64(code) || last["msg"] == "" {
			t.Errorf("%v: the last line is %v, exit code %d", arguments, last, code)
		}
	}
}

func TestDurationsAreLoggedInSeconds(t *testing.T) {
	var out bytes.Buffer
	handler, err := logHandler(&out, "json", slog.LevelInfo)
	if err != nil {
		t.Fatal(err)
	}
	slog.New(handler).Info("waited", "duration", 1500*time.Millisecond)
	if !strings.Contains(out.String(), `"duration":1.5`) {
		t.Errorf("logged %s", out.String())
	}
}
