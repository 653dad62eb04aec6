package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/salesforce"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

func (a *app) salesforceCommand() *cobra.Command {
	ranges := 0
	command := &cobra.Command{
		Use:   "salesforce [partner|customer]",
		Short: "Read the accounts from Salesforce",
		Long: "Read the partner or customer accounts from Salesforce and write them to\n" +
			"<data-dir>/<partner|customer>/salesforce_accounts.json. If the read may be\n" +
			"incomplete, nothing is written. If there are 5,000 customers or more, they are read in\n" +
			"several ranges of ids in parallel (--parallel).",
		Example:   "  zd-sfdc-sync salesforce customer --data-dir data",
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: []string{string(artifact.Partners), string(artifact.Customers)},
		RunE: func(command *cobra.Command, arguments []string) error {
			side := artifact.Partners
			if len(arguments) > 0 {
				side = artifact.Side(arguments[0])
			}
			if side != artifact.Partners && side != artifact.Customers {
				return usageError(fmt.Errorf("unknown kind of accounts %q: use partner or customer", arguments[0]))
			}
			return a.runSalesforce(command.Context(), side, ranges)
		},
	}
	command.Flags().IntVar(&ranges, "parallel", defaultRanges, "customer: number of id `ranges` to read in parallel; 1 is a single query")
	return command
}

// defaultRanges reads a slow org more than twice as fast as a single query, and leaves
// capacity for others.
const defaultRanges = 4

func (a *app) runSalesforce(ctx context.Context, side artifact.Side, ranges int) error {
	if ranges < 1 || ranges > salesforce.MostRanges {
		return usageError(fmt.Errorf("--parallel %d must be between 1 and %d", ranges, salesforce.MostRanges))
	}
	settings := a.settings()
	config := settings.Salesforce()
	if err := settings.Err(); err != nil {
		return err
	}
	a.announce("salesforce", string(side), config.URL.String())
	manifest, err := stage.ReadSalesforce(ctx, a.run(), side, config.URL.String(), a.salesforceClient(config), ranges)
	if err != nil {
		return err
	}
	return a.wrote(manifest, nil)
}
