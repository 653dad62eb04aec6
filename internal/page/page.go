// Package page writes what people read, the models of package report, as text for a
// terminal, Markdown, HTML and JSON, each in one place. Names come from outside, so
// every format makes them harmless.
package page

import (
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// Screen is the terminal or file that a text is written for.
type Screen struct {
	// Width is the terminal's width in cells; 0 is no limit.
	Width int
	// Color allows escape sequences that colour.
	Color bool
	// All shows every row of a table; otherwise the first twenty.
	All bool
}

// The formats of a report.
const (
	FormatText     = "text"
	FormatMarkdown = "markdown"
	FormatHTML     = "html"
	FormatJSON     = "json"
)

// Formats returns the names of all formats.
func Formats() []string { return []string{FormatText, FormatMarkdown, FormatHTML, FormatJSON} }

// FormatError is the name of a format that does not exist.
type FormatError struct{ Format string }

// Error is one line.
func (e *FormatError) Error() string {
	return fmt.Sprintf("%q is not one of %s", e.Format, strings.Join(Formats(), ", "))
}

// Write writes the model in the format; a *FormatError if it is not one of Formats. The
// screen is for text only.
func Write(w io.Writer, model report.Model, format string, screen Screen) error {
	switch format {
	case FormatText:
		return Text(w, model, screen)
	case FormatMarkdown:
		return Markdown(w, model)
	case FormatHTML:
		return HTML(w, model)
	case FormatJSON:
		return JSON(w, model)
	}
	return &FormatError{format}
}

// Text writes the model for a terminal.
func Text(w io.Writer, model report.Model, screen Screen) error {
	_, err := io.WriteString(w, sheetOf(model).text(screen))
	return err
}

// Markdown writes the model, with all its rows, for a file that GitLab renders.
func Markdown(w io.Writer, model report.Model) error {
	_, err := io.WriteString(w, sheetOf(model).markdown())
	return err
}

// JSON writes the model for programs: documented and versioned, see package
// report.
func JSON(w io.Writer, model report.Model) error {
	// A message of a service may be cut inside a character.
	err := json.MarshalWrite(w, model, jsontext.AllowInvalidUTF8(true), jsontext.WithIndent("  "), json.Deterministic(true))
	if err == nil {
		_, err = io.WriteString(w, "\n")
	}
	return err
}

func sheetOf(model report.Model) sheet {
	switch model := model.(type) {
	case *report.Plan:
		return planSheet(model)
	case *report.Outcomes:
		return outcomesSheet(model)
	case *report.Impact:
		return impactSheet(model)
	case *report.Explanations:
		return explanationsSheet(model)
	case *report.Check:
		return checkSheet(model)
	}
	return sheet{title: fmt.Sprintf("%T cannot be written", model)}
}
