package salesforce

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
)

// column is a value that a query names. It is in every row, null when it is
// empty: a row without it says nothing about the record (domain.md, Customer
// accounts, Absent is not null).
type column[T any] struct {
	value T
	given bool
}

// related is the record that a relationship leads to, nil when there is none.
type related[T any] struct {
	value *T
	given bool
}

// cell is a column or a relationship.
type cell interface {
	// read takes the value; reading is told what is odd about it.
	read(name string, raw jsontext.Value, into *reading) error
	isGiven() bool
}

// named is a cell with the name that the query gives it.
type named struct {
	name string
	cell cell
}

// rowType is a record of a query, or a page of records.
type rowType interface{ columns() []named }

// reading is what reading a row found out beside its values.
type reading struct {
	// missing are columns of the query that the row does not have, mangled
	// those whose text was not valid Unicode.
	missing, mangled []string
	// clean takes secrets out of a text.
	clean func(string) string
}

var errTwice = errors.New("it comes twice")

// tolerant does not judge what the suite does not use, and reads U+FFFD in
// place of what is not valid Unicode.
func tolerant() json.Options {
	return json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// readRow fills the row from an object. SOQL ignores case and answers come in
// the schema's, so columns are found without regard to case.
func (c *Client) readRow(raw jsontext.Value, into rowType) (reading, error) {
	found := reading{clean: c.secrets.Data}
	err := found.object("", raw, into)
	return found, err
}

func (found *reading) object(prefix string, raw jsontext.Value, into rowType) error {
	decoder := jsontext.NewDecoder(bytes.NewReader(raw), tolerant())
	if token, err := decoder.ReadToken(); err != nil {
		return jsonfault.Plain(err)
	} else if token.Kind() != '{' {
		return errors.New("it is not an object")
	}
	columns := into.columns()
	for decoder.PeekKind() != '}' {
		key, err := decoder.ReadToken()
		if err != nil {
			return jsonfault.Plain(err)
		}
		name := key.String()
		value, err := decoder.ReadValue()
		if err != nil {
			return jsonfault.Plain(err)
		}
		for _, column := range columns {
			if !strings.EqualFold(column.name, name) {
				continue
			}
			if err := column.cell.read(prefix+column.name, value, found); err != nil {
				return fmt.Errorf("%s%s: %w", prefix, column.name, jsonfault.Plain(err))
			}
			break
		}
	}
	for _, column := range columns {
		if !column.cell.isGiven() {
			found.missing = append(found.missing, prefix+column.name)
		}
	}
	return nil
}

func (c *column[T]) isGiven() bool { return c.given }

func (c *column[T]) read(name string, raw jsontext.Value, into *reading) error {
	if c.given {
		return errTwice
	}
	c.given = true
	if err := json.Unmarshal(raw, &c.value, tolerant()); err != nil {
		return err
	}
	if text, isText := any(&c.value).(*string); isText {
		*text = into.clean(*text)
		if !raw.IsValid() {
			into.mangled = append(into.mangled, name)
		}
	}
	return nil
}

func (r *related[T]) isGiven() bool { return r.given }

func (r *related[T]) read(name string, raw jsontext.Value, into *reading) error {
	if r.given {
		return errTwice
	}
	r.given = true
	if raw.Kind() == 'n' {
		return nil
	}
	r.value = new(T)
	record, ok := any(r.value).(rowType)
	if !ok {
		return fmt.Errorf("%T has no columns", r.value)
	}
	return into.object(name+".", raw, record)
}

// text is a text column's value without the white space around it.
func text(c column[string]) string { return strings.TrimSpace(c.value) }

// user is the record of a relationship to somebody with a name.
type user struct{ name column[string] }

func (u *user) columns() []named { return []named{{"Name", &u.name}} }
