package apply

import (
	"context"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// searched is a row, with the organizations of its account that a search found.
type searched struct {
	*planRow
	ids []int64
	err error
}

// searchesAhead is how many rows the search is ahead of the creates.
const searchesAhead = 3

// searchAhead searches for the rows in their order, a few in advance, so that the
// searches take no extra time.
func (r *run) searchAhead(ctx context.Context, rows []*planRow) (searches <-chan searched, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ahead := make(chan searched, searchesAhead-1)
	go func() {
		defer close(ahead)
		for _, row := range rows {
			ids, err := r.instance.FindByAccount(ctx, row.outcome.AccountID)
			select {
			case ahead <- searched{row, ids, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return ahead, func() {
		cancel()
		for range ahead {
			continue
		}
	}
}

// findByID settles a row whose organization exists: the search, the list or the
// journal has its id, and its salesforce_id is the account's.
func (r *run) findByID(ctx context.Context, row searched) error {
	ids := row.ids
	for _, id := range []int64{r.listed[row.outcome.AccountID], r.Journal.createdFor(row.outcome.AccountID)} {
		if id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if err := r.Journal.flush(); err != nil {
		return err
	}
	orgs, err := r.instance.ShowMany(ctx, ids)
	if err != nil {
		return r.unreadable(ctx, row.planRow, err)
	}
	createdID := r.Journal.createdFor(row.outcome.AccountID)
	for _, id := range ids {
		org, ok := orgs[id]
		switch {
		case ok && id == createdID:
			r.wasCreated(row.planRow, org)
			return nil
		case ok && r.isOf(row.planRow, org):
			return nil
		}
	}
	return nil
}

// wasCreated compares an organization that an earlier run created with what that
// run sent. If it differs, it is read again at the end.
func (r *run) wasCreated(row *planRow, org organization.Organization) {
	row.outcome.ID = org.ID
	row.open(written, "", plan.NotKept(row.send, &org))
	if row.known == "" {
		r.settle(row, Applied, AlreadyThere)
	}
}

// findByName looks up the organization of a create by its name. It settles the row
// if an organization has the account's id, whatever its name. It reports whether
// another organization has the name.
func (r *run) findByName(ctx context.Context, row *planRow) (held bool, err error) {
	if err := r.Journal.flush(); err != nil {
		return false, err
	}
	orgs, err := r.instance.FindByName(ctx, row.outcome.Name)
	if err != nil {
		return false, r.unreadable(ctx, row, err)
	}
	for _, org := range orgs {
		if r.isOf(row, org) {
			return false, nil
		}
	}
	return len(orgs) > 0, nil
}

// isOf reports whether the organization belongs to the row's account, and settles
// the row if so.
func (r *run) isOf(row *planRow, org organization.Organization) bool {
	id, ok := org.AccountID()
	if !ok || id != row.outcome.AccountID {
		return false
	}
	row.outcome.ID = org.ID
	r.foundDone(row)
	return true
}

// unreadable fails a row if its organization, or the one that has its name, cannot
// be read: a person has to fix it. It returns any other failure.
func (r *run) unreadable(ctx context.Context, row *planRow, err error) error {
	if transport.AsError(err) != nil || ctx.Err() != nil {
		return err
	}
	r.fail(row, Unknown, "", err.Error()+"; fix the organization in Zendesk, then run again")
	return nil
}
