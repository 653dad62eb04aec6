package salesforce

import (
	"iter"
	"strconv"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/soql"
)

// accounts describes what can be asked of an account: the fields and
// relationships of the two queries (docs/rules.md, Stage salesforce).
func accounts() *soql.Object {
	text := func(name string, of func(*data.Account) string) soql.Field {
		return field(name, soql.Text, func(a *data.Account) soql.Value { return nullable(of(a)) })
	}
	return &soql.Object{
		Name: "Account",
		ID:   func(row soql.Row) string { return row.(*data.Account).ID },
		Fields: []soql.Field{
			field("Id", soql.ID, func(a *data.Account) soql.Value { return nullable(a.ID) }),
			text("Account_ID_18__c", func(a *data.Account) string { return a.ID }),
			text("Name", func(a *data.Account) string { return a.Name }),
			text("Type", func(a *data.Account) string { return a.Type }),
			field("CARR_This_Account__c", soql.Number, func(a *data.Account) soql.Value { return nullable(a.CARR) }),
			text("Ultimate_Parent_Sales_Segment_Employees__c", func(a *data.Account) string { return a.Segment }),
			text("Account_Owner_Calc__c", func(a *data.Account) string { return a.Owner }),
			text("Technical_Account_Manager_Name__c", func(a *data.Account) string { return a.AccountManager }),
			text("Restricted_Account__c", func(a *data.Account) string { return a.Restricted }),
			text("Account_Demographics_Geo__c", func(a *data.Account) string { return a.Geo }),
			text("Account_Demographics_Region__c", func(a *data.Account) string { return a.Region }),
			text("Partner_Track__c", func(a *data.Account) string { return a.PartnerTrack }),
			text("Partners_Partner_Type__c", func(a *data.Account) string { return a.PartnerType }),
			text("Partners_Partner_Status__c", func(a *data.Account) string { return a.PartnerStatus }),
			field("Support_Hold__c", soql.Boolean, supportHold),
			text("Account_Risk_Level__c", func(a *data.Account) string { return a.RiskLevel }),
			text("Support_Instance__c", func(a *data.Account) string { return a.SupportInstance }),
		},
		Parents: []soql.Parent{
			{Name: "Solutions_Architect_Lookup__r", Object: users(), Of: func(row soql.Row) soql.Row {
				return present(row.(*data.Account).SolutionsArchitect)
			}},
			{Name: "Latest_Sold_To_Contact__r", Object: contacts(), Of: func(row soql.Row) soql.Row {
				return present(row.(*data.Account).SoldTo)
			}},
		},
		Children: []soql.Children{
			{Name: "Zuora__Subscriptions__r", Object: subscriptions(), Of: func(row soql.Row) iter.Seq[soql.Row] {
				return pointers(row.(*data.Account).Subscriptions)
			}},
			{Name: "Zuora__R00N40000001lGjTEAU__r", Object: charges(), Of: func(row soql.Row) iter.Seq[soql.Row] {
				return pointers(row.(*data.Account).Charges)
			}},
		},
	}
}

func users() *soql.Object {
	return &soql.Object{
		Name: "User",
		ID:   func(row soql.Row) string { return row.(*data.User).ID },
		Fields: []soql.Field{
			field("Id", soql.ID, func(u *data.User) soql.Value { return nullable(u.ID) }),
			field("Name", soql.Text, func(u *data.User) soql.Value { return nullable(u.Name) }),
		},
	}
}

func contacts() *soql.Object {
	return &soql.Object{
		Name: "Contact",
		ID:   func(row soql.Row) string { return row.(*data.Contact).ID },
		Fields: []soql.Field{
			field("Id", soql.ID, func(c *data.Contact) soql.Value { return nullable(c.ID) }),
			field("Name", soql.Text, func(c *data.Contact) soql.Value { return nullable(c.Name) }),
			field("Email", soql.Text, func(c *data.Contact) soql.Value { return nullable(c.Email) }),
		},
	}
}

func subscriptions() *soql.Object {
	text := func(name string, of func(*data.Subscription) string) soql.Field {
		return field(name, soql.Text, func(s *data.Subscription) soql.Value { return nullable(of(s)) })
	}
	return &soql.Object{
		Name: "Zuora__Subscription__c",
		ID:   func(row soql.Row) string { return row.(*data.Subscription).ID },
		Fields: []soql.Field{
			field("Id", soql.ID, func(s *data.Subscription) soql.Value { return nullable(s.ID) }),
			text("Name", func(s *data.Subscription) string { return s.Name }),
			text("Subscription_ID_18__c", func(s *data.Subscription) string { return s.ID }),
			text("Zuora__Status__c", func(s *data.Subscription) string { return s.Status }),
			field("Zuora__SubscriptionStartDate__c", soql.Date, func(s *data.Subscription) soql.Value { return date(s.Start) }),
			field("Zuora__SubscriptionEndDate__c", soql.Date, func(s *data.Subscription) soql.Value { return date(s.End) }),
			text("Sold_To_Email__c", func(s *data.Subscription) string { return s.SoldToEmail }),
		},
	}
}

func charges() *soql.Object {
	text := func(name string, of func(*data.Charge) string) soql.Field {
		return field(name, soql.Text, func(c *data.Charge) soql.Value { return nullable(of(c)) })
	}
	return &soql.Object{
		Name: "Zuora__SubscriptionProductCharge__c",
		ID:   func(row soql.Row) string { return row.(*data.Charge).ID },
		Fields: []soql.Field{
			field("Id", soql.ID, func(c *data.Charge) soql.Value { return nullable(c.ID) }),
			text("Name", func(c *data.Charge) string { return c.Name }),
			text("Zuora__SubscriptionRatePlanChargeName__c", func(c *data.Charge) string { return c.ChargeName }),
			field("Zuora__Subscription__c", soql.ID, func(c *data.Charge) soql.Value { return nullable(c.SubscriptionID) }),
			text("Subscription_Status__c", func(c *data.Charge) string { return c.SubscriptionStatus }),
			field("Zuora__EffectiveStartDate__c", soql.Date, func(c *data.Charge) soql.Value { return date(c.Start) }),
			field("Zuora__EffectiveEndDate__c", soql.Date, func(c *data.Charge) soql.Value { return date(c.End) }),
			field("Zuora__Quantity__c", soql.Number, func(c *data.Charge) soql.Value { return nullable(c.Quantity) }),
		},
	}
}

func field[T any](name string, kind soql.Kind, of func(*T) soql.Value) soql.Field {
	return soql.Field{Name: name, Kind: kind, Of: func(row soql.Row) soql.Value { return of(row.(*T)) }}
}

// nullable is null for the empty text, which Salesforce does not keep.
func nullable(text string) soql.Value { return soql.Value{Text: text, Valid: text != ""} }

func date(day time.Time) soql.Value {
	if day.IsZero() {
		return soql.Value{}
	}
	return soql.Of(day.Format(time.DateOnly))
}

func supportHold(account *data.Account) soql.Value {
	if account.SupportHold == nil {
		return soql.Value{}
	}
	return soql.Of(strconv.FormatBool(*account.SupportHold))
}

// present keeps a relationship that refers to nothing an untyped nil.
func present[T any](record *T) soql.Row {
	if record == nil {
		return nil
	}
	return record
}

func pointers[T any](list []T) iter.Seq[soql.Row] {
	return func(yield func(soql.Row) bool) {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}
