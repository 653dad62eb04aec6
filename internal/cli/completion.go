package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// isCompletion reports whether the command only serves the shell; such a command must
// work with any configuration.
func isCompletion(command *cobra.Command) bool {
	name := command.Name()
	return name == cobra.ShellCompRequestCmd || name == cobra.ShellCompNoDescRequestCmd ||
		(command.HasParent() && command.Parent().Name() == "completion")
}

// values are what a shell completes for flags that take one of a few words.
func values() map[string][]string {
	return map[string][]string{
		"pace":       {string(apply.Adaptive), string(apply.Fixed)},
		"only":       {"creates", "updates", "marks"},
		"orphans":    {"list", "expire", "mark"},
		"rows":       report.RowNames(),
		"format":     {formatText, formatMarkdown, formatHTML, formatJSON},
		"field":      fieldKeys(),
		"color":      {"auto", "always", "never"},
		"log-format": {"text", "json"},
		"log-level":  {"debug", "info", "warn", "error"},
	}
}

// fieldKeys are the managed fields of all flows, each once.
func fieldKeys() []string {
	var keys []string
	for _, flow := range field.Flows() {
		for _, f := range field.SchemaOf(flow).Fields {
			if !slices.Contains(keys, f.Key) {
				keys = append(keys, f.Key)
			}
		}
	}
	return keys
}

// completeFlags answers a shell that completes a flag's value: with words, with
// folders, or with nothing if only the operator can know; files are the shell's
// default. The back ticks of a usage text are for the help only. The library keeps its
// functions until the process ends, and with them the whole command, so only a
// completing command registers them.
func completeFlags(root *cobra.Command, arguments []string) error {
	if len(arguments) == 0 || !strings.HasPrefix(arguments[0], cobra.ShellCompRequestCmd) {
		return nil
	}
	known := values()
	var failed []error
	for _, command := range append(root.Commands(), root) {
		complete := func(flag *pflag.Flag) {
			words, ok := known[flag.Name]
			switch {
			case ok:
				failed = append(failed, command.RegisterFlagCompletionFunc(flag.Name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)))
			case flag.Name == "data-dir" || flag.Name == "since" || flag.Name == "out":
				failed = append(failed, command.RegisterFlagCompletionFunc(flag.Name, cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)))
			case !strings.HasSuffix(flag.Name, "-file") && !strings.HasPrefix(flag.Name, "plans"):
				failed = append(failed, command.RegisterFlagCompletionFunc(flag.Name, cobra.NoFileCompletions))
			}
			flag.Usage = strings.ReplaceAll(flag.Usage, "`", "")
		}
		command.Flags().VisitAll(complete)
		command.PersistentFlags().VisitAll(complete)
	}
	return errors.Join(failed...)
}
