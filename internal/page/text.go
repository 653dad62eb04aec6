package page

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

const (
	// terminalRows is how many rows of a table a terminal shows at first.
	terminalRows = 20
	indent       = 2
	gap          = 2
)

// text writes the sheet for a terminal.
func (s sheet) text(screen Screen) string {
	var out strings.Builder
	line := func(tone tone, text string) {
		for _, part := range wrapped(Plain(text), screen.Width) {
			fmt.Fprintln(&out, screen.paint(tone, part))
		}
	}
	for _, text := range s.verdict.lines {
		line(s.verdict.tone, text)
	}
	if s.facts != "" {
		line(faint, s.facts)
	}
	for _, section := range s.sections {
		if !section.empty() {
			section.text(&out, screen)
		}
	}
	if len(s.closing) > 0 && out.Len() > 0 {
		out.WriteString("\n")
	}
	for _, text := range s.closing {
		line(plain, text)
	}
	if s.command != "" {
		// A command is never cut or wrapped, because people copy it.
		fmt.Fprintf(&out, "  %s\n", Plain(s.command))
	}
	return out.String()
}

func (s section) text(out *strings.Builder, screen Screen) {
	out.WriteString("\n")
	if s.title != "" {
		for _, part := range wrapped(Plain(s.title), screen.Width) {
			fmt.Fprintln(out, screen.heading(part))
		}
	}
	for _, line := range s.lines {
		for _, text := range line.lines {
			for _, part := range wrapped(Plain(text), screen.Width-indent) {
				fmt.Fprintf(out, "  %s\n", screen.paint(line.tone, part))
			}
		}
	}
	rows, more := s.rows, 0
	if !screen.All && len(rows) > terminalRows {
		rows, more = rows[:terminalRows], len(rows)-terminalRows
	}
	if len(rows) > 0 {
		if widths, fits := s.fit(rows, screen.Width); fits {
			s.table(out, rows, widths, screen)
		} else {
			s.stacked(out, rows, screen)
		}
	}
	if more > 0 {
		line := fmt.Sprintf("  … and %d more:", more)
		if screen.Width > 0 && text.StringWidth(line+s.more) >= screen.Width {
			line += "\n   "
		}
		fmt.Fprintln(out, line, Plain(s.more))
	}
}

// fit returns the width of each column, and whether a table of them fits the
// terminal with every id whole.
func (s section) fit(rows [][]cell, width int) (widths []int, fits bool) {
	widths = make([]int, len(s.columns))
	total := indent - gap
	for i, column := range s.columns {
		widths[i] = text.StringWidth(column.title)
		for _, row := range rows {
			for _, line := range row[i].lines {
				widths[i] = max(widths[i], text.StringWidth(Plain(line)))
			}
		}
		total += widths[i] + gap
	}
	for width > 0 && total > width {
		// The widest column that may be cut is narrowed until it is as wide as the next
		// one.
		widest, next := -1, 0
		for i, column := range s.columns {
			switch {
			case widths[i] <= column.least:
			case widest < 0 || widths[i] > widths[widest]:
				if widest >= 0 {
					next = widths[widest]
				}
				widest = i
			default:
				next = max(next, widths[i])
			}
		}
		if widest < 0 {
			return nil, false
		}
		cut := max(min(total-width, widths[widest]-max(next, s.columns[widest].least)), 1)
		widths[widest] -= cut
		total -= cut
	}
	return widths, true
}

// table writes the rows in columns of these widths, with a heading unless there are
// only two columns, which need none.
func (s section) table(out *strings.Builder, rows [][]cell, widths []int, screen Screen) {
	if len(s.columns) > 2 {
		heading := make([]cell, len(s.columns))
		for i, column := range s.columns {
			heading[i] = of(column.title).in(faint)
		}
		rows = append([][]cell{heading}, rows...)
	}
	for _, row := range rows {
		height := 0
		for _, cell := range row {
			height = max(height, len(cell.lines))
		}
		for n := range height {
			line, blank := "", indent
			for i, cell := range row {
				if n < len(cell.lines) && cell.lines[n] != "" {
					shown := text.Snip(Plain(cell.lines[n]), widths[i], "…")
					line += strings.Repeat(" ", blank) + screen.paint(cell.tone, shown)
					blank = -text.StringWidth(shown)
				}
				blank += widths[i] + gap
			}
			fmt.Fprintln(out, line)
		}
	}
}

// stacked writes each row as several lines, for a terminal too narrow for the table:
// the name, the description, and the ids.
func (s section) stacked(out *strings.Builder, rows [][]cell, screen Screen) {
	label := 0
	for _, column := range s.columns[1:] {
		if column.least != whole {
			label = max(label, text.StringWidth(column.title))
		}
	}
	put := func(before string, tone tone, line string) {
		line = text.Snip(Plain(line), max(screen.Width-text.StringWidth(before), 1), "…")
		fmt.Fprintf(out, "%s%s\n", before, screen.paint(tone, line))
	}
	for _, row := range rows {
		var ids []string
		for i, cell := range row {
			title := s.columns[i].title
			if s.columns[i].least == whole {
				for _, id := range cell.lines {
					ids = append(ids, title+" "+id)
				}
				continue
			}
			for _, line := range cell.lines {
				if i == 0 {
					put("  ", cell.tone, line)
					continue
				}
				put("    "+text.Pad(title, label, ' ')+"  ", cell.tone, line)
				title = ""
			}
		}
		if together := strings.Join(ids, ", "); text.StringWidth(together) <= screen.Width-2*indent {
			ids = []string{together}
		}
		for _, line := range ids {
			fmt.Fprintf(out, "    %s\n", Plain(line))
		}
	}
}

// wrapped breaks a text between words into lines of the width; 0 is no limit.
func wrapped(line string, width int) []string {
	if width <= 0 || text.StringWidth(line) <= width {
		return []string{line}
	}
	lines := strings.Split(text.WrapSoft(line, width), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// paint colours a text by what it means.
func (s Screen) paint(tone tone, line string) string {
	var colors text.Colors
	switch tone {
	case good:
		colors = text.Colors{text.FgGreen}
	case warn:
		colors = text.Colors{text.FgYellow}
	case bad:
		colors = text.Colors{text.Bold, text.FgRed}
	case faint:
		colors = text.Colors{text.Faint}
	}
	return s.colored(colors, line)
}

func (s Screen) heading(line string) string { return s.colored(text.Colors{text.Bold}, line) }

func (s Screen) colored(colors text.Colors, line string) string {
	if !s.Color || len(colors) == 0 || line == "" {
		return line
	}
	return colors.EscapeSeq() + line + text.EscapeReset
}
