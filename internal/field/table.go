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
	// Of reads the value from the account; nil if a rule sets it.
	Of func(account.Profile) Value
	// Options are the values that the suite writes to a drop-down, if they are the same
	// for all its flows (see Tags).
	Options []string
	// Fixed fields cannot be in an override: they follow from others, or would assign
	// the organization to another account.
	Fixed bool
	// Subscription fields are the subscription types of plans.yaml.
	Subscription bool
	// Entitlement fields are support that a customer gets: turning one off is a loss.
	Entitlement bool
	// FollowsLevel fields are held together with support_level.
	FollowsLevel bool
	// Ended is the value for an account that no longer has anything; fields without one
	// stay as they are, except entitlements (see EndsAs).
	Ended Value
}

// EndsAs returns the value that the field gets when an organization's support ends, and
// whether it gets one (docs/rules.md, Orphans).
func (f Field) EndsAs() (Value, bool) { return f.Ended, f.Ended != "" || f.Entitlement }

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
	// SupportHold is on while an account gets no support.
	SupportHold     = "support_hold"
	MarkForDeletion = "mark_for_deletion"
	// IgnoreDeletion is read and never written: people set it to keep an organization.
	IgnoreDeletion = "ignore_deletion"
	// FedRAMP is an attribute of the US Government object; it has no field of its own
	// (docs/rules.md, plans.yaml).
	FedRAMP = "usgov_fedramp"
)

// Values of account_type that customers have: the second when their level is
// expired.
const (
	Customer       = "customer"
	FormerCustomer = "former_customer"
)

// table lists the managed fields in the order of keys in artifacts and of
// changes in plans (docs/rules.md, Managed fields).
func table() []Field {
	all := []Flow{Partner, Global, USGov}
	customers := []Flow{Global, USGov}
	global := []Flow{Global}
	usgov := []Flow{USGov}
	return []Field{
		{Key: Name, Flows: all, Of: func(a account.Profile) Value { return TextOf(a.Name) }, Fixed: true},
		{Key: SalesforceID, Flows: all, Of: func(a account.Profile) Value { return Value(a.ID) }, Fixed: true},
		{Key: ShortID, Flows: all, Of: func(a account.Profile) Value { return Value(a.ID.Short()) }, Fixed: true},
		{Key: AccountType, Kind: DropDown, Flows: all, Options: []string{Customer, FormerCustomer}, Fixed: true, FollowsLevel: true, Ended: FormerCustomer},
		{Key: SupportLevel, Kind: DropDown, Flows: customers, Options: levelTags(), Ended: Value(Expired)},
		{Key: ExpirationDate, Kind: Date, Flows: customers, FollowsLevel: true},
		{Key: "aar", Kind: Decimal, Flows: global, FollowsLevel: true, Ended: "0"},
		{Key: "arr", Kind: Decimal, Flows: usgov, FollowsLevel: true, Ended: "0"},
		{Key: SeatsDecimal, Kind: Decimal, Flows: global, FollowsLevel: true, Ended: "0"},
		{Key: NumberOfSeats, Kind: Integer, Flows: usgov, FollowsLevel: true, Ended: "0"},
		{Key: "account_owner", Flows: all, Of: func(a account.Profile) Value { return TextOf(a.Owner) }},
		{Key: "technical_account_manager", Flows: all, Of: func(a account.Profile) Value { return TextOf(a.TechnicalAccountManager) }},
		{Key: "solutions_architect", Flows: all, Of: func(a account.Profile) Value { return TextOf(a.SolutionsArchitect) }},
		{Key: "sales_segmentation", Flows: global, Of: func(a account.Profile) Value { return TextOf(a.SalesSegment) }},
		{Key: "market_segment", Flows: usgov, Of: func(a account.Profile) Value { return TextOf(a.SalesSegment) }},
		{Key: "org_region", Kind: DropDown, Flows: global, Of: regionTag, Options: []string{"amer", "apj", "emea"}},
		{Key: "restricted_account", Kind: Check, Flows: all, Of: func(a account.Profile) Value { return Checkbox(a.Restricted) }},
		{Key: SupportHold, Kind: Check, Flows: all, Of: func(a account.Profile) Value { return Checkbox(a.SupportHold) }},
		{Key: "org_in_escalated_state", Kind: Check, Flows: all, Of: func(a account.Profile) Value { return Checkbox(a.Escalated) }},
		{Key: EmergencySupport, Kind: Check, Flows: usgov, Fixed: true, Entitlement: true},
		subscription("sub_edu", Global),
		subscription("sub_oss", Global),
		subscription("sub_community_other", Global),
		subscription("sub_consumption_cicd_minutes", Global),
		subscription("sub_consumption_eap", Global),
		subscription("sub_consumption_duo_enterprise", Global, USGov),
		subscription("sub_consumption_duo_amazon_q", Global, USGov),
		subscription("sub_consumption_duo_premium", Global, USGov),
		subscription("sub_consumption_storage", Global),
		subscription("sub_dotcom_premium", Global),
		subscription("sub_dotcom_ultimate", Global),
		subscription("sub_gitlab_dedicated", Global, USGov),
		subscription("sub_sm_premium", Global, USGov),
		subscription("sub_sm_ultimate", Global, USGov),
		subscription("sub_ss_ase", Global, USGov),
		subscription("sub_ss_growth", Global),
		subscription("sub_ss_enterprise", Global),
		subscription("sub_usgov_12x5", USGov),
		subscription("sub_usgov_24x7", USGov),
		{Key: MarkForDeletion, Kind: Check, Flows: all, Fixed: true},
	}
}

func subscription(key string, flows ...Flow) Field {
	return Field{Key: key, Kind: Check, Flows: flows, Subscription: true, Entitlement: true}
}

// Tags returns the drop-down options that the flow writes to the field; nil
// for fields of other kinds.
func (f Field) Tags(flow Flow) []string {
	if f.Key == AccountType && flow == Partner {
		return PartnerTypes()
	}
	return f.Options
}

// SubscriptionTypes returns the names that a type of plans.yaml may have: the
// subscription fields, and usgov_fedramp.
func SubscriptionTypes() []string {
	var names []string
	for _, field := range table() {
		if field.Subscription {
			names = append(names, field.Key)
		}
	}
	return append(names, FedRAMP)
}

// Attributes returns what an override for the instance may name, in the order
// of its fields (docs/rules.md, Overrides file); none for an unknown instance.
func (i Instance) Attributes() []Field {
	var named []Field
	for _, field := range table() {
		if !field.Fixed && slices.Contains(field.Flows, i.CustomerFlow()) {
			named = append(named, field)
		}
	}
	if i == USGovInstance {
		named = append(named, Field{Key: FedRAMP, Kind: Check})
	}
	return named
}

// PartnerTypes returns the values of account_type that mark a partner
// (docs/rules.md, Ownership).
func PartnerTypes() []string { return []string{"alliance_partner", "open_partner", "select_partner"} }

// IsPartnerType reports whether an organization of this account_type is a
// partner's.
func IsPartnerType(accountType Value) bool {
	return slices.Contains(PartnerTypes(), string(accountType))
}

// regionTag writes AMER, APJ and EMEA as their options' tags.
func regionTag(of account.Profile) Value {
	switch of.Region {
	case "AMER":
		return "amer"
	case "APJ":
		return "apj"
	case "EMEA":
		return "emea"
	}
	return ""
}
