package soql

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

func (b binding) condition(object *Object, c *condition) (func(Row) bool, error) {
	first, err := b.term(object, c.First)
	if err != nil || len(c.And)+len(c.Or) == 0 {
		return first, err
	}
	tests := []func(Row) bool{first}
	for _, t := range append(c.And, c.Or...) {
		test, err := b.term(object, t)
		if err != nil {
			return nil, err
		}
		tests = append(tests, test)
	}
	// AND ends at the first false, OR at the first true.
	end := len(c.Or) > 0
	return func(row Row) bool {
		for _, test := range tests {
			if test(row) == end {
				return end
			}
		}
		return !end
	}, nil
}

func (b binding) term(object *Object, t *term) (func(Row) bool, error) {
	var test func(Row) bool
	var err error
	if t.Group != nil {
		test, err = b.condition(object, t.Group)
	} else {
		test, err = b.comparison(object, t.Comparison)
	}
	if err != nil || !t.Not {
		return test, err
	}
	return func(row Row) bool { return !test(row) }, nil
}

func (b binding) comparison(object *Object, c *comparison) (func(Row) bool, error) {
	field, of, err := b.resolve(object, c.Field)
	if err != nil {
		return nil, err
	}
	if c.Value == nil {
		return b.membership(field, of, c)
	}
	wanted, err := b.literal(field, c.Value)
	if err != nil {
		return nil, err
	}
	equal := equality(field.Kind)
	switch c.Operator {
	case "=":
		return func(row Row) bool { return equal(of(row), wanted) }, nil
	case "!=", "<>":
		return func(row Row) bool { return !equal(of(row), wanted) }, nil
	}
	if field.Kind == Boolean {
		return nil, invalidField(b.text, c.Field.Pos, fmt.Sprintf("invalid operator on %s field", kindName(field.Kind)))
	}
	holds := map[string]func(order int) bool{
		"<":  func(order int) bool { return order < 0 },
		"<=": func(order int) bool { return order <= 0 },
		">":  func(order int) bool { return order > 0 },
		">=": func(order int) bool { return order >= 0 },
	}[c.Operator]
	compare := ordered(field.Kind)
	return func(row Row) bool {
		value := of(row)
		return value.Valid && wanted.Valid && holds(compare(value, wanted))
	}, nil
}

func (b binding) membership(field *Field, of func(Row) Value, c *comparison) (func(Row) bool, error) {
	wanted := make([]Value, 0, len(c.List))
	for _, literal := range c.List {
		value, err := b.literal(field, literal)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, value)
	}
	equal := equality(field.Kind)
	return func(row Row) bool {
		value := of(row)
		for i := range wanted {
			if equal(value, wanted[i]) {
				return !c.NotIn
			}
		}
		return c.NotIn
	}, nil
}

// literal gives the value that is compared with, if it fits the field.
func (b binding) literal(field *Field, l *literal) (Value, error) {
	if l.Word != nil && strings.EqualFold(*l.Word, "null") {
		return Value{}, nil
	}
	switch {
	case l.Text != nil && (field.Kind == Text || field.Kind == ID):
		text, ok := unescape(*l.Text)
		if !ok {
			return Value{}, malformed(b.text, l.Pos, "invalid string escape sequence")
		}
		// SOQL keeps no empty text: it means null.
		return Value{Text: text, Valid: text != ""}, nil
	case l.Date != nil && field.Kind == Date:
		return Of(*l.Date), nil
	case l.Number != nil && field.Kind == Number:
		return Of(*l.Number), nil
	case l.Word != nil && field.Kind == Boolean:
		return Of(strings.ToLower(*l.Word)), nil
	}
	enclosed := "should be enclosed in quotes"
	if field.Kind != Text && field.Kind != ID {
		enclosed = "should not be enclosed in quotes"
	}
	return Value{}, invalidField(b.text, l.Pos, fmt.Sprintf(
		"value of filter criterion for field '%s' must be of type %s and %s", field.Name, kindName(field.Kind), enclosed))
}

func kindName(kind Kind) string {
	return [...]string{Text: "string", ID: "id", Number: "double", Boolean: "boolean", Date: "date"}[kind]
}

// equality is SOQL's =, for which null equals null and nothing else.
func equality(kind Kind) func(a, b Value) bool {
	same := func(a, b string) bool { return a == b }
	switch kind {
	case Text:
		same = strings.EqualFold
	case ID:
		same = func(a, b string) bool { return shortID(a) == shortID(b) }
	case Number:
		same = func(a, b string) bool { return compareNumbers(a, b) == 0 }
	}
	return func(a, b Value) bool {
		if !a.Valid || !b.Valid {
			return a.Valid == b.Valid
		}
		return same(a.Text, b.Text)
	}
}

// ordered compares two values that are not null.
func ordered(kind Kind) func(a, b Value) int {
	switch kind {
	case Number:
		return func(a, b Value) int { return compareNumbers(a.Text, b.Text) }
	case ID:
		return func(a, b Value) int { return strings.Compare(shortID(a.Text), shortID(b.Text)) }
	case Date:
		// ISO dates of four-digit years are in order as text.
		return func(a, b Value) int { return strings.Compare(a.Text, b.Text) }
	default:
		return func(a, b Value) int { return strings.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)) }
	}
}

// compareNumbers compares by value; what is not a number counts as 0.
func compareNumbers(a, b string) int {
	x, _ := decimal.NewFromString(a)
	y, _ := decimal.NewFromString(b)
	return x.Cmp(y)
}

// shortID is the part of an id that its 18-character form only repeats.
func shortID(id string) string { return id[:min(len(id), 15)] }
