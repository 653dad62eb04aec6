package cli

import (
	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// flowCommand is a command with an optional flow.
func flowCommand(use, short, long, example string, run func(*cobra.Command, field.Flow) error) *cobra.Command {
	return &cobra.Command{
		Use: use + " [partner|global|usgov]", Short: short, Long: long, Example: example,
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: names(field.Flows()),
		RunE: func(command *cobra.Command, arguments []string) error {
			flow := field.Partner
			if len(arguments) > 0 {
				var err error
				if flow, err = field.ParseFlow(arguments[0]); err != nil {
					return usageError(err)
				}
			}
			return run(command, flow)
		},
	}
}

func names(flows []field.Flow) []string {
	var names []string
	for _, flow := range flows {
		names = append(names, string(flow))
	}
	return names
}
