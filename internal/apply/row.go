package apply

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// row is one planned row on its way to its outcome.
type row struct {
	outcome Outcome
	create  plan.Create
	// look holds the row against its organization; nil for creates.
	look func(*organization.Organization) plan.Look
	// leftOut is the limit that the row is left out for; when some of it
	// passes, the rest of it.
	leftOut plan.LimitName
	passes  bool
	// nameless is the look at the row without its new name, for a name that is
	// taken; nil when there is nothing but the name.
	nameless func(*organization.Organization) plan.Look
	// nameRefused says that Zendesk refused the new name.
	nameRefused bool
	// failure is set once the row was sent and nobody said what became of it:
	// what is known instead. Without an outcome it is never "not reached".
	failure string
	// over says that the job of such a row has ended.
	over bool
}

// add takes the planned rows in, each with what the gate lets pass of it.
func (r *run) add(rows Rows) {
	for _, create := range rows.Creates {
		limit := rows.Gate.Create()
		r.rows = append(r.rows, &row{create: create, leftOut: limit, passes: limit == "", outcome: Outcome{
			Action: plan.ActionCreate, AccountID: create.ID, Name: string(create.Record.Get(field.Name)),
		}})
	}
	for _, update := range rows.Updates {
		pass, limit := rows.Gate.Update(update)
		update.Changes = pass
		r.rows = append(r.rows, &row{leftOut: limit, passes: limit == "" || len(pass) > 0, outcome: Outcome{
			Action: plan.ActionUpdate, ID: update.ID, AccountID: update.AccountID, Name: update.Name,
		}, look: r.lookUpdate(update), nameless: r.lookNameless(update)})
	}
	for _, mark := range rows.Marks {
		limit := rows.Gate.Mark(mark)
		r.rows = append(r.rows, &row{leftOut: limit, passes: limit == "", outcome: Outcome{
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
		case !next.passes:
			r.settle(next, Skipped, overLimit(next.leftOut))
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
