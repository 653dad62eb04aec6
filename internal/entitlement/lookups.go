// Package entitlement decides what each account's organization should be in
// Zendesk Global and in Zendesk US Government: the processor's rules
// (domain.md, Stage processor). It is pure: values in, values out, no client
// and no clock.
package entitlement

import (
	"cmp"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
)

// Lookups are the lookup structures of the processor's seed, made once for a
// run and only read after that, so several goroutines may decide from them.
type Lookups struct {
	// GlobalOrgsByID is global_orgs_by_id: the Zendesk id of each account's
	// Global organization; the first one where several name the account.
	GlobalOrgsByID map[account.ID]int64
	// USGovOrgsByID is usgov_orgs_by_id: the same for US Government.
	USGovOrgsByID map[account.ID]int64
	// PartnersBySFDCID is partners_by_sfdc_id: the accounts that an organization
	// of a partner type names, in either instance.
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
	// names that make a subscription US Government's for an account with the
	// exception.
	USGovPlanNamesForExceptions map[string]bool
	// USGovPlanNames is usgov_plan_names: those that do for any account.
	USGovPlanNames map[string]bool
	// Today is today: the day that everything is decided for.
	Today account.Date
	// ExpiredEndDate is expired_end_date: 15 days before today, the first end
	// date that still counts as current.
	ExpiredEndDate account.Date
	// ThreeYearsOut is three_years_out: three years and one day before today. An
	// object whose expiration_date is earlier is left out.
	ThreeYearsOut account.Date

	plans *products.Plans
	// types are from the highest level down.
	types    []*products.Type
	partners map[account.ID]bool
	// instances are in the order of field.Instances.
	instances []instance
}

// Inputs is what the lookup structures are made from.
type Inputs struct {
	Today     account.Date
	Plans     *products.Plans
	Overrides *overrides.Overrides
	// Organizations are all managed ones of each instance, in the order of its
	// artifact.
	Organizations map[field.Instance][]Organization
	// PartnerAccounts are the ids of the partner flow's Salesforce artifact; nil
	// without that artifact.
	PartnerAccounts map[account.ID]bool
}

// Organization is what the rules need to know of an organization in Zendesk.
type Organization struct {
	AccountID   account.ID
	ZendeskID   int64
	AccountType field.Value
}

// OrganizationOf returns what the rules need of the organization. Not ok means
// it is unmanaged, and no rule asks for it.
func OrganizationOf(o organization.Organization) (known Organization, ok bool) {
	id, ok := o.AccountID()
	return Organization{AccountID: id, ZendeskID: o.ID, AccountType: o.Record.Get(field.AccountType)}, ok
}

// NewLookups makes the lookup structures of a run.
func NewLookups(inputs Inputs) *Lookups {
	lookups := &Lookups{
		GlobalOrgsByID:              organizationsByID(inputs.Organizations[field.GlobalInstance]),
		USGovOrgsByID:               organizationsByID(inputs.Organizations[field.USGovInstance]),
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
		for _, o := range organizations {
			if field.IsPartnerType(o.AccountType) {
				lookups.PartnersBySFDCID[o.AccountID] = true
			}
		}
	}
	lookups.instances = []instance{
		{field.GlobalInstance, field.SchemaOf(field.Global), "aar", field.SeatsDecimal, lookups.GlobalOrgsByID},
		{field.USGovInstance, field.SchemaOf(field.USGov), "arr", field.NumberOfSeats, lookups.USGovOrgsByID},
	}
	return lookups
}

// PartnerOwns tells whether the account is the partner flow's: its id is in
// the partner artifact or, without that, in PartnersBySFDCID (domain.md, Which
// accounts get an object).
func (lookups *Lookups) PartnerOwns(id account.ID) bool {
	if lookups.partners != nil {
		return lookups.partners[id]
	}
	return lookups.PartnersBySFDCID[id]
}

// Known tells whether plans.yaml maps or ignores the charge name, which is in
// the form of products.NormalName.
func (lookups *Lookups) Known(name string) bool {
	return lookups.AllValidPlans[name] || lookups.plans.Ignored(name)
}

// instance is what differs between the two instances for the same rules.
type instance struct {
	field.Instance
	schema *field.Schema
	// revenue and seats are the keys of the fields that hold them here.
	revenue, seats string
	organizations  map[account.ID]int64
}

// hasOrganization tells whether the account has an organization here.
func (here *instance) hasOrganization(id account.ID) bool {
	_, ok := here.organizations[id]
	return ok
}

func organizationsByID(organizations []Organization) map[account.ID]int64 {
	byID := make(map[account.ID]int64, len(organizations))
	for _, o := range organizations {
		if _, ok := byID[o.AccountID]; !ok {
			byID[o.AccountID] = o.ZendeskID
		}
	}
	return byID
}
