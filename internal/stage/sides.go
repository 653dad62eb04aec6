package stage

import (
	"context"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// source is a sorted input that converts its records for the plan.
type source[From, To any] struct {
	*artifact.SortedInput[From]
	ctx context.Context
	to  func(From) To
}

// Next returns the next record, until the context ends.
func (s source[From, To]) Next() (next To, err error) {
	if s.ctx.Err() != nil {
		return next, context.Cause(s.ctx)
	}
	record, err := s.SortedInput.Next()
	if err != nil {
		return next, err
	}
	return s.to(record), nil
}

// sides are the open inputs of a plan.
type sides struct {
	*session
	ctx    context.Context
	opened []interface {
		Finish() error
		Close()
	}
}

// side opens a file as a source of the plan.
func side[From, To any](all *sides, file recordFile[From], to func(From) To) (plan.Source[To], error) {
	opened, err := file.open(all.session)
	if err != nil {
		return nil, err
	}
	all.opened = append(all.opened, opened)
	return source[From, To]{opened, all.ctx, to}, nil
}

// close closes all inputs.
func (a *sides) close() {
	for _, opened := range a.opened {
		opened.Close()
	}
}

// finish checks the inputs that were read, in the order in which they were opened.
func (a *sides) finish() error {
	for _, opened := range a.opened {
		if err := opened.Finish(); err != nil {
			return err
		}
	}
	return nil
}

// makePlan reads the inputs of the flow's plan, and makes it.
func (s *session) makePlan(ctx context.Context, input *plan.Input) (*plan.Plan, error) {
	all := &sides{session: s, ctx: ctx}
	defer all.close()
	if err := all.open(input); err != nil {
		return nil, err
	}
	planned, err := plan.Make(*input)
	if err == nil {
		err = all.finish()
	}
	if err != nil {
		return nil, err
	}
	// Without wanted accounts, every organization would be marked.
	switch flow := input.Schema.Flow; {
	case planned.Counts.Accounts > 0 || flow == field.USGov:
		return planned, nil
	case flow == field.Partner:
		return nil, emptyArtifact(artifact.SalesforceAccounts(artifact.Partners))
	default:
		return nil, emptyArtifact(artifact.Accounts(flow))
	}
}

func (a *sides) open(input *plan.Input) (err error) {
	input.Organizations, err = side(a, organizations(input.Schema), func(org organization.Organization) organization.Organization { return org })
	if err != nil {
		return err
	}
	input.Names = func(ids map[int64]bool) (map[int64]field.Value, error) { return a.names(input.Schema.Flow, ids) }
	if input.Schema.Flow == field.Partner {
		return a.openPartners(input)
	}
	return a.openCustomers(input)
}

// openPartners opens the partners, all of which are wanted, and the customers, for
// ownership.
func (a *sides) openPartners(input *plan.Input) (err error) {
	input.Wanted, err = side(a, partners(), func(partner *account.Partner) plan.Wanted {
		return plan.Wanted{ID: partner.ID, Record: input.Schema.FromPartner(partner), Source: partner}
	})
	if err != nil || !a.hasCustomers() {
		return err
	}
	input.Others, err = side(a, customers(), func(customer *account.Account) account.ID { return customer.ID })
	if err != nil {
		return err
	}
	input.OtherNames = func(each func(account.ID, field.Value)) error {
		return readNames(a, customers(), func(customer *account.Account) { each(customer.ID, field.TextOf(customer.Name)) })
	}
	input.ReadsOverlap, err = a.readsOverlap()
	return err
}

// openCustomers opens the processor's objects of the instance, and the customers
// that were left out.
func (a *sides) openCustomers(input *plan.Input) (err error) {
	input.Wanted, err = side(a, objects(input.Schema), func(object entitlement.Entitlement) plan.Wanted {
		return plan.Wanted{ID: object.ID, Record: object.Record, Holds: object.Holds, InOtherInstance: object.InOtherInstance, Source: &object}
	})
	if err != nil {
		return err
	}
	input.LeftOut, err = side(a, leftOut(input.Schema.Flow), func(left entitlement.LeftOut) plan.LeftOut {
		return plan.LeftOut{ID: left.ID, Reason: string(left.Reason), CurrentCharge: left.CurrentCharge}
	})
	if err == nil && a.hasPartners() {
		input.Others, err = side(a, partners(), func(partner *account.Partner) account.ID { return partner.ID })
		input.OtherNames = func(each func(account.ID, field.Value)) error {
			return readNames(a, partners(), func(partner *account.Partner) { each(partner.ID, field.TextOf(partner.Name)) })
		}
	}
	return err
}

// readNames reads the names of accounts that were read before.
func readNames[T any](all *sides, file recordFile[T], each func(T)) error {
	_, err := artifact.Read(all.run.Folder, file.name, file.parse, func(record T) error {
		each(record)
		return context.Cause(all.ctx)
	})
	return err
}

// names reads the names of some organizations that were read before.
func (a *sides) names(flow field.Flow, ids map[int64]bool) (map[int64]field.Value, error) {
	found := map[int64]field.Value{}
	_, err := artifact.Read(a.run.Folder, artifact.ZendeskOrgs(flow), organization.ParseName, func(named organization.Named) error {
		if ids[named.ID] {
			found[named.ID] = field.TextOf(named.Name)
		}
		return nil
	})
	return found, err
}

// readsOverlap reports whether the read of the customers began before that of the
// partners ended: an account that was retyped in between is in neither artifact
// (docs/rules.md, Ownership).
func (s *session) readsOverlap() (bool, error) {
	partners, err := s.inputs.Manifest(artifact.SalesforceManifest(artifact.Partners))
	if err != nil {
		return false, err
	}
	customers, err := s.inputs.Manifest(artifact.SalesforceManifest(artifact.Customers))
	if err != nil {
		return false, err
	}
	// Edited folders may lack a manifest; then it is not known.
	return partners.FinishedAt.IsZero() || customers.StartedAt.Before(partners.FinishedAt), nil
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
