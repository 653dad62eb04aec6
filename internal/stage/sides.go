package stage

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// readBothSides reads what the flow's plan is made from.
func (s *session) readBothSides(input *plan.Input) error {
	known := map[account.ID]bool{}
	err := s.readOrganizations(input.Schema, func(org organization.Organization) error {
		if id, ok := org.AccountID(); ok {
			known[id] = true
		}
		input.Present = append(input.Present, org)
		return nil
	})
	if err != nil {
		return err
	}
	if input.Schema.Flow == field.Partner {
		return s.readPartnerSide(input, known)
	}
	return s.readCustomerSide(input, known)
}

// readPartnerSide reads the partners, who are wanted as they are, and whose
// the other accounts are.
func (s *session) readPartnerSide(input *plan.Input, known map[account.ID]bool) error {
	input.PartnerIDs = map[account.ID]bool{}
	err := s.readPartners(func(partner *account.Partner) error {
		input.PartnerIDs[partner.ID] = true
		wanted := plan.Wanted{ID: partner.ID, Record: input.Schema.FromPartner(partner)}
		if !known[partner.ID] {
			wanted.Source = partner
		}
		input.Wanted = append(input.Wanted, wanted)
		return nil
	})
	if err == nil && len(input.Wanted) == 0 {
		err = emptyArtifact(artifact.SalesforceAccounts(artifact.Partners))
	}
	if err != nil || !s.hasCustomers() {
		return err
	}
	if input.CustomerIDs, err = s.readCustomerIDs(); err != nil {
		return err
	}
	input.ReadsOverlap, err = s.readsOverlap()
	return err
}

// readCustomerSide reads the processor's objects of the instance. Each
// customer is among them or among those left out.
func (s *session) readCustomerSide(input *plan.Input, known map[account.ID]bool) error {
	flow := input.Schema.Flow
	input.CustomerIDs, input.LeftOut = map[account.ID]bool{}, map[account.ID]plan.LeftOut{}
	err := s.readObjects(input.Schema, func(object entitlement.Object) error {
		input.CustomerIDs[object.ID] = true
		wanted := plan.Wanted{
			ID: object.ID, Record: object.Record, Holds: object.Holds, InOtherInstance: object.InOtherInstance,
		}
		if !known[object.ID] {
			wanted.Source = &object
		}
		input.Wanted = append(input.Wanted, wanted)
		return nil
	})
	if err == nil && flow == field.Global && len(input.Wanted) == 0 {
		err = emptyArtifact(artifact.Accounts(flow))
	}
	if err != nil {
		return err
	}
	err = s.readLeftOut(flow, func(left entitlement.LeftOut) error {
		input.CustomerIDs[left.ID] = true
		input.LeftOut[left.ID] = plan.LeftOut{Reason: string(left.Reason), CurrentCharge: left.CurrentCharge}
		return nil
	})
	if err != nil {
		return err
	}
	if s.hasPartners() {
		input.PartnerIDs, err = s.readPartnerIDs()
	}
	return err
}

// readsOverlap reports whether the customers were read before the partners had
// been: an account that was retyped in between is in neither artifact
// (domain.md, Stage compare).
func (s *session) readsOverlap() (bool, error) {
	partners, err := s.inputs.Manifest(artifact.SalesforceManifest(artifact.Partners))
	if err != nil {
		return false, err
	}
	customers, err := s.inputs.Manifest(artifact.SalesforceManifest(artifact.Customers))
	if err != nil {
		return false, err
	}
	return customers.StartedAt.Before(partners.FinishedAt), nil
}

// writeRows writes the three files of a plan.
func (s *session) writeRows(flow field.Flow, made *plan.Plan) error {
	err := writeRowFile(s, artifact.Creates(flow), made.Creates, func(row plan.Create) (account.ID, int64) { return row.ID, 0 })
	if err == nil {
		err = writeRowFile(s, artifact.Updates(flow), made.Updates, func(row plan.Update) (account.ID, int64) { return row.AccountID, row.ID })
	}
	if err == nil {
		err = writeRowFile(s, artifact.NotInSync(flow), made.Marks, func(row plan.Mark) (account.ID, int64) { return row.AccountID, row.ID })
	}
	return err
}

func writeRowFile[T any](s *session, name string, rows []T, key func(T) (account.ID, int64)) error {
	file, err := s.batch.Create(name)
	if err != nil {
		return err
	}
	for _, row := range rows {
		id, organizationID := key(row)
		if err := file.Append(string(id), organizationID, row); err != nil {
			return err
		}
	}
	return nil
}
