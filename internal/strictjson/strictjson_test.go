package strictjson

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

type row struct {
	ID    int64  `json:"id"`
	Label string `json:"label"`
	common
	Parts []part         `json:"parts"`
	Owner *part          `json:"owner"`
	Raw   jsontext.Value `json:"raw"`
	Extra string         `json:"extra,omitzero"`
}

type common struct {
	Set bool `json:"set"`
}

type part struct {
	Name string `json:"name"`
}

const whole = `{"id":9007199254740993,"label":"A & <b>","set":true,"parts":[{"name":"x"},{"name":"y"}],"owner":null,"raw":[1,null]}`

func TestWhatIsWrittenIsReadAndWrittenTheSame(t *testing.T) {
	read, err := Reader[row]()(jsontext.Value(whole))
	if err != nil {
		t.Fatal(err)
	}
	want := row{
		ID: 9007199254740993, Label: "A & <b>", common: common{Set: true}, Parts: []part{{"x"}, {"y"}}, Raw: jsontext.Value("[1,null]"),
	}
	if diff := cmp.Diff(want, read, cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
	line, err := Marshal(read)
	if err != nil || string(line) != whole {
		t.Errorf("written as %s, %v", line, err)
	}
}

func TestInvalidUnicodeIsWritten(t *testing.T) {
	line, err := Marshal("a\xffb")
	if err != nil || string(line) != "\"a\ufffdb\"" {
		t.Errorf("%s, %v", line, err)
	}
}

func TestReaderDemandsExactlyTheKeys(t *testing.T) {
	for _, tc := range []struct{ from, to, want string }{
		{`"id":9007199254740993,`, ``, "missing keys: id"},
		{`"set":true,`, ``, "missing keys: set"},
		{`"label":"A & <b>","set":true,`, ``, "missing keys: label, set"},
		{`"label"`, `"lable"`, `unknown key "lable"`},
		{`"label":`, `"label":"b","label":`, `duplicate key "label"`},
		{`"label":"A & <b>"`, `"label":null`, "label: null where a value belongs"},
		{`"set":true`, `"set":null`, "set: null where a value belongs"},
		{`"parts":[{"name":"x"},`, `"parts":[null,`, "parts: 0: null where a value belongs"},
		{`{"name":"y"}`, `{}`, "parts: 1: missing keys: name"},
		{`{"name":"y"}`, `{"name":"y","size":1}`, `parts: 1: unknown key "size"`},
		{`"owner":null`, `"owner":{}`, "owner: missing keys: name"},
		{`"owner":null`, `"owner":[]`, "owner: a list is not an object"},
		{whole, `null`, "null where a value belongs"},
		{whole, whole + `{}`, "it is not JSON"},
		{`"raw":[1,null]`, `"raw":[1,null],"extra":"there"`, ""},
		{`"raw":[1,null]`, `"raw":null`, ""},
	} {
		_, err := Reader[row]()(jsontext.Value(strings.Replace(whole, tc.from, tc.to, 1)))
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s in place of %s: %v, want %q", tc.to, tc.from, err, tc.want)
		}
	}
}

func TestObjectNamesUnknownAndMissingKeys(t *testing.T) {
	accept := func(string, jsontext.Value) error { return nil }
	for raw, want := range map[string]string{
		`{"a":1,"b":2}`: "", `{"b":2,"a":1}`: "", `{"a":1}`: "missing keys: b", `{}`: "missing keys: a, b", `{"a":1,"b":2,"c":3}`: `unknown key "c"`,
	} {
		err := Object(jsontext.Value(raw), []string{"a", "b"}, accept)
		if got := words(err); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}

func words(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
