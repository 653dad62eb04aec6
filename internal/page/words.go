package page

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// because returns the reason of a row, or why it is held, with the details.
func because(row report.Row) string {
	reason := row.Reason
	var details []string
	for _, each := range row.Holds {
		details = append(details, each.String())
	}
	details = append(details, row.Details...)
	if reason != "" && len(details) > 0 {
		reason += ": "
	}
	return reason + strings.Join(details, ", ")
}

// changeLines returns the changes of a row, one per line.
func changeLines(changes []field.Changed) []string {
	var lines []string
	for _, change := range changes {
		lines = append(lines, change.Field+" "+arrow(valueText(change.From), valueText(change.To)))
	}
	return lines
}

// valueText returns a value for people, without the quotes of JSON.
func valueText(value jsontext.Value) string {
	if len(value) == 0 || value.Kind() == 'n' {
		return "empty"
	}
	if text, err := jsontext.AppendUnquote(nil, value); value.Kind() == '"' && err == nil {
		return cmp.Or(string(text), "empty")
	}
	return string(value)
}

func arrow(from, to string) string { return orDash(from) + " → " + orDash(to) }

// organization writes a Zendesk id; 0 means that there is no organization.
func organization(id int64) string {
	if id == 0 {
		return "-"
	}
	return strconv.FormatInt(id, 10)
}

func orDash(text string) string { return cmp.Or(text, "-") }
