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
	// Rows are kind by kind, in the order of Kinds; those of a filtered plan
	// are only what the filter shows.
	Rows     []Row          `json:"rows"`
	Filter   Filter         `json:"filter,omitzero"`
	Warnings []plan.Warning `json:"warnings"`
	// Sync counts the outcomes; nil as long as the plan was not carried out.
	Sync *Tally `json:"sync,omitempty"`
	// Since is what is different from an earlier plan; nil without one.
	Since *Changes `json:"since,omitempty"`
	// Next is the command that follows, ready to paste; empty when there is
	// nothing to do.
	Next string `json:"next"`
}

func (*Plan) model() {}

// Effects count the rows that take support away or give it.
type Effects struct {
	// SupportLost rows lower the level, turn 24x7 off, put support on hold, or
	// mark an organization that is not expired.
	SupportLost int `json:"support_lost"`
	// EntitlementLost rows turn off one entitlement or more and keep the level.
	EntitlementLost int `json:"entitlement_lost"`
	// Gained rows raise the level.
	Gained int `json:"gained"`
}

// Limit is a limit checked against the plan.
type Limit struct {
	Name plan.LimitName `json:"name"`
	// Planned rows and those that are in this state Already make up Count.
	Planned int          `json:"planned"`
	Already int          `json:"already"`
	Count   int          `json:"count"`
	Allowed int          `json:"allowed"`
	Share   plan.Percent `json:"share"`
	Floor   int          `json:"floor"`
	// Exceeded limits leave their rows out unless the plan is accepted.
	Exceeded bool `json:"exceeded"`
}

// PlanOf returns the plan as people look at it.
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

// Exceeded returns the names of the limits that are.
func (p *Plan) Exceeded() []string {
	var names []string
	for _, limit := range p.Limits {
		if limit.Exceeded {
			names = append(names, string(limit.Name))
		}
	}
	return names
}

// HasChanges reports whether there is anything to carry out.
func (p *Plan) HasChanges() bool { return p.Counts.Creates+p.Counts.Updates+p.Counts.Marks > 0 }

// next is the command that carries out the plan.
func (p *Plan) next() string {
	switch {
	case !p.HasChanges():
		return ""
	case len(p.Exceeded()) > 0:
		return p.Command("sync", string(p.Flow), "--accept-plan", p.PlanID)
	}
	return p.Command("sync", string(p.Flow))
}
