package plan

import (
	"errors"
	"fmt"
	"io"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// pair is one account, with its records of all sides.
type pair struct {
	id account.ID
	// wanted is nil if the account is not wanted, leftOut if it is not left out.
	wanted  *Wanted
	leftOut *LeftOut
	// other reports that the artifact of the other flow has the account.
	other bool
	// orgs are the organizations of the account.
	orgs []organization.Organization
}

// isAccount reports whether a Salesforce artifact has the account.
func (at *pair) isAccount() bool { return at.other || at.wanted != nil || at.leftOut != nil }

// side is a source of the join.
type side interface {
	// head returns the next account; not ok at the end.
	head() (id account.ID, ok bool)
	// take adds all records of the pair's account.
	take(into *pair) error
}

// join goes through all sides at once, account by account.
func join(sides []side, each func(*pair)) error {
	at := &pair{}
	for {
		*at = pair{orgs: at.orgs[:0]}
		for _, side := range sides {
			if id, ok := side.head(); ok && (at.id == "" || id < at.id) {
				at.id = id
			}
		}
		if at.id == "" {
			return nil
		}
		for _, side := range sides {
			if err := side.take(at); err != nil {
				return err
			}
		}
		each(at)
	}
}

// ahead is a source whose next record is known before it is taken.
type ahead[T any] struct {
	source Source[T]
	idOf   func(T) account.ID
	put    func(*pair, T)
	// several is a source that may have several records of an account.
	several bool

	current T
	id      account.ID
	done    bool
}

// newSide returns a side at its first record.
func newSide[T any](several bool, source Source[T], idOf func(T) account.ID, put func(*pair, T)) (side, error) {
	a := &ahead[T]{source: source, idOf: idOf, put: put, several: several}
	return a, a.advance()
}

func (a *ahead[T]) advance() error {
	record, err := a.source.Next()
	if errors.Is(err, io.EOF) {
		a.done = true
		return nil
	}
	if err != nil {
		return err
	}
	id := a.idOf(record)
	if id < a.id || (id == a.id && !a.several) {
		return fmt.Errorf("account %s comes after %s: records must be sorted by salesforce_id, without duplicates", id, a.id)
	}
	a.current, a.id = record, id
	return nil
}

func (a *ahead[T]) head() (account.ID, bool) { return a.id, !a.done }

func (a *ahead[T]) take(into *pair) error {
	for !a.done && a.id == into.id {
		a.put(into, a.current)
		if err := a.advance(); err != nil {
			return err
		}
	}
	return nil
}

// managed is the source of the organizations with a valid salesforce_id. The
// comparison counts the others too.
type managed struct{ *comparison }

// Next returns the next organization with a valid salesforce_id.
func (m managed) Next() (organization.Organization, error) {
	for {
		org, err := m.Organizations.Next()
		if err != nil {
			return org, err
		}
		m.note(&org)
		if _, ok := org.AccountID(); ok {
			return org, nil
		}
		m.addUnmanaged(&org)
	}
}

// sides are those of the input, each at its first record.
func (c *comparison) sides() ([]side, error) {
	wanted, err := newSide(false, c.Wanted, func(wanted Wanted) account.ID { return wanted.ID }, func(at *pair, wanted Wanted) {
		c.plan.Counts.Accounts++
		at.wanted = &wanted
	})
	organizations, errOrganizations := newSide(true, managed{c}, func(org organization.Organization) account.ID {
		id, _ := org.AccountID()
		return id
	}, func(at *pair, org organization.Organization) { at.orgs = append(at.orgs, org) })
	sides := []side{wanted, organizations}
	err = errors.Join(err, errOrganizations)
	if c.LeftOut != nil {
		leftOut, errLeftOut := newSide(false, c.LeftOut, func(row LeftOut) account.ID { return row.ID }, func(at *pair, row LeftOut) { at.leftOut = &row })
		sides, err = append(sides, leftOut), errors.Join(err, errLeftOut)
	}
	if c.Others != nil {
		others, errOthers := newSide(false, c.Others, func(id account.ID) account.ID { return id }, func(at *pair, _ account.ID) { at.other = true })
		sides, err = append(sides, others), errors.Join(err, errOthers)
	}
	return sides, err
}

// note counts an organization, and keeps its name.
func (c *comparison) note(org *organization.Organization) {
	c.plan.Counts.Organizations++
	c.names.add(org.ID, org.Record.Get(field.Name))
	if c.staysMarked(org) {
		c.marked++
	}
}
