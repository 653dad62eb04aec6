package soql

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Selection is a query bound to the objects it names: what to give of which
// rows.
type Selection struct {
	Object  *Object
	Columns []Column

	where func(Row) bool
	order []func(a, b Row) int
	limit int // negative: none
}

// Column is one thing selected: Field, or Parent or Children with a Selection.
type Column struct {
	Field     *Field
	Parent    *Parent
	Children  *Children
	Selection *Selection // of the parent's or the children's columns
}

// Name is the key the column has in an answer.
func (c Column) Name() string {
	switch {
	case c.Field != nil:
		return c.Field.Name
	case c.Parent != nil:
		return c.Parent.Name
	default:
		return c.Children.Name
	}
}

// Rows gives the rows that the query selects, in its order and to its limit.
func (s *Selection) Rows(rows iter.Seq[Row]) []Row {
	var selected []Row
	for row := range rows {
		if len(s.order) == 0 && len(selected) == s.limit {
			break
		}
		if s.where == nil || s.where(row) {
			selected = append(selected, row)
		}
	}
	if len(s.order) > 0 {
		slices.SortStableFunc(selected, s.compare)
		if s.limit >= 0 && len(selected) > s.limit {
			selected = selected[:s.limit]
		}
	}
	return selected
}

func (s *Selection) compare(a, b Row) int {
	for _, key := range s.order {
		if order := key(a, b); order != 0 {
			return order
		}
	}
	return 0
}

// Bind checks the query against the objects that can stand after FROM. A name
// that none of them has is an *Error.
func (q *Query) Bind(objects ...*Object) (*Selection, error) {
	from := q.statement.From
	for _, object := range objects {
		if len(from.Parts) == 1 && strings.EqualFold(object.Name, from.Parts[0]) {
			return binding{q.text}.statement(q.statement, object, true)
		}
	}
	return nil, &Error{InvalidType, pointAt(q.text, from.Pos,
		fmt.Sprintf("sObject type '%s' is not supported.", strings.Join(from.Parts, ".")))}
}

// binding carries the text, which errors quote.
type binding struct{ text string }

func (b binding) statement(s *statement, object *Object, subqueries bool) (*Selection, error) {
	selection := &Selection{Object: object, limit: -1}
	for _, column := range s.Columns {
		var err error
		switch {
		case column.Field != nil:
			err = b.selectField(selection, column.Field)
		case subqueries:
			err = b.selectChildren(selection, column.Children)
		default:
			err = malformed(b.text, column.Children.From.Pos, "a subquery in a subquery is not supported")
		}
		if err != nil {
			return nil, err
		}
	}
	if s.Where != nil {
		where, err := b.condition(object, s.Where)
		if err != nil {
			return nil, err
		}
		selection.where = where
	}
	for _, ordering := range s.Order {
		key, err := b.orderKey(object, ordering)
		if err != nil {
			return nil, err
		}
		selection.order = append(selection.order, key)
	}
	if s.Limit != nil {
		if *s.Limit < 0 {
			return nil, &Error{MalformedQuery, "LIMIT must not be negative"}
		}
		selection.limit = *s.Limit
	}
	return selection, nil
}

// selectField adds a field; dotted ones share one column for each parent.
func (b binding) selectField(selection *Selection, n *name) error {
	for _, part := range n.Parts[:len(n.Parts)-1] {
		parent := selection.Object.parent(part)
		if parent == nil {
			return b.noRelation(n, part)
		}
		i := slices.IndexFunc(selection.Columns, func(c Column) bool { return c.Parent == parent })
		if i < 0 {
			i = len(selection.Columns)
			selection.Columns = append(selection.Columns,
				Column{Parent: parent, Selection: &Selection{Object: parent.Object, limit: -1}})
		}
		selection = selection.Columns[i].Selection
	}
	last := n.Parts[len(n.Parts)-1]
	field := selection.Object.field(last)
	if field == nil {
		return b.noField(selection.Object, n, last)
	}
	if slices.ContainsFunc(selection.Columns, func(c Column) bool { return c.Field == field }) {
		return malformed(b.text, n.Pos, "duplicate field selected: "+strings.Join(n.Parts, "."))
	}
	selection.Columns = append(selection.Columns, Column{Field: field})
	return nil
}

func (b binding) selectChildren(selection *Selection, s *statement) error {
	var children *Children
	if len(s.From.Parts) == 1 {
		children = selection.Object.children(s.From.Parts[0])
	}
	if children == nil {
		return &Error{InvalidType, pointAt(b.text, s.From.Pos, fmt.Sprintf(
			"Didn't understand relationship '%s' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name.",
			strings.Join(s.From.Parts, ".")))}
	}
	if slices.ContainsFunc(selection.Columns, func(c Column) bool { return c.Children == children }) {
		return malformed(b.text, s.From.Pos, "duplicate relationship selected: "+children.Name)
	}
	inner, err := b.statement(s, children.Object, false)
	if err != nil {
		return err
	}
	selection.Columns = append(selection.Columns, Column{Children: children, Selection: inner})
	return nil
}

// resolve finds a field that a condition or an order names, with the way to
// it. Over a parent that is not there the value is null.
func (b binding) resolve(object *Object, n *name) (*Field, func(Row) Value, error) {
	var parents []*Parent
	for _, part := range n.Parts[:len(n.Parts)-1] {
		parent := object.parent(part)
		if parent == nil {
			return nil, nil, b.noRelation(n, part)
		}
		parents = append(parents, parent)
		object = parent.Object
	}
	last := n.Parts[len(n.Parts)-1]
	field := object.field(last)
	if field == nil {
		return nil, nil, b.noField(object, n, last)
	}
	if len(parents) == 0 {
		return field, field.Of, nil
	}
	return field, func(row Row) Value {
		for _, parent := range parents {
			if row = parent.Of(row); row == nil {
				return Value{}
			}
		}
		return field.Of(row)
	}, nil
}

func (b binding) noField(object *Object, n *name, field string) *Error {
	return invalidField(b.text, n.Pos, fmt.Sprintf(
		"No such column '%s' on entity '%s'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
		field, object.Name))
}

func (b binding) noRelation(n *name, relation string) *Error {
	return invalidField(b.text, n.Pos, fmt.Sprintf(
		"Didn't understand relationship '%s' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.",
		relation))
}
