package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
)

type demoFlags struct {
	worldFlags
	dataDir, program, plans string
	keep                    bool
}

// flows are those of the real command, in the order in which they run.
func flows() []string { return []string{"global", "usgov", "partner"} }

func demoCommand() *cobra.Command {
	var flags demoFlags
	command := &cobra.Command{
		Use:   "demo",
		Short: "Run all flows against the stand-ins until nothing is left to do",
		Long: "Run every stage of every flow against the stand-ins, with the real zd-sfdc-sync and\n" +
			"without credentials, three times. The second run makes the changes that had to wait\n" +
			"for the other instance. The third finds nothing to do except the rows that people\n" +
			"have to resolve.",
		Example: "  zd-sfdc-sandbox demo --accounts 1000 --partners 200 --data-dir demo",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			return runDemo(command.Context(), flags, command.OutOrStdout())
		},
	}
	flags.add(command)
	command.Flags().StringVar(&flags.dataDir, "data-dir", "", "data `folder`, kept after the demo (default a temporary one, removed after the demo)")
	command.Flags().BoolVar(&flags.keep, "keep", false, "keep the temporary data folder")
	command.Flags().StringVar(&flags.program, "program", "", "the `command` to run (default zd-sfdc-sync in the folder of this program)")
	command.Flags().StringVar(&flags.plans, "plans", "plans.yaml", "plans.yaml `file`, which maps product charge names to subscription types")
	return command
}

// demo is one run of it.
type demo struct {
	demoFlags
	environment []string
	protected   string
	out         io.Writer
	// explained is an account whose support has several reasons.
	explained string
}

func runDemo(ctx context.Context, flags demoFlags, out io.Writer) error {
	if err := flags.check(); err != nil {
		return err
	}
	options := flags.options(time.Now())
	served, err := sandbox.Start(options)
	if err != nil {
		return err
	}
	defer served.Close()
	d := &demo{demoFlags: flags, out: out, environment: sandbox.Lines(served.Environment())}
	if err := d.prepare(options.World.Protected); err != nil {
		return err
	}
	defer d.tidy()
	for _, account := range options.World.Accounts {
		if strings.Contains(account.Why, "override") && len(account.Charges) > 1 {
			d.explained = account.ID
		}
	}
	began := time.Now()
	for round, title := range []string{
		"First run", "Second run: changes that had to wait for the other instance", "Third run: nothing should be left to do",
	} {
		fmt.Fprintf(out, "\n=== %s\n", title)
		if err := d.round(ctx); err != nil {
			return err
		}
		if err := d.table(round + 1); err != nil {
			return err
		}
	}
	if err := d.run(ctx, "explain", d.explained); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nTook %s.", time.Since(began).Round(time.Second))
	if d.keep {
		fmt.Fprintf(out, " The artifacts are in %s.", d.dataDir)
	}
	fmt.Fprintln(out)
	return d.checkNothingLeft()
}

// prepare finds the program and makes the folder.
func (d *demo) prepare(protected []string) error {
	if d.program == "" {
		own, err := os.Executable()
		if err != nil {
			return fmt.Errorf("finding zd-sfdc-sync: %w; name it with --program", err)
		}
		d.program = filepath.Join(filepath.Dir(own), "zd-sfdc-sync")
	}
	if d.dataDir == "" {
		folder, err := os.MkdirTemp("", "zd-sfdc-demo-")
		if err != nil {
			return fmt.Errorf("making a folder for the artifacts: %w; name one with --data-dir", err)
		}
		d.dataDir = folder
	} else {
		d.keep = true
	}
	if err := os.MkdirAll(d.dataDir, 0o700); err != nil {
		return fmt.Errorf("creating the data folder: %w", err)
	}
	d.protected = filepath.Join(d.dataDir, "protected.txt")
	return writeProtected(d.protected, protected)
}

// tidy removes the temporary folder unless it is to be kept.
func (d *demo) tidy() {
	if !d.keep {
		// What stays is in the folder for temporary files.
		_ = os.RemoveAll(d.dataDir)
	}
}

// round runs all stages once: Salesforce's partners, then its customers (an
// account retyped between the two reads must not be in neither) with both
// instances side by side, the processor, the customer flows, and the partner
// flow on what the global one has written.
func (d *demo) round(ctx context.Context) error {
	if err := d.run(ctx, "salesforce", "partner"); err != nil {
		return err
	}
	sides := [][]string{{"salesforce", "customer"}, {"zendesk-gather", "global"}, {"zendesk-gather", "usgov"}}
	if err := d.sideBySide(ctx, sides); err != nil {
		return err
	}
	if err := d.run(ctx, "processor", "--plans", d.plans); err != nil {
		return err
	}
	for _, flow := range flows() {
		if flow == "partner" {
			if err := d.run(ctx, "zendesk-gather", flow); err != nil {
				return err
			}
		}
		if err := d.run(ctx, "compare", flow, "--protected-ids-file", d.protected); err != nil {
			return err
		}
		if err := d.run(ctx, "sync", flow); err != nil {
			return err
		}
	}
	return nil
}

// sideBySide runs commands at once and prints what each said in turn.
func (d *demo) sideBySide(ctx context.Context, commands [][]string) error {
	type ended struct {
		output []byte
		err    error
	}
	results := make([]chan ended, len(commands))
	for i, arguments := range commands {
		results[i] = make(chan ended, 1)
		go func() {
			output, err := d.command(ctx, arguments...).CombinedOutput()
			results[i] <- ended{output, err}
		}()
	}
	var problems []error
	for i, arguments := range commands {
		result := <-results[i]
		fmt.Fprintf(d.out, "\n$ zd-sfdc-sync %s\n%s", strings.Join(arguments, " "), result.output)
		if result.err != nil {
			problems = append(problems, fmt.Errorf("zd-sfdc-sync %s: %w", strings.Join(arguments, " "), result.err))
		}
	}
	return errors.Join(problems...)
}

func (d *demo) run(ctx context.Context, arguments ...string) error {
	return d.sideBySide(ctx, [][]string{arguments})
}

// command is the real command in an environment that holds nothing but the
// sandbox's addresses.
func (d *demo) command(ctx context.Context, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, d.program, append(arguments, "--data-dir", d.dataDir, "--log-level", "error")...)
	command.Env = d.environment
	return command
}
