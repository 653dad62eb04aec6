package salesforce

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
)

//go:embed queries/customer.soql
var customerQuery string

type customerRow struct {
	ID                      string                    `json:"Account_ID_18__c"`
	Name                    string                    `json:"Name"`
	ARR                     account.Decimal           `json:"CARR_This_Account__c"`
	Type                    string                    `json:"Type"`
	SalesSegment            string                    `json:"Ultimate_Parent_Sales_Segment_Employees__c"`
	Owner                   string                    `json:"Account_Owner_Calc__c"`
	TechnicalAccountManager string                    `json:"Technical_Account_Manager_Name__c"`
	Restricted              string                    `json:"Restricted_Account__c"`
	SolutionsArchitect      *reference                `json:"Solutions_Architect_Lookup__r"`
	Geo                     string                    `json:"Account_Demographics_Geo__c"`
	Region                  string                    `json:"Account_Demographics_Region__c"`
	SoldTo                  *reference                `json:"Latest_Sold_To_Contact__r"`
	PartnerTrack            string                    `json:"Partner_Track__c"`
	PartnerType             string                    `json:"Partners_Partner_Type__c"`
	SupportHold             bool                      `json:"Support_Hold__c"`
	RiskLevel               string                    `json:"Account_Risk_Level__c"`
	SupportInstance         string                    `json:"Support_Instance__c"`
	Subscriptions           children[subscriptionRow] `json:"Zuora__Subscriptions__r"`
	Charges                 children[chargeRow]       `json:"Zuora__R00N40000001lGjTEAU__r"`
}

type subscriptionRow struct {
	ID             string `json:"Id"`
	Name           string `json:"Name"`
	SubscriptionID string `json:"Subscription_ID_18__c"`
	Status         string `json:"Zuora__Status__c"`
	StartDate      string `json:"Zuora__SubscriptionStartDate__c"`
	EndDate        string `json:"Zuora__SubscriptionEndDate__c"`
	SoldToEmail    string `json:"Sold_To_Email__c"`
}

type chargeRow struct {
	ID           string          `json:"Id"`
	Name         string          `json:"Name"`
	ChargeName   string          `json:"Zuora__SubscriptionRatePlanChargeName__c"`
	Subscription string          `json:"Zuora__Subscription__c"`
	StartDate    string          `json:"Zuora__EffectiveStartDate__c"`
	EndDate      string          `json:"Zuora__EffectiveEndDate__c"`
	Quantity     account.Decimal `json:"Zuora__Quantity__c"`
}

// Customers reads the customer accounts, with the subscriptions and charges
// that ended on endDate or later, and gives each to the function. An id that
// is invalid or comes twice, or a child list that is short, ends it.
func (c *Client) Customers(ctx context.Context, endDate account.Date, each func(*account.Account) error) error {
	seen := idSet{}
	soql := strings.ReplaceAll(strings.TrimSpace(customerQuery), "{end_date}", string(endDate))
	err := c.query(ctx, soql, func(raw jsontext.Value) error {
		var row customerRow
		if err := json.Unmarshal(raw, &row); err != nil {
			return fmt.Errorf("unreadable account %s: %w; nothing was written: run again", describeRow(raw), jsonfault.Plain(err))
		}
		id, err := seen.add(row.ID, row.Name)
		if err != nil {
			return err
		}
		customer := row.account(id)
		if err := c.addChildren(ctx, row, customer); err != nil {
			return fmt.Errorf("account %s (%q): %w", id, customer.Name, err)
		}
		return each(customer)
	})
	if err != nil {
		return fmt.Errorf("reading customer accounts: %w", err)
	}
	if len(seen) == 0 {
		return errors.New("reading customer accounts: salesforce knows none, which cannot be: check what the integration user may see")
	}
	return nil
}

func (row customerRow) account(id account.ID) *account.Account {
	customer := &account.Account{
		ID: id, ShortID: id.Short(), Name: strings.TrimSpace(row.Name),
		Owner:                   strings.TrimSpace(row.Owner),
		TechnicalAccountManager: strings.TrimSpace(row.TechnicalAccountManager),
		SolutionsArchitect:      row.SolutionsArchitect.name(),
		SupportHold:             row.SupportHold,
		ARR:                     row.ARR.OrZero().RoundCents(),
		Type:                    strings.TrimSpace(row.Type),
		SalesSegment:            cmp.Or(strings.ToLower(strings.TrimSpace(row.SalesSegment)), "unknown"),
		Region:                  region(row.Geo, row.Region),
		Restricted:              isRestricted(row.Restricted),
		Escalated:               isEscalated(row.RiskLevel),
		Exception:               strings.TrimSpace(row.SupportInstance) == "federal-support",
		PartnerTrack:            strings.TrimSpace(row.PartnerTrack),
		PartnerType:             strings.TrimSpace(row.PartnerType),
		Subscriptions:           []account.Subscription{},
		Charges:                 []account.Charge{},
	}
	if row.SoldTo != nil {
		customer.SoldTo = &account.Contact{Name: row.SoldTo.name(), Email: strings.TrimSpace(row.SoldTo.Email)}
	}
	return customer
}

// region is the first of the two that is one of the three regions.
func region(geo, region string) string {
	for _, candidate := range []string{strings.TrimSpace(geo), strings.TrimSpace(region)} {
		switch candidate {
		case "AMER", "APJ", "EMEA":
			return candidate
		}
	}
	return ""
}

func (c *Client) addChildren(ctx context.Context, row customerRow, customer *account.Account) error {
	err := followChildren(ctx, c, row.Subscriptions, func(child subscriptionRow) error {
		subscription, err := child.subscription()
		customer.Subscriptions = append(customer.Subscriptions, subscription)
		return err
	})
	if err != nil {
		return fmt.Errorf("subscriptions: %w", err)
	}
	err = followChildren(ctx, c, row.Charges, func(child chargeRow) error {
		charge, err := child.charge()
		customer.Charges = append(customer.Charges, charge)
		return err
	})
	if err != nil {
		return fmt.Errorf("charges: %w", err)
	}
	slices.SortFunc(customer.Subscriptions, func(a, b account.Subscription) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(customer.Charges, func(a, b account.Charge) int { return cmp.Compare(a.ID, b.ID) })
	return checkChildren(customer)
}

// children is a child list as it stands in its parent's row: null when there
// are none. A row without the key says nothing about them.
type children[T any] struct {
	given bool
	page  *list[T]
}

// UnmarshalJSONFrom reads a page or null.
func (c *children[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	c.given = true
	return json.UnmarshalDecode(decoder, &c.page)
}

func followChildren[T any](ctx context.Context, c *Client, children children[T], each func(T) error) error {
	if !children.given {
		return errors.New("salesforce did not answer with the list, not even with an empty one: check what the integration user may see")
	}
	if children.page == nil {
		return nil
	}
	return follow(ctx, c, *children.page, each)
}

// checkChildren refuses a child without an id or one that comes twice.
func checkChildren(customer *account.Account) error {
	previous := ""
	for _, subscription := range customer.Subscriptions {
		if subscription.ID == previous {
			return fmt.Errorf("subscription %q comes twice or has no id, so another may be missing; run again", subscription.ID)
		}
		previous = subscription.ID
	}
	previous = ""
	for _, charge := range customer.Charges {
		if charge.ID == previous {
			return fmt.Errorf("charge %q comes twice or has no id, so another may be missing; run again", charge.ID)
		}
		previous = charge.ID
	}
	return nil
}

func (row subscriptionRow) subscription() (account.Subscription, error) {
	start, end, err := dates(row.StartDate, row.EndDate)
	if err != nil {
		err = fmt.Errorf("subscription %s: %w", row.ID, err)
	}
	return account.Subscription{
		ID: strings.TrimSpace(row.ID), Name: strings.TrimSpace(row.Name),
		SubscriptionID: strings.TrimSpace(row.SubscriptionID), Status: strings.TrimSpace(row.Status),
		StartDate: start, EndDate: end, SoldToEmail: strings.TrimSpace(row.SoldToEmail),
	}, err
}

func (row chargeRow) charge() (account.Charge, error) {
	start, end, err := dates(row.StartDate, row.EndDate)
	if err != nil {
		err = fmt.Errorf("charge %s: %w", row.ID, err)
	}
	return account.Charge{
		ID: strings.TrimSpace(row.ID), Name: strings.TrimSpace(row.Name), ChargeName: strings.TrimSpace(row.ChargeName),
		Subscription: strings.TrimSpace(row.Subscription), StartDate: start, EndDate: end, Quantity: row.Quantity.OrZero(),
	}, err
}

func dates(startText, endText string) (start, end account.Date, err error) {
	if start, err = account.ParseDate(strings.TrimSpace(startText)); err != nil {
		return "", "", err
	}
	end, err = account.ParseDate(strings.TrimSpace(endText))
	return start, end, err
}
