package plan

import (
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// stranger is an organization whose salesforce_id belongs to no account.
type stranger struct {
	id         int64
	text, name string
	// short is the first 15 characters of the id in lower case. It is empty if the
	// id cannot be a mistyped one: a valid id of 18 characters proves its case.
	short string
	// unmark is the update that removes its mark if it turns out to belong to an
	// account; nil if it is not marked.
	unmark *Update
}

func strangerOf(org *organization.Organization) stranger {
	text := string(org.Record.Get(field.SalesforceID))
	found := stranger{id: org.ID, text: text, name: nameOf(org)}
	_, valid := org.AccountID()
	if short, ok := account.ShortOf(text); ok && (!valid || short == text) {
		found.short = strings.ToLower(short)
	}
	return found
}

// homeless is an account with planned support that has no organization.
type homeless struct {
	id   account.ID
	name field.Value
}

// addUnknown notes the organizations of an id that belongs to no account. If
// several share the id, a marked one is not the one that the id stands for, so it
// is not unmarked: that would make two.
func (c *comparison) addUnknown(at *pair, meant *organization.Organization) {
	for i := range at.orgs {
		org := &at.orgs[i]
		unknown := strangerOf(org)
		if org == meant && org.Marked() && c.ownsOrganization(at, org) {
			unmarked := org.Record.Clone()
			unmarked.Set(field.MarkForDeletion, "")
			unknown.unmark = &Update{ID: org.ID, AccountID: at.id, Name: nameOf(org), Changes: org.Record.Diff(unmarked)}
			c.stays[org.ID] = c.staysMarked(org)
		}
		c.unknown = append(c.unknown, unknown)
	}
}

// findLost finds organizations whose id belongs to no account, and that have the
// name or nearly the id of an account without an organization: the id was
// mistyped, or the account was recreated in Salesforce. Until a person decides,
// no second organization is created, and this one is neither marked nor ended
// (docs/rules.md, Identity lost). The account may belong to the other flow.
func (c *comparison) findLost() error {
	if len(c.unknown) == 0 {
		return nil
	}
	strangers := newStrangers(c.unknown)
	lost := map[int64]bool{}
	find := func(account homeless) {
		for _, org := range strangers.like(account) {
			c.addLost(account, org, !lost[org.id])
			lost[org.id] = true
		}
	}
	for _, wanted := range c.without {
		find(wanted)
	}
	if c.OtherNames != nil && c.Schema.Flow != field.USGov && c.takesFrom(lost) {
		err := c.OtherNames(func(id account.ID, name field.Value) {
			if !c.housed[id] {
				find(homeless{id, name})
			}
		})
		if err != nil {
			return err
		}
	}
	c.dropLost(lost)
	return nil
}

// takesFrom reports whether the plan marks, ends or could unmark an organization
// whose id belongs to no account and that is not known to be lost.
func (c *comparison) takesFrom(lost map[int64]bool) bool {
	unknown := map[int64]bool{}
	for i := range c.unknown {
		unknown[c.unknown[i].id] = !lost[c.unknown[i].id]
	}
	return slices.ContainsFunc(c.plan.Marks, func(row Mark) bool { return unknown[row.ID] }) ||
		slices.ContainsFunc(c.plan.Updates, func(row Update) bool { return row.Reason != "" && unknown[row.ID] }) ||
		slices.ContainsFunc(c.unknown, func(org stranger) bool { return org.unmark != nil && unknown[org.id] })
}

// strangers finds organizations by a name or id like that of an account.
type strangers struct{ byName, byShortID map[string][]*stranger }

func newStrangers(all []stranger) strangers {
	found := strangers{map[string][]*stranger{}, map[string][]*stranger{}}
	for i := range all {
		org := &all[i]
		if key := field.NameKey(field.Value(org.name)); key != "" {
			found.byName[key] = append(found.byName[key], org)
		}
		if org.short != "" {
			found.byShortID[org.short] = append(found.byShortID[org.short], org)
		}
	}
	return found
}

// like returns the organizations that have the account's name, or its id apart
// from case and checksum; each once.
func (s strangers) like(account homeless) []*stranger {
	var found []*stranger
	for _, org := range slices.Concat(s.byName[field.NameKey(account.name)], s.byShortID[strings.ToLower(account.id.Short())]) {
		if !slices.Contains(found, org) {
			found = append(found, org)
		}
	}
	return found
}

func (c *comparison) addLost(wanted homeless, org *stranger, first bool) {
	c.plan.Conflicts = append(c.plan.Conflicts, Conflict{
		AccountID: wanted.id, Name: string(wanted.name), Reason: IdentityLost, OrganizationIDs: []int64{org.id}, PresentID: org.text,
	})
	c.refused[wanted.id] = true
	if first && org.unmark != nil {
		c.plan.Updates = append(c.plan.Updates, *org.unmark)
	}
}

// dropLost removes from the plan the creates of accounts whose organization has
// lost its id, and the marks and ends of these organizations.
func (c *comparison) dropLost(lost map[int64]bool) {
	plan := c.plan
	plan.Creates = slices.DeleteFunc(plan.Creates, func(row Create) bool { return c.refused[row.ID] })
	plan.Held = slices.DeleteFunc(plan.Held, func(row Held) bool { return row.Action == ActionCreate && c.refused[row.AccountID] })
	plan.Marks = slices.DeleteFunc(plan.Marks, func(row Mark) bool { return lost[row.ID] })
	plan.Orphans = slices.DeleteFunc(plan.Orphans, func(row Orphan) bool { return lost[row.ID] })
	plan.Updates = slices.DeleteFunc(plan.Updates, func(row Update) bool { return row.Reason != "" && lost[row.ID] })
}
