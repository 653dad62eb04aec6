// Package account holds the Salesforce accounts that all decisions are based on:
// customers with their subscriptions and charges, and partners. The JSON keys are those
// of salesforce_accounts.json (docs/rules.md, Stage salesforce).
package account

import "slices"

// Account is a present or past customer.
type Account struct {
	ID                      ID             `json:"salesforce_id"`
	ShortID                 string         `json:"sfdc_short_id"`
	Name                    string         `json:"name"`
	Owner                   string         `json:"account_owner"`
	TechnicalAccountManager string         `json:"technical_account_manager"`
	SolutionsArchitect      string         `json:"solutions_architect"`
	SupportHold             bool           `json:"support_hold"`
	ARR                     Decimal        `json:"arr"`
	Type                    string         `json:"type"`
	SalesSegment            string         `json:"sales_segment"`
	Region                  string         `json:"region"`
	Restricted              bool           `json:"restricted"`
	Escalated               bool           `json:"escalated"`
	Exception               bool           `json:"exception"`
	SoldTo                  *Contact       `json:"sold_to"`
	PartnerTrack            string         `json:"partner_track"`
	PartnerType             string         `json:"partner_type"`
	Subscriptions           []Subscription `json:"subs"`
	Charges                 []Charge       `json:"charges"`
}

// Contact is the person that an account or a subscription was sold to.
type Contact struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Subscription is a subscription; its charges are in the account's list.
type Subscription struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	SubscriptionID string `json:"subscription_id"`
	Status         string `json:"status"`
	StartDate      Date   `json:"start_date"`
	EndDate        Date   `json:"end_date"`
	SoldToEmail    string `json:"sold_to_email"`
}

// Charge is one product charge; Subscription is the ID of its subscription.
type Charge struct {
	ID           string  `json:"id"`
	Name         string  `json:"name"`
	ChargeName   string  `json:"charge_name"`
	Subscription string  `json:"subscription"`
	StartDate    Date    `json:"start_date"`
	EndDate      Date    `json:"end_date"`
	Quantity     Decimal `json:"quantity"`
}

// Current reports whether the charge counts today: it has started, and has not
// ended before expiredEndDate (today's ExpiredEndDate), both ends inclusive. No
// start date counts as started, no end date as not ended (docs/rules.md,
// Current charges).
func (c Charge) Current(today, expiredEndDate Date) bool {
	return running(c.StartDate, c.EndDate, today, expiredEndDate)
}

// CurrentUntil returns the last day on which the charge counts, empty for a charge
// without an end.
func (c Charge) CurrentUntil() Date {
	if c.EndDate == "" {
		return ""
	}
	return c.EndDate.AddDays(graceDays)
}

// Running reports for a subscription what Current reports for a charge, by the same
// rules.
func (s Subscription) Running(today, expiredEndDate Date) bool {
	return running(s.StartDate, s.EndDate, today, expiredEndDate)
}

func running(start, end, today, expiredEndDate Date) bool {
	return start <= today && (end == "" || end >= expiredEndDate)
}

// Partner is an authorized partner or the alliance account.
type Partner struct {
	ID                      ID     `json:"salesforce_id"`
	ShortID                 string `json:"sfdc_short_id"`
	Name                    string `json:"name"`
	AccountType             string `json:"account_type"`
	Owner                   string `json:"account_owner"`
	TechnicalAccountManager string `json:"technical_account_manager"`
	SolutionsArchitect      string `json:"solutions_architect"`
	Restricted              bool   `json:"restricted_account"`
	SupportHold             bool   `json:"support_hold"`
	Escalated               bool   `json:"org_in_escalated_state"`
}

// HasCurrentCharge reports whether a charge of the account is current on the
// day (docs/rules.md, Current charges).
func (a *Account) HasCurrentCharge(today, expiredEndDate Date) bool {
	return slices.ContainsFunc(a.Charges, func(charge Charge) bool { return charge.Current(today, expiredEndDate) })
}

// Profile is what customers and partners have in common and an organization copies
// unchanged. Segment and region are empty for partners.
type Profile struct {
	ID                      ID
	Name                    string
	Owner                   string
	TechnicalAccountManager string
	SolutionsArchitect      string
	SalesSegment            string
	Region                  string
	Restricted              bool
	SupportHold             bool
	Escalated               bool
}

// Profile returns the part of the account that is copied unchanged.
func (a *Account) Profile() Profile {
	return Profile{
		ID: a.ID, Name: a.Name, Owner: a.Owner,
		TechnicalAccountManager: a.TechnicalAccountManager, SolutionsArchitect: a.SolutionsArchitect,
		SalesSegment: a.SalesSegment, Region: a.Region,
		Restricted: a.Restricted, SupportHold: a.SupportHold, Escalated: a.Escalated,
	}
}

// Profile returns the part of the partner that is copied unchanged.
func (p *Partner) Profile() Profile {
	return Profile{
		ID: p.ID, Name: p.Name, Owner: p.Owner,
		TechnicalAccountManager: p.TechnicalAccountManager, SolutionsArchitect: p.SolutionsArchitect,
		Restricted: p.Restricted, SupportHold: p.SupportHold, Escalated: p.Escalated,
	}
}
