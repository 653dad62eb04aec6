package plan

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// fate is what happens to an organization whose account is not wanted. Exactly one
// field is set.
type fate struct {
	mark   MarkReason
	end    UpdateReason
	orphan OrphanReason
}

// decideUnwanted plans what happens to an organization whose account is not
// wanted, or lists it as an orphan (docs/rules.md, Creates, updates and marks;
// Orphans).
func (c *comparison) decideUnwanted(at *pair, org *organization.Organization) {
	accountType := org.Record.Get(field.AccountType)
	switch {
	case org.Marked(), org.IgnoreDeletion, c.Protected[at.id]:
		return
	case c.Schema.Flow == field.Global && field.IsPartnerType(accountType):
		return
	}
	name := nameOf(org)
	decided := c.judge(at, org)
	switch {
	case decided.mark != "":
		c.levels[org.ID] = string(org.Record.Get(field.SupportLevel))
		c.plan.Marks = append(c.plan.Marks, Mark{
			ID: org.ID, AccountID: at.id, Name: name, Reason: decided.mark, Seen: SeenOf(org.Record), Changes: c.marking(),
		})
	case decided.end != "":
		c.addUpdate(org, Update{AccountID: at.id, Reason: decided.end, Changes: org.Record.Diff(ended(org.Record))})
	default:
		c.plan.Orphans = append(c.plan.Orphans, Orphan{
			ID: org.ID, AccountID: at.id, Name: name, Reason: decided.orphan, AccountType: string(accountType),
			SupportLevel:   string(org.Record.Get(field.SupportLevel)),
			ExpirationDate: string(org.Record.Get(field.ExpirationDate)),
		})
	}
}

// judge decides what happens to the organization.
func (c *comparison) judge(at *pair, org *organization.Organization) fate {
	var leftOut LeftOut
	if at.leftOut != nil {
		leftOut = *at.leftOut
	}
	old := leftOut.Reason == string(ExpiredThreeYears)
	expired := org.Record.Get(field.SupportLevel) == field.Value(field.Expired)
	date, known := ownDate(org)
	beyond := known && date != "" && date < c.threeYearsOut
	switch missing := c.marksNothing(); {
	case missing != "":
		return fate{orphan: missing}
	case c.Schema.Flow == field.Partner:
		return fate{mark: NotAPartner}
	case leftOut.CurrentCharge && old:
		return fate{orphan: OrphanCurrentCharge}
	case leftOut.CurrentCharge:
		return fate{orphan: OrphanReason(leftOut.Reason)}
	case expired && (beyond || old):
		return fate{mark: ExpiredThreeYears}
	case old && beyond:
		return fate{end: EndedThreeYears}
	case c.Orphans == MarkOrphans:
		return fate{mark: NotInSalesforce}
	case c.Orphans == ExpireOrphans && known && date < c.expiredEndDate && len(org.Record.Diff(ended(org.Record))) > 0:
		return fate{end: EndedOrphan}
	case leftOut.Reason != "":
		return fate{orphan: OrphanReason(leftOut.Reason)}
	}
	return fate{orphan: OrphanUnknown}
}

// ownDate returns the organization's expiration date, empty for none. It is not
// known if the field has another value.
func ownDate(org *organization.Organization) (date account.Date, known bool) {
	date, err := account.ParseDate(string(org.Record.Get(field.ExpirationDate)))
	return date, err == nil
}

// ended returns the record of an account without products. Dates stay.
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
