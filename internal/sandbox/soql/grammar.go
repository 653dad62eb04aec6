package soql

import (
	"fmt"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// statement is a SELECT, of a whole query or of a child subquery.
type statement struct {
	Columns []*column   `parser:"'SELECT' @@ (',' @@)*"`
	From    *name       `parser:"'FROM' @@"`
	Where   *condition  `parser:"('WHERE' @@)?"`
	Order   []*ordering `parser:"('ORDER' 'BY' @@ (',' @@)*)?"`
	Limit   *int        `parser:"('LIMIT' @Number)?"`
}

type column struct {
	Children *statement `parser:"'(' @@ ')'"`
	Field    *name      `parser:"| @@"`
}

// name is a field, perhaps reached over relationships.
type name struct {
	Pos   lexer.Position
	Parts []string `parser:"@Ident ('.' @Ident)*"`
}

// condition joins terms by AND alone or by OR alone: mixing them without
// brackets is an error in SOQL.
type condition struct {
	First *term   `parser:"@@"`
	And   []*term `parser:"( ('AND' @@)+"`
	Or    []*term `parser:"| ('OR' @@)+ )?"`
}

type term struct {
	Not        bool        `parser:"@'NOT'?"`
	Group      *condition  `parser:"( '(' @@ ')'"`
	Comparison *comparison `parser:"| @@ )"`
}

type comparison struct {
	Field    *name      `parser:"@@"`
	Operator string     `parser:"( @Operator"`
	Value    *literal   `parser:"  @@"`
	NotIn    bool       `parser:"| @'NOT'? 'IN'"`
	List     []*literal `parser:"  '(' @@ (',' @@)* ')' )"`
}

// literal keeps the text as written, so that the kind of the field it meets
// can judge it.
type literal struct {
	Pos      lexer.Position
	Text     *string `parser:"  @String"`
	DateTime *string `parser:"| @DateTime"`
	Date     *string `parser:"| @Date"`
	Number   *string `parser:"| @Number"`
	Word     *string `parser:"| @('TRUE' | 'FALSE' | 'NULL')"`
}

type ordering struct {
	Field     *name `parser:"@@"`
	Down      bool  `parser:"('ASC' | @'DESC')?"`
	NullsLast *last `parser:"('NULLS' @@)?"`
}

type last struct {
	Last bool `parser:"'FIRST' | @'LAST'"`
}

// NewParser builds a parser of queries, which takes longer than a query does.
func NewParser() (*Parser, error) {
	parser, err := participle.Build[statement](
		participle.Lexer(newTokens()), participle.Elide("Space"), participle.CaseInsensitive("Keyword"))
	if err != nil {
		return nil, fmt.Errorf("building the query parser: %w", err)
	}
	return &Parser{parser}, nil
}
