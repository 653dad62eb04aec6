// Package hold has the causes for which nothing may be taken away from a customer. The
// processor finds them, compare obeys them, and people remove them.
package hold

import (
	"cmp"
	"fmt"
	"slices"
)

// Reason is a kind of cause.
type Reason string

// The reasons (docs/rules.md, Unmapped charges; Moves; Absence is not an end).
const (
	// UnmappedCharge: a current charge has a name that plans.yaml lacks.
	UnmappedCharge Reason = "unmapped_charge"
	// ChargeWithoutSubscription: the subscription of a current charge is not in
	// the account's list.
	ChargeWithoutSubscription Reason = "charge_without_subscription"
	// SubscriptionWithoutCharges: a subscription runs without a single charge.
	SubscriptionWithoutCharges Reason = "subscription_without_charges"
	// AwaitsOtherInstance: the account moves to the other instance, which has
	// not given it its level yet.
	AwaitsOtherInstance Reason = "awaits_other_instance"
	// SubscriptionsGone: the account has neither a subscription nor a charge any
	// more, and nothing else says that its support has ended.
	SubscriptionsGone Reason = "subscriptions_gone"
)

// Reasons returns all reasons, in the order of the constants.
func Reasons() []Reason {
	return []Reason{UnmappedCharge, ChargeWithoutSubscription, SubscriptionWithoutCharges, AwaitsOtherInstance, SubscriptionsGone}
}

// UnmarshalText refuses what is not a reason.
func (r *Reason) UnmarshalText(text []byte) error {
	*r = Reason(text)
	if !slices.Contains(Reasons(), *r) {
		return fmt.Errorf("unknown reason %q", text)
	}
	return nil
}

// Remedy returns what removes the cause.
func (r Reason) Remedy() string {
	switch r {
	case UnmappedCharge:
		return "add the name to plans.yaml, under its type or under ignored"
	case ChargeWithoutSubscription:
		return "fix the charge's subscription in Salesforce: a name in plans.yaml does not help"
	case SubscriptionWithoutCharges:
		return "give the subscription its charges in Salesforce, or cancel it"
	case AwaitsOtherInstance:
		return "it ends by itself when the organization in the other instance has its level"
	case SubscriptionsGone:
		return "it ends by itself 15 days after that date, or when the account is a Former Customer without revenue"
	}
	return ""
}

// Hold is one cause.
type Hold struct {
	Reason Reason `json:"reason"`
	// Detail is the charge's name, the subscription's name or the organization's date;
	// empty if the reason needs none.
	Detail string `json:"detail"`
}

// String is the hold in one line.
func (h Hold) String() string {
	if h.Detail == "" {
		return string(h.Reason)
	}
	return string(h.Reason) + " (" + h.Detail + ")"
}

// Sorted returns the distinct holds, by reason and detail.
func Sorted(holds []Hold) []Hold {
	return slices.Compact(slices.SortedFunc(slices.Values(holds), func(a, b Hold) int {
		return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Detail, b.Detail))
	}))
}
