package entitlement_test

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// This file says the processor's rules a second time, written from the rules
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
	// named says that the entry names its instance.
	named  bool
	values map[string]any
}

// surroundings are what the rules ask beside the account.
type surroundings struct {
	today     string
	plans     planFile
	names     map[string]string
	overrides map[string]map[account.ID]entry // by instance
	present   map[string]map[account.ID][]presentOrg
	partners  map[account.ID]bool // nil: no partner artifact
}

// presentOrg is an organization as it is in Zendesk.
type presentOrg struct {
	accountType, level, date string
	marked                   bool
}

// meant is the organization that the id stands for: the only one, or the only
// unmarked one.
func (s surroundings) meant(instance string, id account.ID) (presentOrg, bool) {
	all := s.present[instance][id]
	if len(all) == 1 {
		return all[0], true
	}
	unmarked := slices.DeleteFunc(slices.Clone(all), func(org presentOrg) bool { return org.marked })
	if len(unmarked) == 1 {
		return unmarked[0], true
	}
	return presentOrg{}, false
}

func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

func spaced(name string) string { return strings.Join(strings.Fields(name), " ") }

// names are the types of all charge names, "ignored" for those that entitle to
// nothing.
func (p planFile) names() map[string]string {
	names := map[string]string{}
	for typeName, plan := range p.Subscriptions {
		for _, listed := range plan.Charges {
			names[spaced(listed)] = typeName
		}
	}
	for _, listed := range p.Ignored {
		names[spaced(listed)] = "ignored"
	}
	return names
}

func (s surroundings) typeOf(name string) string {
	if typeName := s.names[spaced(name)]; typeName != "ignored" {
		return typeName
	}
	return ""
}

func (s surroundings) ignored(name string) bool { return s.names[spaced(name)] == "ignored" }

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

// holds are the causes that hold in both instances, as "reason|detail".
func (s surroundings) holds(a account.Account) map[string]bool {
	found := map[string]bool{}
	for _, charge := range a.Charges {
		known := s.typeOf(charge.ChargeName) != "" || s.ignored(charge.ChargeName)
		switch {
		case !s.current(charge.StartDate, charge.EndDate):
		case !hasSubscription(a, charge.Subscription):
			found["charge_without_subscription|"+spaced(charge.ChargeName)] = true
		case !known:
			found["unmapped_charge|"+spaced(charge.ChargeName)] = true
		}
	}
	for _, subscription := range a.Subscriptions {
		if s.current(subscription.StartDate, subscription.EndDate) && len(chargesOf(a, subscription.ID)) == 0 {
			found["subscription_without_charges|"+subscription.Name] = true
		}
	}
	return found
}

// asList writes holds as accounts.json does.
func asList(holds map[string]bool) []any {
	list := []any{}
	for _, each := range slices.Sorted(maps.Keys(holds)) {
		reason, detail, _ := strings.Cut(each, "|")
		list = append(list, map[string]any{"reason": reason, "detail": detail})
	}
	return list
}

func (s surroundings) hasCurrent(a account.Account) bool {
	return slices.ContainsFunc(a.Charges, func(c account.Charge) bool { return s.current(c.StartDate, c.EndDate) })
}

// override is the entry in force. One for Global that does not name its
// instance does nothing while the account is US Government's.
func (s surroundings) override(instance string, a account.Account) (entry, bool) {
	found, ok := s.overrides[instance][a.ID]
	if !ok || found.expiresOn != "" && s.today > found.expiresOn {
		return entry{}, false
	}
	if !found.named {
		if s.belongs(a, "usgov") {
			return entry{}, false
		}
		if len(s.present["usgov"][a.ID]) > 0 && !s.belongs(a, "global") {
			return entry{}, false
		}
	}
	return found, true
}

func (s surroundings) partner(id account.ID) bool {
	if s.partners != nil {
		return s.partners[id]
	}
	for _, organizations := range s.present {
		for _, org := range organizations[id] {
			switch org.accountType {
			case "alliance_partner", "open_partner", "select_partner":
				return true
			}
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
	_, admitted := s.override(instance, a)
	if s.belongs(a, instance) || len(s.present[instance][a.ID]) > 0 || admitted {
		return ""
	}
	if len(a.Subscriptions) == 0 && !s.hasCurrent(a) {
		return "no_subscriptions"
	}
	return "other_instance"
}

// belongs reports whether the account has a subscription of the instance.
func (s surroundings) belongs(a account.Account, instance string) bool {
	return slices.ContainsFunc(a.Subscriptions, func(each account.Subscription) bool { return s.instanceOf(a, each.ID) == instance })
}

// tooOld reports whether the object is left out for its date: unless people
// granted by hand what it has.
func (s surroundings) tooOld(a account.Account, instance string, object map[string]any) bool {
	until, _ := object["expiration_date"].(string)
	if until == "" || until >= s.threeYearsOut() {
		return false
	}
	if object["support_level"] == "expired" {
		return true
	}
	override, _ := s.override(instance, a)
	for key, value := range override.values {
		if key == "support_level" || (strings.HasPrefix(key, "sub_") || key == "usgov_fedramp") && value == true {
			return false
		}
	}
	return true
}

// decide is what happens to the account: for each instance the record of
// accounts.json, or the reason in left_out.json.
func (s surroundings) decide(a account.Account) (objects map[string]map[string]any, reasons map[string]string) {
	objects, reasons = map[string]map[string]any{}, map[string]string{}
	for _, instance := range []string{"global", "usgov"} {
		if reasons[instance] = s.leftOut(a, instance); reasons[instance] != "" {
			continue
		}
		object := s.object(a, instance)
		if s.tooOld(a, instance, object) {
			reasons[instance] = "expired_three_years"
			continue
		}
		objects[instance] = object
	}
	for here, there := range map[string]string{"global": "usgov", "usgov": "global"} {
		if objects[here] == nil {
			continue
		}
		holds := s.holds(a)
		if s.moves(a, here, there, objects[there]) {
			holds["awaits_other_instance|"] = true
		}
		if detail, gone := s.gone(a, here); gone {
			holds["subscriptions_gone|"+detail] = true
		}
		objects[here]["holds"] = asList(holds)
		objects[here]["in_other_instance"] = len(s.present[there][a.ID]) > 0
	}
	return objects, reasons
}

// moves reports whether the account has no subscription here, support there,
// and no organization there that has it in Zendesk.
func (s surroundings) moves(a account.Account, here, there string, other map[string]any) bool {
	if s.belongs(a, here) || other == nil || other["support_level"] == "expired" {
		return false
	}
	org, ok := s.meant(there, a.ID)
	return !ok || org.marked || height(org.level) < height(other["support_level"].(string))
}

// height orders levels: an unknown one ranks highest, an empty one lowest.
func height(level string) int {
	levels := strings.Fields("expired community custom consumption_only silver premium gold ultimate")
	if level == "" {
		return -1
	}
	if at := slices.Index(levels, level); at >= 0 {
		return at
	}
	return len(levels)
}

// gone reports whether nothing is left of the account that says whether its
// support has ended.
func (s surroundings) gone(a account.Account, instance string) (detail string, gone bool) {
	if len(a.Subscriptions) > 0 || len(a.Charges) > 0 || len(s.present[instance][a.ID]) == 0 {
		return "", false
	}
	if override, _ := s.override(instance, a); override.values["support_level"] != nil {
		return "", false
	}
	if a.Type == "Former Customer" && number(a.ARR) == 0 {
		return "", false
	}
	date := s.dateInZendesk(a, instance)
	return date, date == "" || date >= s.daysAgo(15)
}

func (s surroundings) dateInZendesk(a account.Account, instance string) string {
	if org, ok := s.meant(instance, a.ID); ok && isDay(org.date) {
		return org.date
	}
	return ""
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
	if !s.belongs(a, instance) {
		return s.dateInZendesk(a, instance)
	}
	for _, subscription := range a.Subscriptions {
		if s.instanceOf(a, subscription.ID) == instance {
			latest = max(latest, string(subscription.EndDate))
		}
	}
	return latest
}
