package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
)

func (a *app) explainCommand() *cobra.Command {
	allowEdited := false
	command := &cobra.Command{
		Use:   "explain <id>",
		Short: "Tell why an account is what it is",
		Long: "Tell from the artifacts alone, in the words of the rules, why an account gets the\n" +
			"support it gets in both instances, and what compare made of it. The account is named\n" +
			"by its Salesforce id (15 or 18 characters), a Zendesk organization id or its name.",
		Example: "  zd-sfdc-sync explain 0014M00001sDiGEQA0 --data-dir data",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			return a.runExplain(command.Context(), arguments[0], allowEdited)
		},
	}
	command.Flags().BoolVar(&allowEdited, "allow-edited", false, "take artifacts that differ from their manifest")
	return command
}

func (a *app) runExplain(ctx context.Context, wanted string, allowEdited bool) error {
	s := a.newStage("explain", "", nil)
	s.inputs.AllowEdited = allowEdited
	manifest := &processorManifest{}
	if err := s.folder.ReadManifest(artifact.ProcessorManifest, manifest); err != nil {
		return err
	}
	// Everything is told as of the day the processor decided for.
	s.date = manifest.Date
	plans, err := products.Parse("plans.yaml of "+artifact.ProcessorManifest, []byte(manifest.Plans))
	if err != nil {
		return &artifact.Error{Name: artifact.ProcessorManifest, Problem: "holds no readable plans.yaml", Err: err, Hint: "run processor again"}
	}
	entries, err := overrides.Parse("overrides of "+artifact.ProcessorManifest, []byte(manifest.Overrides))
	if err != nil {
		return &artifact.Error{Name: artifact.ProcessorManifest, Problem: "holds no readable overrides", Err: err, Hint: "run processor again"}
	}
	lookups, err := s.readLookups(plans, entries)
	if err != nil {
		return err
	}
	ids, err := s.find(wanted)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return s.explainAll(wanted, ids, lookups)
}

// find returns the accounts that the text may mean.
func (s *stage) find(wanted string) (map[account.ID]bool, error) {
	ids := map[account.ID]bool{}
	if id, err := account.ParseID(wanted); err == nil {
		ids[id] = true
		return ids, nil
	}
	number, numberErr := strconv.ParseInt(wanted, 10, 64)
	for _, flow := range []field.Flow{field.Global, field.USGov} {
		schema := field.SchemaOf(flow)
		err := s.readOrganizations(schema, func(present organization.Organization) error {
			named := field.NameKey(schema.Get(present.Record, field.Name)) == field.NameKey(field.Value(wanted))
			if named || (numberErr == nil && present.ID == number) {
				if id, ok := present.AccountID(schema); ok {
					ids[id] = true
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// explainAll explains every account that was meant.
func (s *stage) explainAll(wanted string, ids map[account.ID]bool, lookups *entitlement.Lookups) error {
	explained := 0
	err := s.readCustomers(func(customer *account.Account) error {
		if !ids[customer.ID] && field.NameKey(field.Value(customer.Name)) != field.NameKey(field.Value(wanted)) {
			return nil
		}
		explained++
		var trace entitlement.Trace
		decision := lookups.Decide(customer, &trace)
		explanation{stage: s, customer: customer, trace: &trace}.print(decision)
		return s.explainPlans(customer.ID)
	})
	if err != nil {
		return err
	}
	for id := range ids {
		if lookups.PartnerOwns(id) {
			s.printf("%s is a partner: the partner flow takes its organization over as Salesforce has it", id)
			explained++
			if err := s.explainPlan(field.Partner, id); err != nil {
				return err
			}
		}
	}
	if explained == 0 {
		return usageError(fmt.Errorf("no account or organization of the artifacts is %q; give a Salesforce id, a Zendesk organization id or a whole name", strings.TrimSpace(wanted)))
	}
	return nil
}

func (s *stage) explainPlans(id account.ID) error {
	for _, flow := range []field.Flow{field.Global, field.USGov} {
		if err := s.explainPlan(flow, id); err != nil {
			return err
		}
	}
	return nil
}

// explainPlan tells what compare made of the account, if it has run.
func (s *stage) explainPlan(flow field.Flow, id account.ID) error {
	if s.inputs.Missing(artifact.PlanManifest(flow)) {
		s.printf("\ncompare %s: has not run on this folder", flow)
		return nil
	}
	document := &planDocument{}
	if err := s.folder.ReadManifest(artifact.PlanManifest(flow), document); err != nil {
		return err
	}
	rows, err := s.readRows(field.SchemaOf(flow), document)
	if err != nil {
		return err
	}
	s.printf("\ncompare %s (plan %s):", flow, document.PlanID)
	if !s.printPlanned(id, rows, document) {
		s.printf("  nothing to do")
	}
	return nil
}
