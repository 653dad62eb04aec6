package report

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// Plan is a flow's plan, row by row; after a sync with its outcomes.
type Plan struct {
	Header
	Subject
	Counts  plan.Counts `json:"counts"`
	Effects Effects     `json:"effects"`
	Limits  []Limit     `json:"limits"`
	// Levels and Fields count the updates by movement and by field.
	Levels []plan.Movement   `json:"support_levels"`
	Fields []plan.FieldCount `json:"changes_by_field"`
	// Rows are sorted by kind, in the order of Kinds; a filtered plan has only those
	// that the filter selects.
	Rows     []Row          `json:"rows"`
	Filter   Filter         `json:"filter,omitzero"`
	Warnings []plan.Warning `json:"warnings"`
	// Sync counts the outcomes; nil if the plan has not been applied.
	Sync *Tally `json:"sync,omitempty"`
	// Since is the differences from an earlier plan; nil without one.
	Since *Changes `json:"since,omitempty"`
	// Next is the command to run next, ready to paste; empty if there is nothing to do.
	Next string `json:"next"`
}

func (*Plan) model() {}

// Effects counts the rows that take support away or give it.
type Effects struct {
	// SupportLost rows lower the level, turn 24x7 off, put support on hold, or
	// mark an organization that is not expired.
	SupportLost int `json:"support_lost"`
	// EntitlementLost rows turn off one entitlement or more and keep the level.
	EntitlementLost int `json:"entitlement_lost"`
	// Gained rows raise the level.
	Gained int `json:"gained"`
}

// Limit is a limit and the plan's count for it.
type Limit struct {
	Name plan.LimitName `json:"name"`
	// Count is the sum of Planned rows and of those Already in this state.
	Planned int          `json:"planned"`
	Already int          `json:"already"`
	Count   int          `json:"count"`
	Allowed int          `json:"allowed"`
	Share   plan.Percent `json:"share"`
	Floor   int          `json:"floor"`
	// Exceeded means that the limit's rows are skipped unless the plan is accepted.
	Exceeded bool `json:"exceeded"`
}

// PlanOf returns the plan as a model for people.
func PlanOf(subject Subject, made *plan.Plan) *Plan {
	p := &Plan{
		Header: headerOf("plan"), Subject: subject, Counts: made.Counts, Levels: made.SupportLevels,
		Fields: made.ChangesByField, Warnings: made.Warnings, Rows: rowsOf(subject.Flow, made),
	}
	for _, row := range p.Rows {
		switch {
		case row.Loses != nil && row.Loses.Support:
			p.Effects.SupportLost++
		case row.Loses != nil:
			p.Effects.EntitlementLost++
		}
	}
	for _, movement := range made.SupportLevels {
		if field.Level(movement.To).Rank() > field.Level(movement.From).Rank() {
			p.Effects.Gained += movement.Count
		}
	}
	for _, check := range made.Limits {
		limit := Limit{
			Name: check.Name, Planned: check.Count - check.Already, Already: check.Already, Count: check.Count, Allowed: check.Allowed(made.Counts.Organizations),
			Share: check.Share, Floor: check.Floor, Exceeded: check.Exceeded,
		}
		p.Limits = append(p.Limits, limit)
	}
	p.Next = p.next()
	return p
}

// Exceeded returns the names of the exceeded limits.
func (p *Plan) Exceeded() []string {
	var names []string
	for _, limit := range p.Limits {
		if limit.Exceeded {
			names = append(names, string(limit.Name))
		}
	}
	return names
}

// HasChanges reports whether there is anything to apply.
func (p *Plan) HasChanges() bool { return p.Counts.Creates+p.Counts.Updates+p.Counts.Marks > 0 }

// next returns the command that applies the plan.
func (p *Plan) next() string {
	switch {
	case !p.HasChanges():
		return ""
	case len(p.Exceeded()) > 0:
		return p.Command("sync", string(p.Flow), "--accept-plan", p.PlanID)
	}
	return p.Command("sync", string(p.Flow))
}
