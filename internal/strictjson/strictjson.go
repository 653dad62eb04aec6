package strictjson

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
)

// Marshal writes the value as one line of a record file: without white space, with & <
// > unescaped, and with U+FFFD in place of invalid Unicode.
func Marshal(value any) ([]byte, error) {
	return json.Marshal(value, jsontext.AllowInvalidUTF8(true))
}

// Reader returns a function that reads what Marshal wrote for a T. A key that T does
// not write, a key that is missing or comes twice, and a value of another kind (also
// null for a text) are errors that name the key. Types with their own unmarshaler, and
// those that the options have a function for, decide alone what they accept.
func Reader[T any](options ...json.Options) func(raw jsontext.Value) (T, error) {
	expected := shapeOf(reflect.TypeFor[T]())
	options = append(options, json.RejectUnknownMembers(true))
	return func(raw jsontext.Value) (T, error) {
		var value, none T
		if err := json.Unmarshal(raw, &value, options...); err != nil {
			return none, jsonfault.Plain(err)
		}
		// The library has refused duplicate names; a second check would cost time.
		if err := expected.check(jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowDuplicateNames(true))); err != nil {
			return none, err
		}
		return value, nil
	}
}

// shape is what the JSON of a Go type must have beyond what the library checks: the
// library leaves what is missing at zero.
type shape struct {
	// members are those of an object; nil for other types.
	members []member
	// element is the shape of a list's elements; nil for other types.
	element *shape
	// nullable may be null.
	nullable bool
}

type member struct {
	key, quoted string
	optional    bool
	shape       *shape
}

func shapeOf(kind reflect.Type) *shape {
	if readsItself(kind) {
		return &shape{nullable: true}
	}
	switch kind.Kind() {
	case reflect.Pointer:
		pointed := *shapeOf(kind.Elem())
		pointed.nullable = true
		return &pointed
	case reflect.Slice:
		return &shape{element: shapeOf(kind.Elem())}
	case reflect.Struct:
		return &shape{members: membersOf(kind)}
	}
	return &shape{}
}

// readsItself reports whether the type has its own unmarshaler.
func readsItself(kind reflect.Type) bool {
	pointer := reflect.PointerTo(kind)
	return kind == reflect.TypeFor[jsontext.Value]() ||
		pointer.Implements(reflect.TypeFor[json.MarshalerTo]()) || pointer.Implements(reflect.TypeFor[json.UnmarshalerFrom]())
}

// membersOf returns the members of a struct; those of an embedded struct count as its
// own.
func membersOf(kind reflect.Type) []member {
	var members []member
	for i := range kind.NumField() {
		field := kind.Field(i)
		key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && key == "":
			members = append(members, membersOf(field.Type)...)
		case key != "-":
			members = append(members, member{key, strconv.Quote(key), options != "", shapeOf(field.Type)})
		}
	}
	return members
}

// check checks a value that the library could read.
func (s *shape) check(decoder *jsontext.Decoder) error {
	switch kind := decoder.PeekKind(); {
	case kind == 'n' && !s.nullable:
		return errors.New("null where a value belongs")
	case kind == '{' && s.members != nil:
		return s.checkObject(decoder)
	case kind == '[' && s.element != nil:
		return s.checkList(decoder)
	}
	return decoder.SkipValue()
}

func (s *shape) checkObject(decoder *jsontext.Decoder) error {
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	seen := make([]bool, len(s.members))
	next := 0
	for decoder.PeekKind() != '}' {
		name, err := decoder.ReadValue()
		if err != nil {
			return err
		}
		position := s.position(name, next)
		if position < 0 {
			return fmt.Errorf("unknown key %s", name)
		}
		seen[position], next = true, position+1
		if err := s.members[position].shape.check(decoder); err != nil {
			return fmt.Errorf("%s: %w", s.members[position].key, err)
		}
	}
	for position, member := range s.members {
		seen[position] = seen[position] || member.optional
	}
	if err := missing(seen, func(position int) string { return s.members[position].key }); err != nil {
		return err
	}
	_, err := decoder.ReadToken()
	return err
}

// position returns the position of the member with the JSON name. It is nearly always
// the next one, because members come in the order they are written.
func (s *shape) position(name jsontext.Value, next int) int {
	if next < len(s.members) && string(name) == s.members[next].quoted {
		return next
	}
	key, err := jsontext.AppendUnquote(nil, name)
	if err != nil {
		return -1
	}
	return slices.IndexFunc(s.members, func(member member) bool { return member.key == string(key) })
}

func (s *shape) checkList(decoder *jsontext.Decoder) error {
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for place := 0; decoder.PeekKind() != ']'; place++ {
		if err := s.element.check(decoder); err != nil {
			return fmt.Errorf("%d: %w", place, err)
		}
	}
	_, err := decoder.ReadToken()
	return err
}
