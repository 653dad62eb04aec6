// Package plan compares the wanted organizations with those in Zendesk. It decides
// what to create, update and mark for deletion, what to hold back, and what people
// have to decide (docs/rules.md, Stage compare). It is pure: the same input in any
// order gives the same plan.
package plan

import (
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// Wanted is an account as its organization should be.
type Wanted struct {
	ID account.ID
	// Record holds the flow's managed fields; mark_for_deletion is empty.
	Record field.Record
	// Source is the complete record of the artifact; creates.json contains it.
	Source any
	// Holds and InOtherInstance are the other values of accounts.json that compare
	// uses (docs/rules.md, Holds).
	Holds           []hold.Hold
	InOtherInstance bool
}

// LeftOut is a record of left_out.json.
type LeftOut struct {
	ID     account.ID
	Reason string
	// CurrentCharge reports that a charge of the account is current.
	CurrentCharge bool
}

// OrphanPolicy is what to do with orphans (docs/rules.md, Orphans).
type OrphanPolicy string

// The policies: leave them as they are, end their support, mark them for
// deletion.
const (
	ListOrphans   OrphanPolicy = "list"
	ExpireOrphans OrphanPolicy = "expire"
	MarkOrphans   OrphanPolicy = "mark"
)

// ParseOrphanPolicy reads a policy.
func ParseOrphanPolicy(text string) (OrphanPolicy, error) {
	for _, policy := range []OrphanPolicy{ListOrphans, ExpireOrphans, MarkOrphans} {
		if text == string(policy) {
			return policy, nil
		}
	}
	return "", fmt.Errorf("unknown policy %q for orphans: use list, expire or mark", text)
}

// Source returns records one after the other, sorted by salesforce_id, and io.EOF
// after the last one.
type Source[T any] interface{ Next() (T, error) }

// Input is everything that a plan is made from. Its sources are read once, at the
// same time. Records that need no row do not stay in memory.
type Input struct {
	Schema *field.Schema
	// Today is the day that three years are counted back from.
	Today account.Date
	// Wanted are the accounts, each once.
	Wanted Source[Wanted]
	// Organizations are those of the instance, sorted by salesforce_id as
	// it stands.
	Organizations Source[organization.Organization]
	// LeftOut is left_out.json; nil for partner.
	LeftOut Source[LeftOut]
	// Others are the ids of the other flow's Salesforce artifact, partners or
	// customers; nil if it does not exist (docs/rules.md, Ownership).
	Others Source[account.ID]
	// OtherNames gives the name of each account of Others. It is called at most
	// once, when all sources have been read; nil without Others.
	OtherNames func(each func(id account.ID, name field.Value)) error
	// Names returns the names of some Organizations, by id. It is called at most
	// once, when all sources have been read.
	Names func(ids map[int64]bool) (map[int64]field.Value, error)
	// ReadsOverlap reports that the customers were not read after the partners:
	// an account retyped in between is in neither artifact.
	ReadsOverlap bool
	// Protected ids are never marked.
	Protected map[account.ID]bool
	// Orphans is the policy for orphans; empty is ListOrphans.
	Orphans OrphanPolicy
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
	// LosesSupport are the rows that take support or an entitlement away.
	LosesSupport []Loss
	Limits       []LimitCheck
	Warnings     []Warning
	// Unknown are accounts of Only that no source has.
	Unknown []account.ID
}

// HasChanges reports whether there is anything to apply.
func (p *Plan) HasChanges() bool {
	return len(p.Creates)+len(p.Updates)+len(p.Marks) > 0
}
