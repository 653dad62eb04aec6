package flags

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// IsCompletion reports whether the command only serves the shell; such a command must
// work with any configuration.
func IsCompletion(command *cobra.Command) bool {
	name := command.Name()
	return name == cobra.ShellCompRequestCmd || name == cobra.ShellCompNoDescRequestCmd ||
		(command.HasParent() && command.Parent().Name() == "completion")
}

// Complete answers a shell that completes a flag's value: with the words for it, with
// folders, or with nothing if only the operator can know; files are the shell's
// default. The back ticks of a usage text are for the help only. The library keeps its
// functions until the process ends, and with them the whole command, so only a
// completing command registers them.
func Complete(root *cobra.Command, arguments []string, words map[string][]string) error {
	if len(arguments) == 0 || !strings.HasPrefix(arguments[0], cobra.ShellCompRequestCmd) {
		return nil
	}
	var failed []error
	for _, command := range append(root.Commands(), root) {
		complete := func(flag *pflag.Flag) {
			fixed, ok := words[flag.Name]
			switch {
			case ok:
				failed = append(failed, command.RegisterFlagCompletionFunc(flag.Name, cobra.FixedCompletions(fixed, cobra.ShellCompDirectiveNoFileComp)))
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
