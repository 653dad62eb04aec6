package data

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"time"
)

// Options of Generate.
type Options struct {
	Accounts int       // customer accounts
	Partners int       // partner accounts
	Seed     uint64    // same options, same world
	Today    time.Time // dates are relative to it
	// Subscriptions and Charges are the children of each customer account; 0 is a
	// random number around 3 and 6.
	Subscriptions, Charges int
	// Changed is the share of organizations that differ from their account:
	// 0 is the default of 0.03, a negative one is none, 1 is all.
	Changed float64
}

// Shares of the generated world, each of all accounts. Marks stay below their
// limit (docs/rules.md, Limits).
const (
	defaultChanged = 0.03
	missing        = 0.01  // accounts without their organization
	longGone       = 0.02  // customers whose children are too old to be given
	formerly       = 0.10  // customers whose support ended within three years
	agencies       = 0.03  // customers with US citizen support
	exceptions     = 0.02  // customers with the exception
	unmappedNames  = 0.002 // customers with a charge of an unknown name
	stray          = 0.005 // organizations without a usable id
	strangers      = 0.001 // partner organizations whose partner is gone
	doubled        = 0.001 // partners with a second organization
)

// Generate makes a world of any size. An account of a number and a seed is the
// same in every size of world, so a smaller one is the beginning of a larger.
func Generate(options Options) World {
	today := dateOf(options.Today)
	g := generation{options: options, today: today}
	g.world.Accounts = make([]*Account, 0, options.Accounts+options.Partners)
	g.architects = people(40)
	for number := range options.Accounts {
		g.customer(uint64(number))
	}
	for number := range options.Partners {
		g.partner(uint64(number))
	}
	return g.world
}

// generation is a world in the making.
type generation struct {
	options    Options
	today      time.Time
	world      World
	architects []User
}

// The kinds of random streams and numbers, so that none is drawn twice.
const (
	customers = 0
	partners  = 1 << 40
	arrivals  = 1 << 41 // accounts that Mutate adds
)

func (g *generation) source(number uint64) *rand.Rand {
	return rand.New(rand.NewPCG(g.options.Seed, number))
}

// generatedID scatters ids over the alphabet, so that their order is not that of their
// creation. The factor is coprime to 62^10, so no two numbers below that get the same
// id.
func generatedID(number uint64) string {
	const ids, factor = 839_299_365_868_340_224, 518_699_479_843_211_933 // ids is 62^10
	high, low := bits.Mul64(number, factor)
	return numberedID("0018X", bits.Rem64(high, low, ids))
}

// account makes what customers and partners have in common.
func (g *generation) account(random *rand.Rand, number uint64, name string) *Account {
	account := &Account{
		ID: generatedID(number), Name: name,
		Owner:          employee(random),
		AccountManager: employee(random),
		SupportHold:    new(chance(random, 0.01)),
	}
	if chance(random, 0.8) {
		account.SolutionsArchitect = &g.architects[random.IntN(len(g.architects))]
	}
	if chance(random, 0.005) {
		account.Restricted = "Restricted Party"
	}
	switch {
	case chance(random, 0.01):
		account.RiskLevel = "At Risk - Escalated"
	case chance(random, 0.05):
		account.RiskLevel = "At Risk"
	}
	if chance(random, 0.02) {
		account.Name = " " + account.Name + " "
	}
	g.world.Accounts = append(g.world.Accounts, account)
	return account
}

func (g *generation) partner(number uint64) {
	random := g.source(partners + number)
	account := g.account(random, partners+number, companyName(number)+" Partners")
	account.Type, account.PartnerStatus, account.PartnerType = "Partner", "Authorized", "Channel"
	account.PartnerTrack = pick(random, "Open", "Open", "Select")
	if chance(random, missing) {
		return
	}
	fields := partnerFields(account)
	if g.changes(random) {
		changeFields(random, fields)
	}
	organization := g.place(&g.world.Global, random, account, 22_000_000_000_000+int64(number), fields)
	if chance(random, doubled) {
		twin := *organization
		twin.ID += 1_000_000_000_000
		twin.Name += " (duplicate)"
		g.world.Global = append(g.world.Global, twin)
	}
	if chance(random, strangers) {
		gone := *account
		gone.ID = generatedID(partners + partners/2 + number)
		g.world.Global = append(g.world.Global, Organization{
			ID: 24_000_000_000_000 + int64(number), Name: trimmed(account) + " (ended)", Fields: partnerFields(&gone)})
	}
}

func (g *generation) changes(random *rand.Rand) bool {
	share := g.options.Changed
	if share == 0 {
		share = defaultChanged
	}
	return chance(random, share)
}

// place adds the account's organization, and occasionally one without an account.
func (g *generation) place(instance *[]Organization, random *rand.Rand, account *Account, id int64, fields map[string]any) *Organization {
	organization := Organization{ID: id, Name: trimmed(account), Fields: fields}
	if chance(random, 0.05) {
		organization.Notes = "Prefers to be called by " + employee(random)
		organization.Tags = []string{"vip"}
		organization.DomainNames = []string{fmt.Sprintf("customer%d.example", id)}
	}
	if chance(random, stray) {
		*instance = append(*instance, Organization{
			ID: id + 4_000_000_000_000, Name: organization.Name + " (unmanaged)",
			Fields: map[string]any{"salesforce_id": pick(random, "", "none", shortID(account.ID)+"???")}})
	}
	*instance = append(*instance, organization)
	return &(*instance)[len(*instance)-1]
}

// changeFields changes a field of an organization that it certainly has.
func changeFields(random *rand.Rand, fields map[string]any) {
	before := employee(random) + " (until last week)"
	fields[pick(random, "account_owner", "technical_account_manager", "solutions_architect")] = before
	if chance(random, 0.3) {
		held, _ := fields["support_hold"].(bool)
		fields["support_hold"] = !held
	}
}
