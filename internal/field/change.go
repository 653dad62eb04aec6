package field

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// Change is one managed field that differs.
type Change struct {
	Field    Field
	From, To Value
}

// Changed is a change as artifacts write it.
type Changed struct {
	Field string         `json:"field"`
	From  jsontext.Value `json:"from"`
	To    jsontext.Value `json:"to"`
}

// Changed returns the change as artifacts write it.
func (c Change) Changed() Changed {
	kind := c.Field.Kind
	return Changed{Field: c.Field.Key, From: kind.AppendJSON(nil, c.From), To: kind.AppendJSON(nil, c.To)}
}

// MarshalJSONTo writes the change in the form of artifacts.
func (c Change) MarshalJSONTo(encoder *jsontext.Encoder) error {
	return json.MarshalEncode(encoder, c.Changed())
}

// change reads a change of the flow.
func (s *Schema) change(changed Changed) (change Change, err error) {
	position, ok := s.Index(changed.Field)
	if !ok {
		return change, fmt.Errorf("the %s flow does not manage the field %.60q", s.Flow, changed.Field)
	}
	change.Field = s.Fields[position]
	if change.From, err = change.Field.Kind.Parse(changed.From); err != nil {
		return change, fmt.Errorf("%s: from: %w", changed.Field, err)
	}
	if change.To, err = change.Field.Kind.Parse(changed.To); err != nil {
		return change, fmt.Errorf("%s: to: %w", changed.Field, err)
	}
	if change.From == change.To {
		return change, fmt.Errorf("%s: from and to are equal", changed.Field)
	}
	return change, nil
}

// MarshalJSONTo writes the record as an object of its fields.
func (r Record) MarshalJSONTo(encoder *jsontext.Encoder) error {
	return encoder.WriteValue(append(r.AppendMembers([]byte{'{'}), '}'))
}

// Readers returns an option of strictjson.Reader that reads changes of the
// flow, and records of just the fields given, if they are managed.
func (s *Schema) Readers(recordKeys ...string) json.Options {
	part, readChanged := s.Part(recordKeys...), strictjson.Reader[Changed]()
	return json.WithUnmarshalers(json.JoinUnmarshalers(
		json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, change *Change) error {
			raw, err := decoder.ReadValue()
			if err != nil {
				return err
			}
			changed, err := readChanged(raw)
			if err == nil {
				*change, err = s.change(changed)
			}
			return err
		}),
		json.UnmarshalFromFunc(func(decoder *jsontext.Decoder, record *Record) error {
			raw, err := decoder.ReadValue()
			if err != nil {
				return err
			}
			*record = part.NewRecord()
			return strictjson.Object(raw, part.Keys(), func(key string, value jsontext.Value) error {
				_, err := record.ParseMember(key, value)
				return err
			})
		}),
	))
}
