package entitlement

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
)

// formerCustomer is Salesforce's type of an account that has left.
const formerCustomer = "Former Customer"

// relate sets the holds of each object, and whether the other instance has an
// organization (docs/rules.md, Unmapped charges; Moves).
func (l *Lookups) relate(f *facts, decision Decision, trace *Trace) {
	for i, outcome := range decision.Outcomes {
		if outcome.Entitlement == nil {
			continue
		}
		here, there := &l.instances[i], &l.instances[1-i]
		holds := slices.Clone(f.holds)
		if f.moves(here, there, decision.Outcomes[1-i].Entitlement) {
			holds = append(holds, hold.Hold{Reason: hold.AwaitsOtherInstance})
		}
		if date, gone := l.subscriptionsGone(f, here); gone {
			holds = append(holds, hold.Hold{Reason: hold.SubscriptionsGone, Detail: date})
		}
		outcome.Entitlement.Holds = hold.Sorted(holds)
		outcome.Entitlement.InOtherInstance = there.hasOrganization(f.ID)
		trace.in(here.Instance).holds(outcome.Entitlement.Holds)
	}
}

// moves reports whether the account moves to the other instance: it has no
// subscription here, and support there that no organization there has yet.
func (f *facts) moves(here, there *instance, other *Entitlement) bool {
	if f.hasSubscription(here.Instance) || other == nil || other.expired() {
		return false
	}
	org, _ := there.organizations.Of(f.ID)
	return org.ZendeskID == 0 || org.Marked || org.Rank < field.Level(other.Record.Get(field.SupportLevel)).Rank()
}

// subscriptionsGone returns the expiration date of the account's organization, and
// reports whether the account has no subscriptions and charges although its support may
// not have ended. A replaced subscription, a cancellation for a later day and a hidden
// table look the same (docs/rules.md, Absence is not an end).
func (l *Lookups) subscriptionsGone(f *facts, here *instance) (date string, gone bool) {
	org, ok := here.organizations.Of(f.ID)
	if !ok || len(f.subscriptions)+len(f.charges) > 0 {
		return "", false
	}
	if override, elsewhere := l.override(f, here); override != nil && !elsewhere {
		if _, named := override.Value(field.SupportLevel); named {
			return "", false
		}
	}
	ended := org.ExpirationDate != "" && org.ExpirationDate < l.ExpiredEndDate
	confirmed := f.Type == formerCustomer && f.ARR.OrZero() == "0"
	return string(org.ExpirationDate), !ended && !confirmed
}
