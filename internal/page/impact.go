package page

import (
	"fmt"
	"strconv"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func impactSheet(impact *report.Impact) sheet {
	moves := impact.Moves()
	s := sheet{
		title: fmt.Sprintf("Impact on the accounts of %s", impact.Date),
		sections: []section{
			{title: "Counts", columns: []string{"what", "how many"}, rows: [][]string{
				{"accounts", strconv.Itoa(impact.Accounts)},
				{"new in an instance", strconv.Itoa(impact.Creates)},
				{"changed", strconv.Itoa(impact.Updates)},
				{"left out from now on", strconv.Itoa(impact.Deletes)},
				{"change level", strconv.Itoa(len(moves))},
				{"with unmapped charges before", strconv.Itoa(impact.UnmappedBefore)},
				{"with unmapped charges after", strconv.Itoa(impact.UnmappedAfter)},
			}},
			movements(moves), movers(moves),
		},
		closing: []string{"Nobody's level changes."},
	}
	if len(moves) > 0 {
		s.closing = []string{fmt.Sprintf("%d levels change once this is merged and the pipeline has run.", len(moves))}
	}
	if impact.UnmappedAfter > impact.UnmappedBefore {
		s.closing = append(s.closing, "More charges are unmapped than before: what their accounts have is held, not taken, until the names are mapped.")
	}
	return s
}

// movements counts the moves, which come sorted.
func movements(moves []report.LevelMove) section {
	table := section{title: "Support levels", columns: []string{"flow", "movement", "how many"}}
	for i, count := 0, 0; i < len(moves); i++ {
		move := moves[i]
		count++
		if i+1 < len(moves) && moves[i+1].Flow == move.Flow && moves[i+1].From == move.From && moves[i+1].To == move.To {
			continue
		}
		table.rows = append(table.rows, []string{string(move.Flow), arrow(move.From, move.To), strconv.Itoa(count)})
		count = 0
	}
	return table
}

func movers(moves []report.LevelMove) section {
	table := section{title: "Who changes level", columns: []string{"name", "flow", "movement", "salesforce_id"}}
	for _, move := range moves {
		table.rows = append(table.rows, []string{move.Name, string(move.Flow), arrow(move.From, move.To), string(move.AccountID)})
	}
	return table
}
