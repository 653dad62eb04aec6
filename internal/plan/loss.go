package plan

import (
	"cmp"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// lowersLevel reports whether the change lowers support_level.
func lowersLevel(change field.Change) bool {
	return change.Field.Key == field.SupportLevel && field.Level(change.To).Rank() < field.Level(change.From).Rank()
}

// turnsOff reports whether the change takes an entitlement away.
func turnsOff(change field.Change) bool { return change.Field.Entitlement && change.To != field.True }

// gainsSupport reports whether the update raises support_level.
func (u Update) gainsSupport() bool {
	level, ok := u.change(field.SupportLevel)
	return ok && field.Level(level.To).Rank() > field.Level(level.From).Rank()
}

// LosesSupport reports whether the update lowers support_level, turns 24x7 off
// or puts support on hold (docs/rules.md, Limits).
func (u Update) LosesSupport() bool {
	return slices.ContainsFunc(u.Changes, func(change field.Change) bool {
		return lowersLevel(change) || (turnsOff(change) && !change.Field.Subscription) ||
			(change.Field.Key == field.SupportHold && change.To == field.True)
	})
}

// TurnsOff returns the keys of the entitlements that the update takes away.
func (u Update) TurnsOff() []string {
	var keys []string
	for _, change := range u.Changes {
		if turnsOff(change) {
			keys = append(keys, change.Field.Key)
		}
	}
	return keys
}

// unmarks reports whether the update removes a mark.
func (u Update) unmarks() bool {
	_, ok := u.change(field.MarkForDeletion)
	return ok
}

// LosesSupport reports whether the organization has support now. Only flows that
// manage a level have a limit that uses it.
func (m Mark) LosesSupport() bool {
	return m.Seen.Get(field.SupportLevel) != field.Value(field.Expired)
}

// losses lists the rows that take something away, even a single entitlement.
func (c *comparison) losses() []Loss {
	var rows []Loss
	for _, update := range c.plan.Updates {
		row := Loss{
			ID: update.ID, AccountID: update.AccountID, Name: update.Name, From: c.levels[update.ID], To: c.levels[update.ID], Fields: update.TurnsOff(),
		}
		if level, changes := update.change(field.SupportLevel); changes {
			row.To = string(level.To)
		}
		if row.Fields != nil || update.LosesSupport() {
			rows = append(rows, row)
		}
	}
	for _, mark := range c.plan.Marks {
		if mark.LosesSupport() {
			rows = append(rows, Loss{ID: mark.ID, AccountID: mark.AccountID, Name: mark.Name, From: c.levels[mark.ID]})
		}
	}
	slices.SortFunc(rows, func(a, b Loss) int { return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.ID, b.ID)) })
	return rows
}
