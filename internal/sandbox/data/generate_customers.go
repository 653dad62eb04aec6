package data

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// product is what a generated customer buys, and what it is known to give.
type product struct {
	charge string
	flag   string // organization field, "" for none
	level  string
	seats  bool
}

// levels in the order of the processor's document, highest first.
func levels() []string {
	return []string{"ultimate", "gold", "premium", "silver", "consumption_only", "custom", "community", expired}
}

func plans() []product {
	return []product{
		{smUltimate, "sub_sm_ultimate", "ultimate", true},
		{smPremium, "sub_sm_premium", "premium", true},
		{saasUltimate, "sub_dotcom_ultimate", "gold", true},
		{saasPremium, "sub_dotcom_premium", "silver", true},
		{"GitLab Dedicated - Ultimate - 1 Year", "sub_gitlab_dedicated", "ultimate", true},
		{"[EDU Program] SaaS - Ultimate - 1 Year", "sub_edu", "community", true},
		{"[OSS Program] Self-Managed - Ultimate - 1 Year", "sub_oss", "community", true},
	}
}

func addOns() []product {
	return []product{
		{duo, "sub_consumption_duo_enterprise", "consumption_only", false},
		{"1,000 Compute Minutes", "sub_consumption_cicd_minutes", "consumption_only", false},
		{"Gitlab Storage 10GB - 1 Year", "sub_consumption_storage", "consumption_only", false},
		{"Success Advanced - 1 Year", "sub_ss_growth", "custom", false},
		{"Trueup", "", expired, false},
		{"Travel Expenses", "", expired, false},
		{"One Time Discount", "", expired, false},
		{"Admin Training", "", expired, false},
	}
}

func citizenSupport() []product {
	return []product{
		{support12x5, "sub_usgov_12x5", "custom", false},
		{support24x7, "sub_usgov_24x7", "custom", false},
	}
}

// customer adds one customer account, its children and its organization.
func (g *generation) customer(number uint64) {
	random := g.source(customers + number)
	account := g.account(random, customers+number, companyName(number))
	account.Type = "Customer"
	account.Segment = pick(random, "Large", "PubSec", "Mid-Market", "SMB", "")
	account.Geo = pick(random, "AMER", "AMER", "EMEA", "EMEA", "APJ", "Worldwide")
	account.Region = pick(random, "AMER", "EMEA", "LATAM")
	account.CARR = fmt.Sprintf("%d.%02d", 100+random.IntN(400_000), random.IntN(100))
	if chance(random, 0.9) {
		account.SoldTo = &Contact{ID: numberedID("003", number+1_000_000), Name: employee(random), Email: fmt.Sprintf("buyer%d@example.com", number)}
	}

	ends := g.today.AddDate(0, 0, random.IntN(360))
	life := random.Float64()
	switch {
	case life < longGone:
		ends = g.today.AddDate(-3, -1-random.IntN(24), 0)
	case life < longGone+formerly:
		ends = g.today.AddDate(0, 0, -20-random.IntN(1000))
	}
	if life < longGone+formerly {
		account.Type = "Former Customer"
	}
	sale := g.sell(random, account, number, ends)
	if chance(random, missing) || life < longGone && !chance(random, 0.5) {
		return
	}
	g.inStep(random, account, sale, number, life < longGone)
}

// inStep adds the organization as the previous hour left it.
func (g *generation) inStep(random *rand.Rand, account *Account, sale sale, number uint64, gone bool) {
	instance, fields, id := &g.world.Global, GlobalFields(account, sale.gives), int64(20_000_000_000_000)
	if sale.usgov {
		instance, fields, id = &g.world.USGov, usgovFields(account, sale.gives), 21_000_000_000_000
	}
	if gone && chance(random, 0.8) {
		fields["mark_for_deletion"] = true
	} else if g.changes(random) {
		changeFields(random, fields)
	}
	g.place(instance, random, account, id+int64(number), fields)
}

// sale is what a customer buys: the same plan every year, and what else comes
// to be sold.
type sale struct {
	plan     product
	support  []product // US citizen support that each subscription has, if any
	quantity string
	usgov    bool // sold by way of the US Government instance
	gives    Entitlement
}

func choose(random *rand.Rand, ends time.Time) sale {
	made := sale{gives: Entitlement{Level: expired, Until: ends}}
	all := plans()
	made.plan = all[min(random.IntN(len(all)), random.IntN(len(all)))] // the first ones more often
	switch kind := random.Float64(); {
	case kind < agencies:
		made.plan, made.support, made.usgov = all[random.IntN(2)], citizenSupport(), true
	case kind < agencies+exceptions:
		made.plan, made.usgov = all[random.IntN(2)], true
	}
	made.quantity = strconv.Itoa(1 + random.IntN(2000))
	if chance(random, 0.02) {
		made.quantity += ".5"
	}
	return made
}

// sell gives the account subscriptions of a year each, the last one until
// ends, and their charges.
func (g *generation) sell(random *rand.Rand, account *Account, number uint64, ends time.Time) sale {
	made := choose(random, ends)
	if made.usgov && made.support == nil {
		account.SupportInstance = "federal-support"
	}
	subscriptions := g.options.Subscriptions
	if subscriptions == 0 {
		subscriptions = 1 + random.IntN(5)
	}
	charges := g.options.Charges
	if charges == 0 {
		charges = 2 * subscriptions
	}
	record := 1_000_000_000 + number*1000
	account.Subscriptions = make([]Subscription, 0, subscriptions)
	for year := range subscriptions {
		record++
		g.subscribe(account, record, number, ends.AddDate(-year, 0, 0))
	}
	account.Charges = make([]Charge, 0, charges)
	for turn := range charges {
		record++
		g.add(account, made.next(random, turn, subscriptions, number), turn%subscriptions, record, &made)
	}
	slices.Sort(made.gives.Flags)
	made.gives.Flags = slices.Compact(made.gives.Flags)
	return made
}

func (g *generation) subscribe(account *Account, record, number uint64, end time.Time) {
	status := "Active"
	if end.Before(g.today) {
		status = "Expired"
	}
	account.Subscriptions = append(account.Subscriptions, Subscription{
		ID: numberedID("a0s", record), Name: fmt.Sprintf("A-S%08d", record), Status: status,
		Start: end.AddDate(-1, 0, 1), End: end, SoldToEmail: fmt.Sprintf("admin%d@example.com", number),
	})
}

// next is the product of the account's next charge: first the plan of every
// subscription, then its support, then whatever.
func (s *sale) next(random *rand.Rand, turn, subscriptions int, number uint64) product {
	const ignored = 4 // the add-ons from there entitle to nothing
	others := addOns()
	switch {
	case turn < subscriptions:
		return s.plan
	case turn < 2*subscriptions && s.support != nil:
		return s.support[number%2]
	case chance(random, unmappedNames):
		return product{charge: fmt.Sprintf("GitLab Galaxy %d - 1 Year", number%20), level: expired}
	case s.usgov:
		return others[ignored+random.IntN(len(others)-ignored)]
	default:
		return others[random.IntN(len(others))]
	}
}

// add puts a charge under the account's subscription of the place, and takes
// down what it gives now.
func (g *generation) add(account *Account, sold product, place int, record uint64, made *sale) {
	subscription := &account.Subscriptions[place]
	account.Charges = append(account.Charges, Charge{
		ID: numberedID("a0c", record), Name: fmt.Sprintf("C-%08d", record), ChargeName: sold.charge, Quantity: made.quantity,
		SubscriptionID: subscription.ID, SubscriptionStatus: subscription.Status, Start: subscription.Start, End: subscription.End,
	})
	if subscription.End.Before(g.today.AddDate(0, 0, -15)) || subscription.Start.After(g.today) {
		return
	}
	gives := &made.gives
	if slices.Index(levels(), sold.level) < slices.Index(levels(), gives.Level) {
		gives.Level = sold.level
	}
	if sold.flag != "" {
		gives.Flags = append(gives.Flags, sold.flag)
	}
	if sold.flag == "sub_usgov_24x7" {
		gives.Flags = append(gives.Flags, "emergency_support_24x7")
	}
	if sold.seats {
		seats, _ := strconv.ParseFloat(made.quantity, 64)
		gives.Seats = max(gives.Seats, seats)
	}
}
