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
	// unclear rows were sent, and may still take effect.
	unclear
	// silent rows were sent, and can no longer take effect.
	silent
	// written rows were confirmed by Zendesk, and are not read back yet.
	written
	// settled rows have their outcome.
	settled
)

// planRow is one planned row on its way to its outcome. Its state changes in open
// and settle alone.
type planRow struct {
	outcome Outcome
	state   state
	// code and known describe a row that is not settled, in Zendesk's words if it
	// gave any.
	code, known string
	// changes are those of the row that no limit stops.
	changes []field.Change
	// look checks the row against its organization; nil for creates.
	look func(*organization.Organization) plan.Look
	// send are the changes that the last look found necessary.
	send []field.Change
	// sends counts how often the row was sent, alone how often by itself.
	sends, alone int
	// overLimit is the limit that the whole row is over.
	overLimit plan.LimitName
	// partial is the outcome in place of applied when part of the row could not
	// be done; nil when all of it can.
	partial *verdict
}

// verdict is an outcome and its reason.
type verdict struct {
	status Status
	reason string
}

// open notes how far the row has come without being settled.
func (r *planRow) open(state state, code, known string) {
	r.state, r.code, r.known = state, code, known
}

// refused records the words of a refusal and, if the write may have had its effect,
// that it is still open whether the row was applied.
func (r *planRow) refused(why *refusal) {
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

// butForTheName is the reason of a row whose new name was refused: a person has
// to choose another name, but the rest of the row is written.
const butForTheName = "as planned but for the name"

// dropName removes the new name from a refused row. It reports whether it could:
// the row must have a new name and another change.
func (r *planRow) dropName(code, words string) bool {
	isName := func(change field.Change) bool { return change.Field.Key == field.Name }
	rest := slices.DeleteFunc(slices.Clone(r.changes), isName)
	if r.outcome.Action == plan.ActionCreate || len(rest) == 0 || len(rest) == len(r.changes) {
		return false
	}
	r.changes = rest
	r.send = slices.DeleteFunc(slices.Clone(r.send), isName)
	r.partial = &verdict{Failed, butForTheName}
	r.outcome.Error, r.outcome.Description = code, words
	r.open(silent, code, words)
	return true
}

// add adds the planned rows, each with the changes that no limit stops.
func (r *run) add(rows Rows) {
	for _, create := range rows.Creates {
		fields := create.Fields()
		r.rows = append(r.rows, &planRow{overLimit: rows.Gate.Create(), changes: fields, send: fields, outcome: Outcome{
			Action: plan.ActionCreate, AccountID: create.ID, Name: string(create.Record.Get(field.Name)),
		}})
	}
	for _, update := range rows.Updates {
		pass, limit := rows.Gate.Update(update)
		row := &planRow{changes: pass, outcome: Outcome{
			Action: plan.ActionUpdate, ID: update.ID, AccountID: update.AccountID, Name: update.Name,
		}}
		row.look = func(org *organization.Organization) plan.Look {
			return plan.LookUpdate(update.AccountID, row.changes, org)
		}
		if len(pass) == 0 {
			row.overLimit = limit
		} else if limit != "" {
			row.partial = &verdict{Skipped, overLimit(limit) + " (mark_for_deletion is off)"}
		}
		r.rows = append(r.rows, row)
	}
	for _, mark := range rows.Marks {
		r.rows = append(r.rows, &planRow{overLimit: rows.Gate.Mark(mark), changes: mark.Changes, outcome: Outcome{
			Action: plan.ActionMark, ID: mark.ID, AccountID: mark.AccountID, Name: mark.Name,
		}, look: func(org *organization.Organization) plan.Look { return plan.LookMark(mark, org) }})
	}
	for _, row := range r.rows {
		row.outcome.Sent = union(r.Schema, r.Journal.sentBefore(row.outcome), nil)
	}
}

// due returns the rows of the action that are to be sent, and settles the others.
func (r *run) due(action plan.Action) []*planRow {
	var due []*planRow
	for _, row := range r.rows {
		switch {
		case row.outcome.Action != action:
		case len(r.Only) > 0 && !slices.Contains(r.Only, action):
			r.settle(row, Skipped, NotSelected)
		case row.overLimit != "":
			r.settle(row, Skipped, overLimit(row.overLimit))
		default:
			due = append(due, row)
		}
	}
	return due
}

// unsettled are those of the rows that have no outcome yet.
func unsettled(rows []*planRow) []*planRow {
	return slices.DeleteFunc(slices.Clone(rows), func(row *planRow) bool { return row.state == settled })
}

// writesOf returns the writes of the rows, and records them.
func (r *run) writesOf(rows []*planRow) []zendesk.Write {
	writes := make([]zendesk.Write, len(rows))
	for i, row := range rows {
		row.sends++
		if len(rows) == 1 {
			row.alone++
		}
		row.outcome.Sent = union(r.Schema, row.outcome.Sent, row.send)
		writes[i] = zendesk.Write{ID: row.outcome.ID, Changes: row.send}
	}
	r.Journal.sending(rows)
	return writes
}

// union returns the keys of the fields sent by now, in table order.
func union(schema *field.Schema, sent []string, more []field.Change) []string {
	var keys []string
	for _, f := range schema.Fields {
		isIt := func(change field.Change) bool { return change.Field.Key == f.Key }
		if slices.Contains(sent, f.Key) || slices.ContainsFunc(more, isIt) {
			keys = append(keys, f.Key)
		}
	}
	return keys
}

func idsOf(rows []*planRow) []int64 {
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i] = row.outcome.ID
	}
	return ids
}

func find(orgs map[int64]organization.Organization, id int64) *organization.Organization {
	if org, ok := orgs[id]; ok {
		return &org
	}
	return nil
}
