package cli

import (
	"context"
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// accountsAtOnce is how many accounts go from the reading to the deciding
// goroutine together.
const accountsAtOnce = 64

// decideAll streams the customers through the rules: one goroutine reads and
// decodes while another decides and writes.
func (s *stage) decideAll(ctx context.Context, lookups *entitlement.Lookups) (*decided, error) {
	outputs, err := s.newDecidedFiles()
	if err != nil {
		return nil, err
	}
	batches := make(chan []account.Account, 4)
	failed := make(chan error, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for batch := range batches {
			for i := range batch {
				if err := outputs.add(lookups, &batch[i]); err != nil {
					failed <- err
					return
				}
			}
		}
	}()
	err = s.readBatches(ctx, batches, failed)
	close(batches)
	<-done
	if err == nil {
		select {
		case err = <-failed:
		default:
		}
	}
	if err == nil && s.manifest.Counts["global_accounts"] == 0 {
		err = errNoGlobalAccount
	}
	return &outputs.decided, err
}

func (s *stage) readBatches(ctx context.Context, batches chan<- []account.Account, failed chan error) error {
	batch := make([]account.Account, 0, accountsAtOnce)
	send := func() error {
		select {
		case batches <- batch:
			batch = make([]account.Account, 0, accountsAtOnce)
			return nil
		case err := <-failed:
			return err
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	err := s.readCustomers(func(customer *account.Account) error {
		batch = append(batch, *customer)
		if len(batch) < accountsAtOnce {
			return nil
		}
		return send()
	})
	if err != nil {
		return err
	}
	return send()
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
		outputs.line = outcome.Object.AppendJSON(outputs.line[:0], flow.schema)
		if err := flow.accounts.Append(string(customer.ID), 0, outputs.line); err != nil {
			return err
		}
	}
	return nil
}
