package summary

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
)

// Text returns the page for a terminal.
func (page Page) Text() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n", Plain(page.Title))
	if page.PlanID != "" {
		fmt.Fprintf(&out, "plan %s\n", Plain(page.PlanID))
	}
	for _, table := range page.Tables {
		if len(table.Rows) > 0 {
			fmt.Fprintf(&out, "\n%s\n", table.Title)
			writeTable(&out, table)
		}
	}
	out.WriteString("\n")
	for _, line := range page.Closing {
		fmt.Fprintln(&out, Plain(line))
	}
	if page.Command != "" {
		fmt.Fprintf(&out, "  %s\n", page.Command)
	}
	return out.String()
}

// writeTable writes the rows in columns, with a heading where two columns do
// not speak for themselves.
func writeTable(out *strings.Builder, table Table) {
	// Writing to a strings.Builder cannot fail.
	columns := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(table.Columns) > 2 {
		fmt.Fprintf(columns, "  %s\n", strings.Join(table.Columns, "\t"))
	}
	rows, more := cut(table.Rows, textRows)
	for _, row := range rows {
		fmt.Fprintf(columns, "  %s\n", strings.Join(each(row, Plain), "\t"))
	}
	_ = columns.Flush()
	if more > 0 {
		fmt.Fprintf(out, "  … and %d more\n", more)
	}
}

// Markdown returns the page for a file that GitLab renders.
func (page Page) Markdown() string {
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n", escaped(page.Title))
	if page.PlanID != "" {
		fmt.Fprintf(&out, "\nPlan `%s`\n", page.PlanID)
	}
	for _, table := range page.Tables {
		if len(table.Rows) > 0 {
			writeMarkdownTable(&out, table)
		}
	}
	out.WriteString("\n")
	for _, line := range page.Closing {
		fmt.Fprintln(&out, escaped(line))
	}
	if page.Command != "" {
		fmt.Fprintf(&out, "\n```shell\n%s\n```\n", page.Command)
	}
	return out.String()
}

func writeMarkdownTable(out *strings.Builder, table Table) {
	fmt.Fprintf(out, "\n## %s\n\n| %s |\n|%s\n", table.Title, strings.Join(each(table.Columns, escaped), " | "),
		strings.Repeat(" --- |", len(table.Columns)))
	rows, more := cut(table.Rows, markdownRows)
	for _, row := range rows {
		fmt.Fprintf(out, "| %s |\n", strings.Join(each(row, escaped), " | "))
	}
	if more > 0 {
		fmt.Fprintf(out, "\n… and %d more\n", more)
	}
}

// cut returns the first rows, and how many there are beyond them.
func cut(rows [][]string, most int) (first [][]string, more int) {
	if len(rows) <= most {
		return rows, 0
	}
	return rows[:most], len(rows) - most
}

// Plain makes a text harmless on a terminal: what is not graphic, such as
// escape sequences, line breaks and marks that turn the reading direction, is
// written as Go would in a string.
func Plain(text string) string {
	if strings.IndexFunc(text, func(char rune) bool { return !unicode.IsGraphic(char) }) < 0 {
		return strings.ToValidUTF8(text, string(unicode.ReplacementChar))
	}
	var out strings.Builder
	for _, char := range text {
		if unicode.IsGraphic(char) {
			out.WriteRune(char)
		} else {
			out.WriteString(strings.Trim(strconv.QuoteRuneToGraphic(char), "'"))
		}
	}
	return out.String()
}

// escaped makes a text harmless in a Markdown table: no markup, no HTML, no
// links to people or issues, no end of its cell.
func escaped(text string) string {
	var out strings.Builder
	for _, char := range Plain(text) {
		switch char {
		case '&':
			out.WriteString("&amp;")
		case '<':
			out.WriteString("&lt;")
		case '>':
			out.WriteString("&gt;")
		case '\\', '`', '*', '_', '~', '[', ']', '|', '$', '#', '!', '@':
			out.WriteRune('\\')
			out.WriteRune(char)
		default:
			out.WriteRune(char)
		}
	}
	return out.String()
}

func each(texts []string, written func(string) string) []string {
	var all []string
	for _, text := range texts {
		all = append(all, written(text))
	}
	return all
}
