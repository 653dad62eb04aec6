// Package plan sets what Salesforce wants against what is in Zendesk and
// decides what to create, update and mark for deletion, what to hold back and
// what to leave to people (domain.md, Stage compare). It is pure: the same
// input in any order gives the same plan.
package plan

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// Wanted is an account as its organization should be.
type Wanted struct {
	ID account.ID
	// Record holds the flow's managed fields; mark_for_deletion is empty.
	Record field.Record
	// Source is the record of the artifact that it comes from; a create writes
	// it whole.
	Source any
	// UnmappedCharges, InOtherInstance and AwaitsOtherInstance are the extras
	// of accounts.json that holds go by (domain.md, Unmapped charges).
	UnmappedCharges     []string
	InOtherInstance     bool
	AwaitsOtherInstance bool
}

// Input is everything a plan is made from.
type Input struct {
	Schema *field.Schema
	// Today is the day that three years are counted back from.
	Today   account.Date
	Wanted  []Wanted
	Present []organization.Organization
	// LeftOut holds the processor's reasons of left_out.json; nil for partner.
	LeftOut map[account.ID]string
	// PartnerIDs and CustomerIDs are the ids of the two Salesforce artifacts;
	// nil when that artifact is not there (domain.md, Ownership). A flow needs
	// those of the other side: its own are wanted or left out. usgov needs none.
	PartnerIDs, CustomerIDs map[account.ID]bool
	// WithCurrentCharge are the ids of the customer artifact that have a
	// current charge; nil when that is not known.
	WithCurrentCharge map[account.ID]bool
	// Protected ids are never marked.
	Protected map[account.ID]bool
	// MarkOrphans marks organizations that would else be listed as orphans.
	MarkOrphans bool
	// Only restricts the plan to these accounts; nil is all.
	Only map[account.ID]bool
	// Limits are those to check, see DefaultLimits.
	Limits []Limit
}

// Plan is what compare decided. All rows are sorted by salesforce_id, then by
// organization id.
type Plan struct {
	Creates []Create
	Updates []Update
	Marks   []Mark

	Held    []Held
	Orphans []Orphan
	// Unmanaged lists the organizations with an invalid salesforce_id; those
	// with an empty one are in Counts only.
	Unmanaged []Unmanaged
	Conflicts []Conflict

	Counts         Counts
	SupportLevels  []Movement
	ChangesByField []FieldCount
	// LosesSupport are the rows that support_lost counts.
	LosesSupport []Loss
	Limits       []LimitCheck
	Warnings     []Warning
}

// HasChanges tells whether there is anything to carry out.
func (plan *Plan) HasChanges() bool {
	return len(plan.Creates)+len(plan.Updates)+len(plan.Marks) > 0
}

// Exceeded tells whether a limit is.
func (plan *Plan) Exceeded() bool {
	for _, limit := range plan.Limits {
		if limit.Exceeded {
			return true
		}
	}
	return false
}
