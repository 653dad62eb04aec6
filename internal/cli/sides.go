package cli

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// wantedLines are the wanted records, as they stand, of the accounts that may
// have to be created: nobody has their id in Zendesk.
type wantedLines map[account.ID][]byte

// readBothSides reads what the flow's plan is made from.
func (s *stage) readBothSides(input *plan.Input) (wantedLines, error) {
	present := map[account.ID]bool{}
	err := s.readOrganizations(input.Schema, func(o organization.Organization) error {
		if id, ok := o.AccountID(); ok {
			present[id] = true
		}
		input.Present = append(input.Present, o)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if input.Schema.Flow == field.Partner {
		return s.readPartnerSide(input, present)
	}
	return s.readCustomerSide(input, present)
}

// readPartnerSide reads the partners, who are wanted as they are, and whose
// the other accounts are.
func (s *stage) readPartnerSide(input *plan.Input, present map[account.ID]bool) (wantedLines, error) {
	lines := wantedLines{}
	input.PartnerIDs = map[account.ID]bool{}
	err := s.readPartners(func(partner *account.Partner) error {
		input.PartnerIDs[partner.ID] = true
		input.Wanted = append(input.Wanted, plan.Wanted{ID: partner.ID, Record: input.Schema.FromPartner(partner)})
		if present[partner.ID] {
			return nil
		}
		line, err := artifact.AppendPartner(nil, partner)
		lines[partner.ID] = line
		return err
	})
	if err == nil && len(input.Wanted) == 0 {
		err = emptyArtifact(artifact.SalesforceAccounts(artifact.Partners))
	}
	if err != nil || s.inputs.Missing(artifact.SalesforceAccounts(artifact.Customers)) {
		return lines, err
	}
	input.CustomerIDs = map[account.ID]bool{}
	return lines, s.readCustomers(func(customer *account.Account) error {
		input.CustomerIDs[customer.ID] = true
		return nil
	})
}

// readCustomerSide reads the processor's objects of the instance. Each
// customer is among them or among those left out.
func (s *stage) readCustomerSide(input *plan.Input, present map[account.ID]bool) (wantedLines, error) {
	flow := input.Schema.Flow
	lines := wantedLines{}
	input.CustomerIDs, input.LeftOut = map[account.ID]bool{}, map[account.ID]string{}
	err := artifact.ReadInput(&s.inputs, artifact.Accounts(flow), artifact.ProcessorManifest,
		func(raw jsontext.Value) (entitlement.Object, error) {
			return entitlement.ParseObject(raw, input.Schema)
		},
		func(object entitlement.Object) error {
			input.CustomerIDs[object.ID] = true
			input.Wanted = append(input.Wanted, plan.Wanted{
				ID: object.ID, Record: object.Record, UnmappedCharges: object.UnmappedCharges,
				InOtherInstance: object.InOtherInstance, AwaitsOtherInstance: object.AwaitsOtherInstance,
			})
			if !present[object.ID] {
				lines[object.ID] = object.AppendJSON(nil)
			}
			return nil
		})
	if err == nil && flow == field.Global && len(input.Wanted) == 0 {
		err = emptyArtifact(artifact.Accounts(flow))
	}
	if err != nil {
		return nil, err
	}
	err = artifact.ReadInput(&s.inputs, artifact.LeftOut(flow), artifact.ProcessorManifest, entitlement.ParseLeftOut,
		func(left entitlement.LeftOut) error {
			input.CustomerIDs[left.ID] = true
			input.LeftOut[left.ID] = string(left.Reason)
			return nil
		})
	if err != nil {
		return nil, err
	}
	return lines, s.readOwnership(input)
}

// readOwnership reads the artifacts that keep the flow from what is not its
// own, or what people paid for.
func (s *stage) readOwnership(input *plan.Input) (err error) {
	if input.Schema.Flow == field.Global && !s.inputs.Missing(artifact.SalesforceAccounts(artifact.Partners)) {
		if input.PartnerIDs, err = s.readPartnerIDs(); err != nil {
			return err
		}
	}
	if !input.MarkOrphans || s.inputs.Missing(artifact.SalesforceAccounts(artifact.Customers)) {
		return nil
	}
	input.WithCurrentCharge = map[account.ID]bool{}
	expired := s.date.ExpiredEndDate()
	return s.readCustomers(func(customer *account.Account) error {
		for _, charge := range customer.Charges {
			if charge.Current(s.date, expired) {
				input.WithCurrentCharge[customer.ID] = true
			}
		}
		return nil
	})
}

func emptyArtifact(name string) error {
	return &artifact.Error{Name: name, Problem: "is empty, which cannot be", Hint: "run " + artifact.Command(name) + " again"}
}

// writeRows writes the three files of a plan.
func (s *stage) writeRows(schema *field.Schema, made *plan.Plan, lines wantedLines) error {
	creates, err := s.batch.Create(artifact.Creates(schema.Flow))
	if err != nil {
		return err
	}
	for _, row := range made.Creates {
		line, ok := lines[row.ID]
		if !ok {
			return fmt.Errorf("planning to create %s, whose organization is there: this is a fault of the program, report it", row.ID)
		}
		if err := creates.Append(string(row.ID), 0, line); err != nil {
			return err
		}
	}
	updates, err := s.batch.Create(artifact.Updates(schema.Flow))
	if err != nil {
		return err
	}
	for _, row := range made.Updates {
		if err := updates.Append(string(row.AccountID), row.ID, row.AppendJSON(nil)); err != nil {
			return err
		}
	}
	marks, err := s.batch.Create(artifact.NotInSync(schema.Flow))
	if err != nil {
		return err
	}
	for _, row := range made.Marks {
		if err := marks.Append(string(row.AccountID), row.ID, row.AppendJSON(nil, schema)); err != nil {
			return err
		}
	}
	return nil
}
