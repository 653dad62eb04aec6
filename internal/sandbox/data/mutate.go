package data

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// Mutate simulates an hour in Salesforce: about two in a hundred accounts change (at
// least three), and some are added or removed. The same world, seed and day give the
// same next world. The given world does not change; organizations and overrides are
// copied.
func Mutate(world World, seed uint64, today time.Time) World {
	random := rand.New(rand.NewPCG(seed, uint64(len(world.Accounts))))
	world.Accounts = slices.Clone(world.Accounts)
	day := dateOf(today)
	for range 3 + len(world.Accounts)/50 {
		if len(world.Accounts) == 0 || chance(random, 0.1) {
			world.Accounts = append(world.Accounts, arrive(random, world.Accounts, seed, day))
			continue
		}
		at := random.IntN(len(world.Accounts))
		if chance(random, 0.04) {
			world.Accounts = slices.Delete(world.Accounts, at, at+1)
			continue
		}
		changed := world.Accounts[at].clone()
		events := lifeOf(changed)
		events[random.IntN(len(events))](event{random, changed, world.Accounts, day})
		world.Accounts[at] = changed
	}
	return world
}

func (a *Account) clone() *Account {
	copied := *a
	copied.Subscriptions = slices.Clone(a.Subscriptions)
	copied.Charges = slices.Clone(a.Charges)
	return &copied
}

// arrive adds a new account, sometimes a partner.
func arrive(random *rand.Rand, present []*Account, seed uint64, today time.Time) *Account {
	g := generation{options: Options{Seed: seed, Today: today}, today: today, architects: people(40)}
	number := arrivals + random.Uint64N(1<<40)
	id := generatedID(number)
	for slices.ContainsFunc(present, func(a *Account) bool { return a.ID == id }) {
		number++
		id = generatedID(number)
	}
	if chance(random, 0.3) {
		g.partner(number)
	} else {
		g.customer(number)
	}
	account := g.world.Accounts[0]
	account.ID = id
	return account
}

// event is one change that can happen to an account.
type event struct {
	random  *rand.Rand
	account *Account
	others  []*Account
	today   time.Time
}

func (e event) day(days int) time.Time { return e.today.AddDate(0, 0, days) }

// lifeOf returns the changes that can happen to an account.
func lifeOf(account *Account) []func(event) {
	events := []func(event){event.rename, event.duplicateName, event.staff, event.flags, event.becomeOther, event.recreate}
	if account.Type == "Partner" {
		return append(events, event.track, event.unauthorize)
	}
	events = append(events, event.exception, event.revenue)
	if len(account.Charges) > 0 {
		events = append(events, event.expire, event.revive, event.unmap, event.seats, event.grace, event.vanish, event.cancel)
	}
	return events
}

func (e event) rename() {
	e.account.Name = fmt.Sprintf("%s Renamed %d", companyName(e.random.Uint64N(10_000)), e.random.Uint32())
}

func (e event) duplicateName() { e.account.Name = e.others[e.random.IntN(len(e.others))].Name }

func (e event) staff() {
	e.account.Owner, e.account.AccountManager = employee(e.random), employee(e.random)
	e.account.SolutionsArchitect = nil
}

func (e event) flags() {
	e.account.SupportHold = new(chance(e.random, 0.5))
	e.account.Restricted = pick(e.random, "", "Restricted Party")
	e.account.RiskLevel = pick(e.random, "", "At Risk", "At Risk - Escalated")
}

// becomeOther turns a customer into a partner or a partner into a customer.
func (e event) becomeOther() {
	if e.account.Type == "Partner" {
		e.account.Type = "Customer"
		return
	}
	e.account.Type, e.account.PartnerTrack, e.account.PartnerStatus = "Partner", pick(e.random, "Open", "Select"), "Authorized"
}

func (e event) track() {
	e.account.PartnerTrack = pick(e.random, "Open", "Select", "Distributor")
}

func (e event) unauthorize() { e.account.PartnerStatus = pick(e.random, "Terminated", "Authorized") }

func (e event) exception() {
	e.account.SupportInstance = map[bool]string{true: "", false: "federal-support"}[e.account.SupportInstance != ""]
}

func (e event) revenue() {
	e.account.CARR = fmt.Sprintf("%d.%03d", e.random.IntN(100_000), e.random.IntN(1000))
}

// until sets the end of everything that the account has.
func (e event) until(days int) {
	for i := range e.account.Subscriptions {
		e.account.Subscriptions[i].End = e.day(days)
	}
	for i := range e.account.Charges {
		e.account.Charges[i].End = e.day(days)
	}
}

func (e event) expire() { e.until(-16 - e.random.IntN(1200)) }

func (e event) revive() { e.until(e.random.IntN(700)) }

// grace puts the end at the boundaries of support and of three years.
func (e event) grace() {
	out := int(threeYearsOut(e.today).Sub(e.today) / (24 * time.Hour))
	e.until([]int{0, -15, -16, out + 1, out, out - 1}[e.random.IntN(6)])
}

func (e event) charge() *Charge { return &e.account.Charges[e.random.IntN(len(e.account.Charges))] }

func (e event) unmap() { e.charge().ChargeName = fmt.Sprintf("Invented Product %d", e.random.IntN(5)) }

func (e event) seats() { e.charge().Quantity = fmt.Sprintf("%d.5", e.random.IntN(5000)) }

// vanish removes a subscription and keeps its charges.
func (e event) vanish() {
	if at := len(e.account.Subscriptions) - 1; at >= 0 {
		e.account.Subscriptions = e.account.Subscriptions[:at]
	}
}

// cancel removes everything that was sold, as the query shows a customer with only
// cancelled subscriptions.
func (e event) cancel() {
	e.account.Subscriptions, e.account.Charges = nil, nil
	if chance(e.random, 0.5) {
		e.account.Type, e.account.CARR = "Former Customer", "0"
	}
}

// recreate replaces the account by one of the same name with another id.
func (e event) recreate() { e.account.ID = generatedID(arrivals + e.random.Uint64N(1<<40)) }
