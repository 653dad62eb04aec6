package cli

import (
	"context"
	"fmt"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// decideAll streams the customers through the rules.
func (s *stage) decideAll(ctx context.Context, lookups *entitlement.Lookups) (*decided, error) {
	outputs, err := s.newDecidedFiles()
	if err != nil {
		return nil, err
	}
	err = s.readCustomers(func(customer *account.Account) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return outputs.add(lookups, customer)
	})
	if err == nil && s.manifest.Counts["global_accounts"] == 0 {
		err = errNoGlobalAccount
	}
	return &outputs.decided, err
}

// decidedFiles are the four record files of the processor.
type decidedFiles struct {
	*stage
	decided
	flows []decidedFlow
	line  []byte
}

type decidedFlow struct {
	schema            *field.Schema
	accounts, leftOut *artifact.RecordFile
	of                func(entitlement.Decision) entitlement.Outcome
}

func (s *stage) newDecidedFiles() (*decidedFiles, error) {
	outputs := &decidedFiles{stage: s, decided: decided{unmapped: map[string]int{}, ids: map[account.ID]bool{}}}
	for _, flow := range []field.Flow{field.Global, field.USGov} {
		accounts, err := s.batch.Create(artifact.Accounts(flow))
		if err != nil {
			return nil, err
		}
		leftOut, err := s.batch.Create(artifact.LeftOut(flow))
		if err != nil {
			return nil, err
		}
		next := decidedFlow{schema: field.SchemaOf(flow), accounts: accounts, leftOut: leftOut}
		next.of = func(decision entitlement.Decision) entitlement.Outcome { return decision.Global }
		if flow == field.USGov {
			next.of = func(decision entitlement.Decision) entitlement.Outcome { return decision.USGov }
		}
		outputs.flows = append(outputs.flows, next)
	}
	return outputs, nil
}

// add decides one account and writes what becomes of it.
func (outputs *decidedFiles) add(lookups *entitlement.Lookups, customer *account.Account) error {
	if outputs.ids[customer.ID] {
		return &artifact.Error{
			Name: artifact.SalesforceAccounts(artifact.Customers), Problem: fmt.Sprintf("holds account %s twice", customer.ID),
			Hint: "run `salesforce customer` again",
		}
	}
	outputs.ids[customer.ID] = true
	outputs.manifest.Counts["accounts"]++
	decision := lookups.Decide(customer, nil)
	for _, name := range decision.UnmappedCharges {
		outputs.unmapped[name]++
	}
	if decision.OrphanedCharges > 0 {
		outputs.orphaned = append(outputs.orphaned, orphanedCharges{customer.ID, decision.OrphanedCharges})
	}
	if outputs.outlivesItsDate(decision, customer) {
		outputs.outliving = append(outputs.outliving, customer.ID)
	}
	for _, flow := range outputs.flows {
		outcome := flow.of(decision)
		if outcome.Object == nil {
			outputs.manifest.Counts[string(flow.schema.Flow)+"_left_out_"+string(outcome.LeftOut.Reason)]++
			outputs.line = outcome.LeftOut.AppendJSON(outputs.line[:0])
			if err := flow.leftOut.Append(string(customer.ID), 0, outputs.line); err != nil {
				return err
			}
			continue
		}
		outputs.manifest.Counts[string(flow.schema.Flow)+"_accounts"]++
		outputs.line = outcome.Object.AppendJSON(outputs.line[:0])
		if err := flow.accounts.Append(string(customer.ID), 0, outputs.line); err != nil {
			return err
		}
	}
	return nil
}

// outlivesItsDate tells whether the account is left out as expired for three
// years although a charge of it is current: only an override can have done
// that, and an organization that is expired by now would be marked.
func (outputs *decidedFiles) outlivesItsDate(decision entitlement.Decision, customer *account.Account) bool {
	isOld := func(outcome entitlement.Outcome) bool {
		return outcome.LeftOut != nil && outcome.LeftOut.Reason == entitlement.ExpiredThreeYears
	}
	if !isOld(decision.Global) && !isOld(decision.USGov) {
		return false
	}
	expired := outputs.date.ExpiredEndDate()
	return slices.ContainsFunc(customer.Charges, func(charge account.Charge) bool { return charge.Current(outputs.date, expired) })
}
