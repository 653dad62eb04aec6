package cli

import (
	"context"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/salesforce"
)

func (a *app) salesforceCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "salesforce [partner|customer]",
		Short: "Read the accounts from Salesforce",
		Long: "Read the partner or customer accounts from Salesforce and write them to\n" +
			"<data-dir>/<partner|customer>/salesforce_accounts.json. A read that cannot prove\n" +
			"that it is complete writes nothing.",
		Example:   "  zd-sfdc-sync salesforce customer --data-dir data",
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: []string{string(artifact.Partners), string(artifact.Customers)},
		RunE: func(command *cobra.Command, arguments []string) error {
			side := artifact.Partners
			if len(arguments) > 0 {
				side = artifact.Side(arguments[0])
			}
			if side != artifact.Partners && side != artifact.Customers {
				return usageError(errUnknownSide(arguments[0]))
			}
			return a.runSalesforce(command.Context(), side)
		},
	}
}

type errUnknownSide string

func (e errUnknownSide) Error() string {
	return "unknown accounts " + string(e) + ": use partner or customer"
}

func (a *app) runSalesforce(ctx context.Context, side artifact.Side) error {
	settings := a.settings()
	config := settings.Salesforce()
	if err := settings.Err(); err != nil {
		return err
	}
	s := a.newStage("salesforce", string(side), config.URL)
	defer s.batch.Cleanup()
	s.gathered()
	file, err := s.batch.Create(artifact.SalesforceAccounts(side))
	if err != nil {
		return err
	}
	client := a.salesforceClient(config)
	client.OnTotal = s.progress.expect
	if side == artifact.Partners {
		err = s.partners(ctx, client, file)
	} else {
		err = s.customers(ctx, client, file)
	}
	s.progress.end()
	if err != nil {
		return err
	}
	if err := s.finish(); err != nil {
		return err
	}
	return s.commit(artifact.SalesforceManifest(side), &s.manifest)
}

func (s *stage) partners(ctx context.Context, client *salesforce.Client, file *artifact.RecordFile) error {
	var line []byte
	return client.Partners(ctx, func(partner *account.Partner) error {
		if partner.AccountType == "" {
			s.warn(artifact.Warning{
				Code: "unknown_partner_track", SalesforceID: partner.ID,
				Message: "the partner's track is neither Open nor Select, so it has no account_type",
			})
		}
		s.manifest.Counts["accounts"]++
		s.progress.update("reading partner accounts", s.manifest.Counts["accounts"])
		var err error
		if line, err = artifact.AppendPartner(line[:0], partner); err != nil {
			return err
		}
		return file.Append(string(partner.ID), 0, line)
	})
}

func (s *stage) customers(ctx context.Context, client *salesforce.Client, file *artifact.RecordFile) error {
	s.manifest.EndDate = s.date.ThreeYearsOut()
	var line []byte
	return client.Customers(ctx, s.manifest.EndDate, func(customer *account.Account) error {
		s.manifest.Counts["accounts"]++
		s.manifest.Counts["subscriptions"] += len(customer.Subscriptions)
		s.manifest.Counts["charges"] += len(customer.Charges)
		s.progress.update("reading customer accounts", s.manifest.Counts["accounts"])
		var err error
		if line, err = artifact.AppendAccount(line[:0], customer); err != nil {
			return err
		}
		return file.Append(string(customer.ID), 0, line)
	})
}
