package strictyaml

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDocumentRefusesWhatIsNotOneDocument(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"second document", "a: 1\n---\nb: 2\n", "f.yaml:2: a second document begins here: keep everything in the first one"},
		{"second document that is empty", "a: 1\n---\n", "f.yaml:2: a second document begins here: keep everything in the first one"},
		{"broken second document", "a: 1\n---\n\nb: [\n", "f.yaml:4: not valid YAML, on this line or the next: did not find expected node content"},
		{"broken first line", "a: @b\n", "f.yaml:1: not valid YAML, here or further down: found character that cannot start any token"},
		{"broken later line", "a: 1\n\nb: 'c\n", "f.yaml:3: not valid YAML, on this line or the next: found unexpected end of stream"},
		{"unknown anchor", "a: *b\n", "f.yaml:1: not valid YAML: unknown anchor 'b' referenced"},
		{"unknown anchor further down", "x: &c 1\ny: '*b'\n# *b\nz:\n  - *c\n  - [ *c, *b ]\na: *b\n", "f.yaml:6: not valid YAML: unknown anchor 'b' referenced"},
		{"control character", "a: 1\nb: \"\x01\"\n", "f.yaml:2: not valid YAML: control characters are not allowed"},
		{"control character in a comment", "a: 1\n\n# \x1b[31m\n", "f.yaml:3: not valid YAML: control characters are not allowed"},
		{"another version", "%YAML 1.3\n---\na: 1\n", "f.yaml:1: not valid YAML, here or further down: found incompatible YAML document"},
		{"other encoding", "a: 1\n\nb: \xe9\n", "f.yaml:3: not valid UTF-8: save the file in this encoding"},
		{"UTF-16", "\xff\xfea\x00:\x00", "f.yaml:1: not valid UTF-8: save the file in this encoding"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Document("f.yaml", []byte(test.content))
			if diff := cmp.Diff(test.want, fmt.Sprint(err)); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDocumentIsNilWhenThereIsNothingInTheFile(t *testing.T) {
	for _, content := range []string{"", "\n\n", "# nothing yet\n", "---\n", "--- # nothing\n...\n", "\ufeff"} {
		if node, err := Document("f.yaml", []byte(content)); node != nil || err != nil {
			t.Errorf("%q: %v, %v", content, node, err)
		}
	}
}

func TestYAMLOfVersionOneTwoIsRead(t *testing.T) {
	for _, header := range []string{"%YAML 1.2\n", "%YAML 1.1\n", "# ours\n\n%YAML 1.2\r\n", "%YAML  1.2 # as all\n", "\ufeff%YAML 1.2\n"} {
		top, err := Document("f.yaml", []byte(header+"---\na: '%YAML 1.2'\n"))
		if err != nil {
			t.Errorf("%q: %v", header, err)
			continue
		}
		members, err := top.Mapping()
		if err != nil || members[0].Key != "a" || members[0].At.Line() != strings.Count(header, "\n")+2 {
			t.Errorf("%q: %v, line %d", header, err, members[0].At.Line())
		}
		if value, err := members[0].Value.Text(); err != nil || value != "%YAML 1.2" {
			t.Errorf("%q: %q, %v", header, value, err)
		}
	}
}

func TestMappingReturnsItsMembersInOrderWithTheirLines(t *testing.T) {
	top := document(t, "b: 1\n\n# why\na:\n  - x\n\"c d\": y\n")
	members, err := top.Mapping()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, member := range members {
		got = append(got, fmt.Sprintf("%d %s %d", member.At.Line(), member.Key, member.Value.Line()))
	}
	if diff := cmp.Diff([]string{"1 b 1", "4 a 5", "6 c d 6"}, got); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
}

func TestMappingTellsEveryBadKeyAndReturnsTheOthers(t *testing.T) {
	top := document(t, "a: 1\n2026: 2\na: 3\n<<: {b: 1}\n[x]: 4\nc: 5\n")
	members, err := top.Mapping()
	want := `f.yaml:2: 2026 is not a key
f.yaml:3: key "a" comes a second time, first on line 1
f.yaml:4: "<<" is not a key
f.yaml:5: a list is not a key`
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	if len(members) != 2 || members[0].Key != "a" || members[1].Key != "c" {
		t.Errorf("members %v", members)
	}
}

func TestErrorsNameTheKeyTheValueStandsUnder(t *testing.T) {
	top := document(t, "names:\n  - one\n  - 2\n")
	members, err := top.Mapping()
	if err != nil {
		t.Fatal(err)
	}
	items, err := members[0].Value.List()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := items[1].Errorf("%d %%", 5).Error(), "f.yaml:3: names: 5 %"; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

func TestErrorsKeepTheFileNameAsItIs(t *testing.T) {
	top, err := Document("100%d.yaml", []byte("a"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := top.Errorf("no").Error(), "100%d.yaml:1: no"; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

func TestValuesAreReadAsTheKindAskedForOnly(t *testing.T) {
	text, truth, number, day := (*Node).Text, boolText, (*Node).Number, (*Node).Day
	tests := []struct {
		name, content string
		read          func(*Node) (string, error)
		want          string
	}{
		{"text", "some words", text, "some words"},
		{"text in quotes", `"2026"`, text, "2026"},
		{"text over lines", "|\n  a\n  b\n", text, "a\nb\n"},
		{"old truth word is text", "yes", text, "yes"},
		{"empty text", `""`, text, ""},
		{"text said to be text", "!!str 12", text, "12"},
		{"number for text", "12", text, "f.yaml:1: 12 is not text: put text in quotes"},
		{"date for text", "2026-12-31", text, "f.yaml:1: 2026-12-31 is not text: put text in quotes"},
		{"true for text", "true", text, "f.yaml:1: true is not text: put text in quotes"},
		{"null for text", "~", text, "f.yaml:1: an empty value is not text: put text in quotes"},
		{"list for text", "[a]", text, "f.yaml:1: a list is not text: put text in quotes"},
		{"mapping for text", "{a: b}", text, "f.yaml:1: a mapping is not text: put text in quotes"},
		{"tag of its own", "!secret abc", text, `f.yaml:1: "abc" is not text: put text in quotes`},
		{"bytes for text", "!!binary aGk=", text, `f.yaml:1: "aGk=" is not text: put text in quotes`},
		{"true", "true", truth, "true"},
		{"True", "True", truth, "true"},
		{"false", "false", truth, "false"},
		{"old truth word", "yes", truth, `f.yaml:1: "yes" is neither true nor false`},
		{"truth in quotes", `"true"`, truth, `f.yaml:1: "true" is neither true nor false`},
		{"number for truth", "1", truth, "f.yaml:1: 1 is neither true nor false"},
		{"null for truth", "null", truth, "f.yaml:1: an empty value is neither true nor false"},
		{"word said to be truth", "!!bool banana", truth, "f.yaml:1: banana is neither true nor false"},
		{"whole number", "12", number, "12"},
		{"negative number", "-12.50", number, "-12.50"},
		{"number with many digits", "123456789012345678901234567890.12", number, "123456789012345678901234567890.12"},
		{"exponent", "1e3", number, "1e3"},
		{"octal look", "012", number, "f.yaml:1: 012 is not a number: write plain digits without quotes"},
		{"hexadecimal", "0x1F", number, "f.yaml:1: 0x1F is not a number: write plain digits without quotes"},
		{"grouped digits", "1_000", number, "f.yaml:1: 1_000 is not a number: write plain digits without quotes"},
		{"commas", "1,000", number, `f.yaml:1: "1,000" is not a number: write plain digits without quotes`},
		{"infinity", ".inf", number, "f.yaml:1: .inf is not a number: write plain digits without quotes"},
		{"number in quotes", `"12"`, number, `f.yaml:1: "12" is not a number: write plain digits without quotes`},
		{"word said to be a number", "!!int twelve", number, "f.yaml:1: twelve is not a number: write plain digits without quotes"},
		{"null for a number", "~", number, "f.yaml:1: an empty value is not a number: write plain digits without quotes"},
		{"day", "2026-12-31", day, "2026-12-31"},
		{"day in quotes", "'2026-12-31'", day, "2026-12-31"},
		{"number for a day", "20261231", day, "f.yaml:1: 20261231 is not a date: write it as YYYY-MM-DD"},
		{"null for a day", "~", day, "f.yaml:1: an empty value is not a date: write it as YYYY-MM-DD"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.read(document(t, test.content))
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("value or error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAliasesAreNotFollowed(t *testing.T) {
	members, err := document(t, "a: &x [1]\nb: *x\n").Mapping()
	if err != nil {
		t.Fatal(err)
	}
	_, err = members[1].Value.List()
	if got, want := fmt.Sprint(err), "f.yaml:2: b: the alias *x where a list belongs"; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

func TestLongValuesAreCutInMessages(t *testing.T) {
	_, err := document(t, strings.Repeat("a", 59)+"é"+strings.Repeat("b", 1000)).Bool()
	if got, want := fmt.Sprint(err), `f.yaml:1: "`+strings.Repeat("a", 59)+`…" is neither true nor false`; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

func boolText(node *Node) (string, error) {
	value, err := node.Bool()
	return fmt.Sprint(value), err
}

func document(t *testing.T, content string) *Node {
	t.Helper()
	node, err := Document("f.yaml", []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return node
}
