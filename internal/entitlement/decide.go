package entitlement

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
)

// Reason is why an account has no object in an instance, as left_out.json
// writes it.
type Reason string

// The reasons to be left out (domain.md, Which accounts get an object).
const (
	OwnedByPartner    Reason = "partner"
	NoSubscriptions   Reason = "no_subscriptions"
	OtherInstance     Reason = "other_instance"
	ExpiredThreeYears Reason = "expired_three_years"
)

// Reasons returns all reasons, in the order in which they are looked at.
func Reasons() []Reason {
	return []Reason{OwnedByPartner, NoSubscriptions, OtherInstance, ExpiredThreeYears}
}

// Decision is what becomes of an account in both instances.
type Decision struct {
	Global, USGov Outcome
	// UnmappedCharges is the same list that the account's objects have; here it
	// is there also for an account without an object.
	UnmappedCharges []string
	// OrphanedCharges is how many current charges name a subscription that is
	// not in the account's list. They are unmapped, whatever their names.
	OrphanedCharges int
}

// Outcome is either an object or why there is none: exactly one is set.
type Outcome struct {
	Object  *Object
	LeftOut *LeftOut
}

// LeftOutAsOld reports whether the account is left out of an instance as expired
// for three years.
func (decision Decision) LeftOutAsOld() bool {
	return decision.Global.isOld() || decision.USGov.isOld()
}

func (outcome Outcome) isOld() bool {
	return outcome.LeftOut != nil && outcome.LeftOut.Reason == ExpiredThreeYears
}

// Decide applies the processor's rules to one account. A trace that is not nil
// is filled with what the rules did.
func (lookups *Lookups) Decide(customer *account.Account, trace *Trace) Decision {
	seen := lookups.read(customer)
	var global, usgov *InstanceTrace
	if trace != nil {
		trace.start(seen)
		global, usgov = trace.Global, trace.USGov
	}
	decision := Decision{
		Global:          lookups.outcome(seen, &lookups.global, global),
		USGov:           lookups.outcome(seen, &lookups.usgov, usgov),
		UnmappedCharges: seen.unmapped,
		OrphanedCharges: seen.orphaned,
	}
	lookups.relate(decision.Global.Object, seen, &lookups.global, &lookups.usgov, decision.USGov.Object)
	lookups.relate(decision.USGov.Object, seen, &lookups.usgov, &lookups.global, decision.Global.Object)
	return decision
}

// outcome decides for one instance.
func (lookups *Lookups) outcome(seen *reading, here *instance, trace *InstanceTrace) Outcome {
	override, _ := lookups.OverridesByID.InForce(here.Instance, seen.ID, lookups.Today)
	trace.overriddenBy(override)
	reason, ground := lookups.admit(seen, here, override)
	if reason != "" {
		return leaveOut(seen, reason, ground, trace)
	}
	trace.because("", ground)
	object := lookups.build(seen, here, override, trace)
	expiration := account.Date(object.Record.Get(field.ExpirationDate))
	if expiration != "" && expiration < lookups.ThreeYearsOut {
		return leaveOut(seen, ExpiredThreeYears, GroundTooOld, trace)
	}
	return Outcome{Object: object}
}

// admit tells why the account gets no object in the instance, empty when it
// gets one, and on which ground (domain.md, Which accounts get an object).
func (lookups *Lookups) admit(seen *reading, here *instance, override *overrides.Override) (Reason, Ground) {
	if lookups.PartnerOwns(seen.ID) {
		return OwnedByPartner, GroundPartner
	}
	if len(seen.subscriptions) == 0 && !seen.hasCurrent && !lookups.overridden(seen.ID) {
		return NoSubscriptions, GroundNothing
	}
	if seen.hasSubscription(here.Instance) {
		return "", GroundSubscription
	}
	if here.hasOrganization(seen.ID) {
		return "", GroundOrganization
	}
	if override != nil {
		return "", GroundOverride
	}
	return OtherInstance, GroundElsewhere
}

// overridden tells whether an override for the account is in force in either
// instance.
func (lookups *Lookups) overridden(id account.ID) bool {
	for _, here := range []field.Instance{field.GlobalInstance, field.USGovInstance} {
		if _, ok := lookups.OverridesByID.InForce(here, id, lookups.Today); ok {
			return true
		}
	}
	return false
}

func leaveOut(seen *reading, reason Reason, ground Ground, trace *InstanceTrace) Outcome {
	trace.because(reason, ground)
	return Outcome{LeftOut: &LeftOut{ID: seen.ID, Name: seen.Name, Reason: reason}}
}

// relate tells an object of the other instance: whether the account has an
// organization there, and whether it is moving there (domain.md, Unmapped
// charges).
func (lookups *Lookups) relate(object *Object, seen *reading, here, there *instance, other *Object) {
	if object == nil {
		return
	}
	object.InOtherInstance = there.hasOrganization(seen.ID)
	object.AwaitsOtherInstance = !object.InOtherInstance && !seen.hasSubscription(here.Instance) &&
		other != nil && other.Record.Get(field.SupportLevel) != field.Value(field.Expired)
}
