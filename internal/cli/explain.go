package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

func (a *app) explainCommand() *cobra.Command {
	allowEdited := false
	command := &cobra.Command{
		Use:   "explain <id>",
		Short: "Explain why an account is what it is",
		Long: "Explain from the artifacts alone, in the words of the rules, why an account gets the\n" +
			"support it gets in both instances, and what compare made of it. The account is named\n" +
			"by its Salesforce id (15 or 18 characters), a Zendesk organization id or its name.",
		Example: "  zd-sfdc-sync explain 0014M00001sDiGEQA0 --data-dir data",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			return a.runExplain(command.Context(), arguments[0], allowEdited)
		},
	}
	command.Flags().BoolVar(&allowEdited, "allow-edited", false, "take artifacts that differ from their manifest")
	return command
}

func (a *app) runExplain(ctx context.Context, text string, allowEdited bool) error {
	a.announce("explain", "", "")
	explanations, err := stage.Explain(ctx, a.run(), text, allowEdited)
	if err != nil {
		return err
	}
	for _, explanation := range explanations {
		a.printf("")
		if err := page.Text(a.Stdout, explanation, page.Screen{}); err != nil {
			return fmt.Errorf("printing: %w", err)
		}
	}
	return nil
}
