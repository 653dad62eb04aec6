package stage

import (
	"cmp"
	"fmt"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
)

// findings are what the processor finds that people should know.
type findings struct {
	// accounts are those with an override, true for those that there are.
	accounts map[account.ID]bool
	// holds counts the accounts of each cause that holds in both instances. A
	// subscription belongs to one account, so its causes are counted together.
	holds map[hold.Hold]int
	// elsewhere are accounts whose override has no effect, because they belong to US
	// Government.
	elsewhere map[account.ID]bool
	// outliving are accounts with a current charge that are left out as expired
	// for three years.
	outliving []account.ID
}

func newFindings(lookups *entitlement.Lookups) *findings {
	found := &findings{holds: map[hold.Hold]int{}, elsewhere: map[account.ID]bool{}, accounts: map[account.ID]bool{}}
	for _, entry := range lookups.OverridesByID.All() {
		found.accounts[entry.ID] = false
	}
	return found
}

func (f *findings) add(customer *account.Account, decision entitlement.Decision) {
	if _, overridden := f.accounts[customer.ID]; overridden {
		f.accounts[customer.ID] = true
	}
	for _, each := range decision.Holds {
		if each.Reason == hold.SubscriptionWithoutCharges {
			each.Detail = ""
		}
		f.holds[each]++
	}
	if decision.OverrideElsewhere != nil {
		f.elsewhere[customer.ID] = true
	}
	if decision.LeftOutAsOld() && decision.CurrentCharge {
		f.outliving = append(f.outliving, customer.ID)
	}
}

// held returns the causes with their numbers of accounts, largest first.
func (f *findings) held() []HeldCause {
	causes := []HeldCause{}
	for each, accounts := range f.holds {
		causes = append(causes, HeldCause{each, accounts})
	}
	slices.SortFunc(causes, func(a, b HeldCause) int {
		return cmp.Or(cmp.Compare(b.Accounts, a.Accounts), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Detail, b.Detail))
	})
	return causes
}

// warnOf warns about held changes, and about overrides without effect.
func (s *session) warnOf(found *findings, held []HeldCause, entries *overrides.Overrides, lookups *entitlement.Lookups) {
	for _, cause := range held {
		s.warn(artifact.Warning{Code: string(cause.Reason), Message: cause.Message()})
	}
	for _, id := range found.outliving {
		s.warn(artifact.Warning{
			Code: "expired_with_current_charge", SalesforceID: id,
			Message: "the account is left out as expired for three years, and a charge of it is current: look at the expiration_date of its override, or its organization may be marked for deletion",
		})
	}
	for _, entry := range entries.All() {
		if warning, idle := found.idle(entry, lookups); idle {
			s.warn(warning)
		}
	}
}

// The codes of overrides that apply to no account.
const (
	overrideOfPartner      = "override_of_partner"
	overrideWithoutAccount = "override_without_account"
)

// idle reports whether the override has no effect, and why.
func (f *findings) idle(entry *overrides.Override, lookups *entitlement.Lookups) (warning artifact.Warning, idle bool) {
	warning.SalesforceID = entry.ID
	switch {
	case entry.ExpiredOn(lookups.Today):
		warning.Code = "override_expired"
		warning.Message = fmt.Sprintf("override of line %d expired on %s and is ignored: remove it", entry.Line, entry.ExpiresOn)
	case lookups.PartnerOwns(entry.ID):
		warning.Code = overrideOfPartner
		warning.Message = fmt.Sprintf("override of line %d is for a partner, whom overrides do not touch", entry.Line)
	case f.elsewhere[entry.ID] && !entry.Named:
		warning.Code = "override_elsewhere"
		warning.Message = fmt.Sprintf("override of line %d does nothing: the account is US Government's; write instance: usgov, or instance: global if Global is meant", entry.Line)
	case !f.accounts[entry.ID]:
		warning.Code = overrideWithoutAccount
		warning.Message = fmt.Sprintf("override of line %d matches no customer account of Salesforce", entry.Line)
	}
	return warning, warning.Code != ""
}
