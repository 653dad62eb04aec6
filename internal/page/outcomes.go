package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// dryRun is the first and the last line of what did not happen.
const dryRun = "Dry run: nothing was sent."

func outcomesSheet(o *report.Outcomes) sheet {
	s := sheet{
		title:    fmt.Sprintf("Sync of the %s flow to %s", o.Flow, o.Flow.Instance().Title()),
		verdict:  syncVerdict(o.Plan, o.DryRun),
		facts:    planFacts(o.Plan),
		sections: []section{tallySection(o.Sync)},
		command:  o.Next,
	}
	for _, failure := range failureSections(o.Unfinished()) {
		failure.more = o.Command("show", string(o.Flow), "--all")
		s.sections = append(s.sections, failure)
	}
	overLimit := o.OverLimit()
	leftOut := rowSection("Left out for a limit", append([]rowColumn{
		{"action", func(row report.Row) cell { return of(actionText(row.Outcome.Action)) }},
		{"why", func(row report.Row) cell { return of(row.Outcome.Reason).in(warn) }},
	}, idColumns()...), overLimit)
	leftOut.more = o.Command("show", string(o.Flow), "--find", "over limit", "--all")
	s.sections = append(s.sections, leftOut)
	if o.DryRun {
		s.title = "Dry run of the " + string(o.Flow) + " flow"
		s.sections = append(s.sections, rowSections(toSend(o.Plan))...)
	}
	if o.DryRun {
		s.closing, s.command = dryClosing(o, len(overLimit)), ""
		return s
	}
	s.closing = syncClosing(o.Plan)
	return s
}

// syncClosing says what to do after a sync.
func syncClosing(p *report.Plan) []string {
	sum := p.Sync.Sum()
	switch {
	case sum.OverLimit > 0:
		return []string{"Rows over a limit were left out. If every one of them is right, accept exactly this plan:"}
	case p.Sync.Unfinished > 0:
		return []string{"Run the flow again: rows that failed or are unfinished are planned again."}
	case sum.NotSelected > 0:
		return []string{fmt.Sprintf("Every selected row is done; %s not selected (--only).", report.Were(sum.NotSelected, "row"))}
	}
	return []string{"Every row is done."}
}

// dryClosing ends by repeating that nothing was sent.
func dryClosing(o *report.Outcomes, overLimit int) []string {
	var lines []string
	if overLimit > 0 {
		lines = append(lines, "Rows over a limit would be left out, unless exactly this plan is accepted: --accept-plan "+o.PlanID)
	}
	if o.HasChanges() {
		lines = append(lines, "Apply it: "+o.Command("sync", string(o.Flow)))
	}
	return append(lines, dryRun)
}

// syncVerdict summarizes the sync in one line.
func syncVerdict(p *report.Plan, dry bool) cell {
	sum := p.Sync.Sum()
	if dry {
		return of(fmt.Sprintf("%s Of plan %s, %s would be sent; %d found done, %d over a limit, %d unfinished.", dryRun, p.PlanID,
			report.Many(sum.Planned, "row"), sum.FoundDone, sum.OverLimit, p.Sync.Unfinished)).in(warn)
	}
	line := fmt.Sprintf("Sync of plan %s: %d done, %d found done, %d over a limit, %d failed or unfinished.", p.PlanID,
		sum.Done, sum.FoundDone, sum.OverLimit, p.Sync.Unfinished)
	switch {
	case p.Sync.Unfinished > 0:
		return of(line).in(bad)
	case sum.OverLimit > 0:
		return of(line).in(warn)
	}
	return of(line).in(good)
}

// toSend returns the plan with only the rows that a dry run would have sent, and of
// each only the fields not yet sent.
func toSend(p *report.Plan) *report.Plan {
	planned := *p
	planned.Sync, planned.Rows = nil, nil
	for _, row := range p.Rows {
		if row.Outcome == nil || row.Outcome.Outcome != apply.Planned {
			continue
		}
		row.Changes = slices.DeleteFunc(slices.Clone(row.Changes), func(change field.Changed) bool { return !slices.Contains(row.Outcome.Sent, change.Field) })
		planned.Rows = append(planned.Rows, row)
	}
	return &planned
}

// tallySection shows the outcomes that occurred, and always the number of rows applied
// by this run and of those found applied.
func tallySection(tally *report.Tally) section {
	s := section{title: "Outcomes", columns: columns("action")}
	for _, action := range tally.Actions {
		s.add(of(actionText(action.Action)))
	}
	for i, outcome := range []struct {
		title string
		count func(report.ActionTally) int
		tone  tone
	}{
		{"done", func(t report.ActionTally) int { return t.Done }, good},
		{"found done", func(t report.ActionTally) int { return t.FoundDone }, good},
		{"would be sent", func(t report.ActionTally) int { return t.Planned }, plain},
		{"skipped", func(t report.ActionTally) int { return t.Skipped }, bad},
		{"not selected", func(t report.ActionTally) int { return t.NotSelected }, plain},
		{"over limit", func(t report.ActionTally) int { return t.OverLimit }, warn},
		{"failed", func(t report.ActionTally) int { return t.Failed }, bad},
		{"unknown", func(t report.ActionTally) int { return t.Unknown }, bad},
	} {
		if i > 1 && outcome.count(tally.Sum()) == 0 {
			continue
		}
		s.columns = append(s.columns, columns(outcome.title)...)
		for n, action := range tally.Actions {
			count := of(strconv.Itoa(outcome.count(action)))
			if outcome.count(action) > 0 {
				count = count.in(outcome.tone)
			}
			s.rows[n] = append(s.rows[n], count)
		}
	}
	return s
}

func actionText(action plan.Action) string { return strings.ReplaceAll(string(action), "_", " ") }

// failureSections show a failure of several rows once, with its rows, and then the
// other failures.
func failureSections(rows []report.Row) []section {
	byWords := map[string][]report.Row{}
	var order []string
	for _, row := range rows {
		words := row.Outcome.Words()
		if byWords[words] = append(byWords[words], row); len(byWords[words]) == 1 {
			order = append(order, words)
		}
	}
	action := rowColumn{"action", func(row report.Row) cell { return of(actionText(row.Outcome.Action)) }}
	var sections []section
	var single []report.Row
	for _, words := range order {
		if len(byWords[words]) == 1 {
			single = append(single, byWords[words]...)
			continue
		}
		sections = append(sections, rowSection("Unfinished, "+words, append([]rowColumn{action}, idColumns()...), byWords[words]))
	}
	return append(sections, rowSection("Unfinished", append([]rowColumn{action, {"outcome", outcomeCell}}, idColumns()...), single))
}

// idColumns identify a row.
func idColumns() []rowColumn {
	return []rowColumn{
		{"name", func(row report.Row) cell { return of(row.Name) }},
		{idTitle, func(row report.Row) cell { return of(organization(row.Outcome.ID)) }},
		{accountIDTitle, func(row report.Row) cell { return of(string(row.AccountID)) }},
	}
}

func outcomeCell(row report.Row) cell {
	if row.Outcome == nil {
		return of("-")
	}
	told := of(row.Outcome.Words())
	switch {
	case row.Outcome.Outcome == apply.Applied:
		return told.in(good)
	case row.Outcome.Unfinished():
		return told.in(bad)
	}
	return told.in(warn)
}
