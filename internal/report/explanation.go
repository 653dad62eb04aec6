package report

import (
	"slices"
	"strconv"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
)

// Explanations are all accounts and organizations that a text on the command line may
// mean.
type Explanations struct {
	Header
	// Date is the day of the artifacts, and Today the day by the clock.
	Date  account.Date   `json:"date"`
	Today account.Date   `json:"today"`
	All   []*Explanation `json:"explanations"`
}

func (*Explanations) model() {}

// ExplanationsOf returns explanations of artifacts of the day.
func ExplanationsOf(date, today account.Date, all []*Explanation) *Explanations {
	return &Explanations{Header: headerOf("explanations"), Date: date, Today: today, All: all}
}

// Explanation is why an account has its level and entitlements in both instances, and
// what the plans do about it.
type Explanation struct {
	ID   account.ID `json:"salesforce_id,omitzero"`
	Name string     `json:"name,omitzero"`
	// Answers say what the account gets, and why, in a sentence each.
	Answers []string `json:"answers"`
	// Customer is what the rules did; nil for all but customers.
	Customer *Customer `json:"customer,omitempty"`
	Plans    []Planned `json:"plans"`
}

// Customer is what the rules decided for a customer's account, in their order.
type Customer struct {
	// Type is the account's in Salesforce.
	Type string `json:"type"`
	// Exception reports that the US Government exception applies.
	Exception     bool           `json:"exception"`
	Subscriptions []Subscription `json:"subscriptions"`
	Charges       []Charge       `json:"charges"`
	Instances     []Instance     `json:"instances"`
}

// Subscription is the instance of a subscription, and why.
type Subscription struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	StartDate account.Date   `json:"start_date"`
	EndDate   account.Date   `json:"end_date"`
	Instance  field.Instance `json:"instance"`
	// ByCurrentCharges reports that its current charges decided; otherwise all its
	// charges did, because none is current.
	ByCurrentCharges bool `json:"by_current_charges"`
	// DecidedBy is the charge that made it a subscription of US Government; empty for
	// Global.
	DecidedBy string `json:"decided_by,omitzero"`
	// WithoutCharges reports that it is running without a single charge.
	WithoutCharges bool `json:"without_charges"`
}

// Charge says whether a charge counts on the day, and what it means.
type Charge struct {
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	Subscription string          `json:"subscription"`
	StartDate    account.Date    `json:"start_date"`
	EndDate      account.Date    `json:"end_date"`
	Quantity     account.Decimal `json:"quantity"`
	// Meaning is mapped, ignored, unmapped or orphaned, and Type is the type of a
	// mapped name.
	Meaning entitlement.Meaning `json:"meaning"`
	Type    string              `json:"type,omitzero"`
	Current bool                `json:"current"`
	// CountsUntil is the last day on which it counts, fifteen days after its
	// end; empty for a charge without an end.
	CountsUntil account.Date `json:"counts_until"`
}

// Instance is what the rules did in one instance.
type Instance struct {
	Instance field.Instance `json:"instance"`
	// LeftOut is why the account has no object there, empty if it has one.
	LeftOut entitlement.Reason `json:"left_out,omitzero"`
	// Ground says why the account has an object there, or not.
	Ground   entitlement.Ground `json:"ground"`
	Override *Override          `json:"override,omitempty"`
	// Ignored is an override without effect, because the account belongs to US
	// Government.
	Ignored *Override `json:"ignored_override,omitempty"`
	// Holds are the causes for which nothing is taken away for now.
	Holds []hold.Hold `json:"holds"`
	Steps []Step      `json:"steps"`
}

// Override is an entry of the overrides file that is in force.
type Override struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
	// ExpiresOn is its last day, empty if it has none.
	ExpiresOn account.Date `json:"expires_on"`
}

// Step is one attribute set by one rule. Before is empty for the first value.
type Step struct {
	Attribute string           `json:"attribute"`
	Before    string           `json:"before"`
	After     string           `json:"after"`
	Rule      entitlement.Rule `json:"rule"`
	// From is the charge, subscription, attribute or reason that the value comes from.
	From string `json:"from"`
}

// Planned is what the plan of a flow does with an account.
type Planned struct {
	Flow field.Flow `json:"flow"`
	// PlanID is empty if compare has not run.
	PlanID string `json:"plan_id"`
	Rows   []Row  `json:"rows"`
}

// PlannedOf selects the account's rows from a plan, with their limits and outcomes.
// Limits apply as in a sync that accepts nothing.
func PlannedOf(id account.ID, whole *Plan) Planned {
	planned := Planned{Flow: whole.Flow, PlanID: whole.PlanID}
	for _, row := range whole.Rows {
		if row.AccountID == id {
			planned.Rows = append(planned.Rows, row)
		}
	}
	return planned
}

// ExplanationOf explains a customer from the rules' own trace of the day.
func ExplanationOf(today account.Date, customer *account.Account, trace *entitlement.Trace, decision entitlement.Decision) *Explanation {
	told := &Customer{Type: customer.Type, Exception: customer.Exception}
	for _, traced := range trace.Subscriptions {
		told.Subscriptions = append(told.Subscriptions, Subscription{
			ID: traced.Subscription.ID, Name: traced.Subscription.Name, StartDate: traced.Subscription.StartDate, EndDate: traced.Subscription.EndDate,
			Instance: traced.Instance, ByCurrentCharges: traced.ByCurrentCharges, DecidedBy: traced.DecidedBy, WithoutCharges: traced.WithoutCharges,
		})
	}
	for _, traced := range trace.Charges {
		told.Charges = append(told.Charges, Charge{
			ID: traced.Charge.ID, Name: traced.Name, Subscription: traced.Charge.Subscription, StartDate: traced.Charge.StartDate,
			EndDate: traced.Charge.EndDate, Quantity: traced.Charge.Quantity, Meaning: traced.Meaning, Type: traced.Type,
			Current: traced.Current, CountsUntil: traced.CurrentUntil,
		})
	}
	for _, traced := range trace.Instances {
		told.Instances = append(told.Instances, instanceOf(traced))
	}
	return &Explanation{ID: customer.ID, Name: customer.Name, Customer: told, Answers: told.answers(today)}
}

func instanceOf(traced *entitlement.InstanceTrace) Instance {
	instance := Instance{
		Instance: traced.Instance, LeftOut: traced.Reason, Ground: traced.Ground, Holds: traced.Holds,
		Override: overrideOf(traced.Override), Ignored: overrideOf(traced.Ignored),
	}
	schema := field.SchemaOf(field.Flow(traced.Instance))
	for _, step := range traced.Steps {
		told := Step{Attribute: step.Attribute, Before: string(step.Before), After: string(step.After), Rule: step.Rule, From: step.From}
		if position, ok := schema.Index(step.Attribute); ok && schema.Fields[position].Kind == field.Check {
			told.After = strconv.FormatBool(step.After == field.True)
		}
		instance.Steps = append(instance.Steps, told)
	}
	return instance
}

func overrideOf(entry *overrides.Override) *Override {
	if entry == nil {
		return nil
	}
	return &Override{Line: entry.Line, Reason: entry.Reason, ExpiresOn: entry.ExpiresOn}
}

// ExplanationOfPartner explains an account that belongs to the partner flow.
func ExplanationOfPartner(id account.ID) *Explanation {
	return &Explanation{ID: id, Answers: []string{"a partner: the partner flow takes its organization over as Salesforce has it"}}
}

// ExplanationOfOrganization explains an id that only organizations have.
func ExplanationOfOrganization(id account.ID) *Explanation {
	return &Explanation{ID: id, Answers: []string{
		"an organization without an account: neither a customer nor a partner of the Salesforce artifacts; merged, retyped or hidden there",
	}}
}

// ExplanationOfUnmanaged explains an organization without a valid
// salesforce_id, such as "organization 12 of Zendesk Global".
func ExplanationOfUnmanaged(organization string) *Explanation {
	return &Explanation{Name: organization, Answers: []string{"unmanaged: it has no valid salesforce_id, so no flow touches it"}}
}

// last returns the step that set the attribute last; an empty one where none
// did.
func (i Instance) last(attribute string) Step {
	for _, step := range slices.Backward(i.Steps) {
		if step.Attribute == attribute {
			return step
		}
	}
	return Step{}
}
