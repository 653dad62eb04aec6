package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

func (a *app) explainCommand() *cobra.Command {
	allowEdited, format := false, ""
	command := &cobra.Command{
		Use:   "explain <id>",
		Short: "Explain why an account gets its support",
		Long: "Explain, rule by rule, why an account gets its support in both instances, and what the\n" +
			"plans do about it. Uses no service, only artifacts. Name the account by its Salesforce\n" +
			"id (15 or 18 characters), its Zendesk organization id, or its name.",
		Example: "  zd-sfdc-sync explain 0014M00001sDiGEQA0 --data-dir data",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			return a.runExplain(command.Context(), arguments[0], format, allowEdited)
		},
	}
	command.Flags().BoolVar(&allowEdited, "allow-edited", false, "accept artifacts that differ from their manifest")
	addFormat(command.Flags(), &format)
	return command
}

func (a *app) runExplain(ctx context.Context, text, format string, allowEdited bool) error {
	explanations, err := stage.Explain(ctx, a.run(), text, allowEdited)
	if err != nil {
		return err
	}
	return a.print(explanations, format, true)
}
