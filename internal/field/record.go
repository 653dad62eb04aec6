package field

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// Record is one value for each managed field of a flow. Copies share their
// values; Clone does not.
type Record struct {
	Schema *Schema
	// Values are in the order of Schema.Fields.
	Values []Value
}

// NewRecord returns a record of empty values.
func (s *Schema) NewRecord() Record {
	return Record{Schema: s, Values: make([]Value, len(s.Fields))}
}

// FromProfile returns a record with every value that is copied from the account; those
// that rules set are empty.
func (s *Schema) FromProfile(profile account.Profile) Record {
	record := s.NewRecord()
	for i, field := range s.Fields {
		if field.Of != nil {
			record.Values[i] = field.Of(profile)
		}
	}
	return record
}

// FromPartner returns the record that the partner's organization should have.
func (s *Schema) FromPartner(partner *account.Partner) Record {
	record := s.FromProfile(partner.Profile())
	record.Set(AccountType, TextOf(partner.AccountType))
	return record
}

// Get returns the value of the key, empty when the flow does not manage it.
func (r Record) Get(key string) Value {
	if position, ok := r.Schema.Index(key); ok {
		return r.Values[position]
	}
	return ""
}

// Set sets the value of the key, if the flow manages it.
func (r Record) Set(key string, value Value) {
	if position, ok := r.Schema.Index(key); ok {
		r.Values[position] = value
	}
}

// Clone returns a record that shares no values with this one.
func (r Record) Clone() Record {
	return Record{Schema: r.Schema, Values: slices.Clone(r.Values)}
}

// Equal reports whether the records are of one flow and no value differs.
func (r Record) Equal(other Record) bool {
	if r.Schema == nil || other.Schema == nil {
		return r.Schema == other.Schema
	}
	return r.Schema.Flow == other.Schema.Flow && slices.Equal(r.Values, other.Values)
}

// Diff returns the fields that differ between two records of one flow, in
// table order.
func (r Record) Diff(to Record) []Change {
	var changes []Change
	for i, field := range r.Schema.Fields {
		if r.Values[i] != to.Values[i] {
			changes = append(changes, Change{Field: field, From: r.Values[i], To: to.Values[i]})
		}
	}
	return changes
}

// AppendMembers writes the record's members, without braces and without the given keys.
func (r Record) AppendMembers(out []byte, leaveOut ...string) []byte {
	first := true
	for i, field := range r.Schema.Fields {
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
		out = field.Kind.AppendJSON(out, r.Values[i])
	}
	return out
}

// ParseMember sets the member of the key, and reports whether the flow manages
// it.
func (r Record) ParseMember(key string, raw jsontext.Value) (bool, error) {
	position, ok := r.Schema.Index(key)
	if !ok {
		return false, nil
	}
	value, err := r.Schema.Fields[position].Kind.Parse(raw)
	if err == nil {
		r.Values[position] = value
	}
	return true, err
}
