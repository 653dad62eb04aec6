package plan

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Counts are the numbers of plan.json (docs/artifacts.md, plan.json).
type Counts struct {
	Organizations int
	Accounts      int
	Creates       int
	Updates       int
	Marks         int
	SupportGained int
	SupportLost   int
	// WithoutOrganization counts the accounts with support that have no
	// organization after this plan.
	WithoutOrganization int
	Held                int
	Orphans             int
	// Unmanaged counts empty and invalid ids.
	Unmanaged int
	Conflicts int
}

// numbers are all counts, by their names in plan.json, in the order in which they
// are shown.
func (c *Counts) numbers() []struct {
	name  string
	value *int
} {
	return []struct {
		name  string
		value *int
	}{
		{"organizations", &c.Organizations}, {"accounts", &c.Accounts},
		{"creates", &c.Creates}, {"updates", &c.Updates}, {"marks_for_deletion", &c.Marks},
		{"support_gained", &c.SupportGained}, {"support_lost", &c.SupportLost},
		{"without_organization", &c.WithoutOrganization},
		{"held", &c.Held}, {"orphans", &c.Orphans}, {"unmanaged", &c.Unmanaged}, {"conflicts", &c.Conflicts},
	}
}

// Count is one of the numbers, with its name in plan.json.
type Count struct {
	Name  string
	Value int
}

// Named returns the numbers in the order in which they are shown.
func (c Counts) Named() []Count {
	var named []Count
	for _, number := range c.numbers() {
		named = append(named, Count{number.name, *number.value})
	}
	return named
}

// CountsFrom returns the numbers by their names in plan.json; those that are
// missing are 0.
func CountsFrom(named map[string]int) Counts {
	var counts Counts
	for _, number := range counts.numbers() {
		*number.value = named[number.name]
	}
	return counts
}

// MarshalJSONTo writes the numbers with their names.
func (c Counts) MarshalJSONTo(encoder *jsontext.Encoder) error {
	if err := encoder.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, count := range c.Named() {
		if err := json.MarshalEncode(encoder, count.Name); err != nil {
			return err
		}
		if err := json.MarshalEncode(encoder, count.Value); err != nil {
			return err
		}
	}
	return encoder.WriteToken(jsontext.EndObject)
}

// Movement counts the updates that take an organization from one support
// level to another.
type Movement struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Count int    `json:"count"`
}

// FieldCount counts the updates that change a field.
type FieldCount struct {
	Field string `json:"field"`
	Count int    `json:"count"`
}
