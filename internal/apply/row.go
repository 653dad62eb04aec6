package apply

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// state is how far a row has come.
type state int

const (
	// unsent rows had no effect so far.
	unsent state = iota
	// unclear rows were sent, and may still have their effect.
	unclear
	// silent rows were sent in a job that has ended without a word about them.
	silent
	// settled rows have their outcome.
	settled
)

// row is one planned row on its way to its outcome. Its state changes in open
// and settle alone.
type row struct {
	outcome Outcome
	state   state
	// known is what is known of a row that is unclear or silent.
	known  string
	create plan.Create
	// look holds the row against its organization; nil for creates.
	look func(*organization.Organization) plan.Look
	// barred is the limit that the whole row is over.
	barred plan.LimitName
	// short is the outcome in place of applied when part of the row could not
	// be done; nil when all of it can.
	short *verdict
	// nameless is the look at the row without its new name, for a name that is
	// taken; nil when there is nothing but the name.
	nameless func(*organization.Organization) plan.Look
}

// verdict is an outcome and its reason.
type verdict struct {
	status Status
	reason string
}

// open notes that the row was sent and is not settled by that.
func (next *row) open(state state, known string) { next.state, next.known = state, known }

// add takes the planned rows in, each with what the gate lets pass of it.
func (r *run) add(rows Rows) {
	for _, create := range rows.Creates {
		limit := rows.Gate.Create()
		r.rows = append(r.rows, &row{create: create, barred: limit, outcome: Outcome{
			Action: plan.ActionCreate, AccountID: create.ID, Name: string(create.Record.Get(field.Name)),
		}})
	}
	for _, update := range rows.Updates {
		pass, limit := rows.Gate.Update(update)
		update.Changes = pass
		next := &row{outcome: Outcome{
			Action: plan.ActionUpdate, ID: update.ID, AccountID: update.AccountID, Name: update.Name,
		}, look: lookUpdate(update), nameless: lookNameless(update)}
		if len(pass) == 0 {
			next.barred = limit
		} else if limit != "" {
			next.short = &verdict{Skipped, overLimit(limit) + " (mark_for_deletion is off)"}
		}
		r.rows = append(r.rows, next)
	}
	for _, mark := range rows.Marks {
		limit := rows.Gate.Mark(mark)
		r.rows = append(r.rows, &row{barred: limit, outcome: Outcome{
			Action: plan.ActionMark, ID: mark.ID, AccountID: mark.AccountID, Name: mark.Name,
		}, look: func(present *organization.Organization) plan.Look {
			return plan.LookMark(mark, present)
		}})
	}
}

// due returns the rows of the action that are to be carried out and settles
// the others.
func (r *run) due(action plan.Action) []*row {
	var due []*row
	for _, next := range r.rows {
		switch {
		case next.outcome.Action != action:
		case len(r.Only) > 0 && !slices.Contains(r.Only, action):
			r.settle(next, Skipped, NotSelected)
		case next.barred != "":
			r.settle(next, Skipped, overLimit(next.barred))
		default:
			due = append(due, next)
		}
	}
	return due
}

func idsOf(rows []*row) []int64 {
	ids := make([]int64, len(rows))
	for i, next := range rows {
		ids[i] = next.outcome.ID
	}
	return ids
}

func find(present map[int64]organization.Organization, id int64) *organization.Organization {
	if found, ok := present[id]; ok {
		return &found
	}
	return nil
}
