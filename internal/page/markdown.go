package page

import (
	"fmt"
	"strings"
)

// markdown writes the sheet, with all its rows, for a file that GitLab renders.
func (s sheet) markdown() string {
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n", escaped(s.title))
	for _, line := range s.verdict.lines {
		fmt.Fprintf(&out, "\n**%s**\n", escaped(line))
	}
	if s.facts != "" {
		fmt.Fprintf(&out, "\n%s\n", escaped(s.facts))
	}
	for _, section := range s.sections {
		if !section.empty() {
			section.markdown(&out)
		}
	}
	if len(s.closing) > 0 {
		out.WriteString("\n")
	}
	for _, line := range s.closing {
		fmt.Fprintln(&out, escaped(line))
	}
	if s.command != "" {
		fmt.Fprintf(&out, "\n```shell\n%s\n```\n", Plain(s.command))
	}
	return out.String()
}

func (s section) markdown(out *strings.Builder) {
	if s.title != "" {
		fmt.Fprintf(out, "\n## %s\n", escaped(s.title))
	}
	if len(s.lines) > 0 {
		out.WriteString("\n")
	}
	for _, line := range s.lines {
		fmt.Fprintf(out, "- %s\n", strings.Join(each(line.lines, escaped), "<br>"))
	}
	if len(s.rows) > 0 {
		out.WriteString("\n|")
		for _, column := range s.columns {
			fmt.Fprintf(out, " %s |", escaped(column.title))
		}
		fmt.Fprintf(out, "\n|%s\n", strings.Repeat(" --- |", len(s.columns)))
		for _, row := range s.rows {
			out.WriteString("|")
			for _, cell := range row {
				fmt.Fprintf(out, " %s |", strings.Join(each(cell.lines, escaped), "<br>"))
			}
			out.WriteString("\n")
		}
	}
}
