// Package organization is a Zendesk organization as the suite sees it: its id
// and the fields that one flow manages.
package organization

import (
	"errors"
	"fmt"
	"strconv"

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
func (o Organization) AccountID(schema *field.Schema) (id account.ID, ok bool) {
	text := schema.Get(o.Record, field.SalesforceID)
	if text == "" {
		return "", false
	}
	id, err := account.ParseID(string(text))
	return id, err == nil
}

// Marked tells whether the organization is marked for deletion.
func (o Organization) Marked(schema *field.Schema) bool {
	return schema.Get(o.Record, field.MarkForDeletion) == field.True
}

// AppendJSON writes the organization as a record of zendesk_orgs.json.
func (o Organization) AppendJSON(out []byte, schema *field.Schema) []byte {
	out = append(out, `{"id":`...)
	out = strconv.AppendInt(out, o.ID, 10)
	out = append(out, ',')
	out = schema.AppendMembers(out, o.Record)
	out = append(out, `,"ignore_deletion":`...)
	out = strconv.AppendBool(out, o.IgnoreDeletion)
	return append(out, '}')
}

// Parse reads a record of zendesk_orgs.json. An unknown or missing key is an
// error that names it.
func Parse(raw jsontext.Value, schema *field.Schema) (Organization, error) {
	parsed := Organization{Record: schema.NewRecord()}
	seen := 0
	err := field.Members(raw, func(key string, value jsontext.Value) error {
		seen++
		switch key {
		case "id":
			id, err := strconv.ParseInt(string(value), 10, 64)
			parsed.ID = id
			return err
		case field.IgnoreDeletion:
			set, err := field.Check.Parse(value)
			parsed.IgnoreDeletion = set == field.True
			return err
		}
		known, err := schema.ParseMember(parsed.Record, key, value)
		if err == nil && !known {
			return fmt.Errorf("unknown key %q", key)
		}
		return err
	})
	if err == nil && seen != len(schema.Fields)+2 {
		err = errors.New("keys are missing")
	}
	return parsed, err
}
