// Package overrides has the rules of the overrides file, in which support sets by hand
// what an account is entitled to (docs/rules.md, Overrides file).
package overrides

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Override is one entry of the file: values that replace those of an account in one
// instance.
type Override struct {
	ID       account.ID
	Instance field.Instance
	// Named reports that the entry names its instance; one that does not is for Global.
	Named bool
	// Reason is for people; it may be empty.
	Reason string
	// ExpiresOn is the last day on which the entry counts; empty for an entry without
	// an end.
	ExpiresOn account.Date
	// Values are the attributes that the entry names, in the order of the
	// instance's fields, usgov_fedramp last.
	Values []Value
	// Line is the line of the file on which the entry begins.
	Line int
}

// Value is one attribute that an entry names. Key is the key of a managed
// field of the instance, or field.FedRAMP.
type Value struct {
	Key   string
	Value field.Value
}

// ExpiredOn reports whether the entry is ignored on the given day, which it is from the
// day after expires_on.
func (o *Override) ExpiredOn(today account.Date) bool {
	return o.ExpiresOn != "" && o.ExpiresOn < today
}

// Value returns the value of the key, and whether the entry names it.
func (o *Override) Value(key string) (field.Value, bool) {
	for _, value := range o.Values {
		if value.Key == key {
			return value.Value, true
		}
	}
	return "", false
}

// Overrides is the content of the overrides file. It does not change after parsing, so
// it may be used from several goroutines.
type Overrides struct {
	all  []*Override
	byID map[target]*Override
}

// target is an account in an instance, for which only one entry is allowed. Both forms
// of an id are the same.
type target struct {
	instance field.Instance
	id       account.ID
}

// InForce returns the entry for the account in the instance, unless it has expired by
// the given day.
func (o *Overrides) InForce(instance field.Instance, id account.ID, today account.Date) (*Override, bool) {
	override, ok := o.byID[target{instance, id}]
	if !ok || override.ExpiredOn(today) {
		return nil, false
	}
	return override, true
}

// All returns every entry, in the file's order.
func (o *Overrides) All() []*Override { return slices.Clone(o.all) }

// Expired returns the entries that are ignored on the given day, in the file's order,
// for warnings.
func (o *Overrides) Expired(today account.Date) []*Override {
	var expired []*Override
	for _, override := range o.all {
		if override.ExpiredOn(today) {
			expired = append(expired, override)
		}
	}
	return expired
}
