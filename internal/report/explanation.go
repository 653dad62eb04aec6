package report

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Explanation is why an account is what it is in both instances, and what the
// plans do about it.
type Explanation struct {
	ID account.ID
	// Customer, Trace and Decision are what the rules made of a customer; nil
	// and empty for others.
	Customer *account.Account
	Trace    *entitlement.Trace
	Decision entitlement.Decision
	// Partner reports that the partner flow owns the account.
	Partner bool
	// Unmanaged is an organization without a valid salesforce_id, such as
	// "organization 12 of Zendesk Global"; empty for all others.
	Unmanaged string
	Plans     []Planned
}

func (*Explanation) model() {}

// Planned is what the plan of a flow holds of an account.
type Planned struct {
	Flow field.Flow
	// PlanID is empty when compare has not run.
	PlanID string
	Rows   []Row
}

// ExplanationOf explains a customer from the rules' own trace.
func ExplanationOf(customer *account.Account, trace *entitlement.Trace, decision entitlement.Decision) *Explanation {
	return &Explanation{ID: customer.ID, Customer: customer, Trace: trace, Decision: decision}
}

// PlannedOf picks the account's rows out of a plan. Limits count as for a sync
// that accepts nothing, so a row that is over one says so.
func PlannedOf(id account.ID, whole *Plan) Planned {
	planned := Planned{Flow: whole.Flow, PlanID: whole.PlanID}
	for _, row := range whole.Rows {
		if row.AccountID == id {
			planned.Rows = append(planned.Rows, row)
		}
	}
	return planned
}
