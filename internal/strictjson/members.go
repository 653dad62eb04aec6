// Package strictjson reads the JSON of artifacts, which this program wrote itself, and
// trusts nothing in it: an object must have exactly the keys that are written, each
// once, with values of the same kinds.
package strictjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Members calls set with each member of a JSON object, in order. The value is valid
// only during the call. A duplicate key is an error, and so is anything after the
// object; an error of set is returned with its key.
func Members(raw jsontext.Value, set func(key string, value jsontext.Value) error) error {
	return walk(raw, func(key string, value jsontext.Value) error {
		if err := set(key, value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	})
}

func walk(raw jsontext.Value, set func(key string, value jsontext.Value) error) error {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(raw))
	start, err := decoder.ReadToken()
	if err != nil {
		return err
	}
	if start.Kind() != '{' {
		return fmt.Errorf("%.40s is not an object", raw)
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
		return errors.New("unexpected data after the object")
	}
	return nil
}

// Object is Members for an object with exactly these keys. Another key, or a missing
// one, is an error that names it, and so is an error of set.
func Object(raw jsontext.Value, keys []string, set func(key string, value jsontext.Value) error) error {
	seen := make([]bool, len(keys))
	err := walk(raw, func(key string, value jsontext.Value) error {
		position := slices.Index(keys, key)
		if position < 0 {
			return fmt.Errorf("unknown key %.60q", key)
		}
		seen[position] = true
		if err := set(key, value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return missing(seen, func(position int) string { return keys[position] })
}

// missing returns an error that names the keys that were not seen, if any.
func missing(seen []bool, key func(position int) string) error {
	var keys []string
	for position, found := range seen {
		if !found {
			keys = append(keys, key(position))
		}
	}
	if keys == nil {
		return nil
	}
	return fmt.Errorf("missing keys: %s", strings.Join(keys, ", "))
}
