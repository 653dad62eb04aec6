package soql

import (
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// animal is a record of the tests.
type animal struct {
	id, name, born, weight, tame string // "" is null
	keeper                       *animal
	young                        []*animal
}

func animals() *Object {
	text := func(of func(*animal) string) func(Row) Value {
		return func(row Row) Value {
			value := of(row.(*animal))
			return Value{Text: value, Valid: value != ""}
		}
	}
	object := &Object{
		Name: "Animal",
		ID:   func(row Row) string { return row.(*animal).id },
		Fields: []Field{
			{"Id", ID, text(func(a *animal) string { return a.id })},
			{"Name", Text, text(func(a *animal) string { return a.name })},
			{"Born__c", Date, text(func(a *animal) string { return a.born })},
			{"Weight__c", Number, text(func(a *animal) string { return a.weight })},
			{"Tame__c", Boolean, text(func(a *animal) string { return a.tame })},
		},
	}
	object.Parents = []Parent{{"Keeper__r", object, func(row Row) Row {
		if keeper := row.(*animal).keeper; keeper != nil {
			return keeper
		}
		return nil
	}}}
	object.Children = []Children{{"Young__r", object, func(row Row) iter.Seq[Row] { return rowsOf(row.(*animal).young) }}}
	return object
}

func rowsOf(list []*animal) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for _, a := range list {
			if !yield(a) {
				return
			}
		}
	}
}

func zoo() []*animal {
	cat := &animal{id: "001000000000aaaAAA", name: "Cat", born: "2020-02-29", weight: "4.50", tame: "true"}
	return []*animal{
		cat,
		{id: "001000000000aaAAAA", name: "dog", born: "2021-03-01", weight: "30", tame: "true", keeper: cat},
		{id: "001000000000aacAAA", name: "D'Artagnan \\ Œuvre", born: "2021-02-28", weight: "-1", tame: "false"},
		{id: "001000000000aadAAA", keeper: &animal{}},
	}
}

func names(rows []Row) string {
	var list []string
	for _, row := range rows {
		list = append(list, row.(*animal).id[12:15])
	}
	return strings.Join(list, " ")
}

func TestWhere(t *testing.T) {
	tests := []struct{ name, where, want string }{
		{"no condition selects all", "", "aaa aaA aac aad"},
		{"text is equal without regard to case", "WHERE Name = 'DOG'", "aaA"},
		{"keywords and fields are found in any case", "where nAmE = 'cat' oR name IN ('Dog')", "aaa aaA"},
		{"ids keep their case", "WHERE Id = '001000000000aaAAAA'", "aaA"},
		{"a 15 character id is its 18 character form", "WHERE Id = '001000000000aaa'", "aaa"},
		{"unequal includes null", "WHERE Name != 'Cat'", "aaA aac aad"},
		{"not in includes null", "WHERE Name NOT IN ('Cat', 'Dog')", "aac aad"},
		{"null is found as null", "WHERE Name = null", "aad"},
		{"an empty text is null", "WHERE Name = ''", "aad"},
		{"not null", "WHERE Name <> NULL", "aaa aaA aac"},
		{"null in a list", "WHERE Name IN ('Cat', null)", "aaa aad"},
		{"escapes", `WHERE Name = 'D\'Artagnan \\ \u0152uvre'`, "aac"},
		{"a date is at or after, and null is not", "WHERE Born__c >= 2021-02-28", "aaA aac"},
		{"before", "WHERE Born__c < 2021-02-28", "aaa"},
		{"the day itself", "WHERE Born__c = 2020-02-29", "aaa"},
		{"numbers compare by value", "WHERE Weight__c = 4.5", "aaa"},
		{"numbers are in order of value", "WHERE Weight__c > 4", "aaa aaA"},
		{"negative numbers", "WHERE Weight__c <= -1.0", "aac"},
		{"null is not less", "WHERE Weight__c < 100", "aaa aaA aac"},
		{"booleans", "WHERE Tame__c = TRUE", "aaa aaA"},
		{"booleans, unequal", "WHERE Tame__c != true", "aac aad"},
		{"and", "WHERE Tame__c = true AND Weight__c > 10", "aaA"},
		{"or", "WHERE Name = 'Cat' OR Name = null", "aaa aad"},
		{"brackets", "WHERE Tame__c = false OR (Tame__c = true AND (Weight__c > 10))", "aaA aac"},
		{"not", "WHERE NOT (Name = 'Cat' OR Name = 'Dog')", "aac aad"},
		{"over a relationship", "WHERE Keeper__r.Name = 'cat'", "aaA"},
		{"a missing parent has null", "WHERE Keeper__r.Name = null", "aaa aac aad"},
		{"over two relationships", "WHERE keeper__r.KEEPER__r.Name != null", ""},
		{"text in order", "WHERE Name < 'd'", "aaa"},
		{"order puts nulls first", "ORDER BY Weight__c", "aad aac aaa aaA"},
		{"order down, nulls last", "ORDER BY Born__c DESC NULLS LAST", "aaA aac aaa aad"},
		{"order by two", "ORDER BY Tame__c DESC NULLS LAST, Weight__c ASC", "aaa aaA aac aad"},
		{"limit", "LIMIT 2", "aaa aaA"},
		{"limit after order", "ORDER BY Weight__c DESC NULLS LAST LIMIT 1", "aaA"},
		{"limit of none", "LIMIT 0", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			query, err := newParser(t).Parse("SELECT Id FROM Animal " + test.where)
			if err != nil {
				t.Fatal(err)
			}
			selection, err := query.Bind(animals())
			if err != nil {
				t.Fatal(err)
			}
			if got := names(selection.Rows(rowsOf(zoo()))); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestColumnsKeepTheSchemasSpelling(t *testing.T) {
	query, err := newParser(t).Parse("select NAME, keeper__R.id, (SELECT id, name FROM young__r WHERE tame__c = true), Keeper__r.Name from ANIMAL")
	if err != nil {
		t.Fatal(err)
	}
	selection, err := query.Bind(animals())
	if err != nil {
		t.Fatal(err)
	}
	outline := func(columns []Column) []string {
		var list []string
		for _, column := range columns {
			list = append(list, column.Name())
		}
		return list
	}
	got := [][]string{outline(selection.Columns), outline(selection.Columns[1].Selection.Columns), outline(selection.Columns[2].Selection.Columns)}
	want := [][]string{{"Name", "Keeper__r", "Young__r"}, {"Id", "Name"}, {"Id", "Name"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	young := selection.Columns[2]
	parent := &animal{young: zoo()}
	if got := names(young.Selection.Rows(young.Children.Of(parent))); got != "aaa aaA" {
		t.Errorf("children that the subquery selects: got %q", got)
	}
}

func TestRefusedQueries(t *testing.T) {
	tests := []struct{ name, query, code, message string }{
		{"no query", "", MalformedQuery, "unexpected token"},
		{"misspelt keyword", "SELECT Id FORM Animal", MalformedQuery, `unexpected token "FORM"`},
		{"nothing selected", "SELECT FROM Animal", MalformedQuery, "unexpected token"},
		{"open text", "SELECT Id FROM Animal WHERE Name = 'x", MalformedQuery, "invalid input text"},
		{"open bracket", "SELECT Id FROM Animal WHERE (Name = 'x'", MalformedQuery, "unexpected token"},
		{"a keyword is not a field", "SELECT Where FROM Animal", MalformedQuery, "unexpected token"},
		{"and mixed with or", "SELECT Id FROM Animal WHERE Name = 'x' OR Name = 'y' AND Id = 'z'", MalformedQuery, `unexpected token "AND"`},
		{"empty list", "SELECT Id FROM Animal WHERE Name IN ()", MalformedQuery, "unexpected token"},
		{"wrong escape", `SELECT Id FROM Animal WHERE Name = '\q'`, MalformedQuery, "escape"},
		{"cut escape", `SELECT Id FROM Animal WHERE Name = '\u12'`, MalformedQuery, "escape"},
		{"field twice", "SELECT Id, ID FROM Animal", MalformedQuery, "duplicate field selected: ID"},
		{"subquery twice", "SELECT (SELECT Id FROM Young__r), (SELECT Id FROM Young__r) FROM Animal", MalformedQuery, "duplicate relationship"},
		{"subquery in a subquery", "SELECT (SELECT (SELECT Id FROM Young__r) FROM Young__r) FROM Animal", MalformedQuery, "subquery"},
		{"negative limit", "SELECT Id FROM Animal LIMIT -1", MalformedQuery, "LIMIT"},
		{"limit no integer", "SELECT Id FROM Animal LIMIT 1.5", MalformedQuery, ""},
		{"brackets without end", "SELECT Id FROM Animal WHERE " + strings.Repeat("(", 100_000-40), MalformedQuery, "brackets"},
		{"too long", "SELECT Id FROM Animal WHERE Name = '" + strings.Repeat("x", 100_000) + "'", MalformedQuery, "100,000"},
		{"unknown object", "SELECT Id FROM Plant", InvalidType, "sObject type 'Plant' is not supported."},
		{"unknown field", "SELECT Colour FROM Animal", InvalidField, "ERROR at Row:1:Column:8\nNo such column 'Colour' on entity 'Animal'."},
		{"unknown field in a condition", "SELECT Id FROM Animal WHERE Colour = 'x'", InvalidField, "No such column 'Colour'"},
		{"unknown field in an order", "SELECT Id FROM Animal ORDER BY Colour", InvalidField, "No such column 'Colour'"},
		{"unknown field in a subquery", "SELECT (SELECT Colour FROM Young__r) FROM Animal", InvalidField, "No such column 'Colour'"},
		{"unknown field of a parent", "SELECT Keeper__r.Colour FROM Animal", InvalidField, "No such column 'Colour'"},
		{"unknown parent", "SELECT Owner__r.Name FROM Animal", InvalidField, "Didn't understand relationship 'Owner__r'"},
		{"unknown children", "SELECT (SELECT Id FROM Old__r) FROM Animal", InvalidType, "Didn't understand relationship 'Old__r' in FROM"},
		{"a quoted date", "SELECT Id FROM Animal WHERE Born__c >= '2021-01-01'", InvalidField, "'Born__c' must be of type date and should not be enclosed in quotes"},
		{"a time for a date", "SELECT Id FROM Animal WHERE Born__c >= 2021-01-01T00:00:00Z", InvalidField, "must be of type date"},
		{"a bare number for text", "SELECT Id FROM Animal WHERE Name = 5", InvalidField, "must be of type string and should be enclosed in quotes"},
		{"a text in a list of numbers", "SELECT Id FROM Animal WHERE Weight__c IN (1, 'x')", InvalidField, "must be of type double"},
		{"order of booleans", "SELECT Id FROM Animal WHERE Tame__c > false", InvalidField, "invalid operator"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			query, err := newParser(t).Parse(test.query)
			if err == nil {
				_, err = query.Bind(animals())
			}
			var refused *Error
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if refused.Code != test.code || !strings.Contains(refused.Message, test.message) {
				t.Errorf("got %s %q, want %s with %q", refused.Code, refused.Message, test.code, test.message)
			}
		})
	}
}

func TestErrorsPointAtTheirPlace(t *testing.T) {
	_, err := newParser(t).Parse("SELECT Id FORM Animal")
	want := "\nSELECT Id FORM Animal\n          ^\nERROR at Row:1:Column:11\n"
	var refused *Error
	if !errors.As(err, &refused) || !strings.HasPrefix(refused.Message, want) {
		t.Errorf("got %v, want it to begin with %q", err, want)
	}
}

func newParser(t testing.TB) *Parser {
	t.Helper()
	parser, err := NewParser()
	if err != nil {
		t.Fatal(err)
	}
	return parser
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"SELECT Id, Keeper__r.Name, (SELECT Id FROM Young__r WHERE Born__c >= 2020-01-01) FROM Animal WHERE Name IN ('a', null) AND (NOT Tame__c = true)",
		`SELECT Name FROM Animal WHERE Name != '\u0041\'' ORDER BY Weight__c DESC NULLS LAST LIMIT 3`,
		"SELECT Id FROM Animal WHERE Weight__c >= -1.5",
	} {
		f.Add(seed)
	}
	object, parser := animals(), newParser(f)
	f.Fuzz(func(t *testing.T, text string) {
		query, err := parser.Parse(text)
		if err != nil {
			return
		}
		selection, err := query.Bind(object)
		if err != nil {
			return
		}
		all := zoo()
		for _, row := range selection.Rows(rowsOf(all)) {
			if !slices.Contains(all, row.(*animal)) {
				t.Fatalf("%q gave a row that is not there", text)
			}
		}
	})
}
