package page

import (
	"fmt"
	"strings"
)

// markdown writes the sheet for a file that GitLab renders.
func (s sheet) markdown() string {
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n", escaped(s.title))
	if s.planID != "" {
		fmt.Fprintf(&out, "\nPlan `%s`\n", s.planID)
	}
	for _, section := range s.sections {
		if len(section.rows)+len(section.lines) > 0 {
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
	fmt.Fprintf(out, "\n## %s\n\n", escaped(s.title))
	if len(s.rows) > 0 {
		fmt.Fprintf(out, "| %s |\n|%s\n", strings.Join(each(s.columns, escaped), " | "), strings.Repeat(" --- |", len(s.columns)))
	}
	rows, more := cut(s.rows, markdownRows)
	for _, row := range rows {
		fmt.Fprintf(out, "| %s |\n", strings.Join(each(row, escaped), " | "))
	}
	if more > 0 {
		fmt.Fprintf(out, "\n… and %d more\n", more)
	}
	for _, line := range s.lines {
		fmt.Fprintf(out, "- %s\n", escaped(line))
	}
}
