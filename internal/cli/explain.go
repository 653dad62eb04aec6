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
		Short: "Explain why an account is what it is",
		Long: "Explain from the artifacts alone, in the words of the rules, why an account gets the\n" +
			"support it gets in both instances, and what compare made of it. The account is named\n" +
			"by its Salesforce id (15 or 18 characters), a Zendesk organization id or its name.",
		Example: "  zd-sfdc-sync explain 0014M00001sDiGEQA0 --data-dir data",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			return a.runExplain(command.Context(), arguments[0], format, allowEdited)
		},
	}
	command.Flags().BoolVar(&allowEdited, "allow-edited", false, "take artifacts that differ from their manifest")
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
