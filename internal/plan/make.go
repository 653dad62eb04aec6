package plan

import (
	"cmp"
	"maps"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// comparison is the state of one comparison.
type comparison struct {
	Input
	threeYearsOut, expiredEndDate account.Date

	plan *Plan
	// names are those of all organizations.
	names names
	// unknown are organizations whose id belongs to no account; without are accounts
	// with planned support that have no organization. Two of them may belong
	// together.
	unknown []stranger
	without []homeless
	// housed are the accounts of the other flow that have an organization here.
	housed map[account.ID]bool
	// refused are accounts whose create or name is not planned.
	refused map[account.ID]bool
	// marked is how many organizations are marked and may be deleted. For those with
	// an update, stays says whether they are among them, levels their current level.
	marked int
	stays  map[int64]bool
	levels map[int64]string
	// unasked are requested accounts that no side has had yet.
	unasked map[account.ID]bool
}

// Make plans what the flow does to its instance (docs/rules.md, Stage compare).
// With Only, the plan is the part of the full plan for these accounts. An error
// comes from one of the input's sources.
func Make(input Input) (*Plan, error) {
	comparing := &comparison{
		Input:          input,
		threeYearsOut:  input.Today.ThreeYearsOut(),
		expiredEndDate: input.Today.ExpiredEndDate(),
		plan:           &Plan{},
		refused:        map[account.ID]bool{},
		stays:          map[int64]bool{},
		housed:         map[account.ID]bool{},
		levels:         map[int64]string{},
		unasked:        maps.Clone(input.Only),
	}
	sides, err := comparing.sides()
	if err == nil {
		err = join(sides, comparing.decide)
	}
	if err == nil {
		err = comparing.findLost()
	}
	if err == nil {
		err = comparing.settleNames()
	}
	if err != nil {
		return nil, err
	}
	comparing.sort()
	comparing.restrict()
	comparing.warn()
	comparing.sum()
	return comparing.plan, nil
}

func (c *comparison) addUnmanaged(org *organization.Organization) {
	c.plan.Counts.Unmanaged++
	text := string(org.Record.Get(field.SalesforceID))
	if text == "" {
		return
	}
	row := Unmanaged{ID: org.ID, Name: nameOf(org), SalesforceID: text}
	if _, err := account.ParseID(text); err != nil {
		row.Reason = err.Error()
	}
	c.plan.Unmanaged = append(c.plan.Unmanaged, row)
	c.unknown = append(c.unknown, strangerOf(org))
}

// decide plans what happens to one account and its organizations.
func (c *comparison) decide(at *pair) {
	slices.SortFunc(at.orgs, func(a, b organization.Organization) int { return cmp.Compare(a.ID, b.ID) })
	if at.wanted != nil || at.leftOut != nil || len(at.orgs) > 0 {
		delete(c.unasked, at.id)
	}
	if len(at.orgs) == 0 {
		if at.wanted != nil && c.owns(at, at.wanted.Record.Get(field.AccountType)) {
			c.decideCreate(at.wanted)
		}
		return
	}
	meant := meant(at.orgs)
	if !at.isAccount() {
		c.addUnknown(at, meant)
	}
	if at.other {
		c.housed[at.id] = true
	}
	switch {
	case meant == nil:
		c.addDuplicates(at)
	case !c.ownsOrganization(at, meant):
	case at.wanted != nil:
		c.decideUpdate(at.wanted, meant)
	default:
		c.decideUnwanted(at, meant)
	}
}

// meant returns the organization that an id stands for: the only one, or the
// only unmarked one. Nil is a conflict.
func meant(organizations []organization.Organization) *organization.Organization {
	if len(organizations) == 1 {
		return &organizations[0]
	}
	var meant *organization.Organization
	for i := range organizations {
		org := &organizations[i]
		if org.Marked() {
			continue
		}
		if meant != nil {
			return nil
		}
		meant = org
	}
	return meant
}

func (c *comparison) addDuplicates(at *pair) {
	conflict := Conflict{AccountID: at.id, Name: nameOf(&at.orgs[0]), Reason: DuplicateID}
	owned := false
	for i := range at.orgs {
		owned = owned || c.ownsOrganization(at, &at.orgs[i])
		conflict.OrganizationIDs = append(conflict.OrganizationIDs, at.orgs[i].ID)
	}
	if owned {
		c.plan.Conflicts = append(c.plan.Conflicts, conflict)
	}
}

// decideCreate plans a create, unless nothing entitles the account to support.
func (c *comparison) decideCreate(wanted *Wanted) {
	name := wanted.Record.Get(field.Name)
	if !wanted.expired() {
		c.without = append(c.without, homeless{wanted.ID, name})
	}
	switch {
	case wanted.holdsCreate():
		c.plan.Held = append(c.plan.Held, wanted.held(ActionCreate, 0, string(name), nil))
	case !wanted.expired():
		c.plan.Creates = append(c.plan.Creates, Create{ID: wanted.ID, Record: wanted.Record, Source: wanted.Source})
	}
}

// decideUpdate plans the fields that differ, except those that are held.
func (c *comparison) decideUpdate(wanted *Wanted, org *organization.Organization) {
	changes, held := wanted.holdChanges(org.Record.Diff(wanted.Record))
	if len(held) > 0 {
		c.plan.Held = append(c.plan.Held, wanted.held(ActionUpdate, org.ID, nameOf(org), held))
	}
	if len(changes) > 0 {
		c.addUpdate(org, Update{AccountID: wanted.ID, Changes: changes})
	}
}

// addUpdate plans an update of the organization.
func (c *comparison) addUpdate(org *organization.Organization, row Update) {
	row.ID, row.Name = org.ID, nameOf(org)
	c.levels[org.ID] = string(org.Record.Get(field.SupportLevel))
	c.stays[org.ID] = c.staysMarked(org)
	c.plan.Updates = append(c.plan.Updates, row)
}

func nameOf(org *organization.Organization) string {
	return string(org.Record.Get(field.Name))
}

// sort sorts the rows: those for lost identities and orphans were added out of
// order.
func (c *comparison) sort() {
	slices.SortFunc(c.plan.Unmanaged, func(a, b Unmanaged) int {
		return cmp.Or(cmp.Compare(a.SalesforceID, b.SalesforceID), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(c.plan.Updates, func(a, b Update) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(c.plan.Conflicts, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), slices.Compare(a.OrganizationIDs, b.OrganizationIDs))
	})
}

// restrict keeps only the rows of the requested accounts, and unmanaged
// organizations, which belong to no account.
func (c *comparison) restrict() {
	if c.Only == nil {
		return
	}
	plan, only := c.plan, c.Only
	plan.Creates = slices.DeleteFunc(plan.Creates, func(row Create) bool { return !only[row.ID] })
	plan.Updates = slices.DeleteFunc(plan.Updates, func(row Update) bool { return !only[row.AccountID] })
	plan.Marks = slices.DeleteFunc(plan.Marks, func(row Mark) bool { return !only[row.AccountID] })
	plan.Held = slices.DeleteFunc(plan.Held, func(row Held) bool { return !only[row.AccountID] })
	plan.Orphans = slices.DeleteFunc(plan.Orphans, func(row Orphan) bool { return !only[row.AccountID] })
	plan.Conflicts = slices.DeleteFunc(plan.Conflicts, func(row Conflict) bool { return !only[row.AccountID] })
}
