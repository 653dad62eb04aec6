package plan

import (
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// findLost finds organizations whose id is no account's and that look like that
// of a wanted account without one: its id was mistyped, or the account was made
// anew in Salesforce. People decide; until then nothing is created beside such
// an organization, nor is it marked or ended (domain.md, Stage compare: Identity
// lost).
func (c *comparison) findLost() {
	byName, byShortID := c.unknown()
	if len(byName)+len(byShortID) == 0 {
		return
	}
	for i := range c.Wanted {
		wanted := &c.Wanted[i]
		if wanted.expired() || len(c.present[wanted.ID]) > 0 || !c.owns(wanted.ID, wanted.Record.Get(field.AccountType)) {
			continue
		}
		found := map[int64]bool{}
		for _, org := range append(byName[field.NameKey(wanted.Record.Get(field.Name))], byShortID[strings.ToLower(wanted.ID.Short())]...) {
			if !found[org.ID] {
				found[org.ID] = true
				c.addLost(wanted, org)
			}
		}
	}
}

// unknown returns the organizations whose id is no account's, by name and by
// the first 15 characters without regard to case. A valid id of 18 characters
// proves its case, so it is not among the latter.
func (c *comparison) unknown() (byName, byShortID map[string][]*organization.Organization) {
	byName, byShortID = map[string][]*organization.Organization{}, map[string][]*organization.Organization{}
	for i := range c.Present {
		org := &c.Present[i]
		text := string(org.Record.Get(field.SalesforceID))
		id, valid := org.AccountID()
		if text == "" || valid && c.isAccount(id) {
			continue
		}
		if key := field.NameKey(org.Record.Get(field.Name)); key != "" {
			byName[key] = append(byName[key], org)
		}
		if short, ok := account.ShortOf(text); ok && (!valid || short == text) {
			byShortID[strings.ToLower(short)] = append(byShortID[strings.ToLower(short)], org)
		}
	}
	return byName, byShortID
}

// isAccount reports whether the id is one of the Salesforce artifacts.
func (c *comparison) isAccount(id account.ID) bool {
	return c.PartnerIDs[id] || c.CustomerIDs[id] || c.isCustomer(id)
}

func (c *comparison) addLost(wanted *Wanted, org *organization.Organization) {
	c.plan.Conflicts = append(c.plan.Conflicts, Conflict{
		AccountID: wanted.ID, Name: string(wanted.Record.Get(field.Name)), Reason: IdentityLost,
		OrganizationIDs: []int64{org.ID}, PresentID: string(org.Record.Get(field.SalesforceID)),
	})
	c.refused[wanted.ID] = true
	if c.lost[org.ID] {
		return
	}
	c.lost[org.ID] = true
	// Of several that share the id, one that is marked is not the one it stands
	// for: to unmark it would make two.
	if id, valid := org.AccountID(); valid && org.Marked() && c.meant(c.present[id]) == org && c.ownsOrganization(id, org) {
		unmarked := org.Record.Clone()
		unmarked.Set(field.MarkForDeletion, "")
		c.plan.Updates = append(c.plan.Updates, Update{
			ID: org.ID, AccountID: id, Name: c.nameOf(org), Changes: org.Record.Diff(unmarked),
		})
	}
}
