package cli

import (
	"math/rand/v2"
	"os"

	"golang.org/x/term"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// System is the environment of a real run.
func System(version string) Environment {
	// Where Stdout is no terminal, its width is 0.
	width, _, _ := term.GetSize(int(os.Stdout.Fd()))
	return Environment{
		Width:  width,
		Getenv: os.Getenv, Environ: os.Environ, Stdout: os.Stdout, Stderr: os.Stderr,
		Terminal: term.IsTerminal(int(os.Stderr.Fd())),
		Clock:    clock.System{}, Random: rand.Float64, Version: version, Policy: transport.DefaultPolicy(),
	}
}
