package plan

import (
	"cmp"
	"maps"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// sum counts the rows of the finished plan and checks it against its limits.
func (c *comparison) sum() {
	plan := c.plan
	plan.Unknown = slices.Sorted(maps.Keys(c.unasked))
	plan.SupportLevels = movements(plan.Updates)
	plan.ChangesByField = changesByField(c.Schema, plan.Updates)
	for _, limit := range c.Limits {
		plan.Limits = append(plan.Limits, c.check(limit))
	}
	plan.Counts = Counts{
		Organizations: plan.Counts.Organizations,
		Accounts:      plan.Counts.Accounts,
		Creates:       len(plan.Creates),
		Updates:       len(plan.Updates),
		Marks:         len(plan.Marks),
		Held:          len(plan.Held),
		Orphans:       len(plan.Orphans),
		Unmanaged:     plan.Counts.Unmanaged,
		Conflicts:     len(plan.Conflicts),
	}
	if c.Schema.Flow.ManagesLevel() {
		plan.LosesSupport = c.losses()
		plan.Counts.SupportGained = ruleOf(LimitSupportGained).planned(plan)
		plan.Counts.SupportLost = ruleOf(LimitSupportLost).planned(plan)
		plan.Counts.WithoutOrganization = c.withoutOrganization()
	}
}

// withoutOrganization counts the accounts with planned support that have no
// organization and do not get one by this plan (docs/rules.md, Holds).
func (c *comparison) withoutOrganization() int {
	count := countOf(c.without, func(account homeless) bool { return c.Only == nil || c.Only[account.id] })
	if GateOf(c.plan.Limits).Create() == "" {
		count -= len(c.plan.Creates)
	}
	return count
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
	for _, f := range schema.Fields {
		if count := counts[f.Key]; count > 0 {
			rows = append(rows, FieldCount{Field: f.Key, Count: count})
		}
	}
	return rows
}
