package plan

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Gate lets planned rows pass or leaves them out for an exceeded limit. The
// zero Gate lets everything pass, as an accepted plan does. Compare decides
// with it whether a limit matters, sync what it carries out.
type Gate struct {
	exceeded []limitRule
}

// GateOf returns the gate of the limits that a plan was held against.
func GateOf(limits []LimitCheck) Gate {
	var gate Gate
	for _, limit := range limits {
		if limit.Exceeded {
			gate.exceeded = append(gate.exceeded, ruleOf(limit.Name))
		}
	}
	return gate
}

// Create returns the limit that leaves creates out, empty when they pass.
func (gate Gate) Create() LimitName {
	return gate.first(func(rule limitRule) bool { return rule.creates })
}

// Update returns the changes that pass, and the limit that leaves the others
// out, empty when there are none. Turning mark_for_deletion off always passes
// (docs/rules.md, Limits).
func (gate Gate) Update(update Update) (pass []field.Change, leftOutFor LimitName) {
	limit := gate.first(func(rule limitRule) bool { return rule.countsUpdate(update) })
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

// Mark returns the limit that leaves the mark out, empty when it passes.
func (gate Gate) Mark(mark Mark) LimitName {
	return gate.first(func(rule limitRule) bool { return rule.countsMark(mark) })
}

func (gate Gate) first(counts func(limitRule) bool) LimitName {
	if at := slices.IndexFunc(gate.exceeded, counts); at >= 0 {
		return gate.exceeded[at].Name
	}
	return ""
}

// leavesOut reports whether the gate leaves out any of the plan's rows or a
// part of one.
func (gate Gate) leavesOut(plan *Plan) bool {
	return (gate.Create() != "" && len(plan.Creates) > 0) ||
		slices.ContainsFunc(plan.Updates, func(update Update) bool {
			_, limit := gate.Update(update)
			return limit != ""
		}) ||
		slices.ContainsFunc(plan.Marks, func(mark Mark) bool { return gate.Mark(mark) != "" })
}

// change returns the update's change of the field, and whether it has one.
func (update Update) change(key string) (field.Change, bool) {
	at := slices.IndexFunc(update.Changes, func(change field.Change) bool { return change.Field.Key == key })
	if at < 0 {
		return field.Change{}, false
	}
	return update.Changes[at], true
}
