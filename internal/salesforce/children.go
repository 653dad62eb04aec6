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
type childRow interface {
	rowType
	identity() column[string]
}

func (c *Client) addChildren(ctx context.Context, row *customerRow, customer *account.Account) (mangled []string, err error) {
	mangled, err = readChildren(ctx, c, subscriptionsName, row.subscriptions.value, func(child *subscriptionRow) error {
		subscription, err := child.subscription()
		customer.Subscriptions = append(customer.Subscriptions, subscription)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("subscriptions: %w", err)
	}
	more, err := readChildren(ctx, c, chargesName, row.charges.value, func(child *chargeRow) error {
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

// readChildren gives every record of a child list: null when there are none. A
// child without an id, or one that comes twice, ends it. It returns the columns
// whose text was not valid Unicode.
func readChildren[T any, R interface {
	*T
	childRow
}](ctx context.Context, c *Client, name string, raw jsontext.Value, give func(R) error) (mangled []string, err error) {
	if raw.Kind() == 'n' {
		return nil, nil
	}
	first, err := c.readList(raw)
	if err != nil {
		return nil, fmt.Errorf("unreadable list %s: %w; nothing was written: run again", name, err)
	}
	seen := map[string]bool{}
	err = c.follow(ctx, first, func(record jsontext.Value) error {
		child := R(new(T))
		found, err := c.readRow(record, child)
		id := text(child.identity())
		if err == nil {
			err = found.complete()
		}
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
