package plan

import (
	"cmp"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// sum counts the rows of the finished plan and holds it against its limits.
func (c *comparison) sum() {
	plan := c.plan
	plan.SupportLevels = movements(plan.Updates)
	plan.ChangesByField = changesByField(c.Schema, plan.Updates)
	if c.Schema.Flow.ManagesLevel() {
		plan.LosesSupport = losses(plan)
	}
	plan.Counts = Counts{
		Organizations: len(c.Present),
		Accounts:      len(c.Wanted),
		Creates:       len(plan.Creates),
		Updates:       len(plan.Updates),
		Marks:         len(plan.Marks),
		SupportLost:   len(plan.LosesSupport),
		Held:          len(plan.Held),
		Orphans:       len(plan.Orphans),
		Unmanaged:     plan.Counts.Unmanaged,
		Conflicts:     len(plan.Conflicts),
	}
	for _, limit := range c.Limits {
		plan.Limits = append(plan.Limits, c.check(limit))
	}
}

func losses(plan *Plan) []Loss {
	var rows []Loss
	for _, update := range plan.Updates {
		if update.losesSupport() {
			level, _ := update.change(field.SupportLevel)
			rows = append(rows, Loss{
				ID: update.ID, AccountID: update.AccountID, Name: update.Name,
				Action: ActionUpdate, From: string(level.From), To: string(level.To),
			})
		}
	}
	for _, mark := range plan.Marks {
		if mark.losesSupport() {
			rows = append(rows, Loss{
				ID: mark.ID, AccountID: mark.AccountID, Name: mark.Name,
				Action: ActionMark, From: string(mark.Seen.Get(field.SupportLevel)),
			})
		}
	}
	slices.SortFunc(rows, func(a, b Loss) int { return cmp.Compare(a.AccountID, b.AccountID) })
	return rows
}

// movements counts the planned changes of support_level, from the highest
// level down.
func movements(updates []Update) []Movement {
	type levels struct{ from, to field.Value }
	counts := map[levels]int{}
	for _, update := range updates {
		for _, change := range update.Changes {
			if change.Field.Key == field.SupportLevel {
				counts[levels{change.From, change.To}]++
			}
		}
	}
	var rows []Movement
	for moved, count := range counts {
		rows = append(rows, Movement{From: string(moved.from), To: string(moved.to), Count: count})
	}
	slices.SortFunc(rows, func(a, b Movement) int {
		return cmp.Or(compareLevels(a.From, b.From), compareLevels(a.To, b.To))
	})
	return rows
}

func compareLevels(a, b string) int {
	return cmp.Or(cmp.Compare(field.Level(b).Rank(), field.Level(a).Rank()), cmp.Compare(a, b))
}

// changesByField counts the planned changes of each field, in table order.
func changesByField(schema *field.Schema, updates []Update) []FieldCount {
	counts := map[string]int{}
	for _, update := range updates {
		for _, change := range update.Changes {
			counts[change.Field.Key]++
		}
	}
	var rows []FieldCount
	for _, managed := range schema.Fields {
		if count := counts[managed.Key]; count > 0 {
			rows = append(rows, FieldCount{Field: managed.Key, Count: count})
		}
	}
	return rows
}
