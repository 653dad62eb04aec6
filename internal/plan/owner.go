package plan

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// owns tells whether the account belongs to the flow (domain.md, Ownership).
// The account_type is that of its organization, or the wanted one where there
// is none. Only the Global instance is shared by two flows.
func (c *comparison) owns(id account.ID, accountType field.Value) bool {
	switch c.Schema.Flow {
	case field.Partner:
		// Its own accounts come first in the rule, so they need no other
		// artifact to be known as its own.
		if c.wanted[id] != nil || c.PartnerIDs[id] {
			return true
		}
		if c.CustomerIDs[id] {
			return false
		}
		return field.IsPartnerType(accountType)
	case field.Global:
		if c.PartnerIDs == nil {
			return !field.IsPartnerType(accountType)
		}
		if c.PartnerIDs[id] {
			return false
		}
		return c.isCustomer(id) || !field.IsPartnerType(accountType)
	default:
		return true
	}
}

func (c *comparison) ownsOrganization(id account.ID, present *organization.Organization) bool {
	return c.owns(id, present.Record.Get(field.AccountType))
}

// isCustomer tells whether the id is in the customer artifact: every account
// of it is wanted or left out.
func (c *comparison) isCustomer(id account.ID) bool {
	_, leftOut := c.LeftOut[id]
	return leftOut || c.wanted[id] != nil
}

// otherSideMissing names the Salesforce artifact that ownership needs and that
// is not there; empty when nothing is missing.
func (c *comparison) otherSideMissing() OrphanReason {
	switch {
	case c.Schema.Flow == field.Partner && c.CustomerIDs == nil:
		return OrphanCustomersMissing
	case c.Schema.Flow == field.Global && c.PartnerIDs == nil:
		return OrphanPartnersMissing
	}
	return ""
}

// warn says what a missing artifact means for this plan.
func (c *comparison) warn() {
	switch c.otherSideMissing() {
	case OrphanCustomersMissing:
		c.addWarning(OrphanCustomersMissing, "the customer accounts are not there, so ownership goes by account_type alone and nothing is marked: run salesforce customer")
	case OrphanPartnersMissing:
		c.addWarning(OrphanPartnersMissing, "the partner accounts are not there, so ownership goes by account_type alone and nothing is marked: run salesforce partner")
	default:
		if c.MarkOrphans && c.Schema.Flow != field.Partner && c.WithCurrentCharge == nil {
			c.addWarning(OrphanCustomersMissing, "the customer accounts are not there, so no orphan is marked: run salesforce customer")
		}
	}
}

func (c *comparison) addWarning(code OrphanReason, message string) {
	c.plan.Warnings = append(c.plan.Warnings, Warning{Code: string(code), Message: message})
}
