// Package products knows the subscription types that product charge names mean:
// plans.yaml and the lookup structures derived from it.
package products

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Eligibility says when a type makes a subscription one of Zendesk US Government
// (docs/rules.md, Which subscriptions belong to which instance).
type Eligibility int

// The eligibilities of plans.yaml: never (the default), exception (only for accounts
// with the US Government exception) and always.
const (
	Never Eligibility = iota
	Exception
	Always
)

// String returns the word of plans.yaml.
func (e Eligibility) String() string {
	return [...]string{"never", "exception", "always"}[e]
}

// Type is a subscription type, named after the organization field it sets.
type Type struct {
	// Name is a sub_* field key or usgov_fedramp.
	Name string
	// Level is the support level that the type gives.
	Level field.Level
	// Seats reports whether the quantity of the type's charges counts seats.
	Seats bool
	// USGov says whether the type's charges belong to US Government.
	USGov Eligibility
}

// Catalog is the content of plans.yaml: the product charge names and their types. It
// does not change after parsing, so it may be used from several goroutines. Every
// method accepts charge names in any form and compares their normal forms (NormalName);
// a name already in normal form costs no allocation.
type Catalog struct {
	types      []*Type
	planLookup map[string]*Type
	ignored    map[string]bool
	cut        []string
}

// NormalName returns the form in which charge names are compared: trimmed, and
// with each run of Unicode white space made one space. Case counts
// (docs/rules.md, plans.yaml).
func NormalName(name string) string {
	if isNormalName(name) {
		return name
	}
	return strings.Join(strings.Fields(name), " ")
}

// isNormalName saves the work for the names of millions of charges, nearly all of which
// are in their normal form.
func isNormalName(name string) bool {
	afterSpace := true
	for i := range len(name) {
		char := name[i]
		if char >= utf8.RuneSelf {
			return !strings.ContainsFunc(name, isUnusualSpace) && isNormalSpacing(name)
		}
		if char == ' ' && afterSpace || char != ' ' && unicode.IsSpace(rune(char)) {
			return false
		}
		afterSpace = char == ' '
	}
	return name == "" || !afterSpace
}

func isUnusualSpace(char rune) bool { return char != ' ' && unicode.IsSpace(char) }

func isNormalSpacing(name string) bool {
	return !strings.HasPrefix(name, " ") && !strings.HasSuffix(name, " ") && !strings.Contains(name, "  ")
}

// TypeOf returns the subscription type that the charge name means. Ignored and
// unmapped names have none.
func (c *Catalog) TypeOf(name string) (*Type, bool) {
	t, ok := c.planLookup[NormalName(name)]
	return t, ok
}

// Ignored reports whether the charge name is known to include no support.
func (c *Catalog) Ignored(name string) bool { return c.ignored[NormalName(name)] }

// Types returns the types of the file, in the file's order.
func (c *Catalog) Types() []*Type { return slices.Clone(c.types) }

// Warnings returns oddities of the file that are not errors, with file and line: names
// that a comment may have cut.
func (c *Catalog) Warnings() []string { return slices.Clone(c.cut) }

// PlanLookup returns the lookup structure plan_lookup: the type of each charge
// name. In it and in the three below, names are as NormalName gives them.
func (c *Catalog) PlanLookup() map[string]*Type { return maps.Clone(c.planLookup) }

// AllValidPlans returns the lookup structure all_valid_plans: the charge names
// of every type. Ignored names are not among them.
func (c *Catalog) AllValidPlans() map[string]bool { return c.namesFrom(Never) }

// USGovPlanNames returns the lookup structure usgov_plan_names: the charge names
// that make a subscription US Government's for any account.
func (c *Catalog) USGovPlanNames() map[string]bool { return c.namesFrom(Always) }

// USGovPlanNamesForExceptions returns the lookup structure
// usgov_plan_names_for_exceptions: the charge names that do so for an account
// with the exception.
func (c *Catalog) USGovPlanNamesForExceptions() map[string]bool { return c.namesFrom(Exception) }

func (c *Catalog) namesFrom(least Eligibility) map[string]bool {
	names := map[string]bool{}
	for name, kind := range c.planLookup {
		if kind.USGov >= least {
			names[name] = true
		}
	}
	return names
}
