package readme

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// hourly is the folder of docs/hourly.sh, what its runs print, and what was
// posted.
type hourly struct {
	t           *testing.T
	folder      string
	environment map[string]string
	posted      []string
}

func startHourly(t *testing.T) *hourly {
	t.Helper()
	h := &hourly{t: t, folder: t.TempDir()}
	plans, err := os.ReadFile(filepath.Join(root, "plans.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(h.folder, "plans.yaml"), string(plans))
	world := data.Curated(time.Now().UTC())
	served, err := sandbox.Start(sandbox.Options{World: world, JobDuration: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { served.Close() })
	listening := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.posted = append(h.posted, string(body))
	}))
	t.Cleanup(listening.Close)
	h.environment = served.Environment()
	write(t, filepath.Join(h.folder, "protected.txt"), strings.Join(world.Protected, "\n"))
	h.environment["ZDSYNC_PROTECTED_IDS_FILE"] = "protected.txt"
	h.environment["SLACK_WEBHOOK_URL"] = listening.URL + "/services/x"
	return h
}

// run runs the script as cron does, with next to no environment.
func (h *hourly) run() (output string, code int) {
	h.t.Helper()
	write(h.t, filepath.Join(h.folder, "env"), strings.Join(sandbox.Lines(h.environment), "\n")+"\n")
	script, err := filepath.Abs(filepath.Join(root, "docs/hourly.sh"))
	if err != nil {
		h.t.Fatal(err)
	}
	command := exec.CommandContext(h.t.Context(), script, h.folder)
	command.Env = environment(h.t, "/usr/bin:/bin")
	printed, err := command.CombinedOutput()
	if err != nil && command.ProcessState == nil {
		h.t.Fatal(err)
	}
	return string(printed), command.ProcessState.ExitCode()
}

func TestTheHourlyScriptReportsOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	h := startHourly(t)
	for _, test := range []struct {
		rule, printed string
		code, posts   int
		change        func()
	}{
		{"the first run tells totals", "without an earlier run to compare with", 0, 1, func() {}},
		{"a loss that waited is told", "1 new: *Agency without its Exception* premium → expired", 0, 2, func() {}},
		{"then there are no news", "", 0, 2, func() {}},
		{"one that fails is told", "salesforce partner failed", 1, 3, func() { h.environment["SALESFORCE_CLIENT_SECRET"] = "wrong" }},
	} {
		test.change()
		printed, code := h.run()
		if code != test.code || !strings.Contains(printed, test.printed) || (test.printed == "") != (printed == "") || len(h.posted) != test.posts {
			log, _ := os.ReadFile(filepath.Join(h.folder, "log"))
			t.Fatalf("%s: exit code %d, %d posted, it printed %q\n%s", test.rule, code, len(h.posted), printed, log)
		}
	}
	for _, name := range []string{"log", "runs", "last/global/plan.json"} {
		if _, err := os.Stat(filepath.Join(h.folder, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestTheHourlyScriptRunsOnceAtATime(t *testing.T) {
	t.Parallel()
	h := startHourly(t)
	held := exec.CommandContext(t.Context(), "flock", filepath.Join(h.folder, "lock"), "sh", "-c", "echo held; cat")
	input, err := held.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := held.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := held.Start(); err != nil {
		t.Fatal(err)
	}
	var word string
	if _, err := fmt.Fscan(output, &word); err != nil {
		t.Fatal(err)
	}
	printed, code := h.run()
	if code != 1 || !strings.Contains(printed, "the run before is still going") {
		t.Errorf("exit code %d, it printed %q", code, printed)
	}
	input.Close()
	if err := held.Wait(); err != nil {
		t.Error(err)
	}
}
