package cli

import (
	"cmp"
	"fmt"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
)

// decided is what the warnings of a run are made of.
type decided struct {
	unmapped map[string]int
	orphaned []orphanedCharges
	ids      map[account.ID]bool
	// outliving are accounts with a current charge that are left out as
	// expired for three years.
	outliving []account.ID
}

// orphanedCharges is how many current charges of an account are without a
// subscription.
type orphanedCharges struct {
	id      account.ID
	charges int
}

// report tells what people should look at: unmapped names, largest first,
// charges without a subscription, and overrides that do nothing.
func (s *stage) report(decided *decided, entries *overrides.Overrides, lookups *entitlement.Lookups, manifest *processorManifest) {
	for name, accounts := range decided.unmapped {
		manifest.Unmapped = append(manifest.Unmapped, unmappedName{name, accounts})
	}
	slices.SortFunc(manifest.Unmapped, func(a, b unmappedName) int {
		return cmp.Or(cmp.Compare(b.Accounts, a.Accounts), cmp.Compare(a.Name, b.Name))
	})
	for _, unmapped := range manifest.Unmapped {
		message := fmt.Sprintf("%s: %d accounts; what they have is held until this is mended", unmappedBecause(unmapped.Name, lookups), unmapped.Accounts)
		s.manifest.Warnings = append(s.manifest.Warnings, artifact.Warning{Code: "unmapped_charge", Message: message})
		// A result, whatever the log level: a paying customer may be behind it.
		s.printf("unmapped_charge: %s", message)
	}
	for _, account := range decided.orphaned {
		s.warn(artifact.Warning{
			Code: "charge_without_subscription", SalesforceID: account.id,
			Message: fmt.Sprintf("%d current charges are without a subscription that is not cancelled, and entitle to nothing: mend the subscription in Salesforce", account.charges),
		})
	}
	for _, id := range decided.outliving {
		s.warn(artifact.Warning{
			Code: "expired_with_current_charge", SalesforceID: id,
			Message: "the account is left out as expired for three years, and a charge of it is current: look at the expiration_date of its override, or its organization may be marked for deletion",
		})
	}
	for _, entry := range entries.All() {
		warning := artifact.Warning{SalesforceID: entry.ID}
		switch {
		case entry.ExpiredOn(s.date):
			warning.Code = "override_expired"
			warning.Message = fmt.Sprintf("override of line %d expired on %s and is ignored: remove it", entry.Line, entry.ExpiresOn)
		case lookups.PartnerOwns(entry.ID):
			warning.Code = "override_of_partner"
			warning.Message = fmt.Sprintf("override of line %d is for a partner, whom overrides do not touch", entry.Line)
		case !decided.ids[entry.ID]:
			warning.Code = "override_without_account"
			warning.Message = fmt.Sprintf("override of line %d matches no customer account of Salesforce", entry.Line)
		default:
			continue
		}
		s.warn(warning)
	}
}

// unmappedBecause says why a name is among the unmapped ones: it is not always
// plans.yaml that has to be mended.
func unmappedBecause(name string, lookups *entitlement.Lookups) string {
	switch {
	case name == entitlement.NoCharges:
		return "subscriptions run without a single charge"
	case lookups.Known(name):
		return fmt.Sprintf("charges of the name %q are without a subscription", name)
	}
	return fmt.Sprintf("charge name %q is not in plans.yaml", name)
}
