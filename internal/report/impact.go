package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/summary"
)

// LeftOut stands for the level of an account without an object.
const LeftOut = "left out"

// Impact is what a change of the rules' files does to the accounts.
type Impact struct {
	// Creates, Updates and Deletes count the objects that are new, that differ
	// in a managed field, and that are gone, in both instances.
	Creates, Updates, Deletes int
	// UnmappedBefore and UnmappedAfter count the accounts with unmapped
	// charges.
	UnmappedBefore, UnmappedAfter int

	accounts int
	moves    []move
}

// move is an account whose level changes in an instance.
type move struct {
	flow     field.Flow
	id       account.ID
	name     string
	from, to string
}

// Add takes in what the rules decide for an account before and after.
func (impact *Impact) Add(customer *account.Account, before, after entitlement.Decision) {
	impact.accounts++
	if len(before.UnmappedCharges) > 0 {
		impact.UnmappedBefore++
	}
	if len(after.UnmappedCharges) > 0 {
		impact.UnmappedAfter++
	}
	impact.add(field.Global, customer, before.Global, after.Global)
	impact.add(field.USGov, customer, before.USGov, after.USGov)
}

func (impact *Impact) add(flow field.Flow, customer *account.Account, before, after entitlement.Outcome) {
	switch {
	case before.Object == nil && after.Object == nil:
		return
	case before.Object == nil:
		impact.Creates++
	case after.Object == nil:
		impact.Deletes++
	case len(before.Object.Record.Diff(after.Object.Record)) > 0:
		impact.Updates++
	}
	if from, to := levelOf(before), levelOf(after); from != to {
		impact.moves = append(impact.moves, move{flow, customer.ID, customer.Name, from, to})
	}
}

func levelOf(outcome entitlement.Outcome) string {
	if outcome.Object == nil {
		return LeftOut
	}
	return string(outcome.Object.Record.Get(field.SupportLevel))
}

// Page returns the impact for people: how many accounts move from which level
// to which, and who they are.
func (impact *Impact) Page(title string) summary.Page {
	slices.SortFunc(impact.moves, func(a, b move) int {
		return cmp.Or(cmp.Compare(a.flow, b.flow), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.id, b.id))
	})
	page := summary.Page{
		Title: title,
		Tables: []summary.Table{
			{Title: "Counts", Columns: []string{"what", "how many"}, Rows: [][]string{
				{"accounts", strconv.Itoa(impact.accounts)},
				{"new in an instance", strconv.Itoa(impact.Creates)},
				{"changed", strconv.Itoa(impact.Updates)},
				{"left out from now on", strconv.Itoa(impact.Deletes)},
				{"change level", strconv.Itoa(len(impact.moves))},
				{"with unmapped charges before", strconv.Itoa(impact.UnmappedBefore)},
				{"with unmapped charges after", strconv.Itoa(impact.UnmappedAfter)},
			}},
			impact.movements(), impact.names(),
		},
		Closing: []string{"Nobody's level changes."},
	}
	if len(impact.moves) > 0 {
		page.Closing = []string{fmt.Sprintf("%d levels change once this is merged and the pipeline has run.", len(impact.moves))}
	}
	if impact.UnmappedAfter > impact.UnmappedBefore {
		page.Closing = append(page.Closing, "More charges are unmapped than before: what their accounts have is held, not taken, until the names are mapped.")
	}
	return page
}

func (impact *Impact) movements() summary.Table {
	type movement struct {
		flow     field.Flow
		from, to string
	}
	table := summary.Table{Title: "Support levels", Columns: []string{"flow", "movement", "how many"}}
	counts := map[movement]int{}
	var order []movement
	for _, next := range impact.moves {
		key := movement{next.flow, next.from, next.to}
		if counts[key]++; counts[key] == 1 {
			order = append(order, key)
		}
	}
	for _, key := range order {
		table.Rows = append(table.Rows, []string{string(key.flow), key.from + " → " + key.to, strconv.Itoa(counts[key])})
	}
	return table
}

func (impact *Impact) names() summary.Table {
	table := summary.Table{Title: "Who changes level", Columns: []string{"name", "flow", "movement", "salesforce_id"}}
	for _, next := range impact.moves {
		table.Rows = append(table.Rows, []string{next.name, string(next.flow), next.from + " → " + next.to, string(next.id)})
	}
	return table
}
