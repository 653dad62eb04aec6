package report

import (
	"fmt"
	"strconv"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/summary"
)

// Outcomes returns what became of the rows of a flow's plan, as a page.
func Outcomes(flow field.Flow, planID string, outcomes []apply.Outcome) summary.Page {
	leftOver, overLimit := leftRows(outcomes), overLimitRows(outcomes)
	page := summary.Page{
		Title: fmt.Sprintf("Sync of the %s flow to %s", flow, flow.Instance().Title()), PlanID: planID,
		Tables: []summary.Table{outcomeCounts(outcomes), leftOver, overLimit},
	}
	over, left := len(overLimit.Rows), len(leftOver.Rows)
	switch {
	case over == 0 && left == 0:
		page.Closing = []string{"Every row is done."}
	case over == 0:
		page.Closing = []string{"Run the flow again: rows that failed or are left are planned anew."}
	default:
		page.Closing = []string{"Rows over a limit were left out. If every one of them is right, accept exactly this plan:"}
		page.Command = fmt.Sprintf("zd-sfdc-sync sync %s --accept-plan %s", flow, planID)
	}
	return page
}

func outcomeCounts(outcomes []apply.Outcome) summary.Table {
	statuses := []apply.Status{apply.Applied, apply.Planned, apply.Skipped, apply.Failed, apply.Unknown}
	table := summary.Table{Title: "Outcomes", Columns: []string{"action"}}
	for _, status := range statuses {
		table.Columns = append(table.Columns, string(status))
	}
	for _, action := range []plan.Action{plan.ActionCreate, plan.ActionUpdate, plan.ActionMark} {
		counts := map[apply.Status]int{}
		for _, outcome := range outcomes {
			if outcome.Action == action {
				counts[outcome.Outcome]++
			}
		}
		row := []string{string(action)}
		for _, status := range statuses {
			row = append(row, strconv.Itoa(counts[status]))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func leftRows(outcomes []apply.Outcome) summary.Table {
	table := summary.Table{Title: "Failed or left", Columns: []string{"name", "action", "outcome", "why", "organization", "salesforce_id"}}
	for _, outcome := range outcomes {
		if outcome.Left() {
			table.Rows = append(table.Rows, []string{
				outcome.Name, string(outcome.Action), string(outcome.Outcome), why(outcome), organization(outcome.ID), string(outcome.AccountID),
			})
		}
	}
	return table
}

func overLimitRows(outcomes []apply.Outcome) summary.Table {
	table := summary.Table{Title: "Left out for a limit", Columns: []string{"name", "action", "reason", "organization", "salesforce_id"}}
	for _, outcome := range outcomes {
		if outcome.OverLimit() {
			table.Rows = append(table.Rows, []string{
				outcome.Name, string(outcome.Action), outcome.Reason, organization(outcome.ID), string(outcome.AccountID),
			})
		}
	}
	return table
}

// why puts together the suite's reason and Zendesk's words.
func why(outcome apply.Outcome) string {
	text := outcome.Reason
	for _, part := range []string{outcome.Error, outcome.Description} {
		if part != "" && text != "" {
			text += ": "
		}
		text += part
	}
	return text
}

// organization writes a Zendesk id; 0 is one that is not there.
func organization(id int64) string {
	if id == 0 {
		return "-"
	}
	return strconv.FormatInt(id, 10)
}
