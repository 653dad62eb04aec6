// Command zd-sfdc-sync updates Zendesk organizations from Salesforce accounts, stage by
// stage.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
)

// version is set by the build.
var version = "development"

func main() {
	// A stage is short and streams its data: collecting garbage half as often costs it
	// some 30 MB.
	debug.SetGCPercent(200)
	// With a million accounts, or a huge file, garbage is collected more often before a
	// stage takes 300 MB.
	debug.SetMemoryLimit(256 << 20)
	// The Salesforce library writes addresses and answers to the standard log.
	log.SetOutput(io.Discard)
	// If the reader has gone, writing fails, and the stage goes on.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	code := cli.Run(ctx, os.Args[1:], cli.System(version))
	stop()
	os.Exit(int(code))
}
