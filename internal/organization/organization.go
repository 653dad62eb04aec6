// Package organization describes a Zendesk organization as one flow uses it: its id and
// the fields that the flow manages.
package organization

import (
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// Organization is one organization in Zendesk.
type Organization struct {
	// ID is Zendesk's 64-bit id.
	ID int64
	// Record holds the flow's managed fields in normal form; salesforce_id is trimmed
	// but otherwise unchanged.
	Record field.Record
	// IgnoreDeletion keeps the organization from being marked.
	IgnoreDeletion bool
}

// AccountID returns the account that the organization names with 15 or 18 characters.
// If it is not ok, the organization is unmanaged: the field is empty or not a valid id
// (docs/rules.md, Salesforce ids).
func (o Organization) AccountID() (id account.ID, ok bool) {
	text := o.Record.Get(field.SalesforceID)
	if text == "" {
		return "", false
	}
	id, err := account.ParseID(string(text))
	return id, err == nil
}

// Marked reports whether the organization is marked for deletion.
func (o Organization) Marked() bool {
	return o.Record.Get(field.MarkForDeletion) == field.True
}

// MarshalJSONTo writes the organization as a record of zendesk_orgs.json.
func (o Organization) MarshalJSONTo(encoder *jsontext.Encoder) error {
	out := strconv.AppendInt([]byte(`{"id":`), o.ID, 10)
	out = o.Record.AppendMembers(append(out, ','))
	out = strconv.AppendBool(append(out, `,"ignore_deletion":`...), o.IgnoreDeletion)
	return encoder.WriteValue(append(out, '}'))
}

// Parse reads a record of zendesk_orgs.json. An unknown or missing key is an
// error that names it.
func Parse(raw jsontext.Value, schema *field.Schema) (Organization, error) {
	parsed := Organization{Record: schema.NewRecord()}
	keys := append([]string{keyID, field.IgnoreDeletion}, schema.Keys()...)
	err := strictjson.Object(raw, keys, func(key string, value jsontext.Value) (err error) {
		switch key {
		case keyID:
			parsed.ID, err = parseID(value)
		case field.IgnoreDeletion:
			parsed.IgnoreDeletion, err = ParseIgnoreDeletion(value)
		default:
			_, err = parsed.Record.ParseMember(key, value)
		}
		return err
	})
	if err != nil {
		return Organization{}, err
	}
	return parsed, nil
}

const keyID = "id"

func parseID(raw jsontext.Value) (int64, error) {
	id, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("%.40s is not an organization's id", raw)
	}
	return id, nil
}

// ParseIgnoreDeletion reads the check box that keeps an organization from being marked.
func ParseIgnoreDeletion(raw jsontext.Value) (bool, error) {
	set, err := field.Check.Parse(raw)
	return set == field.True, err
}

// Named is the result of ParseName.
type Named struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// ParseName reads only the id and the name of a record of zendesk_orgs.json.
func ParseName(raw jsontext.Value) (Named, error) {
	var named Named
	return named, json.Unmarshal(raw, &named)
}
