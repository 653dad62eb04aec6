package entitlement

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
)

// Trace records what the rules did with one account. Its order is stable:
// subscriptions and charges by id, steps in their sequence.
type Trace struct {
	Subscriptions []SubscriptionTrace
	Charges       []ChargeTrace
	// Instances has one for each instance, in the order of field.Instances.
	Instances []*InstanceTrace
}

// SubscriptionTrace is one subscription: its instance, and why.
type SubscriptionTrace struct {
	Subscription account.Subscription
	// Instance is the instance to which the subscription belongs.
	Instance field.Instance
	// ByCurrentCharges says which charges decided its instance: the current ones, or
	// all because none is current.
	ByCurrentCharges bool
	// DecidedBy is the id of the charge because of which it belongs to US Government;
	// empty for Global.
	DecidedBy string
	// WithoutCharges reports that it is active and has no charges.
	WithoutCharges bool
}

// ChargeTrace is one charge: whether it counts today, and what it means.
type ChargeTrace struct {
	Charge account.Charge
	// Name is the charge's name in normal form.
	Name string
	// Meaning is how its name is mapped, or that its subscription is missing.
	Meaning Meaning
	// Type is the subscription type of the name; empty without one.
	Type string
	// Current reports whether it counts today, and CurrentUntil the last day on
	// which it does; empty for a charge without an end.
	Current      bool
	CurrentUntil account.Date
}

// InstanceTrace is what happened in one instance.
type InstanceTrace struct {
	Instance field.Instance
	// Reason is why the account is left out, empty when it has an object.
	// Ground is the ground for either.
	Reason Reason
	Ground Ground
	// Override is the entry in force here, nil without one.
	Override *overrides.Override
	// Ignored is an entry in force without effect here, because the account belongs
	// to US Government and the entry names no instance; nil without one.
	Ignored *overrides.Override
	// Holds are the reasons why nothing may be taken away now; none without an
	// object.
	Holds []hold.Hold
	// Steps are all values that were set, in sequence, even for an object that was
	// left out at the end.
	Steps []Step
}

// Step is one attribute set by one rule. From is the charge, subscription,
// attribute or override's reason from which the value comes; empty if there is
// none.
type Step struct {
	Attribute string
	Before    field.Value
	After     field.Value
	Rule      Rule
	From      string
}

// Rule names a rule in words for people (docs/rules.md, The object).
type Rule string

// The rules, in the order in which they apply.
const (
	RuleAccount         Rule = "as in Salesforce"
	RuleCharge          Rule = "a current charge maps to it"
	RuleSeats           Rule = "largest quantity of the current charges that count seats"
	RuleChargeEnd       Rule = "latest end date of the charges"
	RuleSubscriptionEnd Rule = "latest end date of the subscriptions, as no charge has one"
	RuleOrganizationEnd Rule = "date of its organization in Zendesk, as no charge has one"
	RuleRevenue         Rule = "the account's arr"
	RuleOverride        Rule = "override in force"
	RuleLevel           Rule = "highest level of the true attributes"
	RuleAccountType     Rule = "customer, unless the support level is expired"
	RuleExpiredRevenue  Rule = "0, as the support level is expired"
	RuleEngineer        Rule = "sub_ss_enterprise includes it"
	RuleFedRAMP         Rule = "usgov_fedramp includes it"
	RuleSchedule        Rule = "24x7 with sub_usgov_24x7, otherwise 12x5"
	RuleEmergency       Rule = "true exactly when the schedule is 24x7"
)

// Ground says in words for people why an account is in or out of an instance.
type Ground string

// The grounds (docs/rules.md, Which accounts get an object).
const (
	GroundPartner      Ground = "the partner flow owns the account"
	GroundNothing      Ground = "it has neither a subscription nor a current charge, nor an organization or an override in force there"
	GroundSubscription Ground = "a subscription belongs to the instance"
	GroundOrganization Ground = "no subscription belongs to the instance, but the account has an organization there"
	GroundOverride     Ground = "no subscription belongs to the instance, but an override is in force there"
	GroundElsewhere    Ground = "no subscription belongs to the instance, and it has neither an organization nor an override in force there"
	GroundTooOld       Ground = "its expiration_date is earlier than three years and one day ago"
)

// start records the facts about the account's subscriptions and charges. Here and
// below, a nil trace records nothing.
func (t *Trace) start(f *facts) {
	if t == nil {
		return
	}
	*t = Trace{}
	for _, instance := range field.Instances() {
		t.Instances = append(t.Instances, &InstanceTrace{Instance: instance})
	}
	for i := range f.subscriptions {
		t.Subscriptions = append(t.Subscriptions, f.subscriptions[i].trace())
	}
	for i := range f.charges {
		t.Charges = append(t.Charges, f.charges[i].trace())
	}
}

// in returns the trace of the instance.
func (t *Trace) in(instance field.Instance) *InstanceTrace {
	if t == nil {
		return nil
	}
	at := slices.IndexFunc(t.Instances, func(traced *InstanceTrace) bool { return traced.Instance == instance })
	return t.Instances[at]
}

func (s *subscriptionFacts) trace() SubscriptionTrace {
	noted := SubscriptionTrace{
		Subscription:     *s.Subscription,
		Instance:         s.instance,
		ByCurrentCharges: s.hasCurrent,
		WithoutCharges:   s.withoutCharges,
	}
	if charge := s.decisive(); charge != nil {
		noted.DecidedBy = charge.ID
	}
	return noted
}

func (c *chargeFacts) trace() ChargeTrace {
	noted := ChargeTrace{
		Charge: *c.Charge, Name: c.name, Meaning: c.meaning,
		Current: c.current, CurrentUntil: c.CurrentUntil(),
	}
	if c.kind != nil {
		noted.Type = c.kind.Name
	}
	return noted
}

// overriddenBy notes the override in force.
func (it *InstanceTrace) overriddenBy(override *overrides.Override) {
	if it != nil {
		it.Override = override
	}
}

// ignores notes an override that does nothing here.
func (it *InstanceTrace) ignores(override *overrides.Override) {
	if it != nil {
		it.Ignored = override
	}
}

// because records why the account is left out of the instance or, without a reason,
// why it is in it.
func (it *InstanceTrace) because(reason Reason, ground Ground) {
	if it != nil {
		it.Reason, it.Ground = reason, ground
	}
}

// holds notes why nothing may be taken away.
func (it *InstanceTrace) holds(holds []hold.Hold) {
	if it != nil {
		it.Holds = holds
	}
}

// step notes that a rule set an attribute.
func (it *InstanceTrace) step(attribute string, before, after field.Value, rule Rule, from string) {
	if it != nil {
		it.Steps = append(it.Steps, Step{attribute, before, after, rule, from})
	}
}

// profile records the values that were copied from the account.
func (it *InstanceTrace) profile(record field.Record) {
	if it == nil {
		return
	}
	for i, f := range record.Schema.Fields {
		if f.Of != nil {
			it.step(f.Key, "", record.Values[i], RuleAccount, "")
		}
	}
}
