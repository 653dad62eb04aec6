package salesforce

import (
	"context"
	"fmt"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// Login gets a token, to show that the credentials work, and returns its scopes, empty
// if Salesforce does not name them.
func (c *Client) Login(ctx context.Context) (scope string, err error) {
	token, err := c.bearer.Login(ctx)
	return c.secrets.Words(token.Scope), err
}

// Sample describes the first hundred accounts of a query.
type Sample struct {
	// Accounts is the number of accounts of the whole query.
	Accounts int
	// Mangled are the columns whose text is not valid Unicode, by account.
	Mangled map[account.ID][]string
}

// sampled is how many accounts a sample reads, so that at least one is likely to have
// children.
const sampled = " LIMIT 100"

// SamplePartners reads some partner accounts, with every column of the query.
func (c *Client) SamplePartners(ctx context.Context) (Sample, error) {
	return sample(ctx, c, "partner", strings.TrimSpace(partnerQuery), func(account.ID, *partnerRow) ([]string, error) { return nil, nil })
}

// SampleCustomers reads some customer accounts, with every column of the query and
// their complete child lists.
func (c *Client) SampleCustomers(ctx context.Context, endDate account.Date) (Sample, error) {
	return sample(ctx, c, "customer", customersSince(endDate), func(id account.ID, row *customerRow) ([]string, error) {
		return c.addChildren(ctx, row, row.account(id))
	})
}

func sample[T any, R accountRow[T]](ctx context.Context, c *Client, kind, soql string, children func(account.ID, R) ([]string, error)) (Sample, error) {
	result := Sample{Mangled: map[account.ID][]string{}}
	err := readAccounts(ctx, c, soql+sampled, func(_ context.Context, id account.ID, row R, mangled []string) error {
		inChildren, err := children(id, row)
		if mangled = append(mangled, inChildren...); len(mangled) > 0 {
			result.Mangled[id] = mangled
		}
		return err
	})
	if err == nil {
		// The first page of ids has the total.
		var ids list[idRow, *idRow]
		if ids, err = firstPage[idRow](ctx, c, idsOf(soql)); err == nil {
			result.Accounts = *ids.total.value
			return result, nil
		}
	}
	return Sample{}, fmt.Errorf("reading %s accounts: %w", kind, c.secrets.Error(err))
}
