package summary

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
)

func textOf(page page) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\nplan %s\n", Plain(page.title), Plain(page.planID))
	for _, section := range page.sections {
		fmt.Fprintf(&out, "\n%s\n", section.title)
		writeTable(&out, section)
	}
	out.WriteString("\n")
	for _, line := range page.closing {
		fmt.Fprintln(&out, line)
	}
	if page.command != "" {
		fmt.Fprintf(&out, "  %s\n", page.command)
	}
	return out.String()
}

// writeTable writes the rows in columns, with a heading where two columns do
// not speak for themselves.
func writeTable(out *strings.Builder, section section) {
	// Writing to a strings.Builder cannot fail.
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(section.columns) > 2 {
		fmt.Fprintf(table, "  %s\n", strings.Join(section.columns, "\t"))
	}
	rows, more := cut(section.rows, textRows)
	for _, row := range rows {
		fmt.Fprintf(table, "  %s\n", strings.Join(each(row, Plain), "\t"))
	}
	_ = table.Flush()
	if more > 0 {
		fmt.Fprintf(out, "  … and %d more\n", more)
	}
}

func markdownOf(page page) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# %s\n\nPlan `%s`\n", escaped(page.title), page.planID)
	for _, section := range page.sections {
		fmt.Fprintf(&out, "\n## %s\n\n| %s |\n|%s\n", section.title, strings.Join(each(section.columns, escaped), " | "),
			strings.Repeat(" --- |", len(section.columns)))
		rows, more := cut(section.rows, markdownRows)
		for _, row := range rows {
			fmt.Fprintf(&out, "| %s |\n", strings.Join(each(row, escaped), " | "))
		}
		if more > 0 {
			fmt.Fprintf(&out, "\n… and %d more\n", more)
		}
	}
	out.WriteString("\n")
	for _, line := range page.closing {
		fmt.Fprintln(&out, escaped(line))
	}
	if page.command != "" {
		fmt.Fprintf(&out, "\n```shell\n%s\n```\n", page.command)
	}
	return out.String()
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
