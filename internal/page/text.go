package page

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// text writes the sheet for a terminal.
func (s sheet) text(screen Screen) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n", Plain(s.title))
	if s.planID != "" {
		fmt.Fprintf(&out, "plan %s\n", Plain(s.planID))
	}
	for _, section := range s.sections {
		if len(section.rows)+len(section.lines) > 0 {
			fmt.Fprintf(&out, "\n%s\n", Plain(section.title))
			section.text(&out, screen)
		}
	}
	if len(s.closing) > 0 {
		out.WriteString("\n")
	}
	for _, line := range s.closing {
		fmt.Fprintln(&out, Plain(line))
	}
	if s.command != "" {
		fmt.Fprintf(&out, "  %s\n", Plain(s.command))
	}
	return out.String()
}

// text writes the rows in columns, with a heading where two columns do not
// speak for themselves, then the lines.
func (s section) text(out *strings.Builder, screen Screen) {
	// Writing to a strings.Builder cannot fail.
	columns := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(s.columns) > 2 {
		fmt.Fprintf(columns, "  %s\n", strings.Join(s.columns, "\t"))
	}
	rows, more := cut(s.rows, screen.Rows)
	for _, row := range rows {
		fmt.Fprintf(columns, "  %s\n", strings.Join(each(row, Plain), "\t"))
	}
	_ = columns.Flush()
	if more > 0 {
		fmt.Fprintf(out, "  … and %d more\n", more)
	}
	for _, line := range s.lines {
		fmt.Fprintf(out, "  %s\n", Plain(line))
	}
}

// cut returns the first rows, and how many there are beyond them.
func cut(rows [][]string, most int) (first [][]string, more int) {
	if most == 0 || len(rows) <= most {
		return rows, 0
	}
	return rows[:most], len(rows) - most
}
