package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

func TestResultsThatCannotBePrintedAreAFailure(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want ExitCode
	}{
		"done":             {nil, ExitFailed},
		"over a limit":     {&stage.OverLimitError{}, ExitFailed},
		"rows left":        {&stage.UnfinishedError{}, ExitFailed},
		"an artifact":      {&artifact.Error{Name: "plan.json"}, ExitArtifact},
		"wrong usage":      {usageError(errors.New("wrong")), ExitUsage},
		"any other reason": {errors.New("broken"), ExitFailed},
	} {
		if got := exitCodeOf(printedOr(os.ErrClosed, test.err)); got != test.want {
			t.Errorf("%s: exit code %d, want %d", name, got, test.want)
		}
	}
	if err := printedOr(nil, nil); err != nil {
		t.Errorf("what was printed fails: %v", err)
	}
}

func TestStandardErrorIsJSONWhenAskedFor(t *testing.T) {
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
