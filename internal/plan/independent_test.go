package plan_test

import (
	"slices"
	"strings"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// This file says the rules of compare a second time, written from the document
// alone, row by row and without a thought for speed. It knows organizations and
// accounts as maps of text, and shares with the program nothing but how an id is
// read.

// side is an account as wanted, or an organization as it is.
type side struct {
	id     account.ID
	number int64
	fields map[string]string
	// Of accounts: why something is held, and whether there is an organization in
	// the other instance. Of organizations: ignore_deletion.
	holds   []string
	inOther bool
	ignored bool
}

type leftOut struct {
	reason  string
	current bool
}

// comparedWorld is all that compare is given.
type comparedWorld struct {
	flow, today, policy string
	wanted, present     []side
	leftOut             map[account.ID]leftOut
	partners, customers map[account.ID]bool // nil: the artifact is not there
	overlap             bool
	protected           map[account.ID]bool
}

func (w comparedWorld) daysAgo(days int) string {
	day, _ := time.Parse(time.DateOnly, w.today)
	return day.AddDate(0, 0, -days).Format(time.DateOnly)
}

func (w comparedWorld) threeYearsOut() string {
	day, _ := time.Parse(time.DateOnly, w.today)
	return day.AddDate(-3, 0, -1).Format(time.DateOnly) // the days drawn are no 29 February
}

func partnerType(text string) bool {
	return text == "alliance_partner" || text == "open_partner" || text == "select_partner"
}

func sameName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// idOf is the account that the organization names, if its text is an id.
func idOf(org side) (account.ID, bool) {
	id, err := account.ParseID(org.fields["salesforce_id"])
	return id, err == nil
}

func (w comparedWorld) account(id account.ID) *side {
	for i := range w.wanted {
		if w.wanted[i].id == id {
			return &w.wanted[i]
		}
	}
	return nil
}

func (w comparedWorld) organizations(id account.ID) []side {
	var all []side
	for _, org := range w.present {
		if named, ok := idOf(org); ok && named == id {
			all = append(all, org)
		}
	}
	slices.SortFunc(all, func(a, b side) int { return int(a.number - b.number) })
	return all
}

// meant is the organization that the id stands for.
func meant(all []side) *side {
	if len(all) == 1 {
		return &all[0]
	}
	var unmarked []side
	for _, org := range all {
		if org.fields["mark_for_deletion"] != "true" {
			unmarked = append(unmarked, org)
		}
	}
	if len(unmarked) == 1 {
		return &unmarked[0]
	}
	return nil
}

// owns reports whether the flow owns the account of such an account_type.
func (w comparedWorld) owns(id account.ID, accountType string) bool {
	switch w.flow {
	case "usgov":
		return true
	case "partner":
		if w.partners[id] {
			return true
		}
		return !w.customers[id] && partnerType(accountType)
	}
	if w.partners == nil {
		return !partnerType(accountType)
	}
	if w.partners[id] {
		return false
	}
	return w.customers[id] || !partnerType(accountType)
}

// lost are pairs of an account without an organization and an organization
// whose id is not an account's, that look like each other.
func (w comparedWorld) lost() (pairs [][2]*side) {
	for i := range w.wanted {
		wanted := &w.wanted[i]
		if wanted.fields["support_level"] == "expired" || len(w.organizations(wanted.id)) > 0 || !w.owns(wanted.id, wanted.fields["account_type"]) {
			continue
		}
		for j := range w.present {
			org := &w.present[j]
			text := org.fields["salesforce_id"]
			id, valid := idOf(*org)
			if text == "" || valid && (w.partners[id] || w.customers[id]) {
				continue
			}
			byName := sameName(org.fields["name"]) != "" && sameName(org.fields["name"]) == sameName(wanted.fields["name"])
			byID := (len(text) == 15 || !valid) && len(text) >= 15 && strings.EqualFold(text[:15], string(wanted.id)[:15])
			if byName || byID {
				pairs = append(pairs, [2]*side{wanted, org})
			}
		}
	}
	return pairs
}

// level orders levels as the document does.
func level(text string) int {
	if text == "" {
		return -1
	}
	at := slices.Index(strings.Fields("expired community custom consumption_only silver premium gold ultimate"), text)
	if at < 0 {
		return 99
	}
	return at
}

// rows is the plan, one line a row, in no order.
type rows struct {
	w     comparedWorld
	lines []string
	// names are planned: by account, with the organization's number or 0.
	names    map[account.ID]int64
	creates  map[account.ID]bool
	updates  map[account.ID]map[string][2]string
	reasons  map[account.ID]string
	lostOrgs map[int64]bool
	refused  map[account.ID]bool
}

func (w comparedWorld) ids() []account.ID {
	var ids []account.ID
	for _, wanted := range w.wanted {
		ids = append(ids, wanted.id)
	}
	for _, org := range w.present {
		if id, ok := idOf(org); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
