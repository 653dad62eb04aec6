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

// objectReader reads records of accounts.json of one flow.
type objectReader struct {
	schema       *field.Schema
	keys, extras []string
	contacts     func(jsontext.Value) ([]account.Contact, error)
	holds        func(jsontext.Value) ([]hold.Hold, error)
	text         func(jsontext.Value) (string, error)
	truth        func(jsontext.Value) (bool, error)
}

// Reader returns a function that reads records of accounts.json; schema is its
// flow's. Errors are an unknown, missing or repeated key, which they name, and a
// value that the processor does not write.
func Reader(schema *field.Schema) func(raw jsontext.Value) (Entitlement, error) {
	extras := extraKeys(schema.Flow)
	return objectReader{
		schema: schema, keys: append(managedKeys(schema), extras...), extras: extras,
		contacts: strictjson.Reader[[]account.Contact](), holds: strictjson.Reader[[]hold.Hold](),
		text: strictjson.Reader[string](), truth: strictjson.Reader[bool](),
	}.read
}

func (r objectReader) read(raw jsontext.Value) (Entitlement, error) {
	object := Entitlement{Record: r.schema.NewRecord()}
	err := strictjson.Object(raw, r.keys, func(key string, value jsontext.Value) error {
		if slices.Contains(r.extras, key) {
			return r.extra(&object, key, value)
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

// parseManaged reads a managed field. The rules always set numbers, and a known
// level.
func (o *Entitlement) parseManaged(key string, raw jsontext.Value) error {
	position, _ := o.Record.Schema.Index(key)
	f := o.Record.Schema.Fields[position]
	value, err := f.Kind.Parse(raw)
	if err != nil {
		return err
	}
	o.Record.Values[position] = value
	switch {
	case key == field.SalesforceID:
		return o.ID.UnmarshalText([]byte(value))
	case key == field.SupportLevel && !field.Level(value).Known():
		return fmt.Errorf("unknown level %q", value)
	case key == field.ExpirationDate:
		return new(account.Date).UnmarshalText([]byte(value))
	case value == "" && (f.Kind == field.Decimal || f.Kind == field.Integer):
		return fmt.Errorf("%s is not a number", raw)
	}
	return nil
}

func (r objectReader) extra(object *Entitlement, key string, raw jsontext.Value) (err error) {
	switch key {
	case keySoldTos:
		object.SoldTos, err = r.contacts(raw)
	case keyHolds:
		object.Holds, err = r.holds(raw)
	case keyInOtherInstance:
		object.InOtherInstance, err = r.truth(raw)
	case keySchedule:
		object.Schedule, err = r.text(raw)
		if err == nil && object.Schedule != schedule24x7 && object.Schedule != schedule12x5 {
			err = fmt.Errorf("unknown schedule %q", object.Schedule)
		}
	case field.FedRAMP:
		object.FedRAMP, err = r.truth(raw)
	}
	return err
}

// LeftOutReader returns a function that reads records of left_out.json, as
// strictly as Reader does.
func LeftOutReader() func(raw jsontext.Value) (LeftOut, error) { return strictjson.Reader[LeftOut]() }
