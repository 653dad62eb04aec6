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

// Read streams the records of the named file: parse makes a value of each, on
// several goroutines at once and without keeping the raw bytes, and each takes
// the values in the file's order. A record that cannot be parsed is an *Error
// that names it; an error of each comes back as it is. What was read counts
// only once Read has returned without an error: a file that is cut off shows
// it at its end.
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

// recordError is a fault of the file, with its place.
type recordError struct {
	place string
	err   error
}

func (e *recordError) Error() string { return e.place + e.err.Error() }

func (e *recordError) Unwrap() error { return e.err }

// scan gives the raw records to the function, which may not keep them.
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

// accountOf names the account of a record that cannot be read, if it says.
func accountOf(raw jsontext.Value) string {
	name := ""
	// Whatever is wrong with the record is being reported already.
	_ = strictjson.Members(raw, func(key string, value jsontext.Value) error {
		if key == field.SalesforceID {
			name = fmt.Sprintf(" (%s %.40s)", field.SalesforceID, value)
		}
		return nil
	})
	return name
}
