package entitlement_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// chance draws the cases of one seed.
type chance struct {
	*rand.Rand
	s     surroundings
	names []string // charge names
}

func (c chance) one(choices ...string) string { return choices[c.IntN(len(choices))] }

func (c chance) often(percent int) bool { return c.IntN(100) < percent }

// day is a day around every boundary, in either direction, or none.
func (c chance) day() account.Date {
	out, _ := strconv.Atoi(c.one("0", "0", "-1", "1", "2", "-400"))
	return account.Date(c.one("", c.s.today, c.s.daysAgo(-1), c.s.daysAgo(-300), c.s.daysAgo(-40), c.s.daysAgo(1), c.s.daysAgo(14), c.s.daysAgo(15),
		c.s.daysAgo(16), c.s.daysAgo(17), c.s.daysAgo(500), c.s.daysAgo(900), c.s.threeYearsOut(), daysAfter(c.s.threeYearsOut(), out)))
}

func daysAfter(day string, days int) string { return surroundings{today: day}.daysAgo(-days) }

func (c chance) chargeName() string {
	name := c.names[c.IntN(len(c.names))]
	switch c.IntN(20) {
	case 0:
		return " " + strings.ReplaceAll(name, " ", " \u00a0 ")
	case 1:
		return strings.ToUpper(name)
	case 2:
		return c.one("Invented Product", "Invented  Product ", "Another Invention")
	}
	return name
}

func (c chance) account(id account.ID) account.Account {
	a := account.Account{
		ID: id, ShortID: id.Short(), Name: "Account " + string(id), Type: c.one("Customer", "Former Customer"),
		Owner: c.one("", "Avery Owner"), TechnicalAccountManager: c.one("", "Morgan Manager"), SolutionsArchitect: c.one("", "Sasha Architect"),
		SupportHold: c.often(20), Restricted: c.often(20), Escalated: c.often(20), Exception: c.often(40),
		ARR: account.Decimal(c.one("0", "100", "12.34", "-5.5")), SalesSegment: c.one("unknown", "large"), Region: c.one("", "AMER", "APJ", "EMEA"),
	}
	if c.often(70) {
		a.SoldTo = &account.Contact{Name: c.one("", "Robin"), Email: c.one("", "robin@example.com", "Ada@example.com")}
	}
	if c.often(15) {
		return a // nothing is left of it
	}
	for number := range c.IntN(5) {
		a.Subscriptions = append(a.Subscriptions, account.Subscription{
			ID: fmt.Sprintf("S%d", number), Name: fmt.Sprintf("A-S%d", number), StartDate: c.day(), EndDate: c.day(), SoldToEmail: c.one("", "ROBIN@example.com", "ada@example.com", "kim@example.com"),
		})
	}
	for number := range c.IntN(7) {
		a.Charges = append(a.Charges, account.Charge{
			ID: fmt.Sprintf("C%d", number), ChargeName: c.chargeName(), Subscription: c.one("S0", "S0", "S0", "S1", "S1", "S2", "S3", "S4", "gone", ""),
			StartDate: c.day(), EndDate: c.day(), Quantity: account.Decimal(c.one("0", "1", "10", "10.25", "300", "-2.5")),
		})
	}
	return a
}

// entry draws an entry of the overrides file, and its lines.
func (c chance) entry(id account.ID, instance string) (entry, string) {
	made := entry{values: map[string]any{}, named: instance == "usgov" || c.often(50)}
	short := c.one(string(id), id.Short())
	text := "- salesforce_id: " + short + "\n  reason: agreed\n"
	if made.named {
		text += "  instance: " + instance + "\n"
	}
	if c.often(40) {
		made.expiresOn = c.one(c.s.today, c.s.daysAgo(1), c.s.daysAgo(-1))
		text += "  expires_on: " + made.expiresOn + "\n"
	}
	name := func(key string, value any) {
		if _, named := made.values[key]; !named {
			made.values[key] = value
			text += fmt.Sprintf("  %s: %v\n", key, value)
		}
	}
	for range 1 + c.IntN(3) {
		switch c.IntN(6) {
		case 0:
			name("support_level", c.one("ultimate", "silver", "community", "expired"))
		case 1:
			name("expiration_date", c.one(c.s.today, c.s.threeYearsOut(), daysAfter(c.s.threeYearsOut(), -1)))
		case 2:
			name(map[string]string{"global": "aar", "usgov": "arr"}[instance], 77.5)
		case 3:
			name("account_owner", "Kim Override")
		default:
			name(c.one(keysOf(instance)...), c.often(60))
		}
	}
	return made, text
}

// draw fills the surroundings for the accounts, and returns the overrides file.
func (c *chance) draw(ids []account.ID) string {
	text := "# drawn\n"
	c.s.overrides, c.s.present = map[string]map[account.ID]entry{}, map[string]map[account.ID][]presentOrg{}
	if c.often(60) {
		c.s.partners = map[account.ID]bool{}
	}
	for _, instance := range []string{"global", "usgov"} {
		c.s.overrides[instance], c.s.present[instance] = map[account.ID]entry{}, map[account.ID][]presentOrg{}
		for _, id := range ids {
			if c.often(15) {
				made, lines := c.entry(id, instance)
				c.s.overrides[instance][id] = made
				text += lines
			}
			for c.often(40) {
				c.s.present[instance][id] = append(c.s.present[instance][id], presentOrg{
					accountType: c.one("", "customer", "customer", "customer", "customer", "former_customer", "former_customer", "open_partner"),
					level:       c.one("", "expired", "community", "silver", "premium", "ultimate", "ultimate", "diamond"),
					date:        c.one("", "never", string(c.day())), marked: c.often(25),
				})
			}
		}
	}
	for _, id := range ids {
		if c.s.partners != nil && c.often(5) {
			c.s.partners[id] = true
		}
	}
	return text
}

// lookups hands the surroundings to the program.
func (s surroundings) lookups(t *testing.T, plans *products.Catalog, overridesFile string) *entitlement.Lookups {
	t.Helper()
	entries, err := overrides.Parse("overrides.yaml", []byte(overridesFile))
	if err != nil {
		t.Fatal(err)
	}
	inputs := entitlement.Inputs{Today: account.Date(s.today), Plans: plans, Overrides: entries, PartnerAccounts: s.partners}
	inputs.Organizations = map[field.Instance]*entitlement.Organizations{}
	for _, instance := range field.Instances() {
		known := entitlement.NewOrganizations()
		schema := field.SchemaOf(instance.CustomerFlow())
		for id, organizations := range s.present[string(instance)] {
			for number, org := range organizations {
				record := schema.NewRecord()
				record.Set(field.SalesforceID, field.Value(id))
				record.Set(field.AccountType, field.Value(org.accountType))
				record.Set(field.SupportLevel, field.Value(org.level))
				record.Set(field.ExpirationDate, field.Value(org.date))
				record.Set(field.MarkForDeletion, field.Checkbox(org.marked))
				known.Add(organization.Organization{ID: int64(number + 1), Record: record})
			}
		}
		inputs.Organizations[instance] = known
	}
	return entitlement.NewLookups(inputs)
}

func decoded(t *testing.T, outcome entitlement.Outcome, flow field.Flow) (object map[string]any, reason string) {
	t.Helper()
	if outcome.LeftOut != nil {
		return nil, string(outcome.LeftOut.Reason)
	}
	record, err := strictjson.Marshal(outcome.Entitlement)
	if err == nil {
		err = json.Unmarshal(record, &object)
	}
	if err != nil {
		t.Fatal(err)
	}
	return object, ""
}

// Two people who implement docs/rules.md get the same objects, field by field.
func TestTwoReadingsOfTheRulesAgree(t *testing.T) {
	content, err := os.ReadFile("../../plans.yaml")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := products.Parse("plans.yaml", content)
	if err != nil {
		t.Fatal(err)
	}
	var file planFile
	if err := yaml.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	seeds := 40
	if os.Getenv("ZDSYNC_SOAK") == "1" {
		seeds = 400
	}
	for seed := range seeds {
		compareReadings(t, uint64(seed), plans, file)
		if t.Failed() {
			return
		}
	}
}

func compareReadings(t *testing.T, seed uint64, plans *products.Catalog, file planFile) {
	c := chance{Rand: rand.New(rand.NewPCG(seed, 0)), s: surroundings{plans: file, names: file.names()}}
	c.s.today = c.one("2026-11-21", "2028-02-29", "2027-02-28", "2027-03-01", "2026-01-10")
	// Few names in each world, so that they meet; every name in some world.
	for _, name := range slices.Sorted(maps.Keys(file.Subscriptions)) {
		if plan := file.Subscriptions[name]; c.often(40) || plan.USGov == "always" {
			c.names = append(c.names, plan.Charges[c.IntN(len(plan.Charges))])
		}
	}
	c.names = append(c.names, file.Ignored[c.IntN(len(file.Ignored))])
	var ids []account.ID
	for number := range 50 {
		id, err := account.ParseID(fmt.Sprintf("0014M00002X%04d", number))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	overridesFile := c.draw(ids)
	lookups := c.s.lookups(t, plans, overridesFile)
	for _, id := range ids {
		customer := c.account(id)
		objects, reasons := c.s.decide(customer)
		decision := lookups.Decide(&customer, nil)
		for flow, outcome := range map[field.Flow]entitlement.Outcome{field.Global: decision.In(field.GlobalInstance), field.USGov: decision.In(field.USGovInstance)} {
			object, reason := decoded(t, outcome, flow)
			if left := outcome.LeftOut; decision.CurrentCharge != c.s.hasCurrent(customer) || left != nil && left.CurrentCharge != decision.CurrentCharge {
				t.Errorf("seed %d, %s: a current charge %t", seed, id, decision.CurrentCharge)
			}
			if diff := cmp.Diff(withFieldsOf(object, objects[string(flow)]), object); diff != "" || reason != reasons[string(flow)] {
				t.Errorf("seed %d, %s, %s: reason %q, want %q; object (-independent +program):\n%s\n%+v\n%s",
					seed, id, flow, reason, reasons[string(flow)], diff, customer, overridesFile)
			}
		}
	}
}
