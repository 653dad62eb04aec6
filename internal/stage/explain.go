package stage

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// Explain explains, from the artifacts alone, why an account gets its support, as of
// the day of the processor's run. The text is a Salesforce id, a Zendesk
// organization id or a name; every match is explained.
func Explain(ctx context.Context, run *Run, text string, allowEdited bool) (*report.Explanations, error) {
	s := run.open(allowEdited)
	lookups, err := s.savedLookups()
	if err != nil {
		return nil, err
	}
	meant, err := s.find(text)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	all, err := s.explainAll(meant, lookups)
	return report.ExplanationsOf(s.run.Day, account.DateOf(run.Started), all), err
}

// ExplainRows explains the rows of a plan that take something away or are held, for
// a page that shows the reasons. If an artifact of the processor is missing, the
// plan is shown without them.
func ExplainRows(run *Run, whole *report.Plan, allowEdited bool) {
	if err := run.open(allowEdited).explainRows(whole); err != nil {
		run.Log.Info("the page does not say why rows are lost or held", "because", err)
	}
}

func (s *session) explainRows(whole *report.Plan) error {
	wanted := map[account.ID][]*report.Row{}
	for i, row := range whole.Rows {
		if row.Loses != nil || row.Kind == report.Held {
			wanted[row.AccountID] = append(wanted[row.AccountID], &whole.Rows[i])
		}
	}
	if len(wanted) == 0 || whole.Flow == field.Partner {
		return nil
	}
	lookups, err := s.savedLookups()
	if err != nil {
		return err
	}
	return s.readCustomers(func(customer *account.Account) error {
		for _, row := range wanted[customer.ID] {
			var trace entitlement.Trace
			decision := lookups.Decide(customer, &trace)
			row.Why = report.ExplanationOf(lookups.Today, customer, &trace, decision)
		}
		return nil
	})
}

// savedLookups makes the lookup structures of the processor's last run. The session
// continues with its day.
func (s *session) savedLookups() (*entitlement.Lookups, error) {
	document, err := s.readProcessed()
	if err != nil {
		return nil, err
	}
	plansText, entriesText := savedTexts(document)
	plans, err := plansText.ParsePlans()
	if err != nil {
		return nil, err
	}
	entries, err := entriesText.ParseOverrides()
	if err != nil {
		return nil, err
	}
	return s.readLookups(plans, entries)
}

// readProcessed reads the processor's manifest. The session continues with its day.
func (s *session) readProcessed() (*ProcessorDocument, error) {
	document := &ProcessorDocument{}
	err := s.run.Folder.ReadManifest(artifact.ProcessorManifest, document)
	dated := *s.run
	dated.Day = document.Date
	s.run = &dated
	return document, err
}

// subject has the matches of the text on the command line.
type subject struct {
	text string
	ids  map[account.ID]bool
	// unmanaged are organizations without a valid salesforce_id.
	unmanaged []string
}

// named reports whether the text is the name, trimmed and without regard to
// case.
func (m *subject) named(name string) bool {
	return field.NameKey(field.Value(name)) == field.NameKey(field.Value(m.text))
}

// find searches the organizations and the partners for the text. Customers are
// searched when they are explained.
func (s *session) find(text string) (*subject, error) {
	meant := &subject{text: strings.TrimSpace(text), ids: map[account.ID]bool{}}
	if id, err := account.ParseID(text); err == nil {
		meant.ids[id] = true
		return meant, nil
	}
	number, err := strconv.ParseInt(meant.text, 10, 64)
	isNumber := err == nil
	for _, flow := range []field.Flow{field.Global, field.USGov} {
		schema := field.SchemaOf(flow)
		err := s.readOrganizations(schema, func(org organization.Organization) error {
			if !meant.named(string(org.Record.Get(field.Name))) && (!isNumber || org.ID != number) {
				return nil
			}
			if id, ok := org.AccountID(); ok {
				meant.ids[id] = true
			} else {
				meant.unmanaged = append(meant.unmanaged, fmt.Sprintf("organization %d of %s", org.ID, flow.Instance().Title()))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if !s.hasPartners() {
		return meant, nil
	}
	return meant, s.readPartners(func(partner *account.Partner) error {
		if meant.named(partner.Name) {
			meant.ids[partner.ID] = true
		}
		return nil
	})
}

// explainAll explains every account and organization that matches.
func (s *session) explainAll(meant *subject, lookups *entitlement.Lookups) ([]*report.Explanation, error) {
	explained := map[account.ID]bool{}
	var all []*report.Explanation
	var flowsOf [][]field.Flow
	add := func(explanation *report.Explanation, flows ...field.Flow) {
		explained[explanation.ID] = true
		all, flowsOf = append(all, explanation), append(flowsOf, flows)
	}
	err := s.readCustomers(func(customer *account.Account) error {
		if !meant.ids[customer.ID] && !meant.named(customer.Name) {
			return nil
		}
		var trace entitlement.Trace
		decision := lookups.Decide(customer, &trace)
		add(report.ExplanationOf(lookups.Today, customer, &trace, decision), field.Global, field.USGov)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(meant.ids)) {
		_, inGlobal := lookups.GlobalOrgsByID.Of(id)
		_, inUSGov := lookups.USGovOrgsByID.Of(id)
		switch {
		case lookups.PartnerOwns(id):
			add(report.ExplanationOfPartner(id), field.Partner)
		case !explained[id] && (inGlobal || inUSGov):
			add(report.ExplanationOfOrganization(id), field.Flows()...)
		}
	}
	s.rowsOf = explained
	if err := s.addPlans(all, flowsOf); err != nil {
		return nil, err
	}
	for _, unmanaged := range meant.unmanaged {
		all = append(all, report.ExplanationOfUnmanaged(unmanaged))
	}
	if len(all) == 0 {
		return nil, usageError(fmt.Errorf("the artifacts have no account or organization %q; give a Salesforce id, a Zendesk organization id or a full name", meant.text))
	}
	return all, nil
}

// addPlans adds to each explanation the account's rows in the plans of its flows, if
// compare has run.
func (s *session) addPlans(all []*report.Explanation, flowsOf [][]field.Flow) error {
	plans := map[field.Flow]*report.Plan{}
	for i, explanation := range all {
		for _, flow := range flowsOf[i] {
			if s.inputs.Missing(artifact.PlanManifest(flow)) {
				explanation.Plans = append(explanation.Plans, report.Planned{Flow: flow})
				continue
			}
			if plans[flow] == nil {
				saved, err := s.readPlan(flow, "")
				if err != nil {
					return err
				}
				if plans[flow], err = s.reportOf(saved); err != nil {
					return err
				}
			}
			explanation.Plans = append(explanation.Plans, report.PlannedOf(explanation.ID, plans[flow]))
		}
	}
	return nil
}
