package salesforce

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
)

// column is a value that a query names. Every row has it, null if it is empty: a row
// without the column says nothing about the record (docs/rules.md, Absent is not null).
type column[T any] struct {
	value T
	given bool
}

// related is the record at the end of a relationship, nil if there is none.
type related[T any] struct {
	value *T
	given bool
}

// cell is a column, a relationship or a list.
type cell interface {
	// read reads the next value, and returns what is odd about it. The error means that
	// the rest of the answer cannot be read.
	read(name string, decoder *jsontext.Decoder, into *reading) error
	isGiven() bool
}

// named is a cell with its name in the query.
type named struct {
	name string
	cell cell
}

// rowType is a record of a query, or a page of records.
type rowType interface{ columns() []named }

// rowOf is a pointer to a T that can be filled from a record.
type rowOf[T any] interface {
	*T
	rowType
}

// reading is what was found while reading a row, beside its values.
type reading struct {
	// missing are columns of the query that the row lacks, mangled those whose text was
	// not valid Unicode.
	missing, mangled []string
	// fault is the first value that does not fit its column.
	fault error
	// clean removes secrets from a text.
	clean func(string) string
}

func (r *reading) fail(name string, err error) {
	if r.fault == nil && err != nil {
		r.fault = fmt.Errorf("%s: %w", name, jsonfault.Plain(err))
	}
}

var (
	errTwice    = errors.New("it comes twice")
	errNoObject = errors.New("it is not an object")
)

// tolerant accepts oddities in what the suite does not use, and reads invalid Unicode
// as U+FFFD.
func tolerant() json.Options {
	return json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// readWhole fills the row from an answer that is a single object.
func (c *Client) readWhole(raw []byte, into rowType) (reading, error) {
	read := reading{clean: c.secrets.Data}
	decoder := jsontext.NewDecoder(bytes.NewBuffer(raw), tolerant())
	err := read.object("", decoder, into)
	if err == nil {
		if _, err = decoder.ReadToken(); errors.Is(err, io.EOF) {
			err = nil
		} else if err == nil {
			err = errors.New("unexpected data after it")
		}
	}
	return read, jsonfault.Plain(err)
}

// object fills the row from the next object, in one pass. SOQL ignores case and answers
// use the schema's case, so columns are found without regard to case.
func (r *reading) object(prefix string, decoder *jsontext.Decoder, into rowType) error {
	if decoder.PeekKind() != '{' {
		if r.fault == nil {
			r.fault = errNoObject
		}
		return decoder.SkipValue()
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	columns := into.columns()
	expected := 0
	for decoder.PeekKind() != '}' {
		key, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		position := positionOf(key.String(), columns, expected)
		if position < 0 {
			err = decoder.SkipValue()
		} else {
			expected = position + 1
			err = columns[position].cell.read(prefix+columns[position].name, decoder, r)
		}
		if err != nil {
			return err
		}
	}
	for _, column := range columns {
		if !column.cell.isGiven() {
			r.missing = append(r.missing, prefix+column.name)
		}
	}
	_, err := decoder.ReadToken()
	return err
}

// positionOf returns the position of the column with the name, -1 if there is none. It
// is nearly always the next one, because columns come in the order of the query.
func positionOf(name string, columns []named, next int) int {
	if next < len(columns) && strings.EqualFold(columns[next].name, name) {
		return next
	}
	for position, column := range columns {
		if strings.EqualFold(column.name, name) {
			return position
		}
	}
	return -1
}

func (c *column[T]) isGiven() bool { return c.given }

func (c *column[T]) read(name string, decoder *jsontext.Decoder, into *reading) error {
	raw, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	if c.given {
		into.fail(name, errTwice)
		return nil
	}
	c.given = true
	value, isText := any(&c.value).(*string)
	if !isText || raw.Kind() != '"' {
		into.fail(name, json.Unmarshal(raw, &c.value, tolerant()))
		return nil
	}
	// Invalid bytes have been replaced, and that is the only error here.
	text, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		into.mangled = append(into.mangled, name)
	}
	*value = into.clean(string(text))
	return nil
}

func (r *related[T]) isGiven() bool { return r.given }

func (r *related[T]) read(name string, decoder *jsontext.Decoder, into *reading) error {
	if r.given {
		into.fail(name, errTwice)
		return decoder.SkipValue()
	}
	r.given = true
	if decoder.PeekKind() == 'n' {
		return decoder.SkipValue()
	}
	r.value = new(T)
	record, ok := any(r.value).(rowType)
	if !ok {
		return fmt.Errorf("%T has no columns", r.value)
	}
	if decoder.PeekKind() != '{' {
		into.fail(name, errNoObject)
		return decoder.SkipValue()
	}
	return into.object(name+".", decoder, record)
}

// text returns the value of a text column without surrounding white space.
func text(c column[string]) string { return strings.TrimSpace(c.value) }

// user is the record at the end of a relationship to a person with a name.
type user struct{ name column[string] }

func (u *user) columns() []named { return []named{{"Name", &u.name}} }
