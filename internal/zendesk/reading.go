package zendesk

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// reading is an organization that is being read.
type reading struct {
	*Client
	into *organization.Organization
}

// members reads organization_fields. What other people keep there is not
// judged: neither its text nor a key that comes twice.
func (r reading) members(raw jsontext.Value) error {
	decoder := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if start, err := decoder.ReadToken(); err != nil || start.Kind() != '{' {
		return errors.New("organization_fields is not an object")
	}
	seen := map[string]bool{}
	for decoder.PeekKind() == '"' {
		token, err := decoder.ReadToken()
		if err != nil {
			return jsonfault.Plain(err)
		}
		key := token.String()
		value, err := decoder.ReadValue()
		if err != nil {
			return jsonfault.Plain(err)
		}
		_, managed := r.schema.Index(key)
		if key == field.Name || (!managed && key != field.IgnoreDeletion) {
			continue
		}
		if seen[key] {
			return fmt.Errorf("%s comes twice", key)
		}
		seen[key] = true
		if err := r.member(key, value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

// clean takes secrets and what is not Unicode out of a text.
func (r reading) clean(key string, raw jsontext.Value) jsontext.Value {
	text, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		// What was not Unicode is replaced in the text by now.
		r.logger.Warn("text that is not valid Unicode was read with U+FFFD in its place", "organization", r.into.ID, "field", key)
	}
	if cleaned := r.secrets.Data(string(text)); err != nil || cleaned != string(text) {
		return field.AppendText(nil, cleaned)
	}
	return raw
}

func (r reading) member(key string, raw jsontext.Value) error {
	if raw.Kind() == '"' {
		raw = r.clean(key, raw)
	}
	if key == field.IgnoreDeletion {
		var err error
		r.into.IgnoreDeletion, err = organization.ParseIgnoreDeletion(raw)
		return err
	}
	if _, err := r.into.Record.ParseMember(key, raw); err != nil {
		return err
	}
	if position, _ := r.schema.Index(key); r.schema.Fields[position].Kind == field.DropDown {
		r.into.Record.Set(key, r.fields.valueOf(key, r.into.Record.Get(key)))
	}
	return nil
}
