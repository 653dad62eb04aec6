// Package data makes the worlds that the sandbox's stand-ins serve: what
// Salesforce knows, what the two Zendesk instances held after the previous
// hour, and the overrides file between them. There is a small curated world
// that shows every rule, a seeded generator for any size, and a mutation that
// passes an hour of Salesforce life.
package data

import (
	"strings"
	"time"
)

// AllianceID is the account that the partner query names by its id.
const AllianceID = "0014M00001sDiGEQA0"

// World is everything the stand-ins serve. A world that is being served is not
// changed: Mutate and Merge make new ones.
type World struct {
	Accounts  []*Account
	Global    []Organization // the Zendesk Global instance
	USGov     []Organization // the Zendesk US Government instance
	Overrides string         // the overrides file, YAML
	Protected []string       // 18-character ids for the protected list
}

// Account is a Salesforce account of any type. Empty text is null, and so is a
// zero time.
type Account struct {
	ID                 string // Id and Account_ID_18__c: 18 characters
	Name               string
	Type               string   // Customer, Former Customer, Partner, Prospect, …
	CARR               string   // CARR_This_Account__c, a decimal literal as stored
	Segment            string   // Ultimate_Parent_Sales_Segment_Employees__c
	Owner              string   // Account_Owner_Calc__c
	AccountManager     string   // Technical_Account_Manager_Name__c
	Restricted         string   // Restricted_Account__c
	SolutionsArchitect *User    // Solutions_Architect_Lookup__r
	Geo                string   // Account_Demographics_Geo__c
	Region             string   // Account_Demographics_Region__c
	SoldTo             *Contact // Latest_Sold_To_Contact__r
	PartnerTrack       string   // Partner_Track__c
	PartnerType        string   // Partners_Partner_Type__c
	PartnerStatus      string   // Partners_Partner_Status__c
	SupportHold        *bool    // Support_Hold__c
	RiskLevel          string   // Account_Risk_Level__c
	SupportInstance    string   // Support_Instance__c
	Subscriptions      []Subscription
	Charges            []Charge
	Why                string // which rule a curated account shows; never served
}

// User is a Salesforce user.
type User struct{ ID, Name string }

// Contact is a Salesforce contact.
type Contact struct{ ID, Name, Email string }

// Subscription is a record of Zuora__Subscriptions__r.
type Subscription struct {
	ID          string // Id and Subscription_ID_18__c
	Name        string
	Status      string // Zuora__Status__c: Active, Expired, Cancelled
	Start, End  time.Time
	SoldToEmail string
}

// Charge is a record of Zuora__R00N40000001lGjTEAU__r.
type Charge struct {
	ID                 string
	Name               string // the record's number, not the product
	ChargeName         string // Zuora__SubscriptionRatePlanChargeName__c
	SubscriptionID     string // Zuora__Subscription__c
	SubscriptionStatus string // Subscription_Status__c
	Start, End         time.Time
	Quantity           string // a decimal literal as stored
}

// Organization is an organization of a Zendesk instance. Fields holds bool,
// string, float64 and json.Number values by field key; dates are text
// (2026-01-31). An absent key is an empty field, as is nil; a nil map is an
// organization whose organization_fields are null.
type Organization struct {
	ID          int64
	Name        string
	Fields      map[string]any
	Notes       string
	Details     string
	Tags        []string
	DomainNames []string
}

// Merge puts worlds together. Curated and generated worlds share no ids and no
// names; two generated ones do.
func Merge(worlds ...World) World {
	var merged World
	var overrides strings.Builder
	for _, world := range worlds {
		merged.Accounts = append(merged.Accounts, world.Accounts...)
		merged.Global = append(merged.Global, world.Global...)
		merged.USGov = append(merged.USGov, world.USGov...)
		merged.Protected = append(merged.Protected, world.Protected...)
		overrides.WriteString(world.Overrides)
	}
	merged.Overrides = overrides.String()
	return merged
}

// dateOf is the UTC day of a moment.
func dateOf(moment time.Time) time.Time {
	year, month, day := moment.UTC().Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// threeYearsOut is the earliest end that the customer query still asks for
// (docs/rules.md, Lookup structures): the calendar day three years ago, the
// 28th for a 29 February, less one day.
func threeYearsOut(today time.Time) time.Time {
	year, month, day := today.Date()
	if month == time.February && day == 29 {
		day = 28
	}
	return time.Date(year-3, month, day-1, 0, 0, 0, 0, time.UTC)
}
