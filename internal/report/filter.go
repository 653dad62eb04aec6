package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
)

// Filter selects rows of a plan. The zero Filter selects all.
type Filter struct {
	// Kinds are the kinds to show; none means all.
	Kinds []Kind `json:"kinds,omitempty"`
	// Lost selects planned rows that take something away.
	Lost bool `json:"lost,omitzero"`
	// Field selects rows that change this field, or hold a change of it.
	Field string `json:"field,omitzero"`
	// Find selects rows whose name, ids, reason or values contain this text, without
	// regard to case.
	Find string `json:"find,omitzero"`
}

// rowsLost names the rows that take something away.
const rowsLost = "lost"

// RowNames returns the names that ParseRows accepts.
func RowNames() []string {
	names := []string{}
	for _, kind := range Kinds() {
		names = append(names, kind.Rows())
	}
	return append(names, rowsLost)
}

// Rows returns the kind's name on the command line.
func (k Kind) Rows() string {
	switch k {
	case Create, Update, Conflict, Orphan:
		return string(k) + "s"
	case Mark:
		return "marks"
	}
	return string(k)
}

// ParseRows reads names of rows, such as updates and lost, into the filter.
func (f *Filter) ParseRows(names []string) error {
	for _, name := range names {
		name = strings.TrimSpace(name)
		kind := slices.IndexFunc(Kinds(), func(kind Kind) bool { return kind.Rows() == name })
		switch {
		case name == rowsLost:
			f.Lost = true
		case kind >= 0:
			f.Kinds = append(f.Kinds, Kinds()[kind])
		default:
			return fmt.Errorf("--rows %q is not one of %s", name, strings.Join(RowNames(), ", "))
		}
	}
	return nil
}

// IsZero reports whether the filter shows all rows.
func (f Filter) IsZero() bool {
	return len(f.Kinds) == 0 && !f.Lost && f.Field == "" && f.Find == ""
}

// Within returns the flags of the filter that select among the rows of a kind.
func (f Filter) Within() []string {
	var words []string
	if f.Field != "" {
		words = append(words, "--field", f.Field)
	}
	if f.Find != "" {
		words = append(words, "--find", f.Find)
	}
	return words
}

// Filtered returns the plan with only the rows that the filter selects. Counts and
// limits stay those of the whole plan.
func (p *Plan) Filtered(filter Filter) *Plan {
	filtered := *p
	filtered.Filter = filter
	filtered.Rows = slices.DeleteFunc(slices.Clone(p.Rows), func(row Row) bool { return !filter.shows(row) })
	return &filtered
}

func (f Filter) shows(row Row) bool {
	ofKind := slices.Contains(f.Kinds, row.Kind) || f.Lost && row.Loses != nil || len(f.Kinds) == 0 && !f.Lost
	return ofKind && (f.Field == "" || row.changes(f.Field)) && (f.Find == "" || row.contains(f.Find))
}

func (r Row) contains(text string) bool {
	text = strings.ToLower(text)
	if r.Outcome != nil && strings.Contains(strings.ToLower(r.Outcome.Words()), text) {
		return true
	}
	in := func(part string) bool { return strings.Contains(strings.ToLower(part), text) }
	return in(r.Name) || in(string(r.AccountID)) || in(strconv.FormatInt(r.ID, 10)) || in(r.Reason) || slices.ContainsFunc(r.Details, in) ||
		slices.ContainsFunc(r.Holds, func(each hold.Hold) bool { return in(each.String()) }) ||
		slices.ContainsFunc(r.Changes, func(change field.Changed) bool { return in(string(change.From)) || in(string(change.To)) })
}
