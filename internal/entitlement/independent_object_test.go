package entitlement_test

import (
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// The second saying of the rules goes on here: the object.

// keysOf are some keys of accounts.json that are check boxes of subscriptions.
func keysOf(instance string) []string {
	if instance == "global" {
		return strings.Fields(`sub_edu sub_oss sub_community_other sub_consumption_cicd_minutes sub_consumption_eap
			sub_consumption_duo_enterprise sub_consumption_duo_amazon_q sub_consumption_duo_premium sub_consumption_storage
			sub_dotcom_premium sub_dotcom_ultimate sub_gitlab_dedicated sub_sm_premium sub_sm_ultimate sub_ss_ase sub_ss_growth
			sub_ss_enterprise`)
	}
	return strings.Fields(`sub_consumption_duo_enterprise sub_consumption_duo_amazon_q sub_consumption_duo_premium
		sub_gitlab_dedicated sub_sm_premium sub_sm_ultimate sub_ss_ase sub_usgov_12x5 sub_usgov_24x7 usgov_fedramp`)
}

// object is the record of accounts.json, as JSON decodes it.
func (s surroundings) object(a account.Account, instance string) map[string]any {
	object := map[string]any{
		"name": a.Name, "salesforce_id": string(a.ID), "sfdc_short_id": string(a.ID)[:15],
		"account_owner": a.Owner, "technical_account_manager": a.TechnicalAccountManager, "solutions_architect": a.SolutionsArchitect,
		"restricted_account": a.Restricted, "support_hold": a.SupportHold, "org_in_escalated_state": a.Escalated,
	}
	revenue := "aar"
	if instance == "global" {
		object["sales_segmentation"], object["org_region"] = a.SalesSegment, strings.ToLower(a.Region)
	} else {
		revenue, object["market_segment"] = "arr", a.SalesSegment
	}
	s.charged(a, instance, object)
	object["expiration_date"] = s.expiration(a, instance)
	object[revenue] = number(a.ARR)
	override, _ := s.override(instance, a)
	for key, value := range override.values {
		object[key] = value
	}
	if _, named := override.values["support_level"]; !named {
		object["support_level"] = s.level(object)
	}
	object["account_type"] = "customer"
	if object["support_level"] == "expired" {
		object["account_type"] = "former_customer"
		object[revenue] = 0.0
	}
	if instance == "global" {
		if object["sub_ss_enterprise"] == true {
			object["sub_ss_ase"] = true
		}
		object["sold_tos"] = s.soldTos(a)
	} else {
		setHours(object)
	}
	return object
}

// level is the highest one that a true attribute gives.
func (s surroundings) level(object map[string]any) string {
	for _, level := range strings.Fields("ultimate gold premium silver consumption_only custom community") {
		for name, plan := range s.plans.Subscriptions {
			if plan.SupportLevel == level && object[name] == true {
				return level
			}
		}
	}
	return "expired"
}

func setHours(object map[string]any) {
	if object["usgov_fedramp"] == true {
		object["sub_gitlab_dedicated"], object["sub_usgov_24x7"] = true, true
	}
	object["schedule"] = "12x5"
	if object["sub_usgov_24x7"] == true {
		object["schedule"] = "24x7"
	}
	object["emergency_support_24x7"] = object["schedule"] == "24x7"
}

// soldTos are whom the account and its subscriptions were sold to.
func (s surroundings) soldTos(a account.Account) []any {
	contacts := []any{}
	seen := map[string]bool{"": true}
	add := func(name, email string) {
		if key := strings.ToLower(email); !seen[key] {
			seen[key] = true
			contacts = append(contacts, map[string]any{"name": name, "email": email})
		}
	}
	if a.SoldTo != nil {
		add(a.SoldTo.Name, a.SoldTo.Email)
	}
	for _, subscription := range a.Subscriptions { // they are given by id
		if s.instanceOf(a, subscription.ID) != "global" {
			continue
		}
		for _, charge := range chargesOf(a, subscription.ID) {
			if s.current(charge.StartDate, charge.EndDate) {
				add("", subscription.SoldToEmail)
			}
		}
	}
	return contacts
}

// withFieldsOf leaves out the types that the instance has no field for, and says
// false for those that nothing set. Which fields there are is the field table's
// to say, and tested there; what it takes over from accounts and is not known
// here, the golden records show.
func withFieldsOf(recorded, object map[string]any) map[string]any {
	isType := func(key string) bool { return strings.HasPrefix(key, "sub_") || key == "usgov_fedramp" }
	for key := range object {
		if _, hasField := recorded[key]; isType(key) && !hasField {
			delete(object, key)
		}
	}
	for key := range recorded {
		if object == nil {
			break
		}
		if isType(key) {
			object[key] = object[key] == true
		}
		if of, managed := field.ByKey(key); managed && of.Of != nil && object[key] == nil {
			object[key] = recorded[key]
		}
	}
	return object
}
