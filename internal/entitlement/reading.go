package entitlement

import (
	"cmp"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
)

// NoCharges stands among the unmapped charges for a subscription that runs
// without a single charge (domain.md, Unmapped charges).
const NoCharges = "(no charges)"

// Meaning is what a charge's name says about it.
type Meaning string

// The meanings of a charge. Orphaned is a charge whose subscription is not in
// the account's list, whatever its name.
const (
	Mapped   Meaning = "mapped"
	Ignored  Meaning = "ignored"
	Unmapped Meaning = "unmapped"
	Orphaned Meaning = "orphaned"
)

// reading is an account as the rules see it today, the same for both
// instances. Subscriptions and charges are by id, so that the order in which
// they come decides nothing.
type reading struct {
	*account.Account
	subscriptions []subscriptionReading
	charges       []chargeReading
	unmapped      []string
	hasCurrent    bool
	// orphaned counts the current charges whose subscription is not in the list.
	orphaned int
}

type subscriptionReading struct {
	*account.Subscription
	instance              field.Instance
	hasCharge, hasCurrent bool
	// withoutCharges tells that it runs without a single charge.
	withoutCharges bool
	// usgov and currentUSGov are its first charges, of all and of the current
	// ones, whose names are US Government's for this account; nil without one.
	usgov, currentUSGov *chargeReading
}

type chargeReading struct {
	*account.Charge
	// name is the charge's name in normal form.
	name    string
	meaning Meaning
	// kind is what a mapped name maps to, also when the charge is orphaned.
	kind         *products.Type
	subscription *subscriptionReading
	current      bool
}

// read sorts out what every rule asks of the account.
func (lookups *Lookups) read(customer *account.Account) *reading {
	seen := &reading{
		Account:       customer,
		subscriptions: make([]subscriptionReading, len(customer.Subscriptions)),
		charges:       make([]chargeReading, len(customer.Charges)),
	}
	for i := range customer.Subscriptions {
		seen.subscriptions[i].Subscription = &customer.Subscriptions[i]
	}
	for i := range customer.Charges {
		seen.charges[i].Charge = &customer.Charges[i]
	}
	slices.SortFunc(seen.subscriptions, func(a, b subscriptionReading) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(seen.charges, func(a, b chargeReading) int { return cmp.Compare(a.ID, b.ID) })
	for i := range seen.charges {
		lookups.readCharge(seen, &seen.charges[i])
	}
	for i := range seen.subscriptions {
		lookups.assign(seen, &seen.subscriptions[i])
	}
	slices.Sort(seen.unmapped)
	seen.unmapped = slices.Compact(seen.unmapped)
	return seen
}

// readCharge finds the charge's subscription, whether it is current and what
// its name means.
func (lookups *Lookups) readCharge(seen *reading, charge *chargeReading) {
	charge.name = products.NormalName(charge.ChargeName)
	charge.current = charge.Current(lookups.Today, lookups.ExpiredEndDate)
	charge.subscription = seen.subscription(charge.Subscription)
	charge.kind = lookups.PlanLookup[charge.name]
	switch {
	case charge.subscription == nil:
		charge.meaning = Orphaned
	case lookups.AllValidPlans[charge.name]:
		charge.meaning = Mapped
	case lookups.plans.Ignored(charge.name):
		charge.meaning = Ignored
	default:
		charge.meaning = Unmapped
	}
	if charge.subscription != nil {
		usgov := lookups.USGovPlanNames[charge.name] || seen.Exception && lookups.USGovPlanNamesForExceptions[charge.name]
		charge.subscription.add(charge, usgov)
	}
	if !charge.current {
		return
	}
	seen.hasCurrent = true
	if charge.meaning == Orphaned {
		seen.orphaned++
	}
	if charge.meaning == Unmapped || charge.meaning == Orphaned {
		seen.unmapped = append(seen.unmapped, charge.name)
	}
}

// subscription returns the subscription of the id, nil when the account's list
// has none.
func (seen *reading) subscription(id string) *subscriptionReading {
	position, found := slices.BinarySearchFunc(seen.subscriptions, id, func(s subscriptionReading, id string) int {
		return cmp.Compare(s.ID, id)
	})
	if !found {
		return nil
	}
	return &seen.subscriptions[position]
}

// add counts a charge for the judgement of its subscription; usgov tells
// whether its name is US Government's for this account.
func (subscription *subscriptionReading) add(charge *chargeReading, usgov bool) {
	subscription.hasCharge = true
	subscription.hasCurrent = subscription.hasCurrent || charge.current
	if !usgov {
		return
	}
	if subscription.usgov == nil {
		subscription.usgov = charge
	}
	if charge.current && subscription.currentUSGov == nil {
		subscription.currentUSGov = charge
	}
}

// decisive returns the charge that makes the subscription US Government's: one
// of its current charges if it has any, else one of all its charges (domain.md,
// Which subscriptions belong to which instance).
func (subscription *subscriptionReading) decisive() *chargeReading {
	if subscription.hasCurrent {
		return subscription.currentUSGov
	}
	return subscription.usgov
}

// assign gives the subscription, whole, to one instance, and notes one that
// runs without a charge.
func (lookups *Lookups) assign(seen *reading, subscription *subscriptionReading) {
	subscription.instance = field.GlobalInstance
	if subscription.decisive() != nil {
		subscription.instance = field.USGovInstance
	}
	subscription.withoutCharges = !subscription.hasCharge && subscription.Running(lookups.Today, lookups.ExpiredEndDate)
	if subscription.withoutCharges {
		seen.unmapped = append(seen.unmapped, NoCharges)
	}
}

// hasSubscription tells whether one of the account's subscriptions belongs to
// the instance.
func (seen *reading) hasSubscription(here field.Instance) bool {
	return slices.ContainsFunc(seen.subscriptions, func(s subscriptionReading) bool { return s.instance == here })
}

// belongs tells whether the charge is one of the instance's subscriptions.
func (charge *chargeReading) belongs(here field.Instance) bool {
	return charge.subscription != nil && charge.subscription.instance == here
}

// entitles tells whether the charge gives the account something in the
// instance today.
func (charge *chargeReading) entitles(here field.Instance) bool {
	return charge.current && charge.meaning == Mapped && charge.belongs(here)
}
