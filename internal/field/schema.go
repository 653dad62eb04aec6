package field

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// Schema is the managed fields of one flow, in table order.
type Schema struct {
	Flow   Flow
	Fields []Field
	index  map[string]int
}

// Record is one value for each field of a schema, in its order.
type Record []Value

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

// Index returns the position of the key, and whether the flow manages it.
func (schema *Schema) Index(key string) (int, bool) {
	position, ok := schema.index[key]
	return position, ok
}

// NewRecord returns a record of empty values.
func (schema *Schema) NewRecord() Record { return make(Record, len(schema.Fields)) }

// Get returns the value of the key, empty when the flow does not manage it.
func (schema *Schema) Get(record Record, key string) Value {
	if position, ok := schema.index[key]; ok {
		return record[position]
	}
	return ""
}

// Set sets the value of the key, if the flow manages it.
func (schema *Schema) Set(record Record, key string, value Value) {
	if position, ok := schema.index[key]; ok {
		record[position] = value
	}
}

// FromProfile returns a record with every value that is taken over from the
// account as it stands; what the rules set is empty.
func (schema *Schema) FromProfile(profile account.Profile) Record {
	record := schema.NewRecord()
	for i, field := range schema.Fields {
		if field.Of != nil {
			record[i] = field.Of(profile)
		}
	}
	return record
}

// FromPartner returns what the partner's organization should be.
func (schema *Schema) FromPartner(partner *account.Partner) Record {
	record := schema.FromProfile(partner.Profile())
	schema.Set(record, AccountType, TextOf(partner.AccountType))
	return record
}

// Diff returns the fields that differ, in table order.
func (schema *Schema) Diff(from, to Record) []Change {
	var changes []Change
	for i, field := range schema.Fields {
		if from[i] != to[i] {
			changes = append(changes, Change{Field: field, From: from[i], To: to[i]})
		}
	}
	return changes
}

// AppendMembers writes the record's members, without braces, but for the keys
// to leave out.
func (schema *Schema) AppendMembers(out []byte, record Record, leaveOut ...string) []byte {
	first := true
	for i, field := range schema.Fields {
		if slices.Contains(leaveOut, field.Key) {
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		out = append(out, '"')
		out = append(out, field.Key...)
		out = append(out, `":`...)
		out = field.Kind.AppendJSON(out, record[i])
	}
	return out
}

// ParseMember sets the member of the key, and tells whether the flow manages
// it.
func (schema *Schema) ParseMember(record Record, key string, raw jsontext.Value) (bool, error) {
	position, ok := schema.index[key]
	if !ok {
		return false, nil
	}
	value, err := schema.Fields[position].Kind.Parse(raw)
	if err != nil {
		return true, fmt.Errorf("%s: %w", key, err)
	}
	record[position] = value
	return true, nil
}

// NameKey is the form in which Zendesk holds names to be the same: trimmed and
// without regard to case (apis.md).
func NameKey(name Value) string { return strings.ToLower(strings.TrimSpace(string(name))) }
