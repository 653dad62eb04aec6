package artifact

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// Read streams the records of the named file: parse turns each into a value, on several
// goroutines at once and without keeping the raw bytes, and each receives the values in
// the file's order. A record that cannot be parsed is an *Error that names it; an error
// of each is returned as it is. The caller may use what it read only if Read returns no
// error, because a truncated file fails only at its end.
func Read[T any](folder Folder, name string, parse func(raw jsontext.Value) (T, error), each func(T) error) (File, error) {
	stream, err := Open(folder, name, parse)
	if err != nil {
		return File{}, err
	}
	defer stream.Close()
	for {
		value, err := stream.Next()
		if errors.Is(err, io.EOF) {
			return stream.File(), nil
		}
		if err == nil {
			err = each(value)
		}
		if err != nil {
			return File{}, err
		}
	}
}

// recordError is an error in the file, with its place.
type recordError struct {
	place string
	err   error
}

func (e *recordError) Error() string { return e.place + e.err.Error() }

func (e *recordError) Unwrap() error { return e.err }

// scan passes the raw records to the function, which may not keep them.
func scan(decoder *jsontext.Decoder, each func(raw jsontext.Value) error) error {
	start, err := decoder.ReadToken()
	if err != nil {
		return &recordError{"", cutOff(err)}
	}
	if start.Kind() != '[' {
		return &recordError{"", errors.New("it is not a JSON array")}
	}
	for number := 1; decoder.PeekKind() != ']'; number++ {
		raw, err := decoder.ReadValue()
		if err != nil {
			return &recordError{fmt.Sprintf("record %d: ", number), cutOff(err)}
		}
		if err := each(raw); err != nil {
			return err
		}
	}
	if _, err := decoder.ReadToken(); err != nil {
		return &recordError{"", cutOff(err)}
	}
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return &recordError{"", errors.New("unexpected data after the array")}
	}
	return nil
}

func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file is cut off")
	}
	return jsonfault.Plain(err)
}

// accountOf returns the account of a record that cannot be read, if that much can be.
func accountOf(raw jsontext.Value) string {
	name := ""
	// The fault of the record is already being reported.
	_ = strictjson.Members(raw, func(key string, value jsontext.Value) error {
		if key == field.SalesforceID {
			name = fmt.Sprintf(" (%s %.40s)", field.SalesforceID, value)
		}
		return nil
	})
	return name
}
