package entitlement

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
)

// Attributes that only the rules of this package use.
const (
	subEngineer   = "sub_ss_ase"
	subEnterprise = "sub_ss_enterprise"
	subDedicated  = "sub_gitlab_dedicated"
	sub24x7       = "sub_usgov_24x7"
	schedule24x7  = "24x7"
	schedule12x5  = "12x5"
	schedule      = "schedule"
)

// draft is an unfinished object.
type draft struct {
	*facts
	lookups  *Lookups
	here     *instance
	override *overrides.Override
	trace    *InstanceTrace

	record field.Record
	// beyond are the true attributes without a field here: usgov_fedramp, and
	// types of the other instance, which count for the level (docs/rules.md, The
	// object).
	beyond []string
}

// build makes the account's object for the instance, rule by rule
// (docs/rules.md, The object).
func (l *Lookups) build(f *facts, here *instance, override *overrides.Override, trace *InstanceTrace) *Entitlement {
	draft := &draft{
		facts: f, lookups: l, here: here, override: override, trace: trace,
		record: here.schema.FromProfile(f.Profile()),
	}
	trace.profile(draft.record)
	draft.setSubscriptionTypes()
	draft.setSeats()
	draft.setExpirationDate()
	draft.set(here.revenue, field.Value(f.ARR.OrZero()), RuleRevenue, "")
	draft.applyOverride()
	draft.setSupportLevel()
	draft.setAccountType()
	object := &Entitlement{ID: f.ID}
	if here.Instance == field.GlobalInstance {
		draft.setAssignedEngineer()
		object.SoldTos = f.soldTos()
	} else {
		draft.setFedRAMP()
		object.Schedule = draft.setSchedule()
		object.FedRAMP = draft.has(field.FedRAMP)
	}
	object.Record = draft.record
	return object
}

// setSubscriptionTypes sets to true the types of the current charges of the
// instance's subscriptions.
func (d *draft) setSubscriptionTypes() {
	for i := range d.charges {
		if charge := &d.charges[i]; charge.entitles(d.here.Instance) {
			d.set(charge.kind.Name, field.True, RuleCharge, charge.ID)
		}
	}
}

// setSeats sets the largest quantity of the charges that count seats.
func (d *draft) setSeats() {
	seats, from := account.Decimal("0"), ""
	for i := range d.charges {
		charge := &d.charges[i]
		if !charge.entitles(d.here.Instance) || !charge.kind.Seats {
			continue
		}
		if quantity := charge.Quantity.OrZero(); from == "" || seats.Less(quantity) {
			seats, from = quantity, charge.ID
		}
	}
	if d.here.seats == field.NumberOfSeats {
		seats = seats.Ceil()
	}
	d.set(d.here.seats, field.Value(seats), RuleSeats, from)
}

// setExpirationDate sets the latest end of the charges of the instance's
// subscriptions, current or not, mapped or not; if none is known, that of the
// subscriptions themselves. Without a subscription here, it is the latest end of all
// the account's charges or, if none is known, the date of its organization.
func (d *draft) setExpirationDate() {
	var latest account.Date
	var from string
	later := func(end account.Date, id string) {
		if end > latest {
			latest, from = end, id
		}
	}
	settled := d.hasSubscription(d.here.Instance)
	for i := range d.charges {
		if charge := &d.charges[i]; !settled || charge.belongs(d.here.Instance) {
			later(charge.EndDate, charge.ID)
		}
	}
	rule := RuleChargeEnd
	if latest == "" {
		rule = RuleSubscriptionEnd
		for i := range d.subscriptions {
			if subscription := &d.subscriptions[i]; subscription.instance == d.here.Instance {
				later(subscription.EndDate, subscription.ID)
			}
		}
	}
	if latest == "" && !settled {
		rule = RuleOrganizationEnd
		org, _ := d.here.organizations.Of(d.ID)
		latest = org.ExpirationDate
	}
	d.set(field.ExpirationDate, field.Value(latest), rule, from)
}

// applyOverride replaces the attributes that the override in force names.
func (d *draft) applyOverride() {
	if d.override == nil {
		return
	}
	for _, named := range d.override.Values {
		d.set(named.Key, named.Value, RuleOverride, d.override.Reason)
	}
}

// setSupportLevel sets the highest level that a true attribute gives, unless the
// override has set it.
func (d *draft) setSupportLevel() {
	if d.override != nil {
		if _, named := d.override.Value(field.SupportLevel); named {
			return
		}
	}
	for _, kind := range d.lookups.types {
		if d.has(kind.Name) {
			d.set(field.SupportLevel, field.Value(kind.Level), RuleLevel, kind.Name)
			return
		}
	}
	d.set(field.SupportLevel, field.Value(field.Expired), RuleLevel, "")
}

// setAccountType sets what follows from the level: an expired customer is a former
// customer without revenue.
func (d *draft) setAccountType() {
	if d.record.Get(field.SupportLevel) != field.Value(field.Expired) {
		d.set(field.AccountType, field.Customer, RuleAccountType, "")
		return
	}
	d.set(field.AccountType, field.FormerCustomer, RuleAccountType, "")
	d.set(d.here.revenue, "0", RuleExpiredRevenue, "")
}

func (d *draft) setAssignedEngineer() {
	if d.has(subEnterprise) {
		d.set(subEngineer, field.True, RuleEngineer, subEnterprise)
	}
}

func (d *draft) setFedRAMP() {
	if d.has(field.FedRAMP) {
		d.set(subDedicated, field.True, RuleFedRAMP, field.FedRAMP)
		d.set(sub24x7, field.True, RuleFedRAMP, field.FedRAMP)
	}
}

func (d *draft) setSchedule() string {
	hours := schedule12x5
	if d.has(sub24x7) {
		hours = schedule24x7
	}
	d.trace.step(schedule, "", field.Value(hours), RuleSchedule, sub24x7)
	d.set(field.EmergencySupport, field.Checkbox(hours == schedule24x7), RuleEmergency, schedule)
	return hours
}

// has reports whether the attribute is true.
func (d *draft) has(attribute string) bool { return d.get(attribute) == field.True }

func (d *draft) get(attribute string) field.Value {
	if position, ok := d.here.schema.Index(attribute); ok {
		return d.record.Values[position]
	}
	return field.Checkbox(slices.Contains(d.beyond, attribute))
}

// set sets the attribute, and records the rule, and the charge, attribute or reason
// from which the value comes.
func (d *draft) set(attribute string, value field.Value, rule Rule, from string) {
	if d.trace != nil {
		d.trace.step(attribute, d.get(attribute), value, rule, from)
	}
	if position, ok := d.here.schema.Index(attribute); ok {
		d.record.Values[position] = value
		return
	}
	d.beyond = slices.DeleteFunc(d.beyond, func(other string) bool { return other == attribute })
	if value == field.True {
		d.beyond = append(d.beyond, attribute)
	}
}
