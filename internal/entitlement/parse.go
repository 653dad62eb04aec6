package entitlement

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// ParseObject reads a record of accounts.json; schema is its flow's. An
// unknown, missing or repeated key is an error that names it, and so is a value
// that the processor does not write.
func ParseObject(raw jsontext.Value, schema *field.Schema) (Object, error) {
	object := Object{Record: schema.NewRecord()}
	var keys []string
	for _, managed := range schema.Fields {
		if managed.Key != field.MarkForDeletion {
			keys = append(keys, managed.Key)
		}
	}
	extras := extraKeys(schema.Flow)
	err := members(raw, append(keys, extras...), func(key string, value jsontext.Value) error {
		if slices.Contains(extras, key) {
			return object.parseExtra(key, value)
		}
		return object.parseManaged(key, value)
	})
	return object, err
}

// parseManaged reads a managed field. The rules always give numbers, and a
// level that is known.
func (object *Object) parseManaged(key string, raw jsontext.Value) error {
	position, _ := object.Record.Schema.Index(key)
	managed := object.Record.Schema.Fields[position]
	value, err := managed.Kind.Parse(raw)
	if err != nil {
		return err
	}
	object.Record.Values[position] = value
	switch {
	case key == field.SalesforceID:
		object.ID, err = account.ParseFullID(string(value))
	case key == field.SupportLevel && !field.Level(value).Known():
		err = fmt.Errorf("unknown level %q", value)
	case value == "" && (managed.Kind == field.Decimal || managed.Kind == field.Integer):
		err = fmt.Errorf("%s is no number", raw)
	}
	return err
}

func (object *Object) parseExtra(key string, raw jsontext.Value) (err error) {
	switch key {
	case keySoldTos:
		object.SoldTos, err = parseList(raw, parseContact)
	case keyUnmappedCharges:
		object.UnmappedCharges, err = parseList(raw, parseText)
	case keyInOtherInstance:
		object.InOtherInstance, err = parseBool(raw)
	case keyAwaitsOtherInstance:
		object.AwaitsOtherInstance, err = parseBool(raw)
	case keySchedule:
		object.Schedule, err = parseText(raw)
		if err == nil && object.Schedule != schedule24x7 && object.Schedule != schedule12x5 {
			err = fmt.Errorf("unknown schedule %q", object.Schedule)
		}
	case field.FedRAMP:
		object.FedRAMP, err = parseBool(raw)
	}
	return err
}

// ParseLeftOut reads a record of left_out.json, as strictly as ParseObject.
func ParseLeftOut(raw jsontext.Value) (LeftOut, error) {
	var left LeftOut
	err := members(raw, []string{field.SalesforceID, field.Name, "reason"}, func(key string, value jsontext.Value) error {
		text, err := parseText(value)
		if err != nil {
			return err
		}
		switch key {
		case field.SalesforceID:
			left.ID, err = account.ParseFullID(text)
		case field.Name:
			left.Name = text
		default:
			left.Reason = Reason(text)
			if !slices.Contains(Reasons(), left.Reason) {
				err = fmt.Errorf("unknown reason %q", text)
			}
		}
		return err
	})
	return left, err
}

// members calls set with each member of the object, and holds the object to
// exactly these keys.
func members(raw jsontext.Value, keys []string, set func(key string, value jsontext.Value) error) error {
	seen := make([]bool, len(keys))
	err := field.Members(raw, func(key string, value jsontext.Value) error {
		position := slices.Index(keys, key)
		if position < 0 {
			return fmt.Errorf("unknown key %q", key)
		}
		seen[position] = true
		if err := set(key, value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	})
	if missing := slices.Index(seen, false); err == nil && missing >= 0 {
		return fmt.Errorf("missing key %q", keys[missing])
	}
	return err
}

// parseList reads a JSON array; an empty one is nil.
func parseList[T any](raw jsontext.Value, parseItem func(jsontext.Value) (T, error)) ([]T, error) {
	decoder := jsontext.NewDecoder(bytes.NewReader(raw))
	start, err := decoder.ReadToken()
	if err != nil {
		return nil, err
	}
	if start.Kind() != '[' {
		return nil, fmt.Errorf("%.40s is no list", raw)
	}
	var list []T
	for decoder.PeekKind() != ']' {
		value, err := decoder.ReadValue()
		if err != nil {
			return nil, err
		}
		item, err := parseItem(value)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, nil
}

func parseContact(raw jsontext.Value) (account.Contact, error) {
	var contact account.Contact
	err := members(raw, []string{"name", "email"}, func(key string, value jsontext.Value) (err error) {
		if key == "name" {
			contact.Name, err = parseText(value)
		} else {
			contact.Email, err = parseText(value)
		}
		return err
	})
	return contact, err
}

func parseText(raw jsontext.Value) (string, error) {
	if raw.Kind() != '"' {
		return "", fmt.Errorf("%.40s is no text", raw)
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	return string(text), err
}

func parseBool(raw jsontext.Value) (bool, error) {
	switch raw.Kind() {
	case 't':
		return true, nil
	case 'f':
		return false, nil
	}
	return false, fmt.Errorf("%.40s is neither true nor false", raw)
}
