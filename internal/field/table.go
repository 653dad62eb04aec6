package field

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// Field is one organization field that the suite manages.
type Field struct {
	// Key is the API key in organization_fields; "name" is the organization's
	// own attribute.
	Key  string
	Kind Kind
	// Flows are those that compare and write the field.
	Flows []Flow
	// Of takes the value from the account; nil where the rules set it.
	Of func(account.Profile) Value
}

// Keys that rules name.
const (
	Name             = "name"
	SalesforceID     = "salesforce_id"
	ShortID          = "sfdc_short_id"
	AccountType      = "account_type"
	SupportLevel     = "support_level"
	ExpirationDate   = "expiration_date"
	SeatsDecimal     = "seats_decimal"
	NumberOfSeats    = "number_of_seats"
	EmergencySupport = "emergency_support_24x7"
	MarkForDeletion  = "mark_for_deletion"
	// IgnoreDeletion is read, never written: people set it to keep an
	// organization.
	IgnoreDeletion = "ignore_deletion"
	// FedRAMP is an attribute of the US Government object without a field of
	// its own (domain.md, plans.yaml).
	FedRAMP = "usgov_fedramp"
)

// table lists the managed fields in the order of domain.md, which is the
// order of keys in artifacts and of changes in plans.
func table() []Field {
	all := []Flow{Partner, Global, USGov}
	customers := []Flow{Global, USGov}
	global := []Flow{Global}
	usgov := []Flow{USGov}
	return []Field{
		{Name, Text, all, func(a account.Profile) Value { return TextOf(a.Name) }},
		{SalesforceID, Text, all, func(a account.Profile) Value { return Value(a.ID) }},
		{ShortID, Text, all, func(a account.Profile) Value { return Value(a.ID.Short()) }},
		{AccountType, DropDown, all, nil},
		{SupportLevel, DropDown, customers, nil},
		{ExpirationDate, Date, customers, nil},
		{"aar", Decimal, global, nil},
		{"arr", Decimal, usgov, nil},
		{SeatsDecimal, Decimal, global, nil},
		{NumberOfSeats, Integer, usgov, nil},
		{"account_owner", Text, all, func(a account.Profile) Value { return TextOf(a.Owner) }},
		{"technical_account_manager", Text, all, func(a account.Profile) Value { return TextOf(a.TechnicalAccountManager) }},
		{"solutions_architect", Text, all, func(a account.Profile) Value { return TextOf(a.SolutionsArchitect) }},
		{"sales_segmentation", Text, global, func(a account.Profile) Value { return TextOf(a.SalesSegment) }},
		{"market_segment", Text, usgov, func(a account.Profile) Value { return TextOf(a.SalesSegment) }},
		{"org_region", DropDown, global, func(a account.Profile) Value { return regionTag(a.Region) }},
		{"restricted_account", Check, all, func(a account.Profile) Value { return Checkbox(a.Restricted) }},
		{"support_hold", Check, all, func(a account.Profile) Value { return Checkbox(a.SupportHold) }},
		{"org_in_escalated_state", Check, all, func(a account.Profile) Value { return Checkbox(a.Escalated) }},
		{EmergencySupport, Check, usgov, nil},
		{"sub_edu", Check, global, nil},
		{"sub_oss", Check, global, nil},
		{"sub_community_other", Check, global, nil},
		{"sub_consumption_cicd_minutes", Check, global, nil},
		{"sub_consumption_eap", Check, global, nil},
		{"sub_consumption_duo_enterprise", Check, customers, nil},
		{"sub_consumption_duo_amazon_q", Check, customers, nil},
		{"sub_consumption_duo_premium", Check, customers, nil},
		{"sub_consumption_storage", Check, global, nil},
		{"sub_dotcom_premium", Check, global, nil},
		{"sub_dotcom_ultimate", Check, global, nil},
		{"sub_gitlab_dedicated", Check, customers, nil},
		{"sub_sm_premium", Check, customers, nil},
		{"sub_sm_ultimate", Check, customers, nil},
		{"sub_ss_ase", Check, customers, nil},
		{"sub_ss_growth", Check, global, nil},
		{"sub_ss_enterprise", Check, global, nil},
		{"sub_usgov_12x5", Check, usgov, nil},
		{"sub_usgov_24x7", Check, usgov, nil},
		{MarkForDeletion, Check, all, nil},
	}
}

// Tags returns the drop-down options that the flow writes to the field; nil
// for fields of other kinds.
func (field Field) Tags(flow Flow) []string {
	switch field.Key {
	case AccountType:
		if flow == Partner {
			return PartnerTypes()
		}
		return []string{"customer", "former_customer"}
	case SupportLevel:
		var tags []string
		for _, level := range Levels() {
			tags = append(tags, string(level))
		}
		return tags
	case "org_region":
		return []string{"amer", "apj", "emea"}
	}
	return nil
}

// PartnerTypes returns the values of account_type that mark a partner (seed
// of the partner sync).
func PartnerTypes() []string { return []string{"alliance_partner", "open_partner", "select_partner"} }

// IsPartnerType tells whether an organization of this account_type is a
// partner's.
func IsPartnerType(accountType Value) bool {
	return slices.Contains(PartnerTypes(), string(accountType))
}

// regionTag writes AMER, APJ and EMEA as their options' tags.
func regionTag(region string) Value {
	switch region {
	case "AMER":
		return "amer"
	case "APJ":
		return "apj"
	case "EMEA":
		return "emea"
	}
	return ""
}
