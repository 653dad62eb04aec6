package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// rowColumn is a column of a table of rows.
type rowColumn struct {
	title string
	cell  func(report.Row) cell
}

// kindTitle is the heading of a kind's rows.
func kindTitle(kind report.Kind) string {
	switch kind {
	case report.Create:
		return "To create"
	case report.Update:
		return "To update"
	case report.Mark:
		return "To mark for deletion"
	case report.Held:
		return "Held back"
	case report.Conflict:
		return "Conflicts"
	case report.Orphan:
		return "Orphans"
	}
	return "Unmanaged, with an invalid salesforce_id"
}

// optional columns appear only in plans that need them.
type optional struct {
	// outcomes appear after a sync, reasons if an update has one, and since if a row
	// has been waiting since before the plan's day.
	outcomes, reasons, since bool
}

func optionalOf(p *report.Plan, rows []report.Row) optional {
	return optional{
		outcomes: p.Sync != nil,
		reasons:  slices.ContainsFunc(rows, func(row report.Row) bool { return row.Reason != "" }),
		since:    slices.ContainsFunc(rows, func(row report.Row) bool { return row.FirstSeen != "" && row.FirstSeen != p.Date }),
	}
}

// rowColumns returns the columns of a kind; ids are last.
func rowColumns(kind report.Kind, shows optional) []rowColumn {
	reason := rowColumn{"reason", func(row report.Row) cell { return of(row.Reason) }}
	because := rowColumn{"reason", func(row report.Row) cell { return of(because(row)) }}
	changes := rowColumn{changesTitle, func(row report.Row) cell { return of(changeLines(row.Changes)...) }}
	seen := rowColumn{"in Zendesk", func(row report.Row) cell {
		return of(orDash(strings.Join(filled(row.Seen.AccountType, row.Seen.SupportLevel, row.Seen.ExpirationDate), ", ")))
	}}
	columns := []rowColumn{{"name", func(row report.Row) cell { return of(row.Name) }}}
	switch kind {
	case report.Create:
		columns = append(columns, rowColumn{"becomes", func(row report.Row) cell { return of(createLine(row)) }})
	case report.Update:
		columns = append(columns, changes)
		if shows.reasons {
			columns = append(columns, reason)
		}
	case report.Mark:
		columns = append(columns, reason, seen)
	case report.Held:
		columns = append(columns, rowColumn{heldTitle, func(row report.Row) cell {
			if len(row.Changes) == 0 {
				return of(string(row.Action))
			}
			return of(changeLines(row.Changes)...)
		}}, because)
	case report.Conflict:
		columns = append(columns, reason, rowColumn{withTitle, func(row report.Row) cell { return of(row.Details...) }})
	case report.Orphan:
		columns = append(columns, reason, seen)
	case report.Unmanaged:
		columns = append(columns, reason)
	}
	if kind == report.Create || kind == report.Update || kind == report.Mark {
		if shows.outcomes {
			columns = append(columns, rowColumn{"outcome", outcomeCell})
		}
	}
	if shows.since {
		columns = append(columns, rowColumn{sinceTitle, func(row report.Row) cell { return of(string(row.FirstSeen)) }})
	}
	if kind != report.Create {
		columns = append(columns, rowColumn{idTitle, func(row report.Row) cell { return of(organization(row.ID)) }})
	}
	if kind != report.Unmanaged {
		columns = append(columns, rowColumn{accountIDTitle, func(row report.Row) cell { return of(string(row.AccountID)) }})
	}
	return columns
}

// rowSections returns a table of the plan's rows for each kind.
func rowSections(p *report.Plan) []section {
	var sections []section
	for _, kind := range report.Kinds() {
		var rows []report.Row
		for _, row := range p.Rows {
			if row.Kind == kind {
				rows = append(rows, row)
			}
		}
		section := rowSection(kindTitle(kind), rowColumns(kind, optionalOf(p, rows)), rows)
		if kind == report.Held && len(rows) > 0 {
			section.say(remedies(rows)...)
			section.say(explainFirst(p, section))
		}
		section.more = p.Command(slices.Concat([]string{"show", string(p.Flow), "--rows", kind.Rows()}, p.Filter.Within(), []string{"--all"})...)
		sections = append(sections, section)
	}
	return sections
}

// remedies returns, for each cause that occurs, what removes it.
func remedies(rows []report.Row) []string {
	var lines []string
	for _, reason := range hold.Reasons() {
		if slices.ContainsFunc(rows, func(row report.Row) bool {
			return slices.ContainsFunc(row.Holds, func(each hold.Hold) bool { return each.Reason == reason })
		}) {
			lines = append(lines, fmt.Sprintf("%s: %s.", reason, reason.Remedy()))
		}
	}
	return lines
}

func rowSection(title string, of []rowColumn, rows []report.Row) section {
	s := section{title: title}
	var titles []string
	for _, column := range of {
		titles = append(titles, column.title)
	}
	s.columns = columns(titles...)
	for _, row := range rows {
		var cells []cell
		for _, column := range of {
			cell := column.cell(row)
			if row.OverLimit != "" && column.title == "name" {
				cell = cell.in(warn)
			}
			cells = append(cells, cell)
		}
		s.rows = append(s.rows, cells)
	}
	s.count()
	return s
}

// createLine summarizes an organization to create: its level or type, for how long, and
// its entitlements.
func createLine(row report.Row) string {
	values := map[string]string{}
	var on []string
	for _, change := range row.Changes {
		values[change.Field] = valueText(change.To)
		if isOn(change) {
			on = append(on, change.Field)
		}
	}
	level := values["support_level"]
	if level == "" {
		level = values["account_type"]
	}
	until := values["expiration_date"]
	if until != "" {
		until = "until " + until
	}
	return orDash(strings.Join(append(filled(level, until), on...), ", "))
}

func isOn(change field.Changed) bool { return change.To.Kind() == jsontext.KindTrue }

// filled returns the texts that are not empty.
func filled(texts ...string) []string {
	var all []string
	for _, text := range texts {
		if text != "" {
			all = append(all, text)
		}
	}
	return all
}
