// Package entitlement computes the values of each account's organization in Zendesk
// Global and Zendesk US Government: the processor's rules (docs/rules.md, Stage
// processor). It is pure: values in, values out, without clients and clocks.
package entitlement

import (
	"cmp"
	"maps"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
)

// Lookups are the lookup structures of the processor document. They do not change
// after they are made, so several goroutines may use them.
type Lookups struct {
	// GlobalOrgsByID is global_orgs_by_id: the Global organization that each
	// account's id stands for.
	GlobalOrgsByID OrganizationsByID
	// USGovOrgsByID is usgov_orgs_by_id: the same for US Government.
	USGovOrgsByID OrganizationsByID
	// PartnersBySFDCID is partners_by_sfdc_id: the accounts of organizations of a
	// partner type, in either instance.
	PartnersBySFDCID map[account.ID]bool
	// OverridesByID is overrides_by_id: the entries of the overrides file by
	// account and instance.
	OverridesByID *overrides.Overrides
	// PlanLookup is plan_lookup: the subscription type of each charge name, in
	// the form of products.NormalName as in the three sets below.
	PlanLookup map[string]*products.Type
	// AllValidPlans is all_valid_plans: the charge names of any type.
	AllValidPlans map[string]bool
	// USGovPlanNamesForExceptions is usgov_plan_names_for_exceptions: the charge
	// names with which a subscription belongs to US Government if the account has
	// the exception.
	USGovPlanNamesForExceptions map[string]bool
	// USGovPlanNames is usgov_plan_names: those with which it does for any account.
	USGovPlanNames map[string]bool
	// Today is today: the day of the run.
	Today account.Date
	// ExpiredEndDate is expired_end_date: 15 days before today, the first end
	// date that still counts as current.
	ExpiredEndDate account.Date
	// ThreeYearsOut is three_years_out: three years and one day before today. An
	// object whose expiration_date is earlier is left out.
	ThreeYearsOut account.Date

	plans *products.Catalog
	// types are from the highest level down.
	types    []*products.Type
	partners map[account.ID]bool
	// instances are in the order of field.Instances.
	instances []instance
}

// Inputs are what the lookup structures are made from.
type Inputs struct {
	Today     account.Date
	Plans     *products.Catalog
	Overrides *overrides.Overrides
	// Organizations are those of each instance.
	Organizations map[field.Instance]*Organizations
	// PartnerAccounts are the ids of the partner flow's Salesforce artifact; nil
	// without that artifact.
	PartnerAccounts map[account.ID]bool
}

// NewLookups makes the lookup structures of a run.
func NewLookups(inputs Inputs) *Lookups {
	lookups := &Lookups{
		GlobalOrgsByID:              inputs.Organizations[field.GlobalInstance].byID,
		USGovOrgsByID:               inputs.Organizations[field.USGovInstance].byID,
		PartnersBySFDCID:            map[account.ID]bool{},
		OverridesByID:               inputs.Overrides,
		PlanLookup:                  inputs.Plans.PlanLookup(),
		AllValidPlans:               inputs.Plans.AllValidPlans(),
		USGovPlanNamesForExceptions: inputs.Plans.USGovPlanNamesForExceptions(),
		USGovPlanNames:              inputs.Plans.USGovPlanNames(),
		Today:                       inputs.Today,
		ExpiredEndDate:              inputs.Today.ExpiredEndDate(),
		ThreeYearsOut:               inputs.Today.ThreeYearsOut(),
		plans:                       inputs.Plans,
		types:                       inputs.Plans.Types(),
		partners:                    inputs.PartnerAccounts,
	}
	slices.SortStableFunc(lookups.types, func(a, b *products.Type) int { return cmp.Compare(b.Level.Rank(), a.Level.Rank()) })
	for _, organizations := range inputs.Organizations {
		maps.Copy(lookups.PartnersBySFDCID, organizations.partners)
	}
	lookups.instances = []instance{
		{field.GlobalInstance, field.SchemaOf(field.Global), "aar", field.SeatsDecimal, lookups.GlobalOrgsByID},
		{field.USGovInstance, field.SchemaOf(field.USGov), "arr", field.NumberOfSeats, lookups.USGovOrgsByID},
	}
	return lookups
}

// PartnerOwns reports whether the account belongs to the partner flow: its id is in
// the partner artifact or, without that artifact, in PartnersBySFDCID (docs/rules.md,
// Which accounts get an object).
func (l *Lookups) PartnerOwns(id account.ID) bool {
	if l.partners != nil {
		return l.partners[id]
	}
	return l.PartnersBySFDCID[id]
}

// instance has what differs between the instances for the same rules.
type instance struct {
	field.Instance
	schema *field.Schema
	// revenue and seats are the keys of their fields here.
	revenue, seats string
	organizations  OrganizationsByID
}

// hasOrganization reports whether the account has an organization here.
func (i *instance) hasOrganization(id account.ID) bool {
	_, ok := i.organizations.Of(id)
	return ok
}
