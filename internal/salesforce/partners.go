package salesforce

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

//go:embed queries/partner.soql
var partnerQuery string

// allianceAccount is the only alliance partner (docs/rules.md, Partner accounts).
const allianceAccount account.ID = "0014M00001sDiGEQA0"

type partnerRow struct {
	id, name, owner, technicalAccountManager, restricted, track, riskLevel column[string]

	solutionsArchitect related[user]
	supportHold        column[bool]
	// kind and status only select the rows.
	kind, status column[string]
}

func (p *partnerRow) columns() []named {
	return []named{
		{"Account_ID_18__c", &p.id}, {"Name", &p.name}, {"Account_Owner_Calc__c", &p.owner},
		{"Technical_Account_Manager_Name__c", &p.technicalAccountManager}, {"Restricted_Account__c", &p.restricted},
		{"Solutions_Architect_Lookup__r", &p.solutionsArchitect}, {"Partner_Track__c", &p.track},
		{"Support_Hold__c", &p.supportHold}, {"Account_Risk_Level__c", &p.riskLevel},
		{"Type", &p.kind}, {"Partners_Partner_Status__c", &p.status},
	}
}

func (p *partnerRow) identity() (id, name column[string]) { return p.id, p.name }

// Partners reads the partner accounts and passes each to the function, with the columns
// whose text was not valid Unicode; these are read with U+FFFD in its place. An id that
// is invalid or comes twice, or a missing column, is an error.
func (c *Client) Partners(ctx context.Context, each func(partner *account.Partner, mangled []string) error) error {
	err := readAccounts(ctx, c, strings.TrimSpace(partnerQuery), func(_ context.Context, id account.ID, row *partnerRow, mangled []string) error {
		return each(row.partner(id), mangled)
	})
	if err != nil {
		return fmt.Errorf("reading partner accounts: %w", c.secrets.Error(err))
	}
	return nil
}

func (p *partnerRow) partner(id account.ID) *account.Partner {
	return &account.Partner{
		ID: id, ShortID: id.Short(), Name: text(p.name),
		AccountType:             accountType(id, text(p.track)),
		Owner:                   text(p.owner),
		TechnicalAccountManager: text(p.technicalAccountManager),
		SolutionsArchitect:      nameOf(p.solutionsArchitect),
		Restricted:              isRestricted(text(p.restricted)),
		SupportHold:             p.supportHold.value,
		Escalated:               isEscalated(text(p.riskLevel)),
	}
}

func accountType(id account.ID, track string) string {
	switch {
	case id == allianceAccount:
		return "alliance_partner"
	case track == "Open":
		return "open_partner"
	case track == "Select":
		return "select_partner"
	}
	return ""
}

func isRestricted(value string) bool { return value == "Restricted Party" }

func isEscalated(riskLevel string) bool { return riskLevel == "At Risk - Escalated" }

func nameOf(person related[user]) string {
	if person.value == nil {
		return ""
	}
	return text(person.value.name)
}
