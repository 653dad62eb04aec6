package field

import (
	"slices"
	"strings"
)

// Schema is the managed fields of one flow, in table order.
type Schema struct {
	Flow   Flow
	Fields []Field
	index  map[string]int
}

// Change is one managed field that differs.
type Change struct {
	Field    Field
	From, To Value
}

// SchemaOf returns the managed fields of the flow.
func SchemaOf(flow Flow) *Schema {
	schema := &Schema{Flow: flow, index: map[string]int{}}
	for _, field := range table() {
		if slices.Contains(field.Flows, flow) {
			schema.index[field.Key] = len(schema.Fields)
			schema.Fields = append(schema.Fields, field)
		}
	}
	return schema
}

// ByKey returns the field of the key, whichever flows manage it, and whether
// there is one.
func ByKey(key string) (Field, bool) {
	fields := table()
	if position := slices.IndexFunc(fields, func(field Field) bool { return field.Key == key }); position >= 0 {
		return fields[position], true
	}
	return Field{}, false
}

// Index returns the position of the key, and whether the flow manages it.
func (schema *Schema) Index(key string) (int, bool) {
	position, ok := schema.index[key]
	return position, ok
}

// NameKey is the form in which Zendesk holds names to be the same: trimmed and
// without regard to case (apis.md).
func NameKey(name Value) string { return strings.ToLower(strings.TrimSpace(string(name))) }
