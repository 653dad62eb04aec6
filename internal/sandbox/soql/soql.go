// Package soql parses the part of the Salesforce Object Query Language that
// the sandbox answers, and evaluates it against any data that describes itself
// with an Object. Nothing is matched as a string: a query that names a field
// or a relationship that does not exist, or compares a date with a quoted
// text, is refused as Salesforce refuses it.
//
// Understood are SELECT with fields, dotted relationships and child
// subqueries; FROM; WHERE with AND, OR, NOT, brackets, =, !=, <, <=, >, >=, IN
// and NOT IN over text, dates, numbers, booleans and null; ORDER BY; LIMIT.
package soql

import (
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

const (
	// longest is Salesforce's own limit on a query, in characters.
	longest = 100_000
	// deepest bounds the brackets, and with them the recursion.
	deepest = 200
)

// The error codes of a refused query.
const (
	MalformedQuery = "MALFORMED_QUERY"
	InvalidField   = "INVALID_FIELD"
	InvalidType    = "INVALID_TYPE"
)

// Error is a query that is refused, in the words of the service.
type Error struct {
	Code    string // MalformedQuery, InvalidField or InvalidType
	Message string
}

// Error gives code and message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Query is a parsed query, not yet checked against any objects.
type Query struct {
	text      string
	statement *statement
}

// Parser reads queries. It is safe for use by several goroutines.
type Parser struct{ grammar *participle.Parser[statement] }

// Parse reads a query. What it refuses is an *Error.
func (p *Parser) Parse(text string) (*Query, error) {
	if len(text) > longest {
		return nil, &Error{MalformedQuery, "SOQL statements cannot be longer than 100,000 characters."}
	}
	if strings.Count(text, "(") > deepest {
		return nil, &Error{MalformedQuery, "the query has too many brackets"}
	}
	parsed, err := p.grammar.ParseString("", text)
	if err != nil {
		var refused participle.Error
		if errors.As(err, &refused) {
			return nil, malformed(text, refused.Position(), refused.Message())
		}
		return nil, &Error{MalformedQuery, err.Error()}
	}
	return &Query{text: text, statement: parsed}, nil
}

func malformed(text string, at lexer.Position, message string) *Error {
	return &Error{MalformedQuery, pointAt(text, at, message)}
}

func invalidField(text string, at lexer.Position, message string) *Error {
	return &Error{InvalidField, pointAt(text, at, message)}
}

// pointAt puts the place of an error over its message, as Salesforce does.
func pointAt(text string, at lexer.Position, message string) string {
	const before, after = 40, 20
	offset := min(max(at.Offset, 0), len(text))
	flat := strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, text[max(0, offset-before):min(len(text), offset+after)])
	return fmt.Sprintf("\n%s\n%s^\nERROR at Row:%d:Column:%d\n%s",
		strings.ToValidUTF8(flat, "?"), strings.Repeat(" ", min(offset, before)), at.Line, at.Column, message)
}
