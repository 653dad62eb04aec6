package soql

import (
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

// grammar builds the parser. It takes less than a query does.
func grammar() (*participle.Parser[statement], error) {
	tokens, err := lexer.NewSimple([]lexer.SimpleRule{
		{Name: "String", Pattern: `'(?:[^'\\]|\\.)*'`},
		{Name: "DateTime", Pattern: `\d{4}-\d{2}-\d{2}T[0-9:.]+(?:Z|[+-]\d{2}:?\d{2})`},
		{Name: "Date", Pattern: `\d{4}-\d{2}-\d{2}`},
		{Name: "Number", Pattern: `[-+]?\d+(?:\.\d+)?`},
		{Name: "Keyword", Pattern: `(?i)(?:SELECT|FROM|WHERE|AND|OR|NOT|IN|NULLS|NULL|TRUE|FALSE|ORDER|BY|ASC|DESC|FIRST|LAST|LIMIT)\b`},
		{Name: "Ident", Pattern: `[A-Za-z][A-Za-z0-9_]*`},
		{Name: "Operator", Pattern: `!=|<>|<=|>=|=|<|>`},
		{Name: "Punctuation", Pattern: `[(),.]`},
		{Name: "Space", Pattern: `\s+`},
	})
	if err != nil {
		return nil, err
	}
	return participle.Build[statement](
		participle.Lexer(tokens), participle.Elide("Space"), participle.CaseInsensitive("Keyword"))
}
