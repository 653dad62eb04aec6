package cli

import (
	"math/rand/v2"
	"os"
	"time"

	"golang.org/x/term"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// System is the environment of a real run.
func System(version string) Environment {
	// Width is 0 if Stdout is not a terminal.
	width, _, _ := term.GetSize(int(os.Stdout.Fd()))
	var errWidth func() int
	if term.IsTerminal(int(os.Stderr.Fd())) {
		errWidth = func() int {
			// A terminal of unknown width counts as a narrow one.
			width, _, err := term.GetSize(int(os.Stderr.Fd()))
			if err != nil || width <= 0 {
				return 60
			}
			return width
		}
	}
	return Environment{
		ErrWidth: errWidth,
		Width:    width,
		Getenv:   os.Getenv, Environ: os.Environ, Stdout: os.Stdout, Stderr: os.Stderr,
		Clock: clock.System{}, Random: rand.Float64, Version: version, Policy: transport.DefaultPolicy(),
		Exit: func(code ExitCode) { os.Exit(int(code)) }, Grace: 30 * time.Second,
	}
}
