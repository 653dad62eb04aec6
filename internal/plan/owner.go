package plan

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// owns reports whether the account belongs to the flow (docs/rules.md,
// Ownership). The account_type is that of its organization, or the wanted one if it
// has none. Only the Global instance is shared by two flows.
func (c *comparison) owns(at *pair, accountType field.Value) bool {
	switch {
	case c.Schema.Flow == field.USGov:
		return true
	case c.Schema.Flow == field.Global && c.Others == nil:
		return !field.IsPartnerType(accountType)
	case c.Schema.Flow == field.Global && at.other:
		return false
	case at.wanted != nil, at.leftOut != nil:
		// The rule begins with partner accounts, so the partner flow knows its own
		// without the other artifact.
		return true
	case at.other:
		return false
	}
	return field.IsPartnerType(accountType) == (c.Schema.Flow == field.Partner)
}

func (c *comparison) ownsOrganization(at *pair, present *organization.Organization) bool {
	return c.owns(at, present.Record.Get(field.AccountType))
}

// marksNothing returns why the flow must not mark or end anything, empty if it may.
// Without the Salesforce artifact of the other flow, the owner of an organization
// is unknown; and an account that was retyped between two overlapping reads is in
// neither (docs/rules.md, Ownership).
func (c *comparison) marksNothing() OrphanReason {
	switch {
	case c.Schema.Flow == field.Partner && c.Others == nil:
		return OrphanCustomersMissing
	case c.Schema.Flow == field.Partner && c.ReadsOverlap:
		return OrphanReadsOverlap
	case c.Schema.Flow == field.Global && c.Others == nil:
		return OrphanPartnersMissing
	}
	return ""
}

// warn adds a warning to the plan if the flow must not mark or end anything.
func (c *comparison) warn() {
	message := map[OrphanReason]string{
		OrphanCustomersMissing: "the customer accounts are not there, so ownership goes by account_type alone and nothing is marked: run `salesforce customer`",
		OrphanPartnersMissing:  "the partner accounts are not there, so ownership goes by account_type alone and nothing is marked or ended: run `salesforce partner`",
		OrphanReadsOverlap:     "the customer accounts were not read after the partner accounts, so an account retyped in between may be in neither and nothing is marked: run `salesforce partner`, then `salesforce customer`",
	}
	if reason := c.marksNothing(); reason != "" {
		c.plan.Warnings = append(c.plan.Warnings, Warning{Code: string(reason), Message: message[reason]})
	}
}
