package page

import (
	"fmt"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// viewRow is a row that opens to its changes.
type viewRow struct {
	Kind, Label, Tone string
	Name, Summary     string
	ID, AccountID     string
	// Fields are the changed fields, separated by spaces, and Lost the lost level, or *
	// if only entitlements are lost; filters use them.
	Fields, Lost string
	Outcome      string
	OutcomeTone  string
	Notes        []string
	Changes      []viewChange
	Answers      []string
	Why          []viewSection
}

type viewChange struct{ Field, From, To string }

func rowView(row report.Row) viewRow {
	shown := viewRow{
		Kind: string(row.Kind), Label: kindLabel(row.Kind), Name: Plain(row.Name), ID: organization(row.ID), AccountID: orDash(Plain(string(row.AccountID))),
		Summary: Plain(rowSummary(row)), Notes: each(rowNotes(row), Plain),
	}
	var fields []string
	for _, change := range row.Changes {
		fields = append(fields, change.Field)
		shown.Changes = append(shown.Changes, viewChange{change.Field, Plain(valueText(change.From)), Plain(valueText(change.To))})
	}
	shown.Fields = strings.Join(fields, " ")
	switch {
	case row.Loses != nil:
		shown.Lost, shown.Tone = "*", bad.class()
		if row.Loses.Support && row.Loses.From != "" {
			shown.Lost = row.Loses.From
		}
	case row.Kind == report.Held || row.Kind == report.Conflict || row.Kind == report.Orphan || row.Kind == report.Unmanaged:
		shown.Tone = warn.class()
	}
	if row.Outcome != nil {
		told := outcomeCell(row)
		shown.Outcome, shown.OutcomeTone = Plain(told.lines[0]), told.tone.class()
	}
	if row.Why != nil {
		shown.Answers = each(row.Why.Answers, Plain)
		if row.Why.Customer != nil {
			for _, section := range customerSections(row.Why.Customer) {
				if !section.empty() {
					shown.Why = append(shown.Why, viewSectionOf(section))
				}
			}
		}
	}
	return shown
}

func kindLabel(kind report.Kind) string {
	if kind == report.Mark {
		return "mark"
	}
	return string(kind)
}

// rowSummary summarizes the row: what it takes away, what changes, or why the row
// exists.
func rowSummary(row report.Row) string {
	switch row.Kind {
	case report.Create:
		return createLine(row)
	case report.Update:
		if row.Loses != nil {
			return strings.Join(lossLines(row), "; ")
		}
		lines := changeLines(row.Changes)
		if len(lines) > 1 {
			return fmt.Sprintf("%s and %d more", lines[0], len(lines)-1)
		}
		return strings.Join(lines, "")
	case report.Mark:
		return row.Reason
	}
	return because(row)
}

// rowNotes returns what a row has beside its changes.
func rowNotes(row report.Row) []string {
	var notes []string
	if row.FirstSeen != "" {
		notes = append(notes, "Since "+string(row.FirstSeen))
	}
	for _, each := range row.Holds {
		notes = append(notes, fmt.Sprintf("Held: %s; %s.", each, each.Reason.Remedy()))
	}
	if row.Reason != "" {
		notes = append(notes, "Reason: "+because(row))
	}
	if row.Seen != nil {
		notes = append(notes, "In Zendesk now: "+orDash(strings.Join(filled(row.Seen.AccountType, row.Seen.SupportLevel, row.Seen.ExpirationDate), ", ")))
	}
	if row.OverLimit != "" {
		notes = append(notes, fmt.Sprintf("Over the limit of %s: left out unless the plan is accepted.", row.OverLimit))
	}
	if row.Outcome != nil && row.Outcome.Outcome != apply.Applied {
		notes = append(notes, "Sync: "+row.Outcome.Words())
	}
	return notes
}
