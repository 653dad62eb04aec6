// Package jsonfault says in plain words why JSON cannot be read, because the libraries'
// messages name their own types.
package jsonfault

import (
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Plain returns an error that names the key and what is wrong with its value. An error
// that does not come from a JSON library is returned unchanged.
func Plain(err error) error {
	words := wordsOf(err)
	if words == "" {
		return err
	}
	return &plain{words, err}
}

// plain keeps the cause, for callers that depend on it.
type plain struct {
	words string
	cause error
}

func (p *plain) Error() string { return p.words }

func (p *plain) Unwrap() error { return p.cause }

func wordsOf(err error) string {
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	var mistyped *stdjson.UnmarshalTypeError
	var broken *stdjson.SyntaxError
	switch {
	case errors.As(err, &semantic):
		return semanticWords(semantic)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the JSON is cut off"
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntactic):
		return fmt.Sprintf("duplicate key %q", syntactic.JSONPointer.LastToken())
	case errors.As(err, &syntactic):
		return fmt.Sprintf("it is not JSON at byte %d", syntactic.ByteOffset)
	case errors.As(err, &mistyped):
		return strings.TrimPrefix(mistyped.Field+": "+mistyped.Value+" is not "+wanted(mistyped.Type), ": ")
	case errors.As(err, &broken):
		return fmt.Sprintf("it is not JSON at byte %d", broken.Offset)
	}
	return ""
}

func semanticWords(err *json.SemanticError) string {
	at := err.JSONPointer
	var worded *plain
	switch {
	case errors.As(err.Err, &worded):
		return within(at) + worded.words
	case errors.Is(err.Err, json.ErrUnknownName):
		return within(at.Parent()) + fmt.Sprintf("unknown key %q", at.LastToken())
	case errors.Is(err.Err, strconv.ErrSyntax), errors.Is(err.Err, strconv.ErrRange):
		return fmt.Sprintf("%s%.40s is not %s", within(at), err.JSONValue, wanted(err.GoType))
	case err.Err != nil:
		return within(at) + err.Err.Error()
	}
	return within(at) + given(err.JSONKind) + " is not " + wanted(err.GoType)
}

// within names the keys, and the places in lists from 0, that lead to the
// value.
func within(at jsontext.Pointer) string {
	words := ""
	for token := range at.Tokens() {
		words += token + ": "
	}
	return words
}

// given names the kind of value that was found.
func given(kind jsontext.Kind) string {
	switch kind {
	case '"':
		return "a text"
	case '0':
		return "a number"
	case 't', 'f':
		return "true or false"
	case '[':
		return "a list"
	case '{':
		return "an object"
	case 'n':
		return "null"
	}
	return "the value"
}

// wanted names the kind of value that a Go type reads.
func wanted(kind reflect.Type) string {
	if kind == nil {
		return "what is expected"
	}
	switch kind.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map, reflect.Pointer:
		return "an object"
	}
	return "what is expected"
}
