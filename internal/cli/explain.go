package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
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
	meant, err := s.find(wanted)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return s.explainAll(meant, lookups)
}

// subject is what the text on the command line may mean.
type subject struct {
	text string
	ids  map[account.ID]bool
	// unmanaged are organizations without a valid salesforce_id.
	unmanaged []string
}

// named tells whether the text is the name, trimmed and without regard to case.
func (meant *subject) named(name string) bool {
	return field.NameKey(field.Value(name)) == field.NameKey(field.Value(meant.text))
}

// find looks the text up among the organizations and the partners; customers
// are looked at one by one when they are explained.
func (s *stage) find(wanted string) (*subject, error) {
	meant := &subject{text: strings.TrimSpace(wanted), ids: map[account.ID]bool{}}
	if id, err := account.ParseID(wanted); err == nil {
		meant.ids[id] = true
		return meant, nil
	}
	number, err := strconv.ParseInt(meant.text, 10, 64)
	isNumber := err == nil
	for _, flow := range []field.Flow{field.Global, field.USGov} {
		schema := field.SchemaOf(flow)
		err := s.readOrganizations(schema, func(present organization.Organization) error {
			sought := meant.named(string(present.Record.Get(field.Name))) || (isNumber && present.ID == number)
			if !sought {
				return nil
			}
			if id, ok := present.AccountID(); ok {
				meant.ids[id] = true
			} else {
				meant.unmanaged = append(meant.unmanaged, fmt.Sprintf("organization %d of %s", present.ID, flow.Instance().Title()))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if s.inputs.Missing(artifact.SalesforceAccounts(artifact.Partners)) {
		return meant, nil
	}
	return meant, s.readPartners(func(partner *account.Partner) error {
		if meant.named(partner.Name) {
			meant.ids[partner.ID] = true
		}
		return nil
	})
}

// explainAll explains every account and organization that was meant.
func (s *stage) explainAll(meant *subject, lookups *entitlement.Lookups) error {
	explained := map[account.ID]bool{}
	err := s.readCustomers(func(customer *account.Account) error {
		if !meant.ids[customer.ID] && !meant.named(customer.Name) {
			return nil
		}
		explained[customer.ID] = true
		var trace entitlement.Trace
		decision := lookups.Decide(customer, &trace)
		return s.explain(report.ExplanationOf(customer, &trace, decision), field.Global, field.USGov)
	})
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(meant.ids)) {
		if err := s.explainBeyondCustomers(id, lookups, explained); err != nil {
			return err
		}
	}
	for _, unmanaged := range meant.unmanaged {
		if err := s.explain(&report.Explanation{Unmanaged: unmanaged}); err != nil {
			return err
		}
	}
	if len(explained)+len(meant.unmanaged) == 0 {
		return usageError(fmt.Errorf("no account or organization of the artifacts is %q; give a Salesforce id, a Zendesk organization id or a whole name", meant.text))
	}
	return nil
}

// explainBeyondCustomers tells of a partner, and of an account that only
// organizations know.
func (s *stage) explainBeyondCustomers(id account.ID, lookups *entitlement.Lookups, explained map[account.ID]bool) error {
	if lookups.PartnerOwns(id) {
		explained[id] = true
		return s.explain(&report.Explanation{ID: id, Partner: true}, field.Partner)
	}
	_, inGlobal := lookups.GlobalOrgsByID[id]
	_, inUSGov := lookups.USGovOrgsByID[id]
	if explained[id] || !inGlobal && !inUSGov {
		return nil
	}
	explained[id] = true
	return s.explain(&report.Explanation{ID: id}, field.Flows()...)
}

// explain prints the explanation with what the plans of the flows do.
func (s *stage) explain(explanation *report.Explanation, flows ...field.Flow) error {
	for _, flow := range flows {
		planned, err := s.planned(flow, explanation.ID)
		if err != nil {
			return err
		}
		explanation.Plans = append(explanation.Plans, planned)
	}
	s.printf("")
	return page.Text(s.Stdout, explanation, page.Screen{})
}

// planned returns what compare made of the account, if it has run.
func (s *stage) planned(flow field.Flow, id account.ID) (report.Planned, error) {
	if s.inputs.Missing(artifact.PlanManifest(flow)) {
		return report.Planned{Flow: flow}, nil
	}
	document := &planDocument{}
	if err := s.folder.ReadManifest(artifact.PlanManifest(flow), document); err != nil {
		return report.Planned{}, err
	}
	rows, err := s.readRows(field.SchemaOf(flow))
	if err != nil {
		return report.Planned{}, err
	}
	return report.PlannedOf(id, report.PlanOf(report.Subject{Flow: flow, PlanID: document.PlanID}, document.planOf(rows))), nil
}
