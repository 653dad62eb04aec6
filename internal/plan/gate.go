package plan

import "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"

// Gate lets planned rows pass or leaves them out for an exceeded limit. The
// zero Gate lets everything pass, as an accepted plan does. Compare decides
// with it whether a limit matters, sync what it carries out.
type Gate struct {
	exceeded map[LimitName]bool
}

// GateOf returns the gate of the limits that a plan was held against.
func GateOf(limits []LimitCheck) Gate {
	gate := Gate{exceeded: map[LimitName]bool{}}
	for _, limit := range limits {
		gate.exceeded[limit.Name] = limit.Exceeded
	}
	return gate
}

// Create returns the limit that leaves creates out, empty when they pass.
func (gate Gate) Create() LimitName { return gate.first(LimitCreates) }

// Update returns the changes that pass, and the limit that leaves the others
// out, empty when there are none. Turning mark_for_deletion off always passes
// (domain.md, Limits).
func (gate Gate) Update(update Update) (pass []field.Change, leftOutFor LimitName) {
	limits := []LimitName{LimitUpdates}
	if _, _, lost := update.supportLost(); lost {
		limits = append(limits, LimitSupportLost)
	}
	limit := gate.first(limits...)
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
	if mark.supportLost() {
		return gate.first(LimitSupportLost, LimitMarks)
	}
	return gate.first(LimitMarks)
}

func (gate Gate) first(limits ...LimitName) LimitName {
	for _, limit := range limits {
		if gate.exceeded[limit] {
			return limit
		}
	}
	return ""
}

// supportLost tells whether the update lowers support_level, and from where
// to where.
func (update Update) supportLost() (from, to field.Value, lost bool) {
	for _, change := range update.Changes {
		if change.Field.Key == field.SupportLevel {
			return change.From, change.To, lowersLevel(change)
		}
	}
	return "", "", false
}

// supportLost tells whether the organization has support by now. A flow that
// manages no level has no limit that asks.
func (mark Mark) supportLost() bool { return mark.Seen.SupportLevel != field.Value(field.Expired) }

// lowersLevel tells whether the change of support_level is one to less.
func lowersLevel(change field.Change) bool {
	return field.Level(change.To).Rank() < field.Level(change.From).Rank()
}
