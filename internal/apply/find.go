package apply

import (
	"context"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// searched is a row and the organizations that the search knows of its account.
type searched struct {
	*planRow
	ids []int64
	err error
}

// searchesAhead is how many rows the search is ahead of the creates.
const searchesAhead = 3

// searchAhead asks for the rows in their order, a few ahead of whoever takes
// them, so that the searches cost no time.
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

// findByID settles a row whose organization is there: one that the search, the
// list or the journal knows, and that is the account's when it is shown.
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

// wasCreated holds the organization that an earlier run created against what
// that sent, whatever it looks like: one that is not as it was sent is shown
// again in the end.
func (r *run) wasCreated(row *planRow, org organization.Organization) {
	row.outcome.ID = org.ID
	row.open(written, "", plan.NotKept(row.send, &org))
	if row.known == "" {
		r.settle(row, Applied, AlreadyThere)
	}
}

// findByName looks a create up by its name. It settles the row if the
// organization is its account's, whatever the name looks like there, and
// reports whether another organization has the name.
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

// isOf reports whether the organization is the row's account's, and settles the
// row if so.
func (r *run) isOf(row *planRow, org organization.Organization) bool {
	id, ok := org.AccountID()
	if !ok || id != row.outcome.AccountID {
		return false
	}
	row.outcome.ID = org.ID
	r.foundDone(row)
	return true
}

// unreadable leaves a row whose organization, or the holder of whose name,
// cannot be read to people. Any other failure is given back.
func (r *run) unreadable(ctx context.Context, row *planRow, err error) error {
	if transport.AsError(err) != nil || ctx.Err() != nil {
		return err
	}
	r.fail(row, Unknown, "", err.Error()+"; fix the organization in Zendesk, then run again")
	return nil
}
