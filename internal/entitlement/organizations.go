package entitlement

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// Organizations has what the rules need of the organizations of an instance. It
// keeps no texts: there may be a million organizations.
type Organizations struct {
	byID     OrganizationsByID
	partners map[account.ID]bool
}

// Organization is the organization that an account's id stands for, as in compare:
// the only one, or the only unmarked one.
type Organization struct {
	// ZendeskID is 0 if the id stands for none of several; then the other fields
	// except Marked are empty.
	ZendeskID int64
	// ExpirationDate is its own; empty if its field has no date.
	ExpirationDate account.Date
	// Rank is that of its support_level, see field.Level.
	Rank int
	// Marked reports that it, or all of several, are marked for deletion.
	Marked bool
}

// NewOrganizations returns an instance without organizations.
func NewOrganizations() *Organizations {
	return &Organizations{byID: OrganizationsByID{}, partners: map[account.ID]bool{}}
}

// Add adds an organization. No rule uses unmanaged ones.
func (o *Organizations) Add(org organization.Organization) {
	id, ok := org.AccountID()
	if !ok {
		return
	}
	if field.IsPartnerType(org.Record.Get(field.AccountType)) {
		o.partners[id] = true
	}
	next := Organization{
		ZendeskID: org.ID, Rank: field.Level(org.Record.Get(field.SupportLevel)).Rank(), Marked: org.Marked(),
	}
	if date, err := account.ParseDate(string(org.Record.Get(field.ExpirationDate))); err == nil {
		next.ExpirationDate = date
	}
	known, several := o.byID.Of(id)
	switch {
	case !several, known.Marked && !next.Marked:
		o.byID.set(id, next)
	case known.Marked == next.Marked:
		o.byID.set(id, Organization{Marked: known.Marked})
	}
}
