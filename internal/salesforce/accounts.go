package salesforce

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// accountRow is a record of a query of accounts.
type accountRow[T any] interface {
	rowOf[T]
	identity() (id, name column[string])
}

// accountReader reads the accounts of a query, in one or several ranges at once, and
// passes each on once.
type accountReader[T any, R accountRow[T]] struct {
	*Client
	give func(ctx context.Context, id account.ID, row R, mangled []string) error

	mu sync.Mutex
	// seen holds the accounts read so far: an account that comes twice has moved
	// between pages, and another may have been missed (docs/rules.md, Salesforce ids).
	seen map[idKey]visit
}

// idKey is an account's id without the checksum.
type idKey [15]byte

// visit records the range, and the run of its query, in which an account was read.
type visit struct{ place, run int8 }

// readAccounts runs the query and passes each of its accounts on once. An id that is
// invalid or comes twice, or a missing column, is an error.
func readAccounts[T any, R accountRow[T]](ctx context.Context, c *Client, soql string, give func(ctx context.Context, id account.ID, row R, mangled []string) error) error {
	return newReader(c, give).all(ctx, soql)
}

func newReader[T any, R accountRow[T]](c *Client, give func(ctx context.Context, id account.ID, row R, mangled []string) error) *accountReader[T, R] {
	return &accountReader[T, R]{Client: c, give: give, seen: map[idKey]visit{}}
}

// all reads the query as one range.
func (r *accountReader[T, R]) all(ctx context.Context, soql string) error {
	page, err := firstPage[T, R](ctx, r.Client, soql)
	if err != nil {
		return err
	}
	if r.OnTotal != nil {
		r.OnTotal(*page.total.value)
	}
	return r.ended(r.part(ctx, 0, soql, &page))
}

// ended checks a read that has reached its end.
func (r *accountReader[T, R]) ended(err error) error {
	r.reportUsage()
	if err == nil && len(r.seen) == 0 {
		err = errors.New("salesforce returned no accounts; check the integration user's permissions")
	}
	return err
}

// part reads a range; its first page may already have been read. A query whose cursor
// is lost is repeated, once; accounts already passed on are not passed on again.
func (r *accountReader[T, R]) part(ctx context.Context, place int8, soql string, page *list[T, R]) error {
	given, _, err := r.run(ctx, visit{place, 1}, soql, page)
	var lost *lostCursor
	if !errors.As(err, &lost) {
		return err
	}
	r.logger.Warn("repeating the query", "service", "Salesforce", "accounts", given, "because", err)
	_, again, err := r.run(ctx, visit{place, 2}, soql, nil)
	if err == nil && again < given {
		err = fmt.Errorf("%d accounts were missing when the query was repeated; nothing was written: run again", given-again)
	}
	return err
}

// run runs the query of a range once. It returns how many accounts it passed on, and
// how many an earlier run had already passed on.
func (r *accountReader[T, R]) run(ctx context.Context, now visit, soql string, page *list[T, R]) (given, again int, err error) {
	if page == nil {
		begun, err := firstPage[T, R](ctx, r.Client, soql)
		if err != nil {
			return 0, 0, err
		}
		page = &begun
	}
	err = follow(ctx, r.Client, *page, func(found *entry[T]) error {
		row := R(&found.row)
		id, err := readAccount(found, row, given+again+1)
		if err != nil {
			return err
		}
		known, err := r.visit(id, now)
		if known {
			again++
		}
		if known || err != nil {
			return err
		}
		if err := r.give(ctx, id, row, found.mangled); err != nil {
			r.forget(id)
			return err
		}
		given++
		return nil
	})
	return given, again, err
}

// visit records that the account was read, and reports whether an earlier run of the
// same range passed it on.
func (r *accountReader[T, R]) visit(id account.ID, now visit) (known bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := idKey([]byte(id.Short()))
	earlier, known := r.seen[key]
	if known && (earlier.place != now.place || earlier.run == now.run) {
		return false, fmt.Errorf("account %s came twice, so another may be missing; nothing was written: run again", id)
	}
	r.seen[key] = now
	return known, nil
}

func (r *accountReader[T, R]) forget(id account.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.seen, idKey([]byte(id.Short())))
}

// readAccount returns the id of a complete record, which is the number-th of its query.
func readAccount[T any, R accountRow[T]](found *entry[T], row R, number int) (account.ID, error) {
	idText, name := row.identity()
	who := fmt.Sprintf("account %.40s (%.80q)", idText.value, strings.TrimSpace(name.value))
	if idText.value == "" {
		who = fmt.Sprintf("account %.80q, number %d of the query", strings.TrimSpace(name.value), number)
	}
	if err := found.complete(); err != nil {
		return "", fmt.Errorf("%s: %w", who, err)
	}
	id, err := account.ParseFullID(idText.value)
	if err != nil {
		return "", fmt.Errorf("%s: %w; nothing was written: fix the account in Salesforce", who, err)
	}
	return id, nil
}

// complete returns an error that names the missing columns.
func (r reading) complete() error {
	if r.fault != nil {
		return r.fault
	}
	if len(r.missing) == 0 {
		return nil
	}
	return fmt.Errorf("salesforce answered without %s, although the query asks for it, so the values are not known; "+
		"nothing was written: check the integration user's permissions, and whether the columns were renamed", strings.Join(r.missing, ", "))
}
