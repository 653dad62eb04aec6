package page

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// view is what the template of the page shows. Its texts are harmless to terminals and
// readers; the template makes them harmless to browsers.
type view struct {
	Style        template.CSS
	Script       template.JS
	ScriptDigest string

	Title   string
	Verdict string
	Tone    string
	Facts   string
	Tiles   []tile
	Limits  []limitBar
	Levels  *matrix
	Fields  []fieldBar
	// Lost names the first of those who lose something, and MoreLost is the number of
	// the others.
	Lost     *viewSection
	MoreLost int
	Sections []viewSection
	Rows     []viewRow
	// KindTitle is the title of Kinds; rows can be filtered by Kinds, RowFields and
	// LostLevels.
	KindTitle  string
	Kinds      []option
	RowFields  []string
	LostLevels []string
	Closing    []string
	Command    string
}

// tile is a number of the plan; Kind is the kind of rows that it counts.
type tile struct {
	Label string
	Count int
	Tone  string
	Kind  string
}

type option struct{ Value, Label string }

// limitBar is a limit, and the percentage of it that is used.
type limitBar struct {
	Name, Count, Rule string
	Percent           int
	Exceeded          bool
}

type fieldBar struct {
	Name    string
	Count   int
	Percent int
}

// viewSection is a section in the form the template uses.
type viewSection struct {
	Title   string
	Columns []string
	Rows    [][]viewCell
	Lines   []viewCell
}

type viewCell struct {
	Lines []string
	Tone  string
}

func viewOf(model report.Model) *view {
	s := sheetOf(model)
	v := &view{
		Title: Plain(s.title), Verdict: Plain(strings.Join(s.verdict.lines, " ")), Tone: s.verdict.tone.class(), Facts: Plain(s.facts),
		Closing: each(s.closing, Plain), Command: Plain(s.command),
	}
	switch model := model.(type) {
	case *report.Plan:
		v.plan(model)
	case *report.Outcomes:
		v.plan(model.Plan)
	case *report.Impact:
		v.impact(model)
		v.section(s.sections[len(s.sections)-1])
	default:
		for _, section := range s.sections {
			v.section(section)
		}
	}
	v.filters()
	return v
}

// section returns a section with all its rows.
func (v *view) section(s section) {
	if !s.empty() {
		v.Sections = append(v.Sections, viewSectionOf(s))
	}
}

func (v *view) plan(p *report.Plan) {
	v.KindTitle = "Action"
	v.Tiles = tilesOf(p)
	for _, limit := range p.Limits {
		v.Limits = append(v.Limits, limitBar{
			Name: string(limit.Name), Count: fmt.Sprintf("%s of %d allowed", limitCount(limit), limit.Allowed),
			Rule:    fmt.Sprintf("%s%%, at least %d", limit.Share, limit.Floor),
			Percent: share(limit.Count, limit.Allowed), Exceeded: limit.Exceeded,
		})
	}
	if losers := lost(p); len(losers.rows) > 0 {
		v.MoreLost = max(len(losers.rows)-terminalRows, 0)
		losers.rows, losers.lines = losers.rows[:len(losers.rows)-v.MoreLost], nil
		shown := viewSectionOf(losers)
		v.Lost = &shown
	}
	most := 1
	for _, changed := range p.Fields {
		most = max(most, changed.Count)
	}
	for _, changed := range p.Fields {
		v.Fields = append(v.Fields, fieldBar{changed.Field, changed.Count, share(changed.Count, most)})
	}
	if p.Sync != nil && p.HasChanges() {
		v.section(tallySection(p.Sync))
	}
	v.section(warnings(p))
	movements := map[[2]string]int{}
	for _, row := range p.Rows {
		v.Rows = append(v.Rows, rowView(row))
		if from, to, moves := levelMove(row); moves {
			movements[[2]string{from, to}]++
		}
	}
	// Rows that lose something come first here too.
	slices.SortStableFunc(v.Rows, func(a, b viewRow) int { return cmp.Compare(min(len(b.Lost), 1), min(len(a.Lost), 1)) })
	if p.Flow.ManagesLevel() {
		v.Levels = matrixOf(movements)
	}
}

// share returns a count as a percentage of the whole, rounded up so that a bar always
// shows a count above zero.
func share(count, whole int) int {
	whole = max(whole, 1)
	return min((100*count+whole-1)/whole, 100)
}

func tilesOf(p *report.Plan) []tile {
	tiles := []tile{
		{"to create", p.Counts.Creates, "", string(report.Create)},
		{"to update", p.Counts.Updates, "", string(report.Update)},
		{"to mark", p.Counts.Marks, "", string(report.Mark)},
	}
	if p.Flow.ManagesLevel() {
		tiles = append(tiles, tile{"lose support", p.Effects.SupportLost, bad.class(), lostFilter},
			tile{"lose an entitlement", p.Effects.EntitlementLost, bad.class(), lostFilter}, tile{"gain", p.Effects.Gained, good.class(), ""})
	}
	return append(tiles,
		tile{"held", p.Counts.Held, warn.class(), string(report.Held)},
		tile{report.Plural(p.Counts.Conflicts, "conflict"), p.Counts.Conflicts, warn.class(), string(report.Conflict)},
		tile{report.Plural(p.Counts.Orphans, "orphan"), p.Counts.Orphans, warn.class(), string(report.Orphan)})
}

// lostFilter is the tile's name for rows that take something away.
const lostFilter = "lost"

// filters collects the values by which rows can be filtered, in a fixed order.
func (v *view) filters() {
	kinds, fields, levels := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, row := range v.Rows {
		if !kinds[row.Kind] {
			kinds[row.Kind] = true
			v.Kinds = append(v.Kinds, option{row.Kind, row.Label})
		}
		for name := range strings.FieldsSeq(row.Fields) {
			fields[name] = true
		}
		levels[row.Lost] = true
	}
	for _, flow := range field.Flows() {
		for _, f := range field.SchemaOf(flow).Fields {
			if fields[f.Key] {
				v.RowFields = append(v.RowFields, f.Key)
				delete(fields, f.Key)
			}
		}
	}
	for level := range levels {
		if level != "" && level != "*" {
			v.LostLevels = append(v.LostLevels, level)
		}
	}
	slices.SortFunc(v.LostLevels, compareLevels)
}

func viewSectionOf(s section) viewSection {
	shown := viewSection{Title: Plain(s.title)}
	for _, column := range s.columns {
		shown.Columns = append(shown.Columns, column.title)
	}
	for _, row := range s.rows {
		var cells []viewCell
		for _, cell := range row {
			cells = append(cells, viewCellOf(cell))
		}
		shown.Rows = append(shown.Rows, cells)
	}
	for _, line := range s.lines {
		shown.Lines = append(shown.Lines, viewCellOf(line))
	}
	return shown
}

func viewCellOf(c cell) viewCell { return viewCell{each(c.lines, Plain), c.tone.class()} }

// class returns the CSS class of the tone.
func (t tone) class() string {
	switch t {
	case good:
		return "good"
	case warn:
		return "warn"
	case bad:
		return "bad"
	case faint:
		return "faint"
	}
	return ""
}
