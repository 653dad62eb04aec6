package salesforce

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// accountRow is a record of a query of accounts.
type accountRow interface {
	rowType
	identity() (id, name column[string])
}

// readAccounts runs the query and gives each of its accounts once. An id that
// is invalid or comes twice, or a column that is missing, ends it. A query that
// was lost on the way begins anew, once; what was given stays given.
func readAccounts[T any, R interface {
	*T
	accountRow
}](ctx context.Context, c *Client, soql string, give func(id account.ID, row R, mangled []string) error) error {
	var earlier idSet
	for {
		seen, again := idSet{}, 0
		err := c.query(ctx, soql, func(record jsontext.Value) error {
			found := R(new(T))
			id, mangled, err := c.readAccount(record, found, len(seen)+1)
			if err != nil {
				return err
			}
			if seen[id] {
				return fmt.Errorf("account %s came twice, so another may be missing; nothing was written: run again", id)
			}
			seen[id] = true
			if earlier[id] {
				again++
				return nil
			}
			if err = give(id, found, mangled); err != nil {
				delete(seen, id)
			}
			return err
		})
		var lost *lostCursor
		switch {
		case errors.As(err, &lost) && earlier == nil:
			c.logger.Warn("beginning the query anew", "service", "Salesforce", "accounts", len(seen), "because", err)
			earlier = seen
			continue
		case err != nil:
			return err
		case again < len(earlier):
			return fmt.Errorf("%d accounts were gone when the query began anew; nothing was written: run again", len(earlier)-again)
		case len(seen) == 0:
			return errors.New("salesforce returned no accounts; check the integration user's permissions")
		}
		return nil
	}
}

// readAccount reads a record, which is the number-th of its query, and returns
// the columns whose text was not valid Unicode.
func (c *Client) readAccount(record jsontext.Value, into accountRow, number int) (id account.ID, mangled []string, err error) {
	found, err := c.readRow(record, into)
	idText, name := into.identity()
	who := fmt.Sprintf("account %.40s (%.80q)", idText.value, strings.TrimSpace(name.value))
	if idText.value == "" {
		who = fmt.Sprintf("account %.80q, number %d of the query", strings.TrimSpace(name.value), number)
	}
	if err == nil {
		err = found.complete()
	}
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", who, err)
	}
	id, err = account.ParseFullID(idText.value)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w; nothing was written: fix the account in Salesforce", who, err)
	}
	return id, found.mangled, nil
}

// complete returns an error that names the columns that are missing.
func (found reading) complete() error {
	if len(found.missing) == 0 {
		return nil
	}
	return fmt.Errorf("salesforce answered without %s, which the query asks for, so what they hold is not known; "+
		"nothing was written: check the integration user's permissions, and whether the columns were renamed", strings.Join(found.missing, ", "))
}

// idSet holds the accounts read so far: one that comes twice moved between
// pages while another was missed (domain.md, Salesforce ids).
type idSet map[account.ID]bool
