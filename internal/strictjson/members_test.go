package strictjson

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func TestMembersReadsAnObjectToItsEnd(t *testing.T) {
	var got []string
	err := Members(jsontext.Value(` {"a": 1, "b": {"c": []}, "\u00e9": "x"} `), func(key string, value jsontext.Value) error {
		got = append(got, key+"="+string(value))
		return nil
	})
	if want := []string{"a=1", `b={"c": []}`, `é="x"`}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}

func TestMembersRefusesWhatIsNoSingleObject(t *testing.T) {
	for raw, want := range map[string]string{
		``: "EOF", `[]`: "[] is not an object", `"a"`: "is not an object", `null`: "null is not an object",
		`{"a":1}x`: "unexpected data after the object", `{"a":1}{"b":2}`: "unexpected data after the object", `{"a":1},`: "unexpected data after the object",
		`{"a":1,"a":2}`: "duplicate", `{"a":1`: "EOF", `{"a"`: "EOF", `{"a":}`: "invalid", `{"a":1,}`: "invalid", `{1:2}`: "", `{`: "EOF",
	} {
		err := Members(jsontext.Value(raw), func(string, jsontext.Value) error { return nil })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want an error with %q", raw, err, want)
		}
	}
}

func TestMembersStopsAtTheFirstError(t *testing.T) {
	stop := errors.New("stop")
	calls := 0
	err := Members(jsontext.Value(`{"a":1,"b":2}`), func(string, jsontext.Value) error {
		calls++
		return stop
	})
	if !errors.Is(err, stop) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func FuzzMembers(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1}`, `{"a":{"b":[1,2]}}`, `{"a":1}{`, `{"a":1,"a":2}`, ``} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		err := Members(jsontext.Value(raw), func(_ string, value jsontext.Value) error {
			if !value.IsValid() {
				t.Errorf("%q gives the value %q", raw, value)
			}
			return nil
		})
		if whole := jsontext.Value(raw); (err == nil) != (whole.IsValid() && whole.Kind() == '{') {
			t.Errorf("%q: %v", raw, err)
		}
	})
}
