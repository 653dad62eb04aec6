package field

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Members calls set with each member of a JSON object, in order. The key is
// valid during the call only as the value is. A duplicate key is an error.
func Members(raw jsontext.Value, set func(key string, value jsontext.Value) error) error {
	decoder := jsontext.NewDecoder(bytes.NewReader(raw))
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
	end, err := decoder.ReadToken()
	if err != nil {
		return err
	}
	if end.Kind() != '}' {
		return errors.New("an object ends too early")
	}
	return nil
}
