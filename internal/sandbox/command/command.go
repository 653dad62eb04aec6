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
		Short: "Local stand-ins for Salesforce, Zendesk and GitLab",
		Long: "Local stand-ins for Salesforce, both Zendesk instances and GitLab. Their small curated\n" +
			"set of accounts shows every rule; you can add any number of generated accounts.",
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
	set.IntVar(&f.accounts, "accounts", 0, "number of generated customer accounts to add to the curated ones")
	set.IntVar(&f.partners, "partners", 0, "number of generated partner accounts to add to the curated ones")
	set.Uint64Var(&f.seed, "seed", 1, "seed of the generated accounts")
	set.DurationVar(&f.jobDuration, "job-duration", time.Second, "time that a Zendesk job takes")
	set.IntVar(&f.batchSize, "batch-size", 0, "maximum rows, child rows included, per Salesforce page (default 60; 2000 with generated accounts)")
	set.IntVar(&f.childPage, "child-page", 0, "maximum rows per page of a Salesforce child list (default 4; 500 with generated accounts)")
	set.IntVar(&f.rateLimit, "rate-limit", 0, "requests per minute that Zendesk allows; 0 means no limit")
}

// check refuses numbers that make no sense.
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
