package plan

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Gate stops the planned rows that are over an exceeded limit. The zero Gate lets
// everything pass, as for an accepted plan. Compare uses it to decide whether a
// limit matters, sync to decide what to apply.
type Gate struct {
	exceeded []limitRule
}

// GateOf returns the gate of the limits that a plan was checked against.
func GateOf(limits []LimitCheck) Gate {
	var gate Gate
	for _, limit := range limits {
		if limit.Exceeded {
			gate.exceeded = append(gate.exceeded, ruleOf(limit.Name))
		}
	}
	return gate
}

// Create returns the limit that stops creates, empty if they pass.
func (g Gate) Create() LimitName {
	return g.first(func(rule limitRule) bool { return rule.creates })
}

// Update returns the changes that pass, and the limit that stops the others, empty
// if there are none. Turning mark_for_deletion off always passes
// (docs/rules.md, Limits).
func (g Gate) Update(update Update) (pass []field.Change, leftOutFor LimitName) {
	limit := g.first(func(rule limitRule) bool { return rule.countsUpdate(update) })
	if limit == "" {
		return update.Changes, ""
	}
	for _, change := range update.Changes {
		if change.Field.Key == field.MarkForDeletion {
			pass = append(pass, change)
		}
	}
	if len(pass) == len(update.Changes) {
		return pass, ""
	}
	return pass, limit
}

// Mark returns the limit that stops the mark, empty if it passes.
func (g Gate) Mark(mark Mark) LimitName {
	return g.first(func(rule limitRule) bool { return rule.countsMark(mark) })
}

func (g Gate) first(counts func(limitRule) bool) LimitName {
	if at := slices.IndexFunc(g.exceeded, counts); at >= 0 {
		return g.exceeded[at].Name
	}
	return ""
}

// leavesOut reports whether the gate stops any of the plan's rows, or a part of
// one.
func (g Gate) leavesOut(plan *Plan) bool {
	return (g.Create() != "" && len(plan.Creates) > 0) ||
		slices.ContainsFunc(plan.Updates, func(update Update) bool {
			_, limit := g.Update(update)
			return limit != ""
		}) ||
		slices.ContainsFunc(plan.Marks, func(mark Mark) bool { return g.Mark(mark) != "" })
}

// change returns the update's change of the field, and whether it has one.
func (u Update) change(key string) (field.Change, bool) {
	at := slices.IndexFunc(u.Changes, func(change field.Change) bool { return change.Field.Key == key })
	if at < 0 {
		return field.Change{}, false
	}
	return u.Changes[at], true
}
