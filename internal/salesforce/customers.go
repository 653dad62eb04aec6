package salesforce

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

//go:embed queries/customer.soql
var customerQuery string

type customerRow struct {
	id, name, kind, salesSegment, owner, technicalAccountManager, restricted column[string]
	geo, region, partnerTrack, partnerType, riskLevel, supportInstance       column[string]

	arr                column[account.Decimal]
	supportHold        column[bool]
	solutionsArchitect related[user]
	soldTo             related[contact]
	subscriptions      children[subscriptionRow, *subscriptionRow]
	charges            children[chargeRow, *chargeRow]
}

func (r *customerRow) columns() []named {
	return []named{
		{"Account_ID_18__c", &r.id}, {"Name", &r.name}, {"CARR_This_Account__c", &r.arr}, {"Type", &r.kind},
		{"Ultimate_Parent_Sales_Segment_Employees__c", &r.salesSegment}, {"Account_Owner_Calc__c", &r.owner},
		{"Technical_Account_Manager_Name__c", &r.technicalAccountManager}, {"Restricted_Account__c", &r.restricted},
		{"Solutions_Architect_Lookup__r", &r.solutionsArchitect},
		{"Account_Demographics_Geo__c", &r.geo}, {"Account_Demographics_Region__c", &r.region},
		{"Latest_Sold_To_Contact__r", &r.soldTo},
		{"Partner_Track__c", &r.partnerTrack}, {"Partners_Partner_Type__c", &r.partnerType}, {"Support_Hold__c", &r.supportHold},
		{"Account_Risk_Level__c", &r.riskLevel}, {"Support_Instance__c", &r.supportInstance},
		{subscriptionsName, &r.subscriptions}, {chargesName, &r.charges},
	}
}

// These are the child lists of an account.
const (
	subscriptionsName = "Zuora__Subscriptions__r"
	chargesName       = "Zuora__R00N40000001lGjTEAU__r"
)

func (r *customerRow) identity() (id, name column[string]) { return r.id, r.name }

type contact struct{ name, email column[string] }

func (c *contact) columns() []named { return []named{{"Email", &c.email}, {"Name", &c.name}} }

// Customers reads the customer accounts, with the subscriptions and charges that end on
// endDate or later, in the given number of ranges at once. It passes each account to
// the function, one at a time and in any order, with the columns whose text was not
// valid Unicode; these are read with U+FFFD in its place. An id that is invalid or
// comes twice, a missing column, or an incomplete child list is an error.
func (c *Client) Customers(ctx context.Context, endDate account.Date, ranges int, each func(customer *account.Account, mangled []string) error) error {
	var giving sync.Mutex
	reader := newReader(c, func(ctx context.Context, id account.ID, row *customerRow, mangled []string) error {
		customer := row.account(id)
		inChildren, err := c.addChildren(ctx, row, customer)
		if err != nil {
			return fmt.Errorf("account %s (%.80q): %w", id, customer.Name, err)
		}
		giving.Lock()
		defer giving.Unlock()
		return each(customer, append(mangled, inChildren...))
	})
	if err := reader.inRanges(ctx, customersSince(endDate), ranges); err != nil {
		return fmt.Errorf("reading customer accounts: %w", c.secrets.Error(err))
	}
	return nil
}

func customersSince(endDate account.Date) string {
	return strings.ReplaceAll(strings.TrimSpace(customerQuery), "{end_date}", string(endDate))
}

func (r *customerRow) account(id account.ID) *account.Account {
	customer := &account.Account{
		ID: id, ShortID: id.Short(), Name: text(r.name),
		Owner:                   text(r.owner),
		TechnicalAccountManager: text(r.technicalAccountManager),
		SolutionsArchitect:      nameOf(r.solutionsArchitect),
		SupportHold:             r.supportHold.value,
		ARR:                     r.arr.value.OrZero().RoundCents(),
		Type:                    text(r.kind),
		SalesSegment:            cmp.Or(strings.ToLower(text(r.salesSegment)), "unknown"),
		Region:                  region(text(r.geo), text(r.region)),
		Restricted:              isRestricted(text(r.restricted)),
		Escalated:               isEscalated(text(r.riskLevel)),
		Exception:               text(r.supportInstance) == "federal-support",
		PartnerTrack:            text(r.partnerTrack),
		PartnerType:             text(r.partnerType),
		Subscriptions:           []account.Subscription{},
		Charges:                 []account.Charge{},
	}
	if contact := r.soldTo.value; contact != nil {
		customer.SoldTo = &account.Contact{Name: text(contact.name), Email: text(contact.email)}
	}
	return customer
}

// region returns the first of the two that is one of the three regions.
func region(geo, region string) string {
	for _, candidate := range []string{geo, region} {
		switch candidate {
		case "AMER", "APJ", "EMEA":
			return candidate
		}
	}
	return ""
}
