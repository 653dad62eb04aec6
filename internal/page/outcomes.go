package page

import (
	"fmt"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func outcomesSheet(outcomes *report.Outcomes) sheet {
	unfinished, overLimit := unfinishedRows(outcomes.Rows), overLimitRows(outcomes.Rows)
	s := sheet{
		title:    fmt.Sprintf("Sync of the %s flow to %s", outcomes.Flow, outcomes.Flow.Instance().Title()),
		planID:   outcomes.PlanID,
		sections: []section{outcomeCounts(outcomes.Rows), unfinished, overLimit},
	}
	switch {
	case len(overLimit.rows) > 0:
		s.closing = []string{"Rows over a limit were left out. If every one of them is right, accept exactly this plan:"}
		s.command = fmt.Sprintf("zd-sfdc-sync sync %s --accept-plan %s", outcomes.Flow, outcomes.PlanID)
	case len(unfinished.rows) > 0:
		s.closing = []string{"Run the flow again: rows that failed or are left are planned anew."}
	default:
		s.closing = []string{"Every row is done."}
	}
	return s
}

func outcomeCounts(outcomes []apply.Outcome) section {
	statuses := []apply.Status{apply.Applied, apply.Planned, apply.Skipped, apply.Failed, apply.Unknown}
	table := section{title: "Outcomes", columns: []string{"action"}}
	for _, status := range statuses {
		table.columns = append(table.columns, string(status))
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
		table.rows = append(table.rows, row)
	}
	return table
}

func unfinishedRows(outcomes []apply.Outcome) section {
	table := section{title: "Failed or left", columns: []string{"name", "action", "outcome", "why", "organization", "salesforce_id"}}
	for _, outcome := range outcomes {
		if outcome.Left() {
			table.rows = append(table.rows, []string{
				outcome.Name, string(outcome.Action), string(outcome.Outcome), why(outcome), organization(outcome.ID), string(outcome.AccountID),
			})
		}
	}
	return table
}

func overLimitRows(outcomes []apply.Outcome) section {
	table := section{title: "Left out for a limit", columns: []string{"name", "action", "reason", "organization", "salesforce_id"}}
	for _, outcome := range outcomes {
		if outcome.OverLimit() {
			table.rows = append(table.rows, []string{
				outcome.Name, string(outcome.Action), outcome.Reason, organization(outcome.ID), string(outcome.AccountID),
			})
		}
	}
	return table
}

// why puts together the suite's reason and Zendesk's words.
func why(outcome apply.Outcome) string {
	var parts []string
	for _, part := range []string{outcome.Reason, outcome.Error, outcome.Description} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ": ")
}
