package soql

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// The types of tokens.
const (
	stringToken lexer.TokenType = lexer.EOF - 1 - iota
	dateTimeToken
	dateToken
	numberToken
	keywordToken
	identToken
	operatorToken
	punctuationToken
	spaceToken
)

// tokens defines the tokens of a query.
type tokens struct {
	keywords  []string
	operators []string
	// literals are the patterns of what begins with a digit or a sign, the longest first.
	literals []literalPattern
}

type literalPattern struct {
	token   lexer.TokenType
	pattern *regexp.Regexp
}

func newTokens() *tokens {
	return &tokens{
		keywords: []string{"SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "NULLS", "NULL", "TRUE", "FALSE",
			"ORDER", "BY", "ASC", "DESC", "FIRST", "LAST", "LIMIT"},
		operators: []string{"!=", "<>", "<=", ">=", "=", "<", ">"},
		literals: []literalPattern{
			{dateTimeToken, regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T[0-9:.]+(?:Z|[+-]\d{2}:?\d{2})`)},
			{dateToken, regexp.MustCompile(`^\d{4}-\d{2}-\d{2}`)},
			{numberToken, regexp.MustCompile(`^[-+]?\d+(?:\.\d+)?`)},
		},
	}
}

// Symbols implements lexer.Definition, with the names that the grammar uses.
func (t *tokens) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{
		"EOF": lexer.EOF, "String": stringToken, "DateTime": dateTimeToken, "Date": dateToken, "Number": numberToken,
		"Keyword": keywordToken, "Ident": identToken, "Operator": operatorToken, "Punctuation": punctuationToken, "Space": spaceToken,
	}
}

// Lex implements lexer.Definition.
func (t *tokens) Lex(filename string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return &scanner{tokens: t, rest: string(text), at: lexer.Position{Filename: filename, Line: 1, Column: 1}}, nil
}

// scanner cuts a query into tokens.
type scanner struct {
	tokens *tokens
	rest   string
	at     lexer.Position
}

// Next implements lexer.Lexer.
func (s *scanner) Next() (lexer.Token, error) {
	if s.rest == "" {
		return lexer.EOFToken(s.at), nil
	}
	kind, length := s.tokens.first(s.rest)
	if length == 0 {
		return lexer.Token{}, &lexer.Error{Msg: fmt.Sprintf("invalid input text %.16q", s.rest), Pos: s.at}
	}
	token := lexer.Token{Type: kind, Value: s.rest[:length], Pos: s.at}
	s.at.Advance(token.Value)
	s.rest = s.rest[length:]
	return token, nil
}

// first returns the type and the length of the token at the start of the text, which is
// not empty; the length is 0 if there is none.
func (t *tokens) first(text string) (kind lexer.TokenType, length int) {
	switch c := text[0]; {
	case isSpace(c):
		return spaceToken, span(text, isSpace)
	case isLetter(c):
		word := text[:span(text, isWord)]
		if slices.ContainsFunc(t.keywords, func(keyword string) bool { return strings.EqualFold(keyword, word) }) {
			return keywordToken, len(word)
		}
		return identToken, len(word)
	case c == '\'':
		return stringToken, quotedLength(text)
	case strings.IndexByte("(),.", c) >= 0:
		return punctuationToken, 1
	}
	for _, operator := range t.operators {
		if strings.HasPrefix(text, operator) {
			return operatorToken, len(operator)
		}
	}
	for _, literal := range t.literals {
		if value := literal.pattern.FindString(text); value != "" {
			return literal.token, len(value)
		}
	}
	return 0, 0
}

// span returns how many bytes at the start of the text are of the class.
func span(text string, class func(byte) bool) int {
	for i := range len(text) {
		if !class(text[i]) {
			return i
		}
	}
	return len(text)
}

func isSpace(c byte) bool { return strings.IndexByte(" \t\n\r\f", c) >= 0 }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isWord(c byte) bool { return isLetter(c) || '0' <= c && c <= '9' || c == '_' }

// quotedLength returns the length of a string literal with its quotes, 0 if it has no
// end.
func quotedLength(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '\'':
			return i + 1
		}
	}
	return 0
}
