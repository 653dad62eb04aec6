package summary

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// Page is something to be read by people, before it is written in one form or
// the other. Its texts are as they came: writing makes them harmless.
type Page struct {
	Title string
	// PlanID is that of the plan the page is about; empty when it is about none.
	PlanID string
	// Tables without rows are left out.
	Tables  []Table
	Closing []string
	// Command is what a person may run next; empty when there is nothing.
	Command string
}

// Table has a title, and as many cells a row as columns.
type Table struct {
	Title   string
	Columns []string
	Rows    [][]string
}

func pageOf(report Report) Page {
	made := report.Plan
	tables := []Table{
		counts(made.Counts),
		marksByReason(made.Marks),
		changesByField(made.ChangesByField),
		supportLevels(made.SupportLevels),
		losesSupport(made.LosesSupport),
		marked(made.Marks),
		held(made.Held),
		orphans(made.Orphans),
		conflicts(made.Conflicts),
		unmanaged(made.Unmanaged),
		warnings(made.Warnings),
		limits(made),
	}
	closing, command := next(report)
	return Page{
		Title:  fmt.Sprintf("Plan of the %s flow for %s, %s, %s", report.Flow, report.Flow.Instance().Title(), report.Source, report.Date),
		PlanID: report.PlanID,
		Tables: tables, Closing: closing, Command: command,
	}
}

func counts(counts plan.Counts) Table {
	return Table{"Counts", []string{"what", "how many"}, [][]string{
		{"organizations", strconv.Itoa(counts.Organizations)},
		{"accounts", strconv.Itoa(counts.Accounts)},
		{"creates", strconv.Itoa(counts.Creates)},
		{"updates", strconv.Itoa(counts.Updates)},
		{"marks for deletion", strconv.Itoa(counts.Marks)},
		{"support lost", strconv.Itoa(counts.SupportLost)},
		{"held", strconv.Itoa(counts.Held)},
		{"orphans", strconv.Itoa(counts.Orphans)},
		{"unmanaged", strconv.Itoa(counts.Unmanaged)},
		{"conflicts", strconv.Itoa(counts.Conflicts)},
	}}
}

func marksByReason(marks []plan.Mark) Table {
	reasons := map[string]int{}
	for _, mark := range marks {
		reasons[string(mark.Reason)]++
	}
	table := Table{Title: "Marks for deletion by reason", Columns: []string{"reason", "how many"}}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		table.Rows = append(table.Rows, []string{reason, strconv.Itoa(reasons[reason])})
	}
	return table
}

func changesByField(fields []plan.FieldCount) Table {
	table := Table{Title: "Changes by field", Columns: []string{"field", "how many"}}
	for _, changed := range fields {
		table.Rows = append(table.Rows, []string{changed.Field, strconv.Itoa(changed.Count)})
	}
	return table
}

func supportLevels(movements []plan.Movement) Table {
	table := Table{Title: "Support levels", Columns: []string{"movement", "how many"}}
	for _, movement := range movements {
		table.Rows = append(table.Rows, []string{arrow(movement.From, movement.To), strconv.Itoa(movement.Count)})
	}
	return table
}

func losesSupport(losses []plan.Loss) Table {
	table := Table{Title: "Loses support", Columns: []string{"name", "movement", "organization", "salesforce_id"}}
	for _, loss := range losses {
		movement := arrow(loss.From, loss.To)
		if loss.Action == plan.ActionMark {
			movement = arrow(loss.From, "marked for deletion")
		}
		table.Rows = append(table.Rows, []string{loss.Name, movement, organization(loss.ID), string(loss.AccountID)})
	}
	return table
}

func marked(marks []plan.Mark) Table {
	table := Table{Title: "Marked for deletion", Columns: []string{"name", "reason", "support_level", "expiration_date", "organization", "salesforce_id"}}
	for _, mark := range marks {
		table.Rows = append(table.Rows, []string{
			mark.Name, string(mark.Reason), orDash(string(mark.Seen.SupportLevel)), orDash(string(mark.Seen.ExpirationDate)),
			organization(mark.ID), string(mark.AccountID),
		})
	}
	return table
}

func held(rows []plan.Held) Table {
	table := Table{Title: "Held", Columns: []string{"name", "action", "reason", "changes", "organization", "salesforce_id"}}
	for _, row := range rows {
		reason := string(row.Reason)
		if len(row.UnmappedCharges) > 0 {
			reason += ": " + strings.Join(row.UnmappedCharges, ", ")
		}
		var changes []string
		for _, change := range row.Changes {
			changes = append(changes, fmt.Sprintf("%s %s → %s", change.Field, change.From, change.To))
		}
		table.Rows = append(table.Rows, []string{
			row.Name, string(row.Action), reason, orDash(strings.Join(changes, ", ")), organization(row.ID), string(row.AccountID),
		})
	}
	return table
}

func orphans(rows []plan.Orphan) Table {
	table := Table{Title: "Orphans", Columns: []string{"name", "reason", "account_type", "support_level", "expiration_date", "organization", "salesforce_id"}}
	for _, row := range rows {
		table.Rows = append(table.Rows, []string{
			row.Name, string(row.Reason), orDash(row.AccountType), orDash(row.SupportLevel), orDash(row.ExpirationDate),
			organization(row.ID), string(row.AccountID),
		})
	}
	return table
}

func conflicts(rows []plan.Conflict) Table {
	table := Table{Title: "Conflicts", Columns: []string{"name", "reason", "with", "organization", "salesforce_id"}}
	for _, row := range rows {
		var with []string
		for _, id := range row.OrganizationIDs {
			with = append(with, organization(id))
		}
		for _, id := range row.AccountIDs {
			with = append(with, string(id))
		}
		table.Rows = append(table.Rows, []string{
			row.Name, string(row.Reason), orDash(strings.Join(with, ", ")), organization(row.ID), string(row.AccountID),
		})
	}
	return table
}

func unmanaged(rows []plan.Unmanaged) Table {
	table := Table{Title: "Unmanaged, with an invalid salesforce_id", Columns: []string{"name", "reason", "organization"}}
	for _, row := range rows {
		table.Rows = append(table.Rows, []string{row.Name, row.Reason, organization(row.ID)})
	}
	return table
}

func warnings(rows []plan.Warning) Table {
	table := Table{Title: "Warnings", Columns: []string{"code", "message"}}
	for _, row := range rows {
		table.Rows = append(table.Rows, []string{row.Code, row.Message})
	}
	return table
}

func limits(made *plan.Plan) Table {
	table := Table{Title: "Limits", Columns: []string{"limit", "planned", "allowed", "share", "floor", "verdict"}}
	for _, limit := range made.Limits {
		verdict := "within"
		if limit.Exceeded {
			verdict = "EXCEEDED"
		}
		table.Rows = append(table.Rows, []string{
			string(limit.Name), strconv.Itoa(limit.Count), strconv.Itoa(limit.Allowed(made.Counts.Organizations)),
			limit.Share.String() + "%", strconv.Itoa(limit.Floor), verdict,
		})
	}
	return table
}

// next says what follows from the plan, and the command for it.
func next(report Report) (lines []string, command string) {
	var exceeded []string
	for _, limit := range report.Plan.Limits {
		if limit.Exceeded {
			exceeded = append(exceeded, string(limit.Name))
		}
	}
	switch {
	case len(exceeded) > 0:
		return []string{
			"Over the limit: " + strings.Join(exceeded, ", ") + ". A sync leaves these rows out and carries out the others.",
			"If every row above is right, carry out exactly this plan:",
		}, fmt.Sprintf("zd-sfdc-sync sync %s --accept-plan %s", report.Flow, report.PlanID)
	case report.Plan.HasChanges():
		return []string{"Within all limits. Carry it out:"}, fmt.Sprintf("zd-sfdc-sync sync %s", report.Flow)
	}
	return []string{"Nothing to do."}, ""
}

func arrow(from, to string) string { return orDash(from) + " → " + orDash(to) }

// organization writes a Zendesk id; 0 is an organization that is not there.
func organization(id int64) string {
	if id == 0 {
		return "-"
	}
	return strconv.FormatInt(id, 10)
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
