package entitlement_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// This file says the processor's rules a second time, written from domain.md
// alone, step by step and without a thought for speed. It shares the artifact
// types of the accounts with the program, and nothing else.

// planFile is plans.yaml.
type planFile struct {
	Subscriptions map[string]planType `yaml:"subscriptions"`
	Ignored       []string            `yaml:"ignored"`
}

type planType struct {
	SupportLevel string   `yaml:"support_level"`
	Seats        bool     `yaml:"seats"`
	USGov        string   `yaml:"usgov"`
	Charges      []string `yaml:"charges"`
}

// entry is an entry of the overrides file.
type entry struct {
	expiresOn string
	values    map[string]any
}

// surroundings are what the rules ask beside the account.
type surroundings struct {
	today     string
	plans     planFile
	overrides map[string]map[account.ID]entry  // by instance
	types     map[string]map[account.ID]string // by instance: the account_type of each account's organization
	partners  map[account.ID]bool              // nil: no partner artifact
}

func spaced(name string) string { return strings.Join(strings.Fields(name), " ") }

func (s surroundings) typeOf(name string) string {
	for typeName, plan := range s.plans.Subscriptions {
		for _, listed := range plan.Charges {
			if spaced(listed) == spaced(name) {
				return typeName
			}
		}
	}
	return ""
}

func (s surroundings) ignored(name string) bool {
	return slices.ContainsFunc(s.plans.Ignored, func(listed string) bool { return spaced(listed) == spaced(name) })
}

func (s surroundings) daysAgo(days int) string {
	day, _ := time.Parse(time.DateOnly, s.today)
	return day.AddDate(0, 0, -days).Format(time.DateOnly)
}

func (s surroundings) threeYearsOut() string {
	day, _ := time.Parse(time.DateOnly, s.today)
	if day.Month() == time.February && day.Day() == 29 {
		day = day.AddDate(0, 0, -1)
	}
	return day.AddDate(-3, 0, 0).AddDate(0, 0, -1).Format(time.DateOnly)
}

func (s surroundings) current(start, end account.Date) bool {
	if start != "" && string(start) > s.today {
		return false
	}
	return end == "" || string(end) >= s.daysAgo(15)
}

func hasSubscription(a account.Account, id string) bool {
	return slices.ContainsFunc(a.Subscriptions, func(each account.Subscription) bool { return each.ID == id })
}

func chargesOf(a account.Account, subscription string) []account.Charge {
	var charges []account.Charge
	for _, charge := range a.Charges {
		if charge.Subscription == subscription {
			charges = append(charges, charge)
		}
	}
	return charges
}

// instanceOf is the instance of one subscription.
func (s surroundings) instanceOf(a account.Account, subscription string) string {
	judged := slices.DeleteFunc(chargesOf(a, subscription), func(c account.Charge) bool { return !s.current(c.StartDate, c.EndDate) })
	if len(judged) == 0 {
		judged = chargesOf(a, subscription)
	}
	for _, charge := range judged {
		usgov := s.plans.Subscriptions[s.typeOf(charge.ChargeName)].USGov
		if usgov == "always" || a.Exception && usgov == "exception" {
			return "usgov"
		}
	}
	return "global"
}

// unmapped are the distinct names of what entitles to nothing though it was
// sold.
func (s surroundings) unmapped(a account.Account) []string {
	names := map[string]bool{}
	for _, charge := range a.Charges {
		if !s.current(charge.StartDate, charge.EndDate) {
			continue
		}
		known := s.typeOf(charge.ChargeName) != "" || s.ignored(charge.ChargeName)
		if !known || !hasSubscription(a, charge.Subscription) {
			names[spaced(charge.ChargeName)] = true
		}
	}
	for _, subscription := range a.Subscriptions {
		if s.current(subscription.StartDate, subscription.EndDate) && len(chargesOf(a, subscription.ID)) == 0 {
			names["(no charges)"] = true
		}
	}
	sorted := []string{}
	for name := range names {
		sorted = append(sorted, name)
	}
	slices.Sort(sorted)
	return sorted
}

func (s surroundings) override(instance string, id account.ID) (entry, bool) {
	found, ok := s.overrides[instance][id]
	if !ok || found.expiresOn != "" && s.today > found.expiresOn {
		return entry{}, false
	}
	return found, true
}

func (s surroundings) partner(id account.ID) bool {
	if s.partners != nil {
		return s.partners[id]
	}
	for _, types := range s.types {
		switch types[id] {
		case "alliance_partner", "open_partner", "select_partner":
			return true
		}
	}
	return false
}

// leftOut is the reason to leave the account out of the instance before an
// object is made, "" for none.
func (s surroundings) leftOut(a account.Account, instance string) string {
	if s.partner(a.ID) {
		return "partner"
	}
	_, overriddenGlobal := s.override("global", a.ID)
	_, overriddenUSGov := s.override("usgov", a.ID)
	hasCurrent := slices.ContainsFunc(a.Charges, func(c account.Charge) bool { return s.current(c.StartDate, c.EndDate) })
	if len(a.Subscriptions) == 0 && !hasCurrent && !overriddenGlobal && !overriddenUSGov {
		return "no_subscriptions"
	}
	_, hasOrganization := s.types[instance][a.ID]
	_, overriddenHere := s.override(instance, a.ID)
	if !s.belongs(a, instance) && !hasOrganization && !overriddenHere {
		return "other_instance"
	}
	return ""
}

// belongs tells whether the account has a subscription of the instance.
func (s surroundings) belongs(a account.Account, instance string) bool {
	return slices.ContainsFunc(a.Subscriptions, func(each account.Subscription) bool { return s.instanceOf(a, each.ID) == instance })
}

// decide is what becomes of the account: for each instance the record of
// accounts.json, or the reason in left_out.json.
func (s surroundings) decide(a account.Account) (objects map[string]map[string]any, reasons map[string]string) {
	objects, reasons = map[string]map[string]any{}, map[string]string{}
	for _, instance := range []string{"global", "usgov"} {
		if reasons[instance] = s.leftOut(a, instance); reasons[instance] != "" {
			continue
		}
		object := s.object(a, instance)
		if until, _ := object["expiration_date"].(string); until != "" && until < s.threeYearsOut() {
			reasons[instance] = "expired_three_years"
			continue
		}
		objects[instance] = object
	}
	for here, there := range map[string]string{"global": "usgov", "usgov": "global"} {
		if objects[here] == nil {
			continue
		}
		_, known := s.types[there][a.ID]
		objects[here]["in_other_instance"] = known
		objects[here]["awaits_other_instance"] = !s.belongs(a, here) && !known &&
			objects[there] != nil && objects[there]["support_level"] != "expired"
	}
	return objects, reasons
}

func number(decimal account.Decimal) float64 {
	parsed, _ := strconv.ParseFloat(string(decimal), 64)
	return parsed
}

// charged sets what the current charges of the instance's subscriptions give.
func (s surroundings) charged(a account.Account, instance string, object map[string]any) {
	var seats []float64
	for _, charge := range a.Charges {
		if !s.current(charge.StartDate, charge.EndDate) || !hasSubscription(a, charge.Subscription) || s.instanceOf(a, charge.Subscription) != instance {
			continue
		}
		name := s.typeOf(charge.ChargeName)
		if name == "" {
			continue
		}
		object[name] = true
		if s.plans.Subscriptions[name].Seats {
			seats = append(seats, number(charge.Quantity))
		}
	}
	most := 0.0
	if len(seats) > 0 {
		most = slices.Max(seats)
	}
	if instance == "global" {
		object["seats_decimal"] = most
	} else {
		object["number_of_seats"] = math.Ceil(most)
	}
}

func (s surroundings) expiration(a account.Account, instance string) string {
	latest := ""
	for _, charge := range a.Charges {
		mine := hasSubscription(a, charge.Subscription) && s.instanceOf(a, charge.Subscription) == instance
		if mine || !s.belongs(a, instance) {
			latest = max(latest, string(charge.EndDate))
		}
	}
	if latest != "" {
		return latest
	}
	for _, subscription := range a.Subscriptions {
		if s.instanceOf(a, subscription.ID) == instance {
			latest = max(latest, string(subscription.EndDate))
		}
	}
	return latest
}
