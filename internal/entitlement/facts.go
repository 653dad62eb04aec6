package entitlement

import (
	"cmp"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
)

// Meaning is how a charge's name is mapped.
type Meaning string

// The meanings of a charge. Orphaned is a charge whose subscription is not in
// the account's list, whatever its name.
const (
	Mapped   Meaning = "mapped"
	Ignored  Meaning = "ignored"
	Unmapped Meaning = "unmapped"
	Orphaned Meaning = "orphaned"
)

// facts are the facts about an account that the rules use, the same for both
// instances. Subscriptions and charges are sorted by id, so that the order of the
// input does not matter.
type facts struct {
	*account.Account
	subscriptions []subscriptionFacts
	charges       []chargeFacts
	// holds are the causes that hold in both instances.
	holds      []hold.Hold
	hasCurrent bool
}

type subscriptionFacts struct {
	*account.Subscription
	instance              field.Instance
	hasCharge, hasCurrent bool
	// withoutCharges reports that it is active and has no charges.
	withoutCharges bool
	// usgov and currentUSGov are its first charge and its first current charge with
	// a US Government name for this account; nil without one.
	usgov, currentUSGov *chargeFacts
}

type chargeFacts struct {
	*account.Charge
	// name is the charge's name in normal form.
	name    string
	meaning Meaning
	// kind is the type of a mapped name, even if the charge is orphaned.
	kind         *products.Type
	subscription *subscriptionFacts
	current      bool
}

// read collects the facts about the account.
func (l *Lookups) read(customer *account.Account) *facts {
	f := &facts{
		Account:       customer,
		subscriptions: make([]subscriptionFacts, len(customer.Subscriptions)),
		charges:       make([]chargeFacts, len(customer.Charges)),
	}
	for i := range customer.Subscriptions {
		f.subscriptions[i].Subscription = &customer.Subscriptions[i]
	}
	for i := range customer.Charges {
		f.charges[i].Charge = &customer.Charges[i]
	}
	slices.SortFunc(f.subscriptions, func(a, b subscriptionFacts) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(f.charges, func(a, b chargeFacts) int { return cmp.Compare(a.ID, b.ID) })
	for i := range f.charges {
		l.readCharge(f, &f.charges[i])
	}
	for i := range f.subscriptions {
		l.assign(f, &f.subscriptions[i])
	}
	f.holds = hold.Sorted(f.holds)
	return f
}

// readCharge finds the charge's subscription, whether it is current and what
// its name means.
func (l *Lookups) readCharge(f *facts, charge *chargeFacts) {
	charge.name = products.NormalName(charge.ChargeName)
	charge.current = charge.Current(l.Today, l.ExpiredEndDate)
	charge.subscription = f.subscription(charge.Subscription)
	charge.kind = l.PlanLookup[charge.name]
	switch {
	case charge.subscription == nil:
		charge.meaning = Orphaned
	case l.AllValidPlans[charge.name]:
		charge.meaning = Mapped
	case l.plans.Ignored(charge.name):
		charge.meaning = Ignored
	default:
		charge.meaning = Unmapped
	}
	if charge.subscription != nil {
		usgov := l.USGovPlanNames[charge.name] || f.Exception && l.USGovPlanNamesForExceptions[charge.name]
		charge.subscription.add(charge, usgov)
	}
	if !charge.current {
		return
	}
	f.hasCurrent = true
	switch charge.meaning {
	case Unmapped:
		f.hold(hold.UnmappedCharge, charge.name)
	case Orphaned:
		f.hold(hold.ChargeWithoutSubscription, charge.name)
	}
}

func (f *facts) hold(reason hold.Reason, detail string) {
	f.holds = append(f.holds, hold.Hold{Reason: reason, Detail: detail})
}

// subscription returns the subscription of the id, nil when the account's list
// has none.
func (f *facts) subscription(id string) *subscriptionFacts {
	position, found := slices.BinarySearchFunc(f.subscriptions, id, func(s subscriptionFacts, id string) int {
		return cmp.Compare(s.ID, id)
	})
	if !found {
		return nil
	}
	return &f.subscriptions[position]
}

// add adds a charge to its subscription; usgov reports whether its name is a US
// Government name for this account.
func (s *subscriptionFacts) add(charge *chargeFacts, usgov bool) {
	s.hasCharge = true
	s.hasCurrent = s.hasCurrent || charge.current
	if !usgov {
		return
	}
	if s.usgov == nil {
		s.usgov = charge
	}
	if charge.current && s.currentUSGov == nil {
		s.currentUSGov = charge
	}
}

// decisive returns the charge because of which the subscription belongs to US
// Government: one of its current charges if it has any, otherwise one of all its
// charges (docs/rules.md, Which subscriptions belong to which instance).
func (s *subscriptionFacts) decisive() *chargeFacts {
	if s.hasCurrent {
		return s.currentUSGov
	}
	return s.usgov
}

// assign assigns the subscription to one instance, and notes an active one without
// charges.
func (l *Lookups) assign(f *facts, subscription *subscriptionFacts) {
	subscription.instance = field.GlobalInstance
	if subscription.decisive() != nil {
		subscription.instance = field.USGovInstance
	}
	subscription.withoutCharges = !subscription.hasCharge && subscription.Running(l.Today, l.ExpiredEndDate)
	if subscription.withoutCharges {
		f.hold(hold.SubscriptionWithoutCharges, subscription.Name)
	}
}

// hasSubscription reports whether one of the account's subscriptions belongs to
// the instance.
func (f *facts) hasSubscription(here field.Instance) bool {
	return slices.ContainsFunc(f.subscriptions, func(s subscriptionFacts) bool { return s.instance == here })
}

// belongs reports whether the charge's subscription belongs to the instance.
func (c *chargeFacts) belongs(here field.Instance) bool {
	return c.subscription != nil && c.subscription.instance == here
}

// entitles reports whether the charge gives the account support in the instance
// today.
func (c *chargeFacts) entitles(here field.Instance) bool {
	return c.current && c.meaning == Mapped && c.belongs(here)
}
