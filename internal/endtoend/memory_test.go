package endtoend

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
)

// hugeAnswer is how long the answers are, in bytes.
const hugeAnswer = 64 << 20

// huge answers with the beginning, the filling as often as it takes, and the
// end.
func huge(status int, beginning, filling, end string) forgery {
	chunk := []byte(strings.Repeat(filling, 1<<20/len(filling)))
	return func(w http.ResponseWriter, _ *http.Request, _ func() *httptest.ResponseRecorder) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(beginning))
		for range hugeAnswer / len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return true
			}
		}
		_, _ = w.Write([]byte(end))
		return true
	}
}

// hugeAnswers are what a service may go mad with: one text, many small records
// in every list that is read, spaces, errors without end.
func hugeAnswers() map[string]forgery {
	const lists = `{"totalSize":9,"done":true,"count":{"value":9},"meta":{"has_more":false},"%s":[{}`
	return map[string]forgery{
		"a text":         huge(200, `{"name":"`, "a customer's name ", `"}`),
		"spaces":         huge(200, " ", " ", "{}"),
		"records":        huge(200, fmt.Sprintf(lists, "records"), ",{}", "]}"),
		"organizations":  huge(200, fmt.Sprintf(lists, "organizations"), `,{"id":1}`, "]}"),
		"fields":         huge(200, fmt.Sprintf(lists, "organization_fields"), ",{}", "]}"),
		"jobs":           huge(200, fmt.Sprintf(lists, "job_statuses"), ",{}", "]}"),
		"a list":         huge(200, `{"errors":[0`, ",0", "]}"),
		"errors":         huge(422, `{"error":"RecordInvalid","details":{"name":[{}`, ",{}", "]}}"),
		"error lists":    huge(500, `[{"errorCode":"A"}`, `,{}`, "]"),
		"YAML":           huge(200, "- a\n", "- a\n", ""),
		"an HTML page":   huge(203, "<html>", "<p>a customer's name</p>", "</html>"),
		"numbers nested": huge(200, `{"organizations":[{"id":1,"organization_fields":{"a":[`, "[1],", "1]}}]}"),
	}
}

// mostMemory is what a stage may take, in bytes; the race detector takes
// several times what it watches.
func mostMemory() int64 {
	build, ok := debug.ReadBuildInfo()
	if ok && slices.Contains(build.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		return 1600 << 20
	}
	return 400 << 20
}

func TestHugeAnswersTakeNoMoreMemoryThanTheyMay(t *testing.T) {
	options := smallWorld()
	// The process has a clock of its own: jobs are done at once.
	options.JobDuration = -1
	t.Parallel()
	w := startHostileWith(t, options)
	w.must("compare global")
	routes := append(hostileRoutes(), struct{ command, service, method, ending string }{"sync global --only updates", "global", "GET", "/job_statuses/show_many"})
	// Neither divides the number of answers, so each of them meets some routes.
	number, every := 0, 49
	if soak() {
		every = 5
	}
	answers := hugeAnswers()
	for _, route := range routes {
		for _, name := range slices.Sorted(maps.Keys(answers)) {
			if number++; number%every != 0 {
				continue
			}
			for _, f := range w.forgers {
				f.begin(nil)
			}
			w.forgers[route.service].begin(on(route.method, route.ending, answers[name]))
			w.withinMemory(route.command, fmt.Sprintf("%s from %s %s", name, route.method, route.ending))
		}
	}
}

// withinMemory runs the command in a process of its own, and looks at what it
// took and left.
func (w *hostileWorld) withinMemory(command, what string) {
	w.t.Helper()
	child := exec.CommandContext(w.t.Context(), os.Args[0], append(strings.Fields(command), "--data-dir", w.folder, "--timeout", "10s")...)
	if strings.HasPrefix(command, "sync") {
		child.Args = append(child.Args, "--allow-stale")
	} else {
		child.Args = append(child.Args, "--date", "2026-11-21")
	}
	child.Env = append(sandbox.Lines(w.environment), impatientVariable+"=1")
	var output bytes.Buffer
	child.Stdout, child.Stderr = &output, &output
	if err := child.Start(); err != nil {
		w.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		// The exit code is not what this test is about.
		_ = child.Wait()
	}()
	peak := watchMemory(child.Process.Pid, ended)
	w.t.Logf("%s: %s took %d MB", what, command, peak>>20)
	if peak > mostMemory() {
		w.t.Errorf("more than %d MB", mostMemory()>>20)
	}
	if output.Len() > 100_000 {
		w.t.Errorf("%s: %s printed %d bytes", what, command, output.Len())
	}
	for name, content := range w.everyFile() {
		if len(content) > 1<<20 {
			w.t.Errorf("%s: %s left %d bytes in %s", what, command, len(content), name)
		}
	}
}

// watchMemory returns the highest resident memory of the process until it ends.
func watchMemory(process int, ended <-chan struct{}) (peak int64) {
	for {
		select {
		case <-ended:
			return peak
		case <-time.After(5 * time.Millisecond):
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
		if err != nil {
			continue
		}
		var kilobytes int64
		if _, line, ok := strings.Cut(string(status), "VmHWM:"); ok {
			if _, err := fmt.Sscan(line, &kilobytes); err == nil {
				peak = max(peak, kilobytes<<10)
			}
		}
	}
}
