package page

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func planSheet(p *report.Plan) sheet {
	s := sheet{title: planTitle(p), verdict: verdict(p), facts: planFacts(p), command: p.Next, closing: []string{"Nothing to do."}}
	if p.Sync != nil && p.HasChanges() {
		s.sections = append(s.sections, tallySection(p.Sync))
	}
	if p.Filter.IsZero() || p.Filter.Lost {
		s.sections = append(s.sections, lost(p))
	}
	if p.Filter.IsZero() {
		s.sections = append(append(s.sections, limits(p.Limits)), sinceBefore(p)...)
	}
	s.sections = append(s.sections, rowSections(p)...)
	if p.Filter.IsZero() {
		s.sections = append(s.sections, movements(p), changesByField(p), warnings(p))
	} else if len(p.Rows) == 0 {
		s.sections = append(s.sections, section{lines: []cell{of("No row of the plan is what the filter asks for.")}})
	}
	if p.Sync != nil && p.HasChanges() {
		s.verdict.lines = append(s.verdict.lines, syncVerdict(p, false).lines...)
		s.closing = syncClosing(p)
		return s
	}
	switch exceeded := p.Exceeded(); {
	case len(exceeded) > 0:
		s.closing = []string{
			"Over the limit: " + strings.Join(exceeded, ", ") + ". A sync skips these rows and applies the others.",
			"If every one of them is right, apply exactly this plan:",
		}
	case p.HasChanges():
		s.closing = []string{"Apply it:"}
	}
	if !p.Filter.IsZero() && p.Next != "" {
		s.closing = append([]string{"The command applies the whole plan, not only the rows shown."}, s.closing...)
	}
	return s
}

func planTitle(p *report.Plan) string {
	return fmt.Sprintf("Plan of the %s flow for %s", p.Flow, p.Flow.Instance().Title())
}

func planFacts(p *report.Plan) string {
	facts := fmt.Sprintf("Flow %s for %s, %s, of %s", p.Flow, p.Flow.Instance().Title(), p.Instance, p.Date)
	if !p.GatheredAt.IsZero() {
		facts += ", from data gathered at " + p.GatheredAt.UTC().Format(time.DateTime) + " UTC"
	}
	return facts + "."
}

// verdict summarizes the plan in one line.
func verdict(p *report.Plan) cell {
	parts := []string{fmt.Sprintf("Plan %s: %d to create, %d to update, %d to mark", p.PlanID, p.Counts.Creates, p.Counts.Updates, p.Counts.Marks)}
	if p.Flow.ManagesLevel() {
		parts = append(parts, fmt.Sprintf("%s their level or 24x7, %d an entitlement, %s", verb(p.Effects.SupportLost, "lose"),
			p.Effects.EntitlementLost, verb(p.Effects.Gained, "gain")))
	}
	parts = append(parts, fmt.Sprintf("%d held, %s, %s", p.Counts.Held, report.Many(p.Counts.Conflicts, "conflict"), report.Many(p.Counts.Orphans, "orphan")))
	if without := p.Counts.WithoutOrganization; without == 1 {
		parts = append(parts, "1 customer with support has no organization")
	} else if without > 1 {
		parts = append(parts, fmt.Sprintf("%d customers with support have no organization", without))
	}
	line := strings.Join(parts, "; ") + "."
	if exceeded := p.Exceeded(); len(exceeded) > 0 {
		return of(line + " Over the limit of " + strings.Join(exceeded, ", ") + ".").in(bad)
	}
	return of(line + " Within all limits.").in(good)
}

// verb is what so many do: 1 loses, 2 lose.
func verb(count int, word string) string {
	if count == 1 {
		word += "s"
	}
	return fmt.Sprintf("%d %s", count, word)
}

// lost lists who loses what; it is the first section.
func lost(p *report.Plan) section {
	s := section{title: "Loses support or an entitlement", columns: columns("name", losesTitle, idTitle, accountIDTitle), more: p.Command("show", string(p.Flow), "--rows", "lost", "--all")}
	for _, row := range p.Rows {
		if row.Loses != nil {
			s.add(of(row.Name), of(lossLines(row)...).in(bad), of(organization(row.ID)), of(string(row.AccountID)))
		}
	}
	s.count()
	// A plan of undo reverses a sync, so no rule decided it.
	undone := slices.ContainsFunc(p.Rows, func(row report.Row) bool { return row.Reason == string(plan.UndoneUpdate) })
	if len(s.rows) > 0 && !undone {
		s.say(explainFirst(p, s))
	}
	return s
}

// explainFirst returns the command that explains the first row of the section.
func explainFirst(p *report.Plan, s section) string {
	return "See why, for example: " + p.Command("explain", accountOf(s))
}

// accountOf returns the account of the first row.
func accountOf(s section) string { return s.rows[0][len(s.columns)-1].lines[0] }

// lossLines list what a row takes away, starting with the level.
func lossLines(row report.Row) []string {
	var lines []string
	loss := row.Loses
	switch {
	case row.Kind == report.Mark:
		lines = append(lines, arrow(loss.From, "marked for deletion"))
	case loss.From != "" || loss.To != "":
		lines = append(lines, arrow(loss.From, loss.To))
	}
	if loss.OnHold {
		lines = append(lines, "support, by "+field.SupportHold)
	}
	return append(lines, loss.Fields...)
}

// limits explain what each number counts, because they look alike.
func limits(all []report.Limit) section {
	s := section{title: "Limits", columns: columns("limit", "this plan", "allowed", "verdict")}
	for _, limit := range all {
		state := of("within").in(good)
		if limit.Exceeded {
			state = of("EXCEEDED").in(bad)
		}
		s.add(of(string(limit.Name)), of(limitCount(limit)),
			of(fmt.Sprintf("%d (%s%%, at least %d)", limit.Allowed, limit.Share, limit.Floor)), state)
	}
	return s
}

func limitCount(limit report.Limit) string {
	if limit.Already == 0 {
		return strconv.Itoa(limit.Count)
	}
	return fmt.Sprintf("%d planned + %d already marked = %d", limit.Planned, limit.Already, limit.Count)
}

func movements(p *report.Plan) section {
	s := section{title: "Support levels", columns: columns("movement", "how many")}
	for _, movement := range p.Levels {
		moved := of(arrow(movement.From, movement.To)).in(good)
		if field.Level(movement.To).Rank() < field.Level(movement.From).Rank() {
			moved = moved.in(bad)
		}
		s.add(moved, of(strconv.Itoa(movement.Count)))
	}
	return s
}

func changesByField(p *report.Plan) section {
	s := section{title: "Changes by field", columns: columns("field", "how many")}
	for _, changed := range p.Fields {
		s.add(of(changed.Field), of(strconv.Itoa(changed.Count)))
	}
	if len(p.Fields) > 0 {
		// The rarest change is the one most likely to be a mistake.
		rarest := slices.MinFunc(p.Fields, func(a, b plan.FieldCount) int { return cmp.Compare(a.Count, b.Count) })
		s.say("Rows of one field: " + p.Command("show", string(p.Flow), "--field", rarest.Field))
	}
	return s
}

func warnings(p *report.Plan) section {
	s := section{title: "Warnings"}
	for _, warning := range p.Warnings {
		s.lines = append(s.lines, of(warning.Code+": "+warning.Message).in(warn))
	}
	return s
}

// count adds the number of rows to the title.
func (s *section) count() { s.title = fmt.Sprintf("%s (%d)", s.title, len(s.rows)) }
