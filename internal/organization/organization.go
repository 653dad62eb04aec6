// Package organization is a Zendesk organization as the suite sees it: its id
// and the fields that one flow manages.
package organization

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Organization is one organization as it is in Zendesk.
type Organization struct {
	// ID is Zendesk's 64-bit id.
	ID int64
	// Record holds the flow's managed fields in normal form; salesforce_id is
	// trimmed but otherwise as it stands.
	Record field.Record
	// IgnoreDeletion keeps people's organizations from being marked.
	IgnoreDeletion bool
}

// AccountID returns the account that the organization names, from 15 or 18
// characters. Not ok means it is unmanaged: the field is empty or no valid id
// (domain.md, Salesforce ids).
func (o Organization) AccountID() (id account.ID, ok bool) {
	text := o.Record.Get(field.SalesforceID)
	if text == "" {
		return "", false
	}
	id, err := account.ParseID(string(text))
	return id, err == nil
}

// Marked tells whether the organization is marked for deletion.
func (o Organization) Marked() bool {
	return o.Record.Get(field.MarkForDeletion) == field.True
}

// AppendJSON writes the organization as a record of zendesk_orgs.json.
func (o Organization) AppendJSON(out []byte) []byte {
	out = append(out, `{"id":`...)
	out = strconv.AppendInt(out, o.ID, 10)
	out = append(out, ',')
	out = o.Record.AppendMembers(out)
	out = append(out, `,"ignore_deletion":`...)
	out = strconv.AppendBool(out, o.IgnoreDeletion)
	return append(out, '}')
}

// Parse reads a record of zendesk_orgs.json. An unknown or missing key is an
// error that names it.
func Parse(raw jsontext.Value, schema *field.Schema) (Organization, error) {
	parsed := Organization{Record: schema.NewRecord()}
	seen := make([]string, 0, len(schema.Fields)+2)
	err := field.Members(raw, func(key string, value jsontext.Value) error {
		seen = append(seen, key)
		return parsed.parseMember(key, value)
	})
	if err == nil && len(seen) != len(schema.Fields)+2 {
		err = fmt.Errorf("missing keys: %s", strings.Join(missing(schema, seen), ", "))
	}
	if err != nil {
		return Organization{}, err
	}
	return parsed, nil
}

func (o *Organization) parseMember(key string, raw jsontext.Value) (err error) {
	switch key {
	case keyID:
		o.ID, err = parseID(raw)
		return err
	case field.IgnoreDeletion:
		o.IgnoreDeletion, err = ParseIgnoreDeletion(raw)
		return err
	}
	known, err := o.Record.ParseMember(key, raw)
	if err == nil && !known {
		return fmt.Errorf("unknown key %q", key)
	}
	return err
}

// missing returns the keys of a record that were not seen.
func missing(schema *field.Schema, seen []string) []string {
	keys := []string{keyID}
	for _, managed := range schema.Fields {
		keys = append(keys, managed.Key)
	}
	keys = append(keys, field.IgnoreDeletion)
	return slices.DeleteFunc(keys, func(key string) bool { return slices.Contains(seen, key) })
}

const keyID = "id"

func parseID(raw jsontext.Value) (int64, error) {
	id, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("%s: %.40s is no organization's", keyID, raw)
	}
	return id, nil
}

// ParseIgnoreDeletion reads the check box that keeps an organization.
func ParseIgnoreDeletion(raw jsontext.Value) (bool, error) {
	set, err := field.Check.Parse(raw)
	if err != nil {
		return false, fmt.Errorf("%s: %w", field.IgnoreDeletion, err)
	}
	return set == field.True, nil
}
