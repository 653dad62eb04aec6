package entitlement

import (
	"fmt"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
)

// Reason is why an account has no object in an instance, as left_out.json
// writes it.
type Reason string

// The reasons to be left out (docs/rules.md, Which accounts get an object).
const (
	OwnedByPartner    Reason = "partner"
	NoSubscriptions   Reason = "no_subscriptions"
	OtherInstance     Reason = "other_instance"
	ExpiredThreeYears Reason = "expired_three_years"
)

// Reasons returns all reasons, in the order in which they are checked.
func Reasons() []Reason {
	return []Reason{OwnedByPartner, NoSubscriptions, OtherInstance, ExpiredThreeYears}
}

// UnmarshalText accepts only the reasons.
func (r *Reason) UnmarshalText(text []byte) error {
	*r = Reason(text)
	if !slices.Contains(Reasons(), *r) {
		return fmt.Errorf("unknown reason %q", text)
	}
	return nil
}

// Decision is what the rules decide for an account.
type Decision struct {
	// Outcomes has one for each instance, in the order of field.Instances.
	Outcomes []Outcome
	// Holds are the causes that hold in both instances, even for an account without
	// an object.
	Holds []hold.Hold
	// CurrentCharge reports that a charge of the account is current.
	CurrentCharge bool
	// OverrideElsewhere is an override in force without effect: it names no instance,
	// and the account belongs to US Government; nil without one.
	OverrideElsewhere *overrides.Override
}

// Outcome is either an object or the reason why there is none.
type Outcome struct {
	Instance    field.Instance
	Entitlement *Entitlement
	LeftOut     *LeftOut
}

// LeftOutAsOld reports whether the account is left out of an instance because it
// expired three years ago.
func (d Decision) LeftOutAsOld() bool {
	return slices.ContainsFunc(d.Outcomes, Outcome.isOld)
}

func (o Outcome) isOld() bool {
	return o.LeftOut != nil && o.LeftOut.Reason == ExpiredThreeYears
}

// Decide applies the processor's rules to one account. If the trace is not nil, the
// rules record their steps in it.
func (l *Lookups) Decide(customer *account.Account, trace *Trace) Decision {
	f := l.read(customer)
	trace.start(f)
	decision := Decision{Holds: f.holds, CurrentCharge: f.hasCurrent}
	for i := range l.instances {
		here := &l.instances[i]
		override, elsewhere := l.override(f, here)
		if elsewhere {
			trace.in(here.Instance).ignores(override)
			decision.OverrideElsewhere, override = override, nil
		}
		decision.Outcomes = append(decision.Outcomes, l.outcome(f, here, override, trace.in(here.Instance)))
	}
	l.relate(f, decision, trace)
	return decision
}

// In returns the outcome in the instance.
func (d Decision) In(instance field.Instance) Outcome {
	at := slices.IndexFunc(d.Outcomes, func(outcome Outcome) bool { return outcome.Instance == instance })
	return d.Outcomes[at]
}

// override returns the entry in force for the account in the instance, nil
// without one. Elsewhere means that it must be ignored: it does not name its
// instance, so it is for Global, but the account belongs to US Government
// (docs/rules.md, Which accounts get an object).
func (l *Lookups) override(f *facts, here *instance) (override *overrides.Override, elsewhere bool) {
	override, ok := l.OverridesByID.InForce(here.Instance, f.ID, l.Today)
	if !ok || override.Named {
		return override, false
	}
	_, inUSGov := l.USGovOrgsByID.Of(f.ID)
	return override, f.hasSubscription(field.USGovInstance) || inUSGov && !f.hasSubscription(field.GlobalInstance)
}

// outcome decides for one instance.
func (l *Lookups) outcome(f *facts, here *instance, override *overrides.Override, trace *InstanceTrace) Outcome {
	trace.overriddenBy(override)
	reason, ground := l.admit(f, here, override)
	if reason != "" {
		return leaveOut(f, here, reason, ground, trace)
	}
	trace.because("", ground)
	object := l.build(f, here, override, trace)
	expiration := account.Date(object.Record.Get(field.ExpirationDate))
	if expiration != "" && expiration < l.ThreeYearsOut && (object.expired() || !grants(override)) {
		return leaveOut(f, here, ExpiredThreeYears, GroundTooOld, trace)
	}
	return Outcome{Instance: here.Instance, Entitlement: object}
}

// admit returns why the account gets no object in the instance, empty if it gets
// one, and the ground for it (docs/rules.md, Which accounts get an object).
func (l *Lookups) admit(f *facts, here *instance, override *overrides.Override) (Reason, Ground) {
	switch {
	case l.PartnerOwns(f.ID):
		return OwnedByPartner, GroundPartner
	case f.hasSubscription(here.Instance):
		return "", GroundSubscription
	case here.hasOrganization(f.ID):
		return "", GroundOrganization
	case override != nil:
		return "", GroundOverride
	case len(f.subscriptions) == 0 && !f.hasCurrent:
		return NoSubscriptions, GroundNothing
	}
	return OtherInstance, GroundElsewhere
}

// grants reports whether the override gives support, which then does not end by a
// date in Salesforce.
func grants(override *overrides.Override) bool {
	if override == nil {
		return false
	}
	return slices.ContainsFunc(override.Values, func(named overrides.Value) bool {
		isType := slices.Contains(field.SubscriptionTypes(), named.Key)
		return named.Key == field.SupportLevel || isType && named.Value == field.True
	})
}

func leaveOut(f *facts, here *instance, reason Reason, ground Ground, trace *InstanceTrace) Outcome {
	trace.because(reason, ground)
	return Outcome{Instance: here.Instance, LeftOut: &LeftOut{ID: f.ID, Name: f.Name, Reason: reason, CurrentCharge: f.hasCurrent}}
}
