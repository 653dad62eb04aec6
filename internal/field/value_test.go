package field

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

func TestValuesHaveOneNormalForm(t *testing.T) {
	tests := []struct {
		rule string
		kind Kind
		raw  string
		want Value
	}{
		{"text is trimmed", Text, `" a b\t"`, "a b"},
		{"of Unicode white space too", Text, `"\u00a0a\u2003\u3000"`, "a"},
		{"case is kept", Text, `"Ab"`, "Ab"},
		{"null text is empty", Text, `null`, ""},
		{"text of blanks is empty", Text, `"  "`, ""},
		{"escapes are read", Text, `"\u0026 \"q\" \ud83d\ude00"`, `& "q" 😀`},
		{"a drop-down is its tag", DropDown, `"gold"`, "gold"},
		{"a drop-down that is not set", DropDown, `null`, ""},
		{"a day", Date, `"2018-11-04"`, "2018-11-04"},
		{"a day as a time stamp", Date, `"2018-11-04T00:00:00+00:00"`, "2018-11-04"},
		{"a day as a time stamp of UTC", Date, `"2018-11-04T00:00:00Z"`, "2018-11-04"},
		{"a day and what follows it", Date, `"2018-11-04 00:00:00"`, "2018-11-04"},
		{"no day stays what it is", Date, `"never"`, "never"},
		{"a day that does not exist stays what it is", Date, `"2018-02-30T00:00:00Z"`, "2018-02-30T00:00:00Z"},
		{"a day with text before it", Date, `"on 2018-11-04"`, "on 2018-11-04"},
		{"ten bytes are not ten characters", Date, `"é2018-11-04"`, "é2018-11-04"},
		{"no day", Date, `null`, ""},
		{"a check box", Check, `true`, "true"},
		{"a check box that is off", Check, `false`, ""},
		{"a check box that is null", Check, `null`, ""},
		{"a check box that is empty", Check, `""`, ""},
		{"a decimal", Decimal, `12.50`, "12.5"},
		{"a decimal with an exponent", Decimal, `1.25e3`, "1250"},
		{"a decimal as text", Decimal, `" 12.50 "`, "12.5"},
		{"no decimal is not 0", Decimal, `null`, ""},
		{"an empty decimal is none", Decimal, `""`, ""},
		{"decimals keep every digit", Decimal, `123456789012345678.91`, "123456789012345678.91"},
		{"an integer", Integer, `25`, "25"},
		{"an integer that is written with a point", Integer, `25.0`, "25"},
		{"no integer", Integer, `null`, ""},
	}
	for _, test := range tests {
		got, err := test.kind.Parse(jsontext.Value(test.raw))
		if err != nil || got != test.want {
			t.Errorf("%s: %s reads as %q, %v; want %q", test.rule, test.raw, got, err, test.want)
		}
	}
}

func TestValuesOfAnotherTypeAreErrors(t *testing.T) {
	tests := []struct {
		kind      Kind
		raw, want string
	}{
		{Text, `1`, "1 is not a valid text"},
		{Text, `true`, "true is not a valid text"},
		{Text, `["a"]`, `["a"] is not a valid text`},
		{Text, `{"a":"` + strings.Repeat("x", 99) + `"}`, "is not a valid text"},
		{Text, `"\ud800"`, "invalid text"},
		{DropDown, `1`, "not a valid drop-down"},
		{Date, `20181104`, "not a valid date"},
		{Check, `"true"`, `"true" is not a valid check box`},
		{Check, `1`, "not a valid check box"},
		{Decimal, `true`, "not a valid decimal"},
		{Decimal, `"many"`, `"many" is not a number`},
		{Decimal, `1e999999999`, "out of range: at most 60 digits are kept"},
		{Integer, `1.5`, "1.5 is not a whole number"},
		{Integer, `"1.5"`, "1.5 is not a whole number"},
		{Integer, `15e-1`, "1.5 is not a whole number"},
		{Integer, ``, "not a valid integer"},
	}
	for _, test := range tests {
		got, err := test.kind.Parse(jsontext.Value(test.raw))
		if err == nil || !strings.Contains(err.Error(), test.want) || len(err.Error()) > 120 || got != "" {
			t.Errorf("%s as %s is %q, %v; want an error with %q", test.raw, test.kind, got, err, test.want)
		}
	}
}

func TestValuesAreWrittenForArtifactsAndForZendesk(t *testing.T) {
	tests := []struct {
		kind              Kind
		value             Value
		artifact, zendesk string
	}{
		{Text, "", `""`, `null`},
		{Text, `a & <b> "c"` + "\n\u2028", `"a & <b> \"c\"\n` + "\u2028" + `"`, `"a \u0026 \u003cb\u003e \"c\"\n\u2028"`},
		{DropDown, "", `""`, `null`},
		{DropDown, "gold", `"gold"`, `"gold"`},
		{Date, "", `""`, `null`},
		{Date, "2026-11-21", `"2026-11-21"`, `"2026-11-21"`},
		{Check, "", `false`, `false`},
		{Check, True, `true`, `true`},
		{Decimal, "", `null`, `null`},
		{Decimal, "0", `0`, `0`},
		{Decimal, "123456789012345678.9", `123456789012345678.9`, `123456789012345678.9`},
		{Integer, "", `null`, `null`},
		{Integer, "25", `25`, `25`},
	}
	for _, test := range tests {
		if got := string(test.kind.AppendJSON(nil, test.value)); got != test.artifact {
			t.Errorf("%s %q in artifacts: %s, want %s", test.kind, test.value, got, test.artifact)
		}
		content, err := json.Marshal(test.kind.ForZendesk(test.value))
		if err != nil || string(content) != test.zendesk {
			t.Errorf("%s %q for Zendesk: %s, %v; want %s", test.kind, test.value, content, err, test.zendesk)
		}
	}
}

func TestInvalidUTF8IsWrittenAsText(t *testing.T) {
	if got := string(AppendText(nil, "a\xffb")); got != "\"a\ufffdb\"" {
		t.Errorf("%q", got)
	}
}

func TestKindsAreHeldByFieldsOfTheseTypes(t *testing.T) {
	want := map[Kind][]string{
		Text: {"text", "textarea", "regexp"}, DropDown: {"dropdown", "tagger"}, Date: {"date", "text"},
		Check: {"checkbox"}, Decimal: {"decimal"}, Integer: {"integer"},
	}
	for kind, types := range want {
		if diff := cmp.Diff(types, kind.ZendeskTypes()); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`null`, `"a"`, `" 2018-11-04T00:00:00Z"`, `true`, `1.50`, `"1.5"`, `{`, `"\ud800"`, `-0`, `"2018-11-04 "`} {
		for kind := Text; kind <= Integer; kind++ {
			f.Add(int(kind), seed)
		}
	}
	f.Fuzz(func(t *testing.T, number int, raw string) {
		kind := Kind(uint(number) % uint(Integer+1))
		value, err := kind.Parse(jsontext.Value(raw))
		if err != nil {
			return
		}
		written := kind.AppendJSON(nil, value)
		again, err := kind.Parse(jsontext.Value(written))
		if err != nil || again != value {
			t.Errorf("%s %q reads as %q, is written %s and reads as %q, %v", kind, raw, value, written, again, err)
		}
	})
}
