package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// variablesIntoFlags sets each flag that was not given from its variable:
// ZDSYNC_ and its name in capitals. The flags that override a safety check
// have none, so that nobody can leave them on.
func variablesIntoFlags(flags *pflag.FlagSet, getenv func(string) string) error {
	var problem error
	flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Changed || strings.HasPrefix(flag.Name, "allow-") || flag.Name == "help" || flag.Name == "version" {
			return
		}
		name := "ZDSYNC_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		value := getenv(name)
		if value == "" || problem != nil {
			return
		}
		if err := flags.Set(flag.Name, value); err != nil {
			problem = fmt.Errorf("%s: %w", name, inPlainWords(err))
		}
	})
	return problem
}

// inPlainWords says which value a flag takes, where the library quotes the
// parser of the value.
func inPlainWords(err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	takes := map[string]string{
		"bool": "true or false", "duration": "a duration such as 90s or 50m", "stringSlice": "a list with commas between",
	}
	flag := invalid.GetFlag()
	wanted, ok := takes[flag.Value.Type()]
	if !ok {
		return err
	}
	return fmt.Errorf("--%s %q is not %s", flag.Name, invalid.GetValue(), wanted)
}
