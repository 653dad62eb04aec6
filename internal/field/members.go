package field

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Members calls set with each member of a JSON object, in order. The value is
// valid during the call only. A duplicate key is an error, and so is anything
// after the object.
func Members(raw jsontext.Value, set func(key string, value jsontext.Value) error) error {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(raw))
	start, err := decoder.ReadToken()
	if err != nil {
		return err
	}
	if start.Kind() != '{' {
		return fmt.Errorf("%.40s is no object", raw)
	}
	for decoder.PeekKind() == '"' {
		name, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		value, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		if err := set(key, value); err != nil {
			return err
		}
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the object")
	}
	return nil
}
