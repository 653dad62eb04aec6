// Command zd-sfdc-sandbox serves stand-ins of Salesforce, Zendesk and GitLab.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
