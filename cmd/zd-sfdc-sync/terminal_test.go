package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/creack/pty"
	cells "github.com/jedib0t/go-pretty/v6/text"
	"github.com/rogpeppe/go-internal/testscript"
)

// terminal COLUMNS PROGRAM ARGUMENT... runs the program on a terminal of that
// width. What is on the screen in the end, lines that have scrolled away
// included, is in the file screen. Nothing but logs, errors and commands to
// paste may be wider than the terminal.
func terminal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: terminal columns program argument...")
	}
	columns, err := strconv.ParseUint(args[0], 10, 16)
	ts.Check(err)
	path := ""
	for _, folder := range filepath.SplitList(ts.Getenv("PATH")) {
		if file := filepath.Join(folder, args[1]); path == "" && exec.Command(file).Err == nil {
			if _, err := os.Stat(file); err == nil {
				path = file
			}
		}
	}
	command := exec.Command(path, args[2:]...)
	command.Dir, command.Env = ts.MkAbs("."), []string{"TERM=xterm"}
	for _, name := range slices.Concat(servedNames(ts), []string{"PATH", "HOME", "TMPDIR", "ZDSYNC_DATE", "ZDSYNC_PLANS", "NO_COLOR"}) {
		command.Env = append(command.Env, name+"="+ts.Getenv(name))
	}
	device, err := pty.StartWithSize(command, &pty.Winsize{Rows: 50, Cols: uint16(columns)})
	ts.Check(err)
	var output bytes.Buffer
	// Reading ends with an error when the program has ended (EIO on Linux).
	if _, err := io.Copy(&output, device); err != nil && !errors.Is(err, syscall.EIO) {
		ts.Check(err)
	}
	ts.Check(device.Close())
	ended := (*exec.ExitError)(nil)
	if err := command.Wait(); err != nil && !errors.As(err, &ended) {
		ts.Check(err)
	}
	lines := screenOf(output.String())
	for _, line := range lines {
		if width := cells.StringWidth(line); width > int(columns) && !regexp.MustCompile(`^(time=| *zd-sfdc-sync |wrote |error: |[a-z-]+: flow )`).MatchString(line) {
			ts.Fatalf("%d cells on a terminal of %d: %s", width, columns, line)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs("screen"), []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("drawn"), output.Bytes(), 0o600))
}

// servedNames are the variables that lead to the script's sandbox.
func servedNames(ts *testscript.TestScript) []string {
	var names []string
	for name := range ts.Value(servedKey{}).(*served).Environment() {
		names = append(names, name)
	}
	return names
}

// screenOf is what is to be read after a terminal was written to: carriage
// returns go to the line's start, and lines are cleared. Lines are as long as
// they were written.
func screenOf(output string) []string {
	output = regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(output, "")
	var lines []string
	for line := range strings.SplitSeq(strings.ReplaceAll(output, "\r\n", "\n"), "\n") {
		var shown []rune
		at := 0
		for len(line) > 0 {
			switch {
			case strings.HasPrefix(line, "\x1b[K"):
				shown, line = shown[:at], line[len("\x1b[K"):]
				continue
			case line[0] == '\r':
				at, line = 0, line[1:]
				continue
			}
			letter := []rune(line)[0]
			shown = append(shown[:at], append([]rune{letter}, shown[min(at+1, len(shown)):]...)...)
			at++
			line = line[len(string(letter)):]
		}
		lines = append(lines, string(shown))
	}
	return lines
}
