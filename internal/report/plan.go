package report

import (
	"strconv"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// Plan is a flow's plan, row by row.
type Plan struct {
	Subject
	*plan.Plan
	// Rows are all rows of the plan, kind by kind in the order of the kinds.
	Rows []Row
}

func (*Plan) model() {}

// Kind is what a row of a plan is.
type Kind string

// The kinds of rows. The first three are carried out by a sync; the others are
// for people to decide on.
const (
	Create    Kind = Kind(plan.ActionCreate)
	Update    Kind = Kind(plan.ActionUpdate)
	Mark      Kind = Kind(plan.ActionMark)
	Held      Kind = "held"
	Conflict  Kind = "conflict"
	Orphan    Kind = "orphan"
	Unmanaged Kind = "unmanaged"
)

// Row is one row of a plan, of whatever kind.
type Row struct {
	Kind Kind
	// ID is the Zendesk organization's; 0 where there is none.
	ID        int64
	AccountID account.ID
	Name      string
	// Action is what is held of a held row.
	Action plan.Action
	// Reason is one of the plan's reasons; empty for creates and updates.
	Reason string
	// Details are what the reason is about: names of charges, or the ids of
	// organizations and accounts.
	Details []string
	Changes []field.Changed
	// Seen is what the organization has now, of marks and orphans.
	Seen Seen
	// OverLimit is the limit that keeps the row, or part of it, from being
	// carried out unless the plan is accepted; empty when none does.
	OverLimit plan.LimitName
}

// Seen is what an organization has now; what the flow does not manage is empty.
type Seen struct {
	AccountType, SupportLevel, ExpirationDate string
}

// PlanOf returns the plan as people look at it.
func PlanOf(subject Subject, made *plan.Plan) *Plan {
	return &Plan{Subject: subject, Plan: made, Rows: rowsOf(made, plan.GateOf(made.Limits))}
}

func rowsOf(made *plan.Plan, gate plan.Gate) []Row {
	var rows []Row
	for _, create := range made.Creates {
		rows = append(rows, Row{Kind: Create, AccountID: create.ID, Name: string(create.Record.Get(field.Name)), OverLimit: gate.Create()})
	}
	for _, update := range made.Updates {
		_, limit := gate.Update(update)
		rows = append(rows, Row{
			Kind: Update, ID: update.ID, AccountID: update.AccountID, Name: update.Name,
			Changes: changed(update.Changes), OverLimit: limit,
		})
	}
	for _, mark := range made.Marks {
		rows = append(rows, Row{
			Kind: Mark, ID: mark.ID, AccountID: mark.AccountID, Name: mark.Name, Reason: string(mark.Reason),
			Seen: seenOf(mark.Seen), OverLimit: gate.Mark(mark),
		})
	}
	for _, held := range made.Held {
		rows = append(rows, Row{
			Kind: Held, ID: held.ID, AccountID: held.AccountID, Name: held.Name, Action: held.Action,
			Reason: string(held.Reason), Details: held.UnmappedCharges, Changes: held.Changes,
		})
	}
	return append(rows, rowsForPeople(made)...)
}

// rowsForPeople are those of which nothing is planned.
func rowsForPeople(made *plan.Plan) []Row {
	var rows []Row
	for _, conflict := range made.Conflicts {
		row := Row{Kind: Conflict, ID: conflict.ID, AccountID: conflict.AccountID, Name: conflict.Name, Reason: string(conflict.Reason)}
		for _, id := range conflict.OrganizationIDs {
			row.Details = append(row.Details, strconv.FormatInt(id, 10))
		}
		for _, id := range conflict.AccountIDs {
			row.Details = append(row.Details, string(id))
		}
		rows = append(rows, row)
	}
	for _, orphan := range made.Orphans {
		rows = append(rows, Row{
			Kind: Orphan, ID: orphan.ID, AccountID: orphan.AccountID, Name: orphan.Name, Reason: string(orphan.Reason),
			Seen: Seen{orphan.AccountType, orphan.SupportLevel, orphan.ExpirationDate},
		})
	}
	for _, unmanaged := range made.Unmanaged {
		rows = append(rows, Row{Kind: Unmanaged, ID: unmanaged.ID, Name: unmanaged.Name, Reason: unmanaged.Reason})
	}
	return rows
}

// changed writes the values of changes as artifacts do.
func changed(changes []field.Change) []field.Changed {
	var all []field.Changed
	for _, change := range changes {
		all = append(all, change.Changed())
	}
	return all
}

func seenOf(seen field.Record) Seen {
	return Seen{
		string(seen.Get(field.AccountType)), string(seen.Get(field.SupportLevel)), string(seen.Get(field.ExpirationDate)),
	}
}
