package zendesk

import "strings"

// GlobalFields are the organization fields of the Global instance, which the
// partner and the global flow share: the managed ones and a few that only
// agents use (docs/rules.md, Managed fields).
func GlobalFields() []Field {
	fields := commonFields()
	fields = append(fields, ofType(Decimal, "aar", "seats_decimal")...)
	fields = append(fields, ofType(Text, "sales_segmentation")...)
	fields = append(fields, dropdown("org_region", "amer", "apj", "emea"))
	fields = append(fields, ofType(Checkbox,
		"sub_edu", "sub_oss", "sub_community_other",
		"sub_consumption_cicd_minutes", "sub_consumption_eap",
		"sub_consumption_duo_enterprise", "sub_consumption_duo_amazon_q", "sub_consumption_duo_premium",
		"sub_consumption_storage", "sub_dotcom_premium", "sub_dotcom_ultimate", "sub_gitlab_dedicated",
		"sub_sm_premium", "sub_sm_ultimate", "sub_ss_ase", "sub_ss_growth", "sub_ss_enterprise")...)
	return append(fields, unmanagedFields()...)
}

// USGovFields are the organization fields of the US Government instance: the
// managed ones and a few that only agents use (docs/rules.md, Managed fields).
func USGovFields() []Field {
	fields := commonFields()
	fields = append(fields, ofType(Decimal, "arr")...)
	fields = append(fields, ofType(Integer, "number_of_seats")...)
	fields = append(fields, ofType(Text, "market_segment")...)
	fields = append(fields, ofType(Checkbox,
		"emergency_support_24x7",
		"sub_consumption_duo_enterprise", "sub_consumption_duo_amazon_q", "sub_consumption_duo_premium",
		"sub_gitlab_dedicated", "sub_sm_premium", "sub_sm_ultimate", "sub_ss_ase",
		"sub_usgov_12x5", "sub_usgov_24x7")...)
	return append(fields, unmanagedFields()...)
}

// commonFields are those both instances have.
func commonFields() []Field {
	fields := ofType(Text, "salesforce_id", "sfdc_short_id",
		"account_owner", "technical_account_manager", "solutions_architect")
	fields = append(fields,
		dropdown("account_type", "customer", "former_customer",
			"alliance_partner", "open_partner", "select_partner", "prospect"),
		dropdown("support_level", "ultimate", "gold", "premium", "silver",
			"consumption_only", "custom", "community", "expired", "starter"))
	fields = append(fields, ofType(Date, "expiration_date")...)
	return append(fields, ofType(Checkbox, "restricted_account", "support_hold",
		"org_in_escalated_state", "mark_for_deletion", "ignore_deletion")...)
}

// unmanagedFields are what agents and other tools keep on organizations: a
// client has to meet them and leave them alone.
func unmanagedFields() []Field {
	languages := dropdown("preferred_languages", "language_english", "language_french", "language_japanese")
	languages.Type = Multiselect
	legacy := ofType(Text, "legacy_plan")
	legacy[0].Inactive = true
	fields := append([]Field{languages}, ofType(Textarea, "am_project_notes")...)
	fields = append(fields, ofType(Regexp, "namespace_path")...)
	return append(fields, legacy...)
}

// ofType makes one field per key. A check box's tag is its key.
func ofType(kind string, keys ...string) []Field {
	fields := make([]Field, 0, len(keys))
	for _, key := range keys {
		field := Field{Key: key, Type: kind, Title: title(key)}
		if kind == Checkbox {
			field.Tag = key
		}
		fields = append(fields, field)
	}
	return fields
}

func dropdown(key string, tags ...string) Field {
	field := Field{Key: key, Type: Dropdown, Title: title(key)}
	for _, tag := range tags {
		field.Options = append(field.Options, FieldOption{Name: title(tag), Value: tag})
	}
	return field
}

// title makes "Support level" of "support_level".
func title(key string) string {
	words := strings.ReplaceAll(key, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}
