package apply

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// state is how far a row has come.
type state int

const (
	// unsent rows had no effect so far.
	unsent state = iota
	// unclear rows were sent, and may still have their effect.
	unclear
	// silent rows were sent, and nothing more will come of it.
	silent
	// written rows are done as Zendesk says, and not read back yet.
	written
	// settled rows have their outcome.
	settled
)

// row is one planned row on its way to its outcome. Its state changes in open
// and settle alone.
type row struct {
	outcome Outcome
	state   state
	// code and known are what is known of a row that is not settled: Zendesk's
	// words, where it had any.
	code, known string
	// changes are what the limits let pass of the row.
	changes []field.Change
	// look checks the row against its organization; nil for creates.
	look func(*organization.Organization) plan.Look
	// send are the changes that the last look left.
	send []field.Change
	// sends counts how often the row was sent, alone how often by itself.
	sends, alone int
	// barred is the limit that the whole row is over.
	barred plan.LimitName
	// short is the outcome in place of applied when part of the row could not
	// be done; nil when all of it can.
	short *verdict
}

// verdict is an outcome and its reason.
type verdict struct {
	status Status
	reason string
}

// open notes how far the row has come without being settled.
func (r *row) open(state state, code, known string) { r.state, r.code, r.known = state, code, known }

// refused notes what a refusal leaves open: nothing, if it had no effect.
func (r *row) refused(why *refusal) {
	switch {
	case !why.lost:
		if r.state == unsent {
			r.code, r.known = why.code, why.words
		}
	case why.answered():
		r.open(silent, why.code, why.words)
	default:
		r.open(unclear, why.code, why.err.Error())
	}
}

// butForTheName is the reason of a row whose new name is refused: a person has
// to decide about the name, nobody has to wait for the rest.
const butForTheName = "as planned but for the name"

// dropName takes the new name out of a row that was refused, and reports
// whether it could: there must be one, and something else.
func (r *row) dropName(code, words string) bool {
	isName := func(change field.Change) bool { return change.Field.Key == field.Name }
	rest := slices.DeleteFunc(slices.Clone(r.changes), isName)
	if r.outcome.Action == plan.ActionCreate || len(rest) == 0 || len(rest) == len(r.changes) {
		return false
	}
	r.changes = rest
	r.send = slices.DeleteFunc(slices.Clone(r.send), isName)
	r.short = &verdict{Failed, butForTheName}
	r.outcome.Error, r.outcome.Description = code, words
	r.open(silent, code, words)
	return true
}

// add takes the planned rows in, each with what the gate lets pass of it.
func (r *run) add(rows Rows) {
	for _, create := range rows.Creates {
		fields := create.Fields()
		r.rows = append(r.rows, &row{barred: rows.Gate.Create(), changes: fields, send: fields, outcome: Outcome{
			Action: plan.ActionCreate, AccountID: create.ID, Name: string(create.Record.Get(field.Name)),
		}})
	}
	for _, update := range rows.Updates {
		pass, limit := rows.Gate.Update(update)
		next := &row{changes: pass, outcome: Outcome{
			Action: plan.ActionUpdate, ID: update.ID, AccountID: update.AccountID, Name: update.Name,
		}}
		next.look = func(present *organization.Organization) plan.Look {
			return plan.LookUpdate(update.AccountID, next.changes, present)
		}
		if len(pass) == 0 {
			next.barred = limit
		} else if limit != "" {
			next.short = &verdict{Skipped, overLimit(limit) + " (mark_for_deletion is off)"}
		}
		r.rows = append(r.rows, next)
	}
	for _, mark := range rows.Marks {
		r.rows = append(r.rows, &row{barred: rows.Gate.Mark(mark), changes: mark.Changes, outcome: Outcome{
			Action: plan.ActionMark, ID: mark.ID, AccountID: mark.AccountID, Name: mark.Name,
		}, look: func(present *organization.Organization) plan.Look { return plan.LookMark(mark, present) }})
	}
	for _, next := range r.rows {
		next.outcome.Sent = union(r.Schema, r.Journal.sentBefore(next.outcome), nil)
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

// unsettled are those of the rows that have no outcome yet.
func unsettled(rows []*row) []*row {
	return slices.DeleteFunc(slices.Clone(rows), func(next *row) bool { return next.state == settled })
}

// writesOf are what the rows send. It notes that they do.
func (r *run) writesOf(rows []*row) []zendesk.Write {
	writes := make([]zendesk.Write, len(rows))
	for i, next := range rows {
		next.sends++
		if len(rows) == 1 {
			next.alone++
		}
		next.outcome.Sent = union(r.Schema, next.outcome.Sent, next.send)
		writes[i] = zendesk.Write{ID: next.outcome.ID, Changes: next.send}
	}
	r.Journal.sending(rows)
	return writes
}

// union returns the keys of the fields sent by now, in table order.
func union(schema *field.Schema, sent []string, more []field.Change) []string {
	var keys []string
	for _, managed := range schema.Fields {
		isIt := func(change field.Change) bool { return change.Field.Key == managed.Key }
		if slices.Contains(sent, managed.Key) || slices.ContainsFunc(more, isIt) {
			keys = append(keys, managed.Key)
		}
	}
	return keys
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
