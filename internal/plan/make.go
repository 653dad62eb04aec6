package plan

import (
	"cmp"
	"maps"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// comparison is a plan in the making.
type comparison struct {
	Input
	threeYearsOut, expiredEndDate account.Date

	wanted map[account.ID]*Wanted
	// present are the organizations of each id, by organization id.
	present map[account.ID][]*organization.Organization
	// lost are organizations that look like that of an account without one, and
	// refused are accounts of which a create or a name is not planned.
	lost    map[int64]bool
	refused map[account.ID]bool
	plan    *Plan
}

// Make plans what the flow does to its instance (domain.md, Stage compare).
// With Only, the plan is the part of the full one that is of those accounts.
func Make(input Input) *Plan {
	comparing := &comparison{
		Input:          input,
		threeYearsOut:  input.Today.ThreeYearsOut(),
		expiredEndDate: input.Today.ExpiredEndDate(),
		wanted:         make(map[account.ID]*Wanted, len(input.Wanted)),
		present:        make(map[account.ID][]*organization.Organization, len(input.Present)),
		lost:           map[int64]bool{},
		refused:        map[account.ID]bool{},
		plan:           &Plan{},
	}
	for i := range input.Wanted {
		comparing.wanted[input.Wanted[i].ID] = &input.Wanted[i]
	}
	comparing.joinPresent()
	comparing.findLost()
	for _, id := range comparing.ids() {
		comparing.decide(id)
	}
	comparing.settleNames()
	comparing.sort()
	comparing.restrict()
	comparing.warn()
	comparing.sum()
	return comparing.plan
}

// joinPresent groups the organizations by the account they name, and lists
// those that name none (domain.md, Salesforce ids).
func (c *comparison) joinPresent() {
	for i := range c.Present {
		present := &c.Present[i]
		if id, ok := present.AccountID(); ok {
			c.present[id] = append(c.present[id], present)
			continue
		}
		c.plan.Counts.Unmanaged++
		c.addUnmanaged(present)
	}
	for _, organizations := range c.present {
		slices.SortFunc(organizations, func(a, b *organization.Organization) int { return cmp.Compare(a.ID, b.ID) })
	}
	slices.SortFunc(c.plan.Unmanaged, func(a, b Unmanaged) int {
		return cmp.Or(cmp.Compare(a.SalesforceID, b.SalesforceID), cmp.Compare(a.ID, b.ID))
	})
}

func (c *comparison) addUnmanaged(present *organization.Organization) {
	text := string(present.Record.Get(field.SalesforceID))
	if text == "" {
		return
	}
	row := Unmanaged{ID: present.ID, Name: c.nameOf(present), SalesforceID: text}
	if _, err := account.ParseID(text); err != nil {
		row.Reason = err.Error()
	}
	c.plan.Unmanaged = append(c.plan.Unmanaged, row)
}

// ids returns the ids of either side, sorted.
func (c *comparison) ids() []account.ID {
	all := slices.Collect(maps.Keys(c.wanted))
	for id := range c.present {
		if c.wanted[id] == nil {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return all
}

// decide plans what becomes of one account and its organizations.
func (c *comparison) decide(id account.ID) {
	wanted, organizations := c.wanted[id], c.present[id]
	if len(organizations) == 0 {
		if c.owns(id, wanted.Record.Get(field.AccountType)) {
			c.decideCreate(wanted)
		}
		return
	}
	meant := c.meant(organizations)
	switch {
	case meant == nil:
		c.addDuplicates(id, organizations)
	case !c.ownsOrganization(id, meant):
	case wanted != nil:
		c.decideUpdate(wanted, meant)
	default:
		c.decideUnwanted(id, meant)
	}
}

// meant returns the organization that an id stands for: the only one, or the
// only unmarked one. Nil is a conflict.
func (c *comparison) meant(organizations []*organization.Organization) *organization.Organization {
	if len(organizations) == 1 {
		return organizations[0]
	}
	var meant *organization.Organization
	for _, present := range organizations {
		if present.Marked() {
			continue
		}
		if meant != nil {
			return nil
		}
		meant = present
	}
	return meant
}

func (c *comparison) addDuplicates(id account.ID, organizations []*organization.Organization) {
	conflict := Conflict{AccountID: id, Name: c.nameOf(organizations[0]), Reason: DuplicateID}
	owned := false
	for _, present := range organizations {
		owned = owned || c.ownsOrganization(id, present)
		conflict.OrganizationIDs = append(conflict.OrganizationIDs, present.ID)
	}
	if owned {
		c.plan.Conflicts = append(c.plan.Conflicts, conflict)
	}
}

// decideCreate plans a create, unless nothing entitles the account to support.
func (c *comparison) decideCreate(wanted *Wanted) {
	switch {
	case c.refused[wanted.ID]:
	case wanted.holdsCreate():
		c.plan.Held = append(c.plan.Held, wanted.held(ActionCreate, 0, string(wanted.Record.Get(field.Name)), nil))
	case !wanted.expired():
		c.plan.Creates = append(c.plan.Creates, Create{ID: wanted.ID, Record: wanted.Record, Source: wanted.Source})
	}
}

// decideUpdate plans the fields that differ, but for those that are held.
func (c *comparison) decideUpdate(wanted *Wanted, present *organization.Organization) {
	changes, held := wanted.holdChanges(present.Record.Diff(wanted.Record))
	if len(held) > 0 {
		c.plan.Held = append(c.plan.Held, wanted.held(ActionUpdate, present.ID, c.nameOf(present), held))
	}
	if len(changes) > 0 {
		c.plan.Updates = append(c.plan.Updates, Update{
			ID: present.ID, AccountID: wanted.ID, Name: c.nameOf(present), Changes: changes,
		})
	}
}

func (c *comparison) nameOf(present *organization.Organization) string {
	return string(present.Record.Get(field.Name))
}

// sort brings the rows into their order: what was planned for a lost identity or
// an orphan came before or after its place.
func (c *comparison) sort() {
	slices.SortFunc(c.plan.Updates, func(a, b Update) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(c.plan.Conflicts, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), slices.Compare(a.OrganizationIDs, b.OrganizationIDs))
	})
}

// restrict leaves the rows of the accounts asked for. Unmanaged organizations
// are of no account: they stay.
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
