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
	*row
	ids []int64
	err error
}

// searchesAhead is how many rows the search is ahead of the creates.
const searchesAhead = 3

// searchAhead asks for the rows in their order, a few ahead of whoever takes
// them, so that the searches cost no time.
func (r *run) searchAhead(ctx context.Context, rows []*row) (found <-chan searched, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ahead := make(chan searched, searchesAhead-1)
	go func() {
		defer close(ahead)
		for _, next := range rows {
			ids, err := r.instance.FindByAccount(ctx, next.outcome.AccountID)
			select {
			case ahead <- searched{next, ids, err}:
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
func (r *run) findByID(ctx context.Context, next searched) error {
	ids := next.ids
	for _, id := range []int64{r.listed[next.outcome.AccountID], r.Journal.createdFor(next.outcome.AccountID)} {
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
	present, err := r.instance.ShowMany(ctx, ids)
	if err != nil {
		return r.unreadable(ctx, next.row, err)
	}
	made := r.Journal.createdFor(next.outcome.AccountID)
	for _, id := range ids {
		found, ok := present[id]
		switch {
		case ok && id == made:
			r.wasCreated(next.row, found)
			return nil
		case ok && r.isOf(next.row, found):
			return nil
		}
	}
	return nil
}

// wasCreated holds the organization that an earlier run created against what
// that sent, whatever it looks like: one that is not as it was sent is shown
// again in the end.
func (r *run) wasCreated(next *row, present organization.Organization) {
	next.outcome.ID = present.ID
	next.open(written, "", plan.NotKept(next.send, &present))
	if next.known == "" {
		r.settle(next, Applied, AlreadyThere)
	}
}

// findByName looks a create up by its name. It settles the row if the
// organization is its account's, whatever the name looks like there, and
// reports whether another organization has the name.
func (r *run) findByName(ctx context.Context, next *row) (held bool, err error) {
	if err := r.Journal.flush(); err != nil {
		return false, err
	}
	found, err := r.instance.FindByName(ctx, next.outcome.Name)
	if err != nil {
		return false, r.unreadable(ctx, next, err)
	}
	for _, present := range found {
		if r.isOf(next, present) {
			return false, nil
		}
	}
	return len(found) > 0, nil
}

// isOf reports whether the organization is the row's account's, and settles the
// row if so.
func (r *run) isOf(next *row, present organization.Organization) bool {
	id, ok := present.AccountID()
	if !ok || id != next.outcome.AccountID {
		return false
	}
	next.outcome.ID = present.ID
	r.foundDone(next)
	return true
}

// unreadable leaves a row whose organization, or the holder of whose name,
// cannot be read to people. Any other failure is given back.
func (r *run) unreadable(ctx context.Context, next *row, err error) error {
	if transport.AsError(err) != nil || ctx.Err() != nil {
		return err
	}
	r.fail(next, Unknown, "", err.Error()+"; fix the organization in Zendesk, then run again")
	return nil
}
