package data

import (
	"encoding/json"
	"maps"
	"math"
	"strings"
	"time"
)

// Entitlement is what the organization of an account in step with it shows. Whoever
// makes the account states it: it is not worked out by the processor's rules.
type Entitlement struct {
	Level string    // support_level
	Until time.Time // expiration_date
	Seats float64
	Flags []string // check boxes that are on
}

const expired = "expired"

// partnerFields are the fields of an organization that is in step with its
// partner account.
func partnerFields(account *Account) map[string]any {
	fields := ownFields(account)
	switch {
	case account.ID == AllianceID:
		fields["account_type"] = "alliance_partner"
	case account.PartnerTrack == "Open":
		fields["account_type"] = "open_partner"
	case account.PartnerTrack == "Select":
		fields["account_type"] = "select_partner"
	}
	return fields
}

// GlobalFields returns the fields of an organization of the Global instance that is
// in step with its customer account.
func GlobalFields(account *Account, e Entitlement) map[string]any {
	fields := customerFields(account, e)
	fields["aar"] = revenue(account, e)
	fields["seats_decimal"] = e.Seats
	fields["sales_segmentation"] = segment(account)
	for _, region := range []string{account.Geo, account.Region} {
		if region == "AMER" || region == "APJ" || region == "EMEA" {
			fields["org_region"] = strings.ToLower(region)
			break
		}
	}
	return fields
}

// usgovFields are those of an organization of the US Government instance.
func usgovFields(account *Account, e Entitlement) map[string]any {
	fields := customerFields(account, e)
	fields["arr"] = revenue(account, e)
	fields["number_of_seats"] = math.Ceil(e.Seats)
	fields["market_segment"] = segment(account)
	return fields
}

func customerFields(account *Account, e Entitlement) map[string]any {
	fields := ownFields(account)
	fields["account_type"] = "customer"
	if e.Level == expired {
		fields["account_type"] = "former_customer"
	}
	fields["support_level"] = e.Level
	if !e.Until.IsZero() {
		fields["expiration_date"] = e.Until.Format(time.DateOnly)
	}
	for _, flag := range e.Flags {
		fields[flag] = true
	}
	return fields
}

// ownFields are what every flow takes from the account as it stands.
func ownFields(account *Account) map[string]any {
	fields := map[string]any{"salesforce_id": account.ID, "sfdc_short_id": shortID(account.ID)}
	for key, text := range map[string]string{
		"account_owner":             account.Owner,
		"technical_account_manager": account.AccountManager,
	} {
		if text = strings.TrimSpace(text); text != "" {
			fields[key] = text
		}
	}
	if account.SolutionsArchitect != nil {
		fields["solutions_architect"] = account.SolutionsArchitect.Name
	}
	for key, on := range map[string]bool{
		"restricted_account":     account.Restricted == "Restricted Party",
		"support_hold":           account.SupportHold != nil && *account.SupportHold,
		"org_in_escalated_state": account.RiskLevel == "At Risk - Escalated",
	} {
		if on {
			fields[key] = true
		}
	}
	return fields
}

func segment(account *Account) string {
	if account.Segment == "" {
		return "unknown"
	}
	return strings.ToLower(account.Segment)
}

// revenue is the CARR digit by digit, for one of at most two places; cases with
// more say their own.
func revenue(account *Account, e Entitlement) json.Number {
	if e.Level == expired || account.CARR == "" {
		return "0"
	}
	return json.Number(account.CARR)
}

// with gives the fields with some of them changed; nil takes one away.
func with(fields map[string]any, changes map[string]any) map[string]any {
	maps.Copy(fields, changes)
	return fields
}
