package page

import (
	"fmt"
	"strconv"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func impactSheet(impact *report.Impact) sheet {
	return sheet{
		title:   fmt.Sprintf("Impact on the accounts of %s", impact.Date),
		verdict: impactVerdict(impact),
		sections: []section{movers(impact.Moves), levelMovements(impact.Moves), {
			title: "Counts", columns: columns("what", "how many"), rows: [][]cell{
				{of("accounts"), of(strconv.Itoa(impact.Accounts))},
				{of("new in an instance"), of(strconv.Itoa(impact.Creates))},
				{of("changed"), of(strconv.Itoa(impact.Updates))},
				{of("left out from now on"), of(strconv.Itoa(impact.Deletes))},
				{of("change level"), of(strconv.Itoa(len(impact.Moves)))},
				{of("with unmapped charges before"), of(strconv.Itoa(impact.UnmappedBefore))},
				{of("with unmapped charges after"), of(strconv.Itoa(impact.UnmappedAfter))},
			}}},
		closing: impactClosing(impact),
	}
}

func impactVerdict(impact *report.Impact) cell {
	if len(impact.Moves) == 0 {
		return of("Nobody's level changes.").in(good)
	}
	lower, higher := 0, 0
	for _, move := range impact.Moves {
		if lowers(move) {
			lower++
		}
		if levelRank(move.To) > levelRank(move.From) {
			higher++
		}
	}
	verdict := of(fmt.Sprintf("%s among %s: %d to less, %d to more.", report.Many(len(impact.Moves), "level change"), report.Many(impact.Accounts, "account"), lower, higher))
	if lower > 0 {
		return verdict.in(bad)
	}
	return verdict.in(good)
}

func lowers(move report.LevelMove) bool { return levelRank(move.To) < levelRank(move.From) }

// levelRank orders levels; an account that is left out ranks with one that is expired.
func levelRank(level string) int {
	if level == report.LeftOut {
		level = string(field.Expired)
	}
	return field.Level(level).Rank()
}

func impactClosing(impact *report.Impact) []string {
	var lines []string
	if len(impact.Moves) > 0 {
		lines = append(lines, "The levels change once this is merged and the pipeline has run.")
	}
	if impact.UnmappedAfter > impact.UnmappedBefore {
		lines = append(lines, "More charges are unmapped than before: what their accounts have is held, not taken, until the names are mapped.")
	}
	return lines
}

// levelMovements counts the moves, which are sorted.
func levelMovements(moves []report.LevelMove) section {
	s := section{title: "Support levels", columns: columns("flow", "movement", "how many")}
	for i, count := 0, 0; i < len(moves); i++ {
		move := moves[i]
		count++
		if i+1 < len(moves) && moves[i+1].Flow == move.Flow && moves[i+1].From == move.From && moves[i+1].To == move.To {
			continue
		}
		s.add(of(string(move.Flow)), moveCell(move), of(strconv.Itoa(count)))
		count = 0
	}
	return s
}

func moveCell(move report.LevelMove) cell {
	moved := of(arrow(move.From, move.To))
	if lowers(move) {
		return moved.in(bad)
	}
	return moved.in(good)
}

func movers(moves []report.LevelMove) section {
	s := section{title: "Who changes level", columns: columns("name", "flow", "movement", accountIDTitle)}
	for _, move := range moves {
		s.add(of(move.Name), of(string(move.Flow)), moveCell(move), of(string(move.AccountID)))
	}
	return s
}

// impact returns a row for each account that changes level.
func (v *view) impact(impact *report.Impact) {
	v.KindTitle = "Flow"
	movements := map[[2]string]int{}
	for _, move := range impact.Moves {
		movements[[2]string{move.From, move.To}]++
		row := viewRow{
			Kind: string(move.Flow), Label: string(move.Flow), Name: Plain(move.Name), ID: "-", AccountID: string(move.AccountID),
			Summary: arrow(move.From, move.To), Changes: []viewChange{{field.SupportLevel, move.From, move.To}}, Fields: field.SupportLevel,
		}
		if lowers(move) {
			row.Tone, row.Lost = bad.class(), move.From
		}
		v.Rows = append(v.Rows, row)
	}
	v.Levels = matrixOf(movements)
}
