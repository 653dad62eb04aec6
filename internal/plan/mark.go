package plan

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// fate is what happens to an organization whose account is not wanted; exactly
// one field is set.
type fate struct {
	mark   MarkReason
	end    UpdateReason
	orphan OrphanReason
}

// decideUnwanted plans what happens to an organization whose account is not
// wanted, or lists it as an orphan (docs/rules.md, Creates, updates and marks;
// Orphans).
func (c *comparison) decideUnwanted(at *pair, present *organization.Organization) {
	accountType := present.Record.Get(field.AccountType)
	switch {
	case present.Marked(), present.IgnoreDeletion, c.Protected[at.id]:
		return
	case c.Schema.Flow == field.Global && field.IsPartnerType(accountType):
		return
	}
	name := nameOf(present)
	decided := c.judge(at, present)
	switch {
	case decided.mark != "":
		c.levels[present.ID] = string(present.Record.Get(field.SupportLevel))
		c.plan.Marks = append(c.plan.Marks, Mark{
			ID: present.ID, AccountID: at.id, Name: name, Reason: decided.mark, Seen: SeenOf(present.Record), Changes: c.marking(),
		})
	case decided.end != "":
		c.addUpdate(present, Update{AccountID: at.id, Reason: decided.end, Changes: present.Record.Diff(ended(present.Record))})
	default:
		c.plan.Orphans = append(c.plan.Orphans, Orphan{
			ID: present.ID, AccountID: at.id, Name: name, Reason: decided.orphan, AccountType: string(accountType),
			SupportLevel:   string(present.Record.Get(field.SupportLevel)),
			ExpirationDate: string(present.Record.Get(field.ExpirationDate)),
		})
	}
}

// judge decides what happens to the organization.
func (c *comparison) judge(at *pair, present *organization.Organization) fate {
	var left LeftOut
	if at.left != nil {
		left = *at.left
	}
	old := left.Reason == string(ExpiredThreeYears)
	expired := present.Record.Get(field.SupportLevel) == field.Value(field.Expired)
	date, known := ownDate(present)
	beyond := known && date != "" && date < c.threeYearsOut
	switch missing := c.marksNothing(); {
	case missing != "":
		return fate{orphan: missing}
	case c.Schema.Flow == field.Partner:
		return fate{mark: NotAPartner}
	case left.CurrentCharge && old:
		return fate{orphan: OrphanCurrentCharge}
	case left.CurrentCharge:
		return fate{orphan: OrphanReason(left.Reason)}
	case expired && (beyond || old):
		return fate{mark: ExpiredThreeYears}
	case old && beyond:
		return fate{end: EndedThreeYears}
	case c.Orphans == MarkOrphans:
		return fate{mark: NotInSalesforce}
	case c.Orphans == ExpireOrphans && known && date < c.expiredEndDate && len(present.Record.Diff(ended(present.Record))) > 0:
		return fate{end: EndedOrphan}
	case left.Reason != "":
		return fate{orphan: OrphanReason(left.Reason)}
	}
	return fate{orphan: OrphanUnknown}
}

// ownDate returns the expiration date that the organization has, empty for
// none. Not known is one whose field holds something else.
func ownDate(org *organization.Organization) (date account.Date, known bool) {
	date, err := account.ParseDate(string(org.Record.Get(field.ExpirationDate)))
	return date, err == nil
}

// ended returns the record of an account that has nothing any more. Dates stay.
func ended(record field.Record) field.Record {
	ended := record.Clone()
	for i, f := range record.Schema.Fields {
		if value, ends := f.EndsAs(); ends {
			ended.Values[i] = value
		}
	}
	return ended
}

// marking is the one change of a mark.
func (c *comparison) marking() []field.Change {
	position, _ := c.Schema.Index(field.MarkForDeletion)
	return []field.Change{{Field: c.Schema.Fields[position], To: field.True}}
}
