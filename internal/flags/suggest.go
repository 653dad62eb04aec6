package flags

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Suggest names the nearest flag in place of an unknown one.
func Suggest(command *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	given := unknown.GetSpecifiedName()
	var names []string
	command.Flags().VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	meant := nearest(given, names)
	if begun := slices.IndexFunc(names, func(name string) bool { return strings.HasPrefix(name, given) }); begun >= 0 {
		meant = names[begun]
	} else if distance(given, meant) > len(given)/3 {
		return err
	}
	return fmt.Errorf("%w: the nearest flag is --%s", err, meant)
}

// PlainWords says which value a flag takes, in place of the library's quote of a
// parser's error.
func PlainWords(err error) error {
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
