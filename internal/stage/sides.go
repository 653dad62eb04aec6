package stage

import (
	"fmt"

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
func (s *session) readBothSides(input *plan.Input) (wantedLines, error) {
	known := map[account.ID]bool{}
	err := s.readOrganizations(input.Schema, func(org organization.Organization) error {
		if id, ok := org.AccountID(); ok {
			known[id] = true
		}
		input.Present = append(input.Present, org)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if input.Schema.Flow == field.Partner {
		return s.readPartnerSide(input, known)
	}
	return s.readCustomerSide(input, known)
}

// readPartnerSide reads the partners, who are wanted as they are, and whose
// the other accounts are.
func (s *session) readPartnerSide(input *plan.Input, known map[account.ID]bool) (wantedLines, error) {
	lines := wantedLines{}
	input.PartnerIDs = map[account.ID]bool{}
	err := s.readPartners(func(partner *account.Partner) error {
		input.PartnerIDs[partner.ID] = true
		input.Wanted = append(input.Wanted, plan.Wanted{ID: partner.ID, Record: input.Schema.FromPartner(partner)})
		if known[partner.ID] {
			return nil
		}
		line, err := artifact.AppendPartner(nil, partner)
		lines[partner.ID] = line
		return err
	})
	if err == nil && len(input.Wanted) == 0 {
		err = emptyArtifact(artifact.SalesforceAccounts(artifact.Partners))
	}
	if err != nil || !s.hasCustomers() {
		return lines, err
	}
	input.CustomerIDs, err = s.readCustomerIDs()
	return lines, err
}

// readCustomerSide reads the processor's objects of the instance. Each
// customer is among them or among those left out.
func (s *session) readCustomerSide(input *plan.Input, known map[account.ID]bool) (wantedLines, error) {
	flow := input.Schema.Flow
	lines := wantedLines{}
	input.CustomerIDs, input.LeftOut = map[account.ID]bool{}, map[account.ID]string{}
	err := s.readObjects(input.Schema, func(object entitlement.Object) error {
		input.CustomerIDs[object.ID] = true
		input.Wanted = append(input.Wanted, plan.Wanted{
			ID: object.ID, Record: object.Record, UnmappedCharges: object.UnmappedCharges,
			InOtherInstance: object.InOtherInstance, AwaitsOtherInstance: object.AwaitsOtherInstance,
		})
		if !known[object.ID] {
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
	err = s.readLeftOut(flow, func(left entitlement.LeftOut) error {
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
func (s *session) readOwnership(input *plan.Input) (err error) {
	if input.Schema.Flow == field.Global && s.hasPartners() {
		if input.PartnerIDs, err = s.readPartnerIDs(); err != nil {
			return err
		}
	}
	if !input.MarkOrphans || !s.hasCustomers() {
		return nil
	}
	input.WithCurrentCharge = map[account.ID]bool{}
	expired := s.run.Day.ExpiredEndDate()
	return s.readCustomers(func(customer *account.Account) error {
		if customer.HasCurrentCharge(s.run.Day, expired) {
			input.WithCurrentCharge[customer.ID] = true
		}
		return nil
	})
}

// writeRows writes the three files of a plan.
func (s *session) writeRows(schema *field.Schema, made *plan.Plan, lines wantedLines) error {
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
