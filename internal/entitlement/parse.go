package entitlement

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// Readers of what accounts.json holds beside managed fields, and of
// left_out.json.
var (
	readContacts = strictjson.Reader[[]account.Contact]()
	readHolds    = strictjson.Reader[[]hold.Hold]()
	readText     = strictjson.Reader[string]()
	readBool     = strictjson.Reader[bool]()
	readLeftOut  = strictjson.Reader[LeftOut]()
)

// ParseObject reads a record of accounts.json; schema is its flow's. An
// unknown, missing or repeated key is an error that names it, and so is a value
// that the processor does not write.
func ParseObject(raw jsontext.Value, schema *field.Schema) (Object, error) {
	object := Object{Record: schema.NewRecord()}
	managed := managedKeys(schema)
	extras := extraKeys(schema.Flow)
	err := strictjson.Object(raw, append(managed, extras...), func(key string, value jsontext.Value) error {
		if slices.Contains(extras, key) {
			return object.parseExtra(key, value)
		}
		return object.parseManaged(key, value)
	})
	return object, err
}

// managedKeys returns the keys of the managed fields that an object has.
func managedKeys(schema *field.Schema) []string {
	isMark := func(key string) bool { return key == field.MarkForDeletion }
	return slices.DeleteFunc(slices.Clone(schema.Keys()), isMark)
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
		return object.ID.UnmarshalText([]byte(value))
	case key == field.SupportLevel && !field.Level(value).Known():
		return fmt.Errorf("unknown level %q", value)
	case key == field.ExpirationDate:
		return new(account.Date).UnmarshalText([]byte(value))
	case value == "" && (managed.Kind == field.Decimal || managed.Kind == field.Integer):
		return fmt.Errorf("%s is not a number", raw)
	}
	return nil
}

func (object *Object) parseExtra(key string, raw jsontext.Value) (err error) {
	switch key {
	case keySoldTos:
		object.SoldTos, err = readContacts(raw)
	case keyHolds:
		object.Holds, err = readHolds(raw)
	case keyInOtherInstance:
		object.InOtherInstance, err = readBool(raw)
	case keySchedule:
		object.Schedule, err = readText(raw)
		if err == nil && object.Schedule != schedule24x7 && object.Schedule != schedule12x5 {
			err = fmt.Errorf("unknown schedule %q", object.Schedule)
		}
	case field.FedRAMP:
		object.FedRAMP, err = readBool(raw)
	}
	return err
}

// ParseLeftOut reads a record of left_out.json, as strictly as ParseObject.
func ParseLeftOut(raw jsontext.Value) (LeftOut, error) { return readLeftOut(raw) }
