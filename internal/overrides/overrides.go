// Package overrides knows the rules of the overrides file, in which support
// says by hand what an account is entitled to (docs/rules.md, Overrides file).
package overrides

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Override is one entry of the file: values that replace an account's in one
// instance.
type Override struct {
	ID       account.ID
	Instance field.Instance
	// Named reports that the entry names its instance; without that it is for
	// Global.
	Named bool
	// Reason is for people; it may be empty.
	Reason string
	// ExpiresOn is the last day on which the entry counts; empty when it counts
	// for good.
	ExpiresOn account.Date
	// Values are the attributes that the entry names, in the order of the
	// instance's fields, usgov_fedramp last.
	Values []Value
	// Line is where the entry begins in the file.
	Line int
}

// Value is one attribute that an entry names. Key is the key of a managed
// field of the instance, or field.FedRAMP.
type Value struct {
	Key   string
	Value field.Value
}

// ExpiredOn reports whether the entry is ignored on the day given: from the day
// after expires_on.
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

// Overrides is what the overrides file says. It is never changed once it is
// parsed, so it may be used from several goroutines.
type Overrides struct {
	all  []*Override
	byID map[target]*Override
}

// target is what only one entry may be for. Both forms of an id are the same.
type target struct {
	instance field.Instance
	id       account.ID
}

// InForce returns the entry for the account in the instance, unless it has
// expired by the day given.
func (o *Overrides) InForce(instance field.Instance, id account.ID, today account.Date) (*Override, bool) {
	override, ok := o.byID[target{instance, id}]
	if !ok || override.ExpiredOn(today) {
		return nil, false
	}
	return override, true
}

// All returns every entry, in the file's order.
func (o *Overrides) All() []*Override { return slices.Clone(o.all) }

// Expired returns the entries that are ignored on the day given, in the file's
// order: each is worth a warning.
func (o *Overrides) Expired(today account.Date) []*Override {
	var expired []*Override
	for _, override := range o.all {
		if override.ExpiredOn(today) {
			expired = append(expired, override)
		}
	}
	return expired
}
