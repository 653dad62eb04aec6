package page

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func planSheet(made *report.Plan) sheet {
	s := sheet{
		title:    fmt.Sprintf("Plan of the %s flow for %s, %s, %s", made.Flow, made.Flow.Instance().Title(), made.Instance, made.Date),
		planID:   made.PlanID,
		sections: []section{counts(made.Counts), marksByReason(made.Marks), changesByField(made.ChangesByField), supportLevels(made.SupportLevels), losesSupport(made.LosesSupport)},
	}
	for _, table := range rowTables() {
		s.sections = append(s.sections, table.section(made.Rows))
	}
	s.sections = append(s.sections, warnings(made.Warnings), limits(made.Plan))
	s.closing, s.command = next(made)
	return s
}

func counts(counts plan.Counts) section {
	table := section{title: "Counts", columns: []string{"what", "how many"}}
	for _, count := range counts.Named() {
		table.rows = append(table.rows, []string{strings.ReplaceAll(count.Name, "_", " "), strconv.Itoa(count.Value)})
	}
	return table
}

func marksByReason(marks []plan.Mark) section {
	reasons := map[string]int{}
	for _, mark := range marks {
		reasons[string(mark.Reason)]++
	}
	table := section{title: "Marks for deletion by reason", columns: []string{"reason", "how many"}}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		table.rows = append(table.rows, []string{reason, strconv.Itoa(reasons[reason])})
	}
	return table
}

func changesByField(fields []plan.FieldCount) section {
	table := section{title: "Changes by field", columns: []string{"field", "how many"}}
	for _, changed := range fields {
		table.rows = append(table.rows, []string{changed.Field, strconv.Itoa(changed.Count)})
	}
	return table
}

func supportLevels(movements []plan.Movement) section {
	table := section{title: "Support levels", columns: []string{"movement", "how many"}}
	for _, movement := range movements {
		table.rows = append(table.rows, []string{arrow(movement.From, movement.To), strconv.Itoa(movement.Count)})
	}
	return table
}

func losesSupport(losses []plan.Loss) section {
	table := section{title: "Loses support", columns: []string{"name", "movement", "organization", "salesforce_id"}}
	for _, loss := range losses {
		movement := arrow(loss.From, loss.To)
		if loss.Action == plan.ActionMark {
			movement = arrow(loss.From, "marked for deletion")
		}
		table.rows = append(table.rows, []string{loss.Name, movement, organization(loss.ID), string(loss.AccountID)})
	}
	return table
}

// rowTable is how rows of one kind are shown.
type rowTable struct {
	kind    report.Kind
	title   string
	columns []column
}

type column struct {
	title string
	cell  func(report.Row) string
}

func rowTables() []rowTable {
	name := column{"name", func(row report.Row) string { return row.Name }}
	reason := column{"reason", func(row report.Row) string { return row.Reason }}
	because := column{"reason", because}
	accountType := column{"account_type", func(row report.Row) string { return orDash(string(row.Seen.AccountType)) }}
	level := column{"support_level", func(row report.Row) string { return orDash(string(row.Seen.SupportLevel)) }}
	expires := column{"expiration_date", func(row report.Row) string { return orDash(string(row.Seen.ExpirationDate)) }}
	id := column{"organization", func(row report.Row) string { return organization(row.ID) }}
	accountID := column{"salesforce_id", func(row report.Row) string { return string(row.AccountID) }}
	action := column{"action", func(row report.Row) string { return string(row.Action) }}
	changes := column{"changes", func(row report.Row) string { return orDash(changesText(row.Changes)) }}
	with := column{"with", func(row report.Row) string { return orDash(strings.Join(row.Details, ", ")) }}
	return []rowTable{
		{report.Mark, "Marked for deletion", []column{name, reason, level, expires, id, accountID}},
		{report.Held, "Held", []column{name, action, because, changes, id, accountID}},
		{report.Orphan, "Orphans", []column{name, reason, accountType, level, expires, id, accountID}},
		{report.Conflict, "Conflicts", []column{name, reason, with, id, accountID}},
		{report.Unmanaged, "Unmanaged, with an invalid salesforce_id", []column{name, reason, id}},
	}
}

func (table rowTable) section(rows []report.Row) section {
	s := section{title: table.title}
	for _, column := range table.columns {
		s.columns = append(s.columns, column.title)
	}
	for _, row := range rows {
		if row.Kind != table.kind {
			continue
		}
		var cells []string
		for _, column := range table.columns {
			cells = append(cells, column.cell(row))
		}
		s.rows = append(s.rows, cells)
	}
	return s
}

func warnings(rows []plan.Warning) section {
	table := section{title: "Warnings", columns: []string{"code", "message"}}
	for _, row := range rows {
		table.rows = append(table.rows, []string{row.Code, row.Message})
	}
	return table
}

func limits(made *plan.Plan) section {
	table := section{title: "Limits", columns: []string{"limit", "planned", "allowed", "share", "floor", "verdict"}}
	for _, limit := range made.Limits {
		verdict := "within"
		if limit.Exceeded {
			verdict = "EXCEEDED"
		}
		table.rows = append(table.rows, []string{
			string(limit.Name), strconv.Itoa(limit.Count), strconv.Itoa(limit.Allowed(made.Counts.Organizations)),
			limit.Share.String() + "%", strconv.Itoa(limit.Floor), verdict,
		})
	}
	return table
}

// next says what follows from the plan, and the command for it.
func next(made *report.Plan) (lines []string, command string) {
	var exceeded []string
	for _, limit := range made.Limits {
		if limit.Exceeded {
			exceeded = append(exceeded, string(limit.Name))
		}
	}
	switch {
	case len(exceeded) > 0:
		return []string{
			"Over the limit: " + strings.Join(exceeded, ", ") + ". A sync leaves these rows out and carries out the others.",
			"If every row above is right, carry out exactly this plan:",
		}, fmt.Sprintf("zd-sfdc-sync sync %s --accept-plan %s", made.Flow, made.PlanID)
	case made.HasChanges():
		return []string{"Within all limits. Carry it out:"}, fmt.Sprintf("zd-sfdc-sync sync %s", made.Flow)
	}
	return []string{"Nothing to do."}, ""
}

// because is the reason of a row and what it is about.
func because(row report.Row) string {
	if len(row.Details) == 0 {
		return row.Reason
	}
	return row.Reason + ": " + strings.Join(row.Details, ", ")
}

func changesText(changes []field.Changed) string {
	var texts []string
	for _, change := range changes {
		texts = append(texts, change.Field+" "+valueText(change.From)+" → "+valueText(change.To))
	}
	return strings.Join(texts, ", ")
}

// valueText is a value for people, without the quotes of JSON.
func valueText(value jsontext.Value) string {
	if value.Kind() == 'n' {
		return "empty"
	}
	if text, err := jsontext.AppendUnquote(nil, value); value.Kind() == '"' && err == nil {
		return cmp.Or(string(text), "empty")
	}
	return string(value)
}

func arrow(from, to string) string { return orDash(from) + " → " + orDash(to) }

// organization writes a Zendesk id; 0 is an organization that is not there.
func organization(id int64) string {
	if id == 0 {
		return "-"
	}
	return strconv.FormatInt(id, 10)
}

func orDash(text string) string { return cmp.Or(text, "-") }
