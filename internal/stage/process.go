package stage

import (
	"context"
	"errors"
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// ProcessorDocument is the processor's manifest. It contains the texts of plans.yaml
// and the overrides file, so that explain and impact need only artifacts.
type ProcessorDocument struct {
	artifact.Manifest
	Held      []HeldCause `json:"unmapped"`
	Plans     string      `json:"plans_yaml"`
	Overrides string      `json:"overrides_yaml"`
}

// HeldCause is a cause that holds changes in both instances, and its number of
// accounts.
type HeldCause struct {
	hold.Hold
	Accounts int `json:"accounts"`
}

// Message says what is wrong, that it takes nothing away, and what to do.
func (c HeldCause) Message() string {
	about := string(c.Reason)
	if c.Detail != "" {
		about += fmt.Sprintf(" %q", c.Detail)
	}
	return fmt.Sprintf("%s: %s; what would be taken away is held: %s", about, report.Many(c.Accounts, "account"), c.Reason.Remedy())
}

// ProcessOptions are plans.yaml and the overrides file, and which artifacts to
// accept.
type ProcessOptions struct {
	Plans, Overrides Text
	// AllowEdited accepts artifacts that differ from their manifest.
	AllowEdited bool
}

// Process decides which support each customer gets, and writes accounts.json and
// left_out.json of both instances.
func Process(ctx context.Context, run *Run, options ProcessOptions) (*ProcessorDocument, error) {
	document := &ProcessorDocument{Held: []HeldCause{}, Plans: options.Plans.Content, Overrides: options.Overrides.Content}
	id := identity{stage: "processor", manifest: artifact.ProcessorManifest, allowEdited: options.AllowEdited}
	return document, run.write(id, document, func(s *session) error {
		plans, err := options.Plans.ParsePlans()
		if err != nil {
			return err
		}
		entries, err := options.Overrides.ParseOverrides()
		if err != nil {
			return fmt.Errorf("%w; nothing was written, so support is unchanged", err)
		}
		s.manifest.Source = options.Overrides.Source
		s.inputs.Add(options.Plans.file(len(plans.AllValidPlans())))
		s.inputs.Add(options.Overrides.file(len(entries.All())))
		lookups, err := s.readLookups(plans, entries)
		if err != nil {
			return err
		}
		if err := s.checkEndDate(lookups); err != nil {
			return err
		}
		found, err := s.decideAll(ctx, lookups)
		if err != nil {
			return err
		}
		for _, warning := range plans.Warnings() {
			s.warn(artifact.Warning{Code: "name_cut_by_comment", Message: warning})
		}
		document.Held = found.held()
		s.warnOf(found, document.Held, entries, lookups)
		document.EndDate, document.GatheredAt = lookups.ThreeYearsOut, s.inputs.GatheredAt()
		s.countRequests()
		return nil
	})
}

// readLookups makes the lookup structures.
func (s *session) readLookups(plans *products.Catalog, entries *overrides.Overrides) (*entitlement.Lookups, error) {
	inputs, err := s.readLookupInputs(plans, entries)
	if err != nil {
		return nil, err
	}
	return entitlement.NewLookups(inputs), nil
}

// readLookupInputs reads the input of the lookup structures: the organizations of
// both instances and, for ownership, the partner accounts.
func (s *session) readLookupInputs(plans *products.Catalog, entries *overrides.Overrides) (inputs entitlement.Inputs, err error) {
	inputs = entitlement.Inputs{
		Today: s.run.Day, Plans: plans, Overrides: entries, Organizations: map[field.Instance]*entitlement.Organizations{},
	}
	for _, instance := range field.Instances() {
		if inputs.Organizations[instance], err = s.readKnown(instance.CustomerFlow()); err != nil {
			return inputs, err
		}
	}
	if !s.hasPartners() {
		s.warn(artifact.Warning{
			Code:    "no_partner_artifact",
			Message: "without " + artifact.SalesforceAccounts(artifact.Partners) + " the account_type of organizations says who is a partner",
		})
		return inputs, nil
	}
	inputs.PartnerAccounts, err = s.readPartnerIDs()
	return inputs, err
}

func (s *session) readKnown(flow field.Flow) (*entitlement.Organizations, error) {
	known := entitlement.NewOrganizations()
	return known, s.readOrganizations(field.SchemaOf(flow), func(org organization.Organization) error {
		known.Add(org)
		return nil
	})
}

// checkEndDate returns an error if the customers artifact lacks charges that still
// count (docs/rules.md, Customer accounts).
func (s *session) checkEndDate(lookups *entitlement.Lookups) error {
	name := artifact.SalesforceManifest(artifact.Customers)
	manifest, err := s.inputs.Manifest(name)
	if err != nil {
		return err
	}
	if manifest.EndDate > lookups.ThreeYearsOut {
		return &artifact.Error{
			Name: name, Problem: fmt.Sprintf("holds charges from %s on, and this run needs those from %s on", manifest.EndDate, lookups.ThreeYearsOut),
			Hint: "run `salesforce customer` with the same --date",
		}
	}
	return nil
}

var errNoGlobalAccount = errors.New("no account gets an organization in Zendesk Global: check the gathered artifacts and plans.yaml; nothing was written")

// decideAll applies the rules to each customer and writes the results.
func (s *session) decideAll(ctx context.Context, lookups *entitlement.Lookups) (*findings, error) {
	files, err := s.newDecisionFiles()
	if err != nil {
		return nil, err
	}
	found := newFindings(lookups)
	err = customers().readSorted(s, func(customer *account.Account) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		decision := lookups.Decide(customer, nil)
		found.add(customer, decision)
		s.manifest.Counts["accounts"]++
		for i, outcome := range decision.Outcomes {
			if err := files[i].add(customer.ID, outcome, s.manifest.Counts); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && s.manifest.Counts["global_accounts"] == 0 {
		err = errNoGlobalAccount
	}
	return found, err
}

// decisionFiles are the two record files of an instance.
type decisionFiles struct {
	accounts, leftOut *artifact.RecordFile
}

func (s *session) newDecisionFiles() ([]*decisionFiles, error) {
	create := s.batch.CreateSorted
	if s.inputs.AllowEdited {
		// Edited accounts may come in any order.
		create = s.batch.Create
	}
	var all []*decisionFiles
	for _, instance := range field.Instances() {
		accounts, err := create(artifact.Accounts(instance.CustomerFlow()))
		if err != nil {
			return nil, err
		}
		leftOut, err := create(artifact.LeftOut(instance.CustomerFlow()))
		if err != nil {
			return nil, err
		}
		all = append(all, &decisionFiles{accounts, leftOut})
	}
	return all, nil
}

func (f *decisionFiles) add(id account.ID, outcome entitlement.Outcome, counts map[string]int) error {
	if outcome.Entitlement == nil {
		counts[string(outcome.Instance)+"_left_out_"+string(outcome.LeftOut.Reason)]++
		return f.leftOut.Append(string(id), 0, outcome.LeftOut)
	}
	counts[string(outcome.Instance)+"_accounts"]++
	return f.accounts.Append(string(id), 0, outcome.Entitlement)
}
