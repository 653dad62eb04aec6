package field

import (
	"slices"
	"strings"
)

// Schema is the managed fields of one flow, in table order.
type Schema struct {
	Flow   Flow
	Fields []Field
	keys   []string
	index  map[string]int
}

// SchemaOf returns the managed fields of the flow.
func SchemaOf(flow Flow) *Schema {
	return newSchema(flow, table(), func(field Field) bool { return slices.Contains(field.Flows, flow) })
}

// Part returns the schema of those of the given fields that the flow manages.
func (s *Schema) Part(keys ...string) *Schema {
	return newSchema(s.Flow, s.Fields, func(field Field) bool { return slices.Contains(keys, field.Key) })
}

func newSchema(flow Flow, fields []Field, belongs func(Field) bool) *Schema {
	schema := &Schema{Flow: flow, index: map[string]int{}}
	for _, field := range fields {
		if belongs(field) {
			schema.index[field.Key] = len(schema.Fields)
			schema.Fields = append(schema.Fields, field)
			schema.keys = append(schema.keys, field.Key)
		}
	}
	return schema
}

// ByKey returns the field with the key, whichever flow manages it, and whether there is
// one.
func ByKey(key string) (Field, bool) {
	fields := table()
	if position := slices.IndexFunc(fields, func(field Field) bool { return field.Key == key }); position >= 0 {
		return fields[position], true
	}
	return Field{}, false
}

// Keys returns the keys of the fields, in their order.
func (s *Schema) Keys() []string { return s.keys }

// Index returns the position of the key, and whether the flow manages it.
func (s *Schema) Index(key string) (int, bool) {
	position, ok := s.index[key]
	return position, ok
}

// NameKey returns a key that is equal for names that are equal to Zendesk: trimmed and
// without regard to case (docs/services.md, Organizations).
func NameKey(name Value) string { return strings.ToLower(strings.TrimSpace(string(name))) }
