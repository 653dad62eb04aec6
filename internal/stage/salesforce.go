package stage

import (
	"context"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
)

// Salesforce is a source of accounts.
type Salesforce interface {
	// Partners passes on each partner account, Customers each customer account with
	// the subscriptions and charges that end on the day or later. Mangled are the
	// columns whose text was not valid Unicode. Customers are read in the given
	// number of ranges in parallel. An error means that the read is incomplete.
	Partners(ctx context.Context, each func(partner *account.Partner, mangled []string) error) error
	Customers(ctx context.Context, end account.Date, ranges int, each func(customer *account.Account, mangled []string) error) error
}

// ReadSalesforce reads the accounts of one side and writes them as
// salesforce_accounts.json, customers in the given number of parallel ranges.
// The source is the base URL of the Salesforce org.
func ReadSalesforce(ctx context.Context, run *Run, side artifact.Side, source string, org Salesforce, ranges int) (*artifact.Manifest, error) {
	manifest := &artifact.Manifest{}
	id := identity{stage: "salesforce", flow: string(side), manifest: artifact.SalesforceManifest(side), source: source}
	return manifest, run.write(id, manifest, func(s *session) error {
		s.gathered()
		file, err := s.batch.Create(artifact.SalesforceAccounts(side))
		if err != nil {
			return err
		}
		defer run.Progress.End()
		if side == artifact.Partners {
			err = s.partners(ctx, org, file)
		} else {
			err = s.customers(ctx, org, file, ranges)
		}
		s.countRequests()
		return err
	})
}

func (s *session) partners(ctx context.Context, org Salesforce, file *artifact.RecordFile) error {
	return org.Partners(ctx, func(partner *account.Partner, mangled []string) error {
		s.warnOfMangled(partner.ID, mangled)
		if partner.AccountType == "" {
			s.warn(artifact.Warning{
				Code: "unknown_partner_track", SalesforceID: partner.ID,
				Message: "the partner's track is neither Open nor Select, so it has no account_type",
			})
		}
		s.manifest.Counts["accounts"]++
		s.run.Progress.Update("reading partner accounts", s.manifest.Counts["accounts"])
		return file.Append(string(partner.ID), 0, partner)
	})
}

func (s *session) customers(ctx context.Context, org Salesforce, file *artifact.RecordFile, ranges int) error {
	counts := s.manifest.Counts
	s.manifest.EndDate = s.run.Day.ThreeYearsOut()
	return org.Customers(ctx, s.manifest.EndDate, ranges, func(customer *account.Account, mangled []string) error {
		s.warnOfMangled(customer.ID, mangled)
		counts["accounts"]++
		counts["subscriptions"] += len(customer.Subscriptions)
		counts["charges"] += len(customer.Charges)
		s.run.Progress.Update("reading customer accounts", counts["accounts"])
		return file.Append(string(customer.ID), 0, customer)
	})
}

// warnOfMangled names the columns in which U+FFFD replaces invalid Unicode.
func (s *session) warnOfMangled(id account.ID, columns []string) {
	for _, column := range columns {
		s.warn(artifact.Warning{
			Code: "invalid_unicode", SalesforceID: id,
			Message: notUnicode(column),
		})
	}
}

func notUnicode(column string) string {
	return column + " holds text that is not valid Unicode: it was read with U+FFFD in its place; fix it in Salesforce"
}
