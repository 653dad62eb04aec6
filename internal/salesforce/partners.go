package salesforce

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
)

//go:embed queries/partner.soql
var partnerQuery string

// allianceAccount is the one alliance partner (seed of the partner sync).
const allianceAccount account.ID = "0014M00001sDiGEQA0"

// reference is a looked-up record, nil when there is none.
type reference struct {
	Name  string `json:"Name"`
	Email string `json:"Email"`
}

type partnerRow struct {
	ID                      string     `json:"Account_ID_18__c"`
	Name                    string     `json:"Name"`
	Owner                   string     `json:"Account_Owner_Calc__c"`
	TechnicalAccountManager string     `json:"Technical_Account_Manager_Name__c"`
	Restricted              string     `json:"Restricted_Account__c"`
	SolutionsArchitect      *reference `json:"Solutions_Architect_Lookup__r"`
	Track                   string     `json:"Partner_Track__c"`
	SupportHold             bool       `json:"Support_Hold__c"`
	RiskLevel               string     `json:"Account_Risk_Level__c"`
}

// Partners reads the partner accounts and gives each to the function. An id
// that is invalid or comes twice ends it.
func (c *Client) Partners(ctx context.Context, each func(*account.Partner) error) error {
	seen := idSet{}
	err := c.query(ctx, strings.TrimSpace(partnerQuery), func(raw jsontext.Value) error {
		var row partnerRow
		if err := json.Unmarshal(raw, &row); err != nil {
			return fmt.Errorf("unreadable account %s: %w; nothing was written: run again", describeRow(raw), jsonfault.Plain(err))
		}
		id, err := seen.add(row.ID, row.Name)
		if err != nil {
			return err
		}
		return each(row.partner(id))
	})
	if err != nil {
		return fmt.Errorf("reading partner accounts: %w", err)
	}
	if len(seen) == 0 {
		return errors.New("reading partner accounts: salesforce knows none, which cannot be: check what the integration user may see")
	}
	return nil
}

func (row partnerRow) partner(id account.ID) *account.Partner {
	return &account.Partner{
		ID: id, ShortID: id.Short(), Name: strings.TrimSpace(row.Name),
		AccountType:             accountType(id, strings.TrimSpace(row.Track)),
		Owner:                   strings.TrimSpace(row.Owner),
		TechnicalAccountManager: strings.TrimSpace(row.TechnicalAccountManager),
		SolutionsArchitect:      row.SolutionsArchitect.name(),
		Restricted:              isRestricted(row.Restricted),
		SupportHold:             row.SupportHold,
		Escalated:               isEscalated(row.RiskLevel),
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

func isRestricted(value string) bool { return strings.TrimSpace(value) == "Restricted Party" }

func isEscalated(riskLevel string) bool { return strings.TrimSpace(riskLevel) == "At Risk - Escalated" }

func (r *reference) name() string {
	if r == nil {
		return ""
	}
	return strings.TrimSpace(r.Name)
}

// idSet holds the accounts read so far: one that comes twice moved between
// pages while another was missed (domain.md, Salesforce ids).
type idSet map[account.ID]bool

func (seen idSet) add(text, name string) (account.ID, error) {
	id, err := account.ParseFullID(text)
	if err != nil {
		return "", fmt.Errorf("account %q: %w; nothing was written: mend the account in Salesforce", name, err)
	}
	if seen[id] {
		return "", fmt.Errorf("account %s (%q) came twice, so another may be missing; nothing was written: run again", id, name)
	}
	seen[id] = true
	return id, nil
}

// describeRow names a row that cannot be read as it should.
func describeRow(raw jsontext.Value) string {
	var row struct {
		ID jsontext.Value `json:"Account_ID_18__c"`
	}
	if json.Unmarshal(raw, &row) != nil || len(row.ID) == 0 {
		return fmt.Sprintf("%.80s", raw)
	}
	return string(row.ID)
}
