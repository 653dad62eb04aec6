// Command zd-sfdc-sync keeps Zendesk organizations equal to Salesforce
// accounts, stage by stage.
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
	// A stage is short and streams: half the collections cost it some 30 MB.
	debug.SetGCPercent(200)
	// A million accounts are collected more often before a stage takes 300 MB,
	// and so is what takes more all the same, as a huge overrides file.
	debug.SetMemoryLimit(256 << 20)
	// The Salesforce library writes addresses and answers to the standard log.
	log.SetOutput(io.Discard)
	// A reader that has gone is an error of writing, which stops no stage.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	code := cli.Run(ctx, os.Args[1:], cli.System(version))
	stop()
	os.Exit(int(code))
}
