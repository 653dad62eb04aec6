package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"
)

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
