package zendesk

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// longestList is longer than any list in an answer of Zendesk.
const longestList = 10 * PageSize

// bounded is a list of an answer, nil if there is none. A list that is longer than any
// of Zendesk's is refused.
type bounded[T any] []T

// UnmarshalJSON reads a list or null.
func (l *bounded[T]) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	decoder := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if start, err := decoder.ReadToken(); err != nil || start.Kind() != '[' {
		return fmt.Errorf("%s is not a list", kindOf(raw))
	}
	*l = bounded[T]{}
	for decoder.PeekKind() != ']' {
		if len(*l) == longestList {
			return fmt.Errorf("a list of more than %d entries", longestList)
		}
		value, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		var next T
		if err := json.Unmarshal(value, &next); err != nil {
			return err
		}
		*l = append(*l, next)
	}
	return nil
}

// kindOf names the JSON type that was sent in place of a list.
func kindOf(raw []byte) string {
	switch jsontext.Value(raw).Kind() {
	case '{':
		return "an object"
	case '"':
		return "a text"
	}
	return "the value"
}
