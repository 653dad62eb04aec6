package salesforce

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

const (
	// MostRanges is how many ranges are read at once at most, because others use the
	// org too.
	MostRanges = 16
	// fewestForRanges is the number of accounts from which ranges are worth a query of
	// all ids.
	fewestForRanges = 5_000
)

// idRow is an account with only its id.
type idRow struct{ id column[string] }

func (r *idRow) columns() []named { return []named{{"Id", &r.id}} }

// idsOf returns the query for only the ids of the accounts that the SOQL selects.
func idsOf(soql string) string {
	return "SELECT Id " + soql[strings.LastIndex(soql, "FROM Account"):]
}

// inRanges reads the query as the given number of ranges of Id at once. Each range is a
// query with its own totalSize. Each begins where the previous one ends, so that there
// are no gaps, however Salesforce sorts ids. A query for only the ids finds these
// places: a range begins as soon as its end is known. Few accounts are a single range.
func (r *accountReader[T, R]) inRanges(ctx context.Context, soql string, ranges int) error {
	if ranges < 2 {
		return r.all(ctx, soql)
	}
	ids, err := firstPage[idRow](ctx, r.Client, idsOf(soql)+" ORDER BY Id")
	if err != nil {
		return err
	}
	total := *ids.total.value
	if total < fewestForRanges {
		return r.all(ctx, soql)
	}
	if r.OnTotal != nil {
		r.OnTotal(total)
	}
	group, ctx := errgroup.WithContext(ctx)
	place, from := int8(0), account.ID("")
	begin := func(to account.ID) {
		here, part := place, between(soql, from, to)
		group.Go(func() error { return r.part(ctx, here, part, nil) })
		place, from = place+1, to
	}
	group.Go(func() error {
		err := r.cut(ctx, ids, (total+ranges-1)/ranges, begin)
		var lost *lostCursor
		if errors.As(err, &lost) {
			// The rest is then a single range, longer than the others.
			r.logger.Warn("reading the rest as one range", "service", "Salesforce", "because", err)
			err = nil
		}
		if err == nil {
			begin("")
		}
		return err
	})
	return r.ended(group.Wait())
}

// cut reads the ids and passes every size-th to the function.
func (r *accountReader[T, R]) cut(ctx context.Context, ids list[idRow, *idRow], size int, at func(account.ID)) error {
	number := 0
	return follow(ctx, r.Client, ids, func(found *entry[idRow]) error {
		id, err := account.ParseFullID(found.row.id.value)
		if err = errors.Join(found.complete(), err); err != nil {
			return fmt.Errorf("id number %d of the query of ids: %w", number+1, err)
		}
		if number > 0 && number%size == 0 {
			at(id)
		}
		number++
		return nil
	})
}

// between limits the query to the accounts from one id, included, to another, excluded;
// an empty id is no limit.
func between(soql string, from, to account.ID) string {
	if from != "" {
		soql += fmt.Sprintf(" AND Id >= '%s'", from)
	}
	if to != "" {
		soql += fmt.Sprintf(" AND Id < '%s'", to)
	}
	return soql
}
