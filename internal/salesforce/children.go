package salesforce

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

type subscriptionRow struct {
	id, name, subscriptionID, status, startDate, endDate, soldToEmail column[string]
}

func (r *subscriptionRow) columns() []named {
	return []named{
		{"Id", &r.id}, {"Name", &r.name}, {"Subscription_ID_18__c", &r.subscriptionID}, {"Zuora__Status__c", &r.status},
		{"Zuora__SubscriptionStartDate__c", &r.startDate}, {"Zuora__SubscriptionEndDate__c", &r.endDate},
		{"Sold_To_Email__c", &r.soldToEmail},
	}
}

func (r *subscriptionRow) identity() column[string] { return r.id }

type chargeRow struct {
	id, name, chargeName, subscription, startDate, endDate column[string]

	quantity column[account.Decimal]
}

func (r *chargeRow) columns() []named {
	return []named{
		{"Id", &r.id}, {"Name", &r.name}, {"Zuora__SubscriptionRatePlanChargeName__c", &r.chargeName},
		{"Zuora__Subscription__c", &r.subscription}, {"Zuora__EffectiveStartDate__c", &r.startDate},
		{"Zuora__EffectiveEndDate__c", &r.endDate}, {"Zuora__Quantity__c", &r.quantity},
	}
}

func (r *chargeRow) identity() column[string] { return r.id }

// childRow is a record of a child list.
type childRow[T any] interface {
	rowOf[T]
	identity() column[string]
}

// children is the cell of a child list, null if there are no children.
type children[T any, R childRow[T]] struct {
	first *list[T, R]
	fault error
	given bool
}

func (c *children[T, R]) isGiven() bool { return c.given }

func (c *children[T, R]) read(name string, decoder *jsontext.Decoder, into *reading) error {
	if c.given {
		into.fail(name, errTwice)
		return decoder.SkipValue()
	}
	c.given = true
	if decoder.PeekKind() == 'n' {
		return decoder.SkipValue()
	}
	read := reading{clean: into.clean}
	c.first = &list[T, R]{}
	if err := read.object("", decoder, c.first); err != nil {
		return err
	}
	if err := c.first.proved(read); err != nil {
		c.fault = fmt.Errorf("unreadable list %s: %w; nothing was written: run again", name, err)
	}
	return nil
}

func (c *Client) addChildren(ctx context.Context, row *customerRow, customer *account.Account) (mangled []string, err error) {
	mangled, err = readChildren(ctx, c, subscriptionsName, &row.subscriptions, func(child *subscriptionRow) error {
		subscription, err := child.subscription()
		customer.Subscriptions = append(customer.Subscriptions, subscription)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("subscriptions: %w", err)
	}
	more, err := readChildren(ctx, c, chargesName, &row.charges, func(child *chargeRow) error {
		charge, err := child.charge()
		customer.Charges = append(customer.Charges, charge)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("charges: %w", err)
	}
	slices.SortFunc(customer.Subscriptions, func(a, b account.Subscription) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(customer.Charges, func(a, b account.Charge) int { return cmp.Compare(a.ID, b.ID) })
	return append(mangled, more...), nil
}

// readChildren passes every record of a child list, including its further pages, to the
// function. A child without an id, or an id that comes twice, is an error. It returns
// the columns whose text was not valid Unicode.
func readChildren[T any, R childRow[T]](ctx context.Context, c *Client, name string, list *children[T, R], give func(R) error) (mangled []string, err error) {
	if list.first == nil || list.fault != nil {
		return nil, list.fault
	}
	seen := map[string]bool{}
	err = follow(ctx, c, *list.first, func(found *entry[T]) error {
		child := R(&found.row)
		id := text(child.identity())
		err := found.complete()
		if err == nil && (id == "" || seen[id]) {
			err = fmt.Errorf("%.40q comes twice or has no id, so another may be missing; run again", id)
		}
		seen[id] = true
		if err == nil {
			for _, column := range found.mangled {
				mangled = append(mangled, name+"."+column)
			}
			err = give(child)
		}
		if err != nil {
			return fmt.Errorf("record %.40s, number %d of the list: %w", id, len(seen), err)
		}
		return nil
	})
	return mangled, err
}

func (r *subscriptionRow) subscription() (account.Subscription, error) {
	start, end, err := dates(r.startDate, r.endDate)
	return account.Subscription{
		ID: text(r.id), Name: text(r.name), SubscriptionID: text(r.subscriptionID), Status: text(r.status),
		StartDate: start, EndDate: end, SoldToEmail: text(r.soldToEmail),
	}, err
}

func (r *chargeRow) charge() (account.Charge, error) {
	start, end, err := dates(r.startDate, r.endDate)
	return account.Charge{
		ID: text(r.id), Name: text(r.name), ChargeName: text(r.chargeName), Subscription: text(r.subscription),
		StartDate: start, EndDate: end, Quantity: r.quantity.value.OrZero(),
	}, err
}

func dates(startText, endText column[string]) (start, end account.Date, err error) {
	if start, err = account.ParseDate(text(startText)); err != nil {
		return "", "", err
	}
	end, err = account.ParseDate(text(endText))
	return start, end, err
}
