package plan

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// decideMark plans a mark for deletion of an organization whose account is not
// wanted, or lists it as an orphan (domain.md, Stage compare, not_in_sync.json).
func (c *comparison) decideMark(id account.ID, present *organization.Organization) {
	if present.Marked() || present.IgnoreDeletion || c.Protected[id] {
		return
	}
	seen := SeenOf(present.Record)
	if c.Schema.Flow == field.Global && field.IsPartnerType(seen.Get(field.AccountType)) {
		return
	}
	reason, orphan := c.judge(id, seen)
	if orphan != "" {
		c.plan.Orphans = append(c.plan.Orphans, Orphan{
			ID: present.ID, AccountID: id, Name: string(seen.Get(field.Name)), Reason: orphan,
			AccountType: string(seen.Get(field.AccountType)), SupportLevel: string(seen.Get(field.SupportLevel)), ExpirationDate: string(seen.Get(field.ExpirationDate)),
		})
		return
	}
	c.plan.Marks = append(c.plan.Marks, Mark{
		ID: present.ID, AccountID: id, Name: string(seen.Get(field.Name)), Reason: reason, Seen: seen, Changes: c.marking(),
	})
}

// judge returns why the organization is to be marked, or why it is an orphan.
func (c *comparison) judge(id account.ID, seen field.Record) (MarkReason, OrphanReason) {
	if missing := c.otherSideMissing(); missing != "" {
		return "", missing
	}
	switch {
	case c.Schema.Flow == field.Partner:
		return NotAPartner, ""
	case c.expiredThreeYears(id, seen):
		return ExpiredThreeYears, ""
	case !c.MarkOrphans:
		return "", c.whereabouts(id)
	case c.WithCurrentCharge == nil:
		return "", OrphanCustomersMissing
	case c.WithCurrentCharge[id]:
		return "", OrphanCurrentCharge
	}
	return NotInSalesforce, ""
}

// expiredThreeYears asks two witnesses: the organization must be expired
// already, and either its own date or the account must be beyond three years.
func (c *comparison) expiredThreeYears(id account.ID, seen field.Record) bool {
	if seen.Get(field.SupportLevel) != field.Value(field.Expired) {
		return false
	}
	if c.LeftOut[id] == string(ExpiredThreeYears) {
		return true
	}
	date, err := account.ParseDate(string(seen.Get(field.ExpirationDate)))
	return err == nil && date != "" && date < c.threeYearsOut
}

// whereabouts says why the account of an orphan is not wanted.
func (c *comparison) whereabouts(id account.ID) OrphanReason {
	if reason, leftOut := c.LeftOut[id]; leftOut {
		return OrphanReason(reason)
	}
	return OrphanUnknown
}

// marking is the one change of a mark.
func (c *comparison) marking() []field.Change {
	for _, managed := range c.Schema.Fields {
		if managed.Key == field.MarkForDeletion {
			return []field.Change{{Field: managed, To: field.True}}
		}
	}
	return nil
}
