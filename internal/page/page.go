// Package page writes what people look at, the models of package report, as
// text for a terminal and as Markdown, each in one place. Names come from
// outside, so they are made harmless to both (docs: Commands).
package page

import (
	"fmt"
	"io"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// Screen is what a text is written for.
type Screen struct {
	// Rows is how many rows a table shows at most; 0 shows all.
	Rows int
}

// TerminalRows is how many rows of each table a terminal shows.
const TerminalRows = 20

// markdownRows is how many a table of Markdown shows; the record files have all.
const markdownRows = 200

// Text writes the model for a terminal.
func Text(w io.Writer, model report.Model, screen Screen) error {
	_, err := io.WriteString(w, sheetOf(model).text(screen))
	return err
}

// Markdown writes the model for a file that GitLab renders.
func Markdown(w io.Writer, model report.Model) error {
	_, err := io.WriteString(w, sheetOf(model).markdown())
	return err
}

// sheet is a model laid out for people, before it is written in one form or
// the other. Its texts are as they came: writing makes them harmless.
type sheet struct {
	title string
	// planID is that of the plan the sheet is about; empty when it is about none.
	planID string
	// sections without lines and rows are left out.
	sections []section
	closing  []string
	// command is what a person may run next; empty when there is nothing.
	command string
}

// section is a titled table, with as many cells a row as columns, or titled
// lines.
type section struct {
	title   string
	columns []string
	rows    [][]string
	lines   []string
}

func sheetOf(model report.Model) sheet {
	switch model := model.(type) {
	case *report.Plan:
		return planSheet(model)
	case *report.Outcomes:
		return outcomesSheet(model)
	case *report.Impact:
		return impactSheet(model)
	case *report.Explanation:
		return explanationSheet(model)
	}
	return sheet{title: fmt.Sprintf("%T cannot be written", model)}
}
