package zendesk

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// answer is what an answer says about organizations.
type answer struct {
	// organizations are those of a list or a page, and listed reports that there is a
	// list; created is a single organization.
	organizations []organization.Organization
	listed        bool
	created       *organization.Organization
	meta          *cursor
	// broken is the first organization that cannot be read.
	broken error
}

// readAnswer reads the answer to a request for the path in one pass.
func (c *Client) readAnswer(path string, body []byte) (answer, error) {
	var found answer
	decoder := jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	err := eachMember(decoder, func(key string) error {
		switch key {
		case "organizations":
			return c.readOrganizations(decoder, &found)
		case "organization":
			found.created = &organization.Organization{}
			return c.readOrganization(decoder, found.created, &found.broken)
		case "meta":
			return json.UnmarshalDecode(decoder, &found.meta)
		}
		return decoder.SkipValue()
	})
	if err == nil {
		if _, err = decoder.ReadToken(); errors.Is(err, io.EOF) {
			return found, found.broken
		} else if err == nil {
			err = errors.New("unexpected data after it")
		}
	}
	return found, c.unreadable(path, err)
}

func (c *Client) readOrganizations(decoder *jsontext.Decoder, into *answer) error {
	switch decoder.PeekKind() {
	case 'n':
		return decoder.SkipValue()
	case '[':
	default:
		return errors.New("organizations is not a list")
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	into.listed = true
	for decoder.PeekKind() != ']' {
		if len(into.organizations) == longestList {
			return fmt.Errorf("it lists more than %d organizations", longestList)
		}
		var org organization.Organization
		if err := c.readOrganization(decoder, &org, &into.broken); err != nil {
			return err
		}
		into.organizations = append(into.organizations, org)
	}
	_, err := decoder.ReadToken()
	return err
}

// reading is the state of reading one organization.
type reading struct {
	*Client
	into *organization.Organization
	// fault is the first value that cannot be read. The rest of the organization is
	// read all the same, for its id and its name.
	fault error
}

// readOrganization turns Zendesk's organization into the flow's record. The fault of
// one that cannot be read is stored in broken, unless that is already set.
func (c *Client) readOrganization(decoder *jsontext.Decoder, into *organization.Organization, broken *error) error {
	into.Record = c.schema.NewRecord()
	reading := &reading{Client: c, into: into}
	err := eachMember(decoder, func(key string) error {
		switch key {
		case "id":
			return json.UnmarshalDecode(decoder, &into.ID)
		case field.Name:
			value, err := decoder.ReadValue()
			if err == nil {
				reading.member(key, value)
			}
			return err
		case "organization_fields":
			return reading.members(decoder)
		}
		return decoder.SkipValue()
	})
	name := into.Record.Get(field.Name)
	switch {
	case err != nil, *broken != nil:
	case into.ID <= 0:
		*broken = fmt.Errorf("organization %.80q has the invalid id %d; run again", name, into.ID)
	case reading.fault != nil:
		*broken = fmt.Errorf("organization %d (%.80q): %w", into.ID, name, c.secrets.Error(reading.fault))
	}
	return err
}

// members reads organization_fields. Fields of other owners are not checked, neither
// their values nor for duplicate keys.
func (r *reading) members(decoder *jsontext.Decoder) error {
	switch decoder.PeekKind() {
	case 'n':
		return decoder.SkipValue()
	case '{':
	default:
		r.fault = cmp.Or(r.fault, errors.New("organization_fields is not an object"))
		return decoder.SkipValue()
	}
	seen := map[string]bool{}
	return eachMember(decoder, func(key string) error {
		_, written := r.schema.Index(key)
		if key == field.Name || (!written && key != field.IgnoreDeletion) {
			return decoder.SkipValue()
		}
		value, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		if seen[key] {
			r.fault = cmp.Or(r.fault, fmt.Errorf("%s comes twice", key))
		}
		seen[key] = true
		r.member(key, value)
		return nil
	})
}

// eachMember passes every key of the next object to the function, which reads its
// value.
func eachMember(decoder *jsontext.Decoder, read func(key string) error) error {
	if decoder.PeekKind() != '{' {
		if err := decoder.SkipValue(); err != nil {
			return err
		}
		return errors.New("it is not an object")
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for decoder.PeekKind() != '}' {
		key, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		if err := read(key.String()); err != nil {
			return err
		}
	}
	_, err := decoder.ReadToken()
	return err
}

// clean removes secrets and invalid Unicode from a text.
func (r *reading) clean(key string, raw jsontext.Value) jsontext.Value {
	text, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		// Invalid Unicode has already been replaced at this point.
		r.logger.Warn("invalid Unicode was replaced by U+FFFD", "organization", r.into.ID, "field", key)
	}
	if cleaned := r.secrets.Data(string(text)); err != nil || cleaned != string(text) {
		return field.AppendText(nil, cleaned)
	}
	return raw
}

// member stores one value.
func (r *reading) member(key string, raw jsontext.Value) {
	if err := r.set(key, raw); err != nil {
		r.fault = cmp.Or(r.fault, fmt.Errorf("%s: %w", key, err))
	}
}

func (r *reading) set(key string, raw jsontext.Value) error {
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
