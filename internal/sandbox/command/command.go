// Package command is the command line of zd-sfdc-sandbox.
package command

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// worldFlags say what the stand-ins hold.
type worldFlags struct {
	accounts, partners int
	seed               uint64
	jobDuration        time.Duration
	rateLimit          int
	batchSize          int
	childPage          int
}

// Run runs the command of the arguments and returns its exit code.
func Run(ctx context.Context, arguments []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:   "zd-sfdc-sandbox",
		Short: "Stand-ins of Salesforce, Zendesk and GitLab to rehearse on",
		Long: "Stand-ins of Salesforce, both Zendesk instances and GitLab on loopback, with a\n" +
			"small curated world that shows every rule and, if wanted, many generated accounts.",
		SilenceUsage: true, SilenceErrors: true,
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetArgs(arguments)
	root.AddCommand(serveCommand(), demoCommand())
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintf(stderr, "error: %v\n", err)
		return 1
	}
	return 0
}

func (f *worldFlags) add(command *cobra.Command) {
	set := command.Flags()
	set.IntVar(&f.accounts, "accounts", 0, "generated customer accounts beside the curated ones")
	set.IntVar(&f.partners, "partners", 0, "generated partner accounts beside the curated ones")
	set.Uint64Var(&f.seed, "seed", 1, "seed of the generated accounts")
	set.DurationVar(&f.jobDuration, "job-duration", time.Second, "how long a bulk update takes")
	set.IntVar(&f.batchSize, "batch-size", 0, "most rows of a page of Salesforce, child rows counted (default 60; 2000 with generated accounts)")
	set.IntVar(&f.childPage, "child-page", 0, "most rows of a child list's page of Salesforce (default 4; 500 with generated accounts)")
	set.IntVar(&f.rateLimit, "rate-limit", 0, "requests a minute that Zendesk allows; 0 means no limit")
}

// check refuses numbers that mean nothing.
func (f *worldFlags) check() error {
	for name, value := range map[string]int{
		"accounts": f.accounts, "partners": f.partners, "rate-limit": f.rateLimit, "batch-size": f.batchSize, "child-page": f.childPage,
		"job-duration": int(f.jobDuration),
	} {
		if value < 0 {
			return fmt.Errorf("--%s cannot be negative", name)
		}
	}
	return nil
}

func (f *worldFlags) options(today time.Time) sandbox.Options {
	world := data.Curated(today)
	if f.accounts > 0 || f.partners > 0 {
		world = data.Merge(world, data.Generate(data.Options{
			Accounts: f.accounts, Partners: f.partners, Seed: f.seed, Today: today,
		}))
	}
	return sandbox.Options{
		World: world, JobDuration: f.jobDuration, RateLimit: f.rateLimit,
		// Small pages, so that the curated accounts fill several.
		BatchSize: cmp.Or(f.batchSize, pageOf(f.accounts+f.partners, 60)),
		ChildPage: cmp.Or(f.childPage, pageOf(f.accounts, 4)),
	}
}

// pageOf is a small page for the curated world alone, the usual one for more.
func pageOf(generated, small int) int {
	if generated > 0 {
		return 0
	}
	return small
}
