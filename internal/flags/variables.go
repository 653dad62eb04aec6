// Package flags adds to the flags of the library: variables that set them, and plain
// messages about what is wrong with them.
package flags

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/regular"
)

// variablePrefix begins the names of the flags' variables.
const variablePrefix = "ZDSYNC_"

// variableOf returns the variable of a flag. It is empty for flags that override a
// safety check, so that nobody can leave them on, and for the library's own flags.
func variableOf(flag *pflag.Flag) string {
	if strings.HasPrefix(flag.Name, "allow-") || flag.Name == "help" || flag.Name == "version" {
		return ""
	}
	return Variable(flag.Name)
}

// Variable returns the name of a flag's variable: ZDSYNC_ and the flag's name in
// capitals.
func Variable(flag string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// FromVariables sets each flag that was not given from its variable.
func FromVariables(flags *pflag.FlagSet, getenv func(string) string) error {
	var problems []error
	flags.VisitAll(func(flag *pflag.Flag) {
		name := variableOf(flag)
		if flag.Changed || name == "" || getenv(name) == "" {
			return
		}
		if err := flags.Set(flag.Name, getenv(name)); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, PlainWords(err)))
		}
	})
	return errors.Join(problems...)
}

// RefuseUnknown refuses variables that no command has, because a safety check that
// somebody wanted to switch on would be off. Variables of other commands are ignored.
func RefuseUnknown(root *cobra.Command, environ []string) error {
	var known []string
	for _, command := range append(root.Commands(), root) {
		for _, flags := range []*pflag.FlagSet{command.Flags(), command.PersistentFlags()} {
			flags.VisitAll(func(flag *pflag.Flag) { known = append(known, variableOf(flag)) })
		}
	}
	var problems []error
	for _, setting := range environ {
		name, value, _ := strings.Cut(setting, "=")
		if !strings.HasPrefix(name, variablePrefix) || value == "" || slices.Contains(known, name) {
			continue
		}
		if strings.HasPrefix(name, Variable("allow-")) {
			problems = append(problems, fmt.Errorf("%s has no effect: an option that overrides a safety check must be given as a flag, on every run", name))
			continue
		}
		problems = append(problems, fmt.Errorf("%s is not a variable of any command: the nearest is %s", name, nearest(name, known)))
	}
	return errors.Join(problems...)
}

// RefuseEmpty refuses flags without a value: a script passes one if its variable is not
// set.
func RefuseEmpty(flags *pflag.FlagSet) error {
	var problems []error
	flags.Visit(func(flag *pflag.Flag) {
		if flag.Value.Type() == "string" && flag.Value.String() == "" {
			problems = append(problems, fmt.Errorf("--%s is empty: give it a value, or leave it out", flag.Name))
		}
	})
	return errors.Join(problems...)
}

// NotNames returns the values of file flags that are not names of files: they may be
// the contents of files, which must not be shown.
func NotNames(flags *pflag.FlagSet) []string {
	var values []string
	flags.VisitAll(func(flag *pflag.Flag) {
		if kind, _ := pflag.UnquoteUsage(flag); kind == "file" && !regular.IsName(flag.Value.String()) {
			values = append(values, regular.Contents(flag.Value.String())...)
		}
	})
	return values
}

// nearest returns the name that is the fewest edits away.
func nearest(name string, names []string) string {
	return slices.MinFunc(names, func(a, b string) int { return distance(name, a) - distance(name, b) })
}

// distance counts the letters to insert, delete or replace.
func distance(from, to string) int {
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(from) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(to) {
			replaced := diagonal
			if from[i] != to[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
