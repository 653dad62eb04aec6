package page

import (
	"cmp"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// matrix counts movements between levels: a line for each old level, a column for each
// new one.
type matrix struct {
	To   []string
	From []matrixLine
}

type matrixLine struct {
	Level string
	Cells []matrixCell
}

type matrixCell struct {
	Count int
	Tone  string
}

// These are the places of the matrix that are not levels.
const (
	newHere           = "new"
	markedForDeletion = "marked"
	noLevel           = "none"
)

// levelMove returns the change of level that a planned row makes.
func levelMove(row report.Row) (from, to string, moves bool) {
	switch row.Kind {
	case report.Create, report.Update:
		for _, change := range row.Changes {
			if change.Field == "support_level" {
				from, to, moves = levelName(valueText(change.From)), levelName(valueText(change.To)), true
			}
		}
		if row.Kind == report.Create {
			from = newHere
		}
	case report.Mark:
		if row.Seen != nil {
			from, to, moves = cmp.Or(row.Seen.SupportLevel, noLevel), markedForDeletion, true
		}
	}
	return Plain(from), Plain(to), moves
}

func levelName(value string) string {
	if value == "empty" {
		return noLevel
	}
	return value
}

// matrixOf arranges the movements, nil if there are none.
func matrixOf(movements map[[2]string]int) *matrix {
	if len(movements) == 0 {
		return nil
	}
	from, to := map[string]bool{}, map[string]bool{}
	for movement := range movements {
		from[movement[0]], to[movement[1]] = true, true
	}
	m := &matrix{To: sortedLevels(to)}
	for _, level := range sortedLevels(from) {
		line := matrixLine{Level: level}
		for _, reached := range m.To {
			cell := matrixCell{Count: movements[[2]string{level, reached}], Tone: good.class()}
			if placeOf(reached) < placeOf(level) {
				cell.Tone = bad.class()
			}
			if level == newHere {
				cell.Tone = ""
			}
			line.Cells = append(line.Cells, cell)
		}
		m.From = append(m.From, line)
	}
	return m
}

func sortedLevels(levels map[string]bool) []string {
	var all []string
	for level := range levels {
		all = append(all, level)
	}
	slices.SortFunc(all, compareLevels)
	return all
}

// compareLevels orders levels, the highest first.
func compareLevels(a, b string) int {
	return cmp.Or(cmp.Compare(placeOf(b), placeOf(a)), cmp.Compare(a, b))
}

// placeOf ranks the places that are not levels: a new organization ranks lowest, except
// for those that go.
func placeOf(level string) int {
	switch level {
	case newHere, noLevel:
		return 0
	case report.LeftOut, markedForDeletion:
		return -1
	}
	return levelRank(level)
}
