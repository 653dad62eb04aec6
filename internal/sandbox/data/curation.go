package data

import (
	"fmt"
	"time"
)

// Names of products that the curated cases sell.
const (
	smUltimate   = "Self-Managed - Ultimate - 1 Year"
	smPremium    = "Self-Managed - Premium - 1 Year"
	saasUltimate = "SaaS - Ultimate - 1 Year"
	saasPremium  = "SaaS - Premium - 1 Year"
	duo          = "GitLab Duo Enterprise - 1 Year"
	support12x5  = "12x5 US Citizen Support - 1 Year"
	support24x7  = "24x7 US Citizen Support - 1 Year"
	fedramp      = "GitLab Dedicated for US Public Sector - Ultimate - 1 Year"
)

// Curated is the small world that shows every rule and hazard (docs/rules.md).
// Each account says in Why which one. Its dates are relative to today, and its
// organizations are as the previous hour left them: most in step, some to be
// created, updated, marked, held or listed.
func Curated(today time.Time) World {
	c := &curation{today: dateOf(today)}
	c.partners()
	c.partnerHazards()
	c.partnerOrganizations()
	c.customerDates()
	c.customerCharges()
	c.customerProducts()
	c.customerFigures()
	c.customerNames()
	c.customerOrganizations()
	c.instances()
	c.moves()
	c.overrides()
	c.many()
	return c.finish()
}

// curation collects the curated world, case by case.
type curation struct {
	today   time.Time
	world   World
	global  []*Organization
	usgov   []*Organization
	records uint64 // child records so far
}

func (c *curation) finish() World {
	for _, organization := range c.global {
		c.world.Global = append(c.world.Global, *organization)
	}
	for _, organization := range c.usgov {
		c.world.USGov = append(c.world.USGov, *organization)
	}
	return c.world
}

// day returns the day that many days from today.
func (c *curation) day(days int) time.Time { return c.today.AddDate(0, 0, days) }

// curatedID is the account id of a code of five characters.
func curatedID(code string) string { return LongID("0014M00002" + code) }

func (c *curation) account(code, name, why string) *Account {
	account := &Account{ID: curatedID(code), Name: name, Why: why, Owner: "Avery Owner", AccountManager: "Morgan Manager"}
	c.world.Accounts = append(c.world.Accounts, account)
	return account
}

func (c *curation) partner(code, name, track, why string) *Account {
	account := c.account(code, name, why)
	account.Type = "Partner"
	account.PartnerTrack = track
	account.PartnerStatus = "Authorized"
	account.PartnerType = "Channel"
	account.SolutionsArchitect = &User{ID: numberedID("005", 1), Name: "Sasha Architect"}
	account.SupportHold = new(false)
	return account
}

func (c *curation) customer(code, name, why string) *Account {
	account := c.account(code, name, why)
	account.Type = "Customer"
	account.CARR = "12000.00"
	account.Segment = "Large"
	account.Geo = "EMEA"
	account.SupportHold = new(false)
	account.SoldTo = &Contact{ID: numberedID("003", uint64(len(c.world.Accounts))), Name: "Robin Buyer", Email: "robin@example.com"}
	return account
}

// charged is a charge to be added to a subscription.
type charged struct {
	product  string
	quantity string
	from, to *int // days from today; nil is the subscription's
}

func sold(product, quantity string) charged { return charged{product: product, quantity: quantity} }

func (s charged) during(from, to int) charged {
	s.from, s.to = &from, &to
	return s
}

// subscribe gives the account an active subscription from and to so many days
// from today, with charges.
func (c *curation) subscribe(account *Account, from, to int, charges ...charged) *Subscription {
	c.records++
	account.Subscriptions = append(account.Subscriptions, Subscription{
		ID: numberedID("a0s", c.records), Name: fmt.Sprintf("A-S%08d", c.records), Status: "Active",
		Start: c.day(from), End: c.day(to), SoldToEmail: "robin@example.com",
	})
	subscription := &account.Subscriptions[len(account.Subscriptions)-1]
	for _, s := range charges {
		c.charge(account, subscription, s)
	}
	return subscription
}

func (c *curation) charge(account *Account, subscription *Subscription, s charged) *Charge {
	c.records++
	charge := Charge{
		ID: numberedID("a0c", c.records), Name: fmt.Sprintf("C-%08d", c.records), ChargeName: s.product, Quantity: s.quantity,
		SubscriptionID: subscription.ID, SubscriptionStatus: subscription.Status, Start: subscription.Start, End: subscription.End,
	}
	if s.from != nil {
		charge.Start, charge.End = c.day(*s.from), c.day(*s.to)
	}
	account.Charges = append(account.Charges, charge)
	return &account.Charges[len(account.Charges)-1]
}

// inGlobal adds an organization of the Global instance.
func (c *curation) inGlobal(name string, fields map[string]any) *Organization {
	organization := &Organization{ID: 360_001_000_001 + int64(len(c.global)), Name: name, Fields: fields}
	c.global = append(c.global, organization)
	return organization
}

// inUSGov adds an organization of the US Government instance.
func (c *curation) inUSGov(name string, fields map[string]any) {
	c.usgov = append(c.usgov, &Organization{ID: 114_002_000_001 + int64(len(c.usgov)), Name: name, Fields: fields})
}
