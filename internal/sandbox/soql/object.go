package soql

import (
	"iter"
	"strings"
)

// Kind is the type of a field.
type Kind int

// The kinds of fields. Ids compare, and are in order, by their first 15
// characters, case and all; other text compares without regard to case.
const (
	Text Kind = iota
	ID
	Number
	Boolean
	Date
)

// Value is what a field holds: null, or a text in the form of its kind
// ("2026-01-31", "12.50", "true").
type Value struct {
	Text  string
	Valid bool // false is null
}

// Of is a value that is not null.
func Of(text string) Value { return Value{Text: text, Valid: true} }

// Row is one record: whatever the functions of its Object understand.
type Row any

// Field is a column of an object.
type Field struct {
	Name string // in the schema's spelling, in which it is answered
	Kind Kind
	Of   func(Row) Value
}

// Parent is a relationship to one other record.
type Parent struct {
	Name   string
	Object *Object
	Of     func(Row) Row // nil when the record refers to none
}

// Children is a relationship to the records that refer to this one.
type Children struct {
	Name   string
	Object *Object
	Of     func(Row) iter.Seq[Row]
}

// Object describes the records of one type. Its names are found without regard
// to case.
type Object struct {
	Name     string
	ID       func(Row) string // the record's id, which no query needs to select
	Fields   []Field
	Parents  []Parent
	Children []Children
}

func find[T any](list []T, name string, nameOf func(*T) string) *T {
	for i := range list {
		if strings.EqualFold(nameOf(&list[i]), name) {
			return &list[i]
		}
	}
	return nil
}

func (o *Object) field(name string) *Field {
	return find(o.Fields, name, func(f *Field) string { return f.Name })
}

func (o *Object) parent(name string) *Parent {
	return find(o.Parents, name, func(p *Parent) string { return p.Name })
}

func (o *Object) children(name string) *Children {
	return find(o.Children, name, func(c *Children) string { return c.Name })
}
