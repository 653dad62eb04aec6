package plan

import (
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// stranger is an organization whose id is not an account's.
type stranger struct {
	id         int64
	text, name string
	// short is the first 15 characters without regard to case, empty where the
	// id cannot be another's: a valid one of 18 characters proves its case.
	short string
	// unmark is how its mark is taken back where it turns out to be an account's;
	// nil where it bears none.
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

// homeless is an account with support as planned that has no organization.
type homeless struct {
	id   account.ID
	name field.Value
}

// addUnknown notes organizations whose id is not an account's. Of several that share
// the id, one that is marked is not the one it stands for: to unmark it would
// make two.
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

// findLost finds organizations whose id is not that of an account and that look
// like the one of an account without any: its id was mistyped, or the account
// was recreated in Salesforce. People decide; until then nothing is created
// beside such an organization, nor is it marked or ended (docs/rules.md,
// Identity lost). The account may be the other side's: what a customer should
// have is not to be marked as that of a partner who is gone.
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
// whose id is not that of an account, and which is not known to be lost.
func (c *comparison) takesFrom(lost map[int64]bool) bool {
	unknown := map[int64]bool{}
	for i := range c.unknown {
		unknown[c.unknown[i].id] = !lost[c.unknown[i].id]
	}
	return slices.ContainsFunc(c.plan.Marks, func(row Mark) bool { return unknown[row.ID] }) ||
		slices.ContainsFunc(c.plan.Updates, func(row Update) bool { return row.Reason != "" && unknown[row.ID] }) ||
		slices.ContainsFunc(c.unknown, func(org stranger) bool { return org.unmark != nil && unknown[org.id] })
}

// strangers finds organizations by what an account has in common with them.
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

// like returns the organizations that have the account's name or, but for upper
// and lower case and the checksum, its id; each once.
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

// dropLost takes out of the plan the creates beside organizations that lost
// their identity, and their marks and ends.
func (c *comparison) dropLost(lost map[int64]bool) {
	plan := c.plan
	plan.Creates = slices.DeleteFunc(plan.Creates, func(row Create) bool { return c.refused[row.ID] })
	plan.Held = slices.DeleteFunc(plan.Held, func(row Held) bool { return row.Action == ActionCreate && c.refused[row.AccountID] })
	plan.Marks = slices.DeleteFunc(plan.Marks, func(row Mark) bool { return lost[row.ID] })
	plan.Orphans = slices.DeleteFunc(plan.Orphans, func(row Orphan) bool { return lost[row.ID] })
	plan.Updates = slices.DeleteFunc(plan.Updates, func(row Update) bool { return row.Reason != "" && lost[row.ID] })
}
