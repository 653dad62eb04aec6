package stage

import (
	"cmp"
	"fmt"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
)

// findings is what the processor finds that people should look at.
type findings struct {
	accounts map[account.ID]bool
	// unmapped counts the accounts of each unmapped name.
	unmapped map[string]int
	orphaned []orphanedCharges
	// outliving are accounts with a current charge that are left out as expired
	// for three years.
	outliving []account.ID
}

// orphanedCharges is how many current charges of an account are without a
// subscription.
type orphanedCharges struct {
	id      account.ID
	charges int
}

func (f *findings) add(customer *account.Account, decision entitlement.Decision, lookups *entitlement.Lookups) error {
	if f.accounts[customer.ID] {
		return &artifact.Error{
			Name: artifact.SalesforceAccounts(artifact.Customers), Problem: fmt.Sprintf("holds account %s twice", customer.ID),
			Hint: "run `salesforce customer` again",
		}
	}
	f.accounts[customer.ID] = true
	for _, name := range decision.UnmappedCharges {
		f.unmapped[name]++
	}
	if decision.OrphanedCharges > 0 {
		f.orphaned = append(f.orphaned, orphanedCharges{customer.ID, decision.OrphanedCharges})
	}
	if decision.LeftOutAsOld() && customer.HasCurrentCharge(lookups.Today, lookups.ExpiredEndDate) {
		f.outliving = append(f.outliving, customer.ID)
	}
	return nil
}

// unmappedNames are sorted by their number of accounts, largest first.
func (f *findings) unmappedNames(lookups *entitlement.Lookups) []UnmappedName {
	names := make([]UnmappedName, 0, len(f.unmapped))
	for name, accounts := range f.unmapped {
		names = append(names, UnmappedName{name, accounts, unmappedBecause(name, lookups)})
	}
	slices.SortFunc(names, func(a, b UnmappedName) int {
		return cmp.Or(cmp.Compare(b.Accounts, a.Accounts), cmp.Compare(a.Name, b.Name))
	})
	return names
}

// warnOf warns of unmapped names, of charges without a subscription, and of
// overrides that do nothing.
func (s *session) warnOf(found *findings, unmapped []UnmappedName, entries *overrides.Overrides, lookups *entitlement.Lookups) {
	for _, name := range unmapped {
		s.warn(artifact.Warning{Code: UnmappedCharge, Message: name.Message()})
	}
	for _, account := range found.orphaned {
		s.warn(artifact.Warning{
			Code: "charge_without_subscription", SalesforceID: account.id,
			Message: fmt.Sprintf("%d current charges are without a subscription that is not cancelled, and entitle to nothing: fix the subscription in Salesforce", account.charges),
		})
	}
	for _, id := range found.outliving {
		s.warn(artifact.Warning{
			Code: "expired_with_current_charge", SalesforceID: id,
			Message: "the account is left out as expired for three years, and a charge of it is current: look at the expiration_date of its override, or its organization may be marked for deletion",
		})
	}
	for _, entry := range entries.All() {
		s.warnOfOverride(entry, found, lookups)
	}
}

func (s *session) warnOfOverride(entry *overrides.Override, found *findings, lookups *entitlement.Lookups) {
	warning := artifact.Warning{SalesforceID: entry.ID}
	switch {
	case entry.ExpiredOn(s.run.Day):
		warning.Code = "override_expired"
		warning.Message = fmt.Sprintf("override of line %d expired on %s and is ignored: remove it", entry.Line, entry.ExpiresOn)
	case lookups.PartnerOwns(entry.ID):
		warning.Code = "override_of_partner"
		warning.Message = fmt.Sprintf("override of line %d is for a partner, whom overrides do not touch", entry.Line)
	case !found.accounts[entry.ID]:
		warning.Code = "override_without_account"
		warning.Message = fmt.Sprintf("override of line %d matches no customer account of Salesforce", entry.Line)
	default:
		return
	}
	s.warn(warning)
}

// unmappedBecause says why a name is among the unmapped ones: it is not always
// plans.yaml that has to be changed.
func unmappedBecause(name string, lookups *entitlement.Lookups) string {
	switch {
	case name == entitlement.NoCharges:
		return "subscriptions run without a single charge"
	case lookups.Known(name):
		return fmt.Sprintf("charges of the name %q are without a subscription", name)
	}
	return fmt.Sprintf("charge name %q is not in plans.yaml", name)
}
