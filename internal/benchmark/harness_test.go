// Package benchmark measures the stages as whole processes, each beside its
// floor, and writes the table of docs/benchmarks.md.
package benchmark

import (
	"bytes"
	"encoding/json"
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

const megabyte = 1 << 20

// programs builds the command, and the floor of those that read files.
func programs(b *testing.B) (command, decode string) {
	b.Helper()
	folder := b.TempDir()
	build := exec.Command("go", "build", "-o", folder, "../../cmd/zd-sfdc-sync", "./decode")
	if output, err := build.CombinedOutput(); err != nil {
		b.Fatalf("building: %v\n%s", err, output)
	}
	return filepath.Join(folder, "zd-sfdc-sync"), filepath.Join(folder, "decode")
}

// stages runs commands of the real program against a sandbox.
type stages struct {
	*sandbox.Sandbox
	b               *testing.B
	command, decode string
	folder          string
	environment     []string
}

func startStages(b *testing.B, options data.Options, jobs time.Duration) *stages {
	b.Helper()
	options.Today = time.Now()
	served, err := sandbox.Start(sandbox.Options{World: data.Generate(options), JobDuration: jobs})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { served.Close() })
	s := &stages{Sandbox: served, b: b, folder: b.TempDir(), environment: sandbox.Lines(served.Environment())}
	s.command, s.decode = programs(b)
	return s
}

// measurement is what a process took.
type measurement struct {
	wall time.Duration
	// cpu is what it used of all cores, in user and system mode.
	cpu time.Duration
	// peak is its highest resident memory, in bytes.
	peak int64
}

// run runs one stage. Exit codes for plans over a limit and for rows that are
// left are as good as 0 here.
func (s *stages) run(words string) measurement {
	s.b.Helper()
	arguments := append(strings.Fields(words), "--data-dir", s.folder, "--log-level", "error")
	return s.measure(exec.Command(s.command, arguments...), 0, 3, 5)
}

// floor decodes files of the data folder.
func (s *stages) floor(names ...string) measurement {
	s.b.Helper()
	for i, name := range names {
		names[i] = filepath.Join(s.folder, name)
	}
	return s.measure(exec.Command(s.decode, names...), 0)
}

func (s *stages) measure(command *exec.Cmd, codes ...int) measurement {
	s.b.Helper()
	var output bytes.Buffer
	command.Env, command.Stdout, command.Stderr = s.environment, &output, &output
	began := time.Now()
	if err := command.Start(); err != nil {
		s.b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	peak := watchMemory(command.Process.Pid, ended)
	wall, state := time.Since(began), command.ProcessState
	took := measurement{wall, state.UserTime() + state.SystemTime(), peak}
	for _, code := range codes {
		if state.ExitCode() == code {
			return took
		}
	}
	s.b.Fatalf("%s: exit code %d\n%s", command, state.ExitCode(), output.String())
	return took
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

// counts returns what the plan of the flow says of itself.
func (s *stages) counts(flow string) map[string]int {
	s.b.Helper()
	content, err := os.ReadFile(filepath.Join(s.folder, flow, "plan.json"))
	var plan struct{ Counts map[string]int }
	if err == nil {
		err = json.Unmarshal(content, &plan)
	}
	if err != nil {
		s.b.Fatal(err)
	}
	return plan.Counts
}

// asked counts the requests to a service, tokens among them.
func (s *stages) asked(service string, routes ...string) int {
	count := 0
	for route, requests := range s.Requests()[service] {
		matches := len(routes) == 0
		for _, wanted := range routes {
			matches = matches || strings.Contains(route, wanted)
		}
		if matches {
			count += requests
		}
	}
	return count
}

// anAccount is the first customer's id.
func (s *stages) anAccount() string {
	s.b.Helper()
	file, err := os.Open(filepath.Join(s.folder, "customer", "salesforce_accounts.json"))
	if err != nil {
		s.b.Fatal(err)
	}
	defer file.Close()
	head := make([]byte, 100)
	if _, err := file.Read(head); err != nil {
		s.b.Fatal(err)
	}
	_, id, _ := strings.Cut(string(head), `"salesforce_id":"`)
	return id[:18]
}
