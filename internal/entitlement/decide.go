package entitlement

import (
	"fmt"
	"slices"

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

// UnmarshalText refuses what is not a reason.
func (reason *Reason) UnmarshalText(text []byte) error {
	*reason = Reason(text)
	if !slices.Contains(Reasons(), *reason) {
		return fmt.Errorf("unknown reason %q", text)
	}
	return nil
}

// Decision is what the rules decide for an account.
type Decision struct {
	// Outcomes has one for each instance, in the order of field.Instances.
	Outcomes []Outcome
	// UnmappedCharges is the same list that the account's objects have; here it
	// is there also for an account without an object.
	UnmappedCharges []string
	// OrphanedCharges is how many current charges name a subscription that is
	// not in the account's list. They are unmapped, whatever their names.
	OrphanedCharges int
}

// Outcome is either an object or why there is none: exactly one is set.
type Outcome struct {
	Instance field.Instance
	Object   *Object
	LeftOut  *LeftOut
}

// LeftOutAsOld reports whether the account is left out of an instance as expired
// for three years.
func (decision Decision) LeftOutAsOld() bool {
	return slices.ContainsFunc(decision.Outcomes, Outcome.isOld)
}

func (outcome Outcome) isOld() bool {
	return outcome.LeftOut != nil && outcome.LeftOut.Reason == ExpiredThreeYears
}

// Decide applies the processor's rules to one account. A trace that is not nil
// is filled with what the rules did.
func (lookups *Lookups) Decide(customer *account.Account, trace *Trace) Decision {
	seen := lookups.read(customer)
	trace.start(seen)
	decision := Decision{UnmappedCharges: seen.unmapped, OrphanedCharges: seen.orphaned}
	for i := range lookups.instances {
		here := &lookups.instances[i]
		decision.Outcomes = append(decision.Outcomes, lookups.outcome(seen, here, trace.in(here.Instance)))
	}
	global, usgov := decision.Outcomes[0].Object, decision.Outcomes[1].Object
	lookups.relate(global, seen, &lookups.instances[0], &lookups.instances[1], usgov)
	lookups.relate(usgov, seen, &lookups.instances[1], &lookups.instances[0], global)
	return decision
}

// In returns the outcome in the instance.
func (decision Decision) In(instance field.Instance) Outcome {
	at := slices.IndexFunc(decision.Outcomes, func(outcome Outcome) bool { return outcome.Instance == instance })
	return decision.Outcomes[at]
}

// outcome decides for one instance.
func (lookups *Lookups) outcome(seen *reading, here *instance, trace *InstanceTrace) Outcome {
	override, _ := lookups.OverridesByID.InForce(here.Instance, seen.ID, lookups.Today)
	trace.overriddenBy(override)
	reason, ground := lookups.admit(seen, here, override)
	if reason != "" {
		return leaveOut(seen, here, reason, ground, trace)
	}
	trace.because("", ground)
	object := lookups.build(seen, here, override, trace)
	expiration := account.Date(object.Record.Get(field.ExpirationDate))
	if expiration != "" && expiration < lookups.ThreeYearsOut {
		return leaveOut(seen, here, ExpiredThreeYears, GroundTooOld, trace)
	}
	return Outcome{Instance: here.Instance, Object: object}
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
	for _, here := range field.Instances() {
		if _, ok := lookups.OverridesByID.InForce(here, id, lookups.Today); ok {
			return true
		}
	}
	return false
}

func leaveOut(seen *reading, here *instance, reason Reason, ground Ground, trace *InstanceTrace) Outcome {
	trace.because(reason, ground)
	return Outcome{Instance: here.Instance, LeftOut: &LeftOut{ID: seen.ID, Name: seen.Name, Reason: reason}}
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
