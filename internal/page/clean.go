package page

import (
	"strconv"
	"strings"
	"unicode"
)

// Plain makes a text harmless on a terminal: characters that are not graphic, such as
// escape sequences, line breaks and changes of reading direction, are escaped as in a
// Go string.
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

// escaped makes a text harmless in a Markdown table: it contains no markup, no HTML, no
// mentions of people or issues, and no end of its cell.
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
