// Package benchmark measures the stages as whole processes.
package benchmark

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// program builds the real command.
func program(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "zd-sfdc-sync")
	build := exec.Command("go", "build", "-o", path, "../../cmd/zd-sfdc-sync")
	if output, err := build.CombinedOutput(); err != nil {
		b.Fatalf("building: %v\n%s", err, output)
	}
	return path
}

// stages runs commands of the real program against a sandbox.
type stages struct {
	*sandbox.Sandbox
	b           *testing.B
	program     string
	folder      string
	environment []string
}

func startStages(b *testing.B, options data.Options) *stages {
	b.Helper()
	options.Today = time.Now()
	served, err := sandbox.Start(sandbox.Options{World: data.Generate(options), JobDuration: 100 * time.Millisecond})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { served.Close() })
	return &stages{Sandbox: served, b: b, program: program(b), folder: b.TempDir(), environment: sandbox.Lines(served.Environment())}
}

// run runs one stage and returns its wall time and peak memory in bytes.
func (s *stages) run(words string) (time.Duration, int64) {
	s.b.Helper()
	var output bytes.Buffer
	command := exec.Command(s.program, append(strings.Fields(words), "--data-dir", s.folder, "--log-level", "error")...)
	command.Env, command.Stdout, command.Stderr = s.environment, &output, &output
	began := time.Now()
	if err := command.Start(); err != nil {
		s.b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	peak := watchMemory(command.Process.Pid, ended)
	took := time.Since(began)
	if exit := command.ProcessState.ExitCode(); exit != 0 && exit != 3 && exit != 5 {
		s.b.Fatalf("%s: exit code %d\n%s", words, exit, output.String())
	}
	return took, peak
}

// watchMemory returns the highest resident memory of the process until it
// ends. The usage that the system reports at the end would count what this
// process held when it made the other.
func watchMemory(process int, ended <-chan error) int64 {
	var peak int64
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
		if _, line, ok := strings.Cut(string(status), "VmHWM:"); ok {
			var kilobytes int64
			if _, err := fmt.Sscan(line, &kilobytes); err == nil {
				peak = max(peak, kilobytes<<10)
			}
		}
	}
}
