package jsonfault

import (
	stdjson "encoding/json"
	"errors"
	"testing"

	"github.com/go-json-experiment/json"
)

type record struct {
	Name  string           `json:"name"`
	Hold  bool             `json:"hold"`
	Seats int              `json:"seats"`
	Subs  []map[string]int `json:"subs"`
}

func TestUnreadableJSONHasAPlainError(t *testing.T) {
	for text, want := range map[string]string{
		`{"name":"A","nome":"B"}`:   `unknown key "nome"`,
		`{"name":5}`:                "name: a number is not a text",
		`{"hold":"no"}`:             "hold: a text is not true or false",
		`{"seats":true}`:            "seats: true or false is not a whole number",
		`{"subs":{}}`:               "subs: an object is not a list",
		`{"subs":[[]]}`:             "subs: 0: a list is not an object",
		`[]`:                        "a list is not an object",
		`{"name":"A"`:               "the JSON is cut off",
		``:                          "the JSON is cut off",
		`{"name":<html>`:            "it is not JSON at byte 8",
		`{"name":"A","name":"B"}`:   `duplicate key "name"`,
		`{"seats":1.5}`:             "seats: 1.5 is not a whole number",
		`{"hold":null,"name":null}`: "",
	} {
		var read record
		err := json.Unmarshal([]byte(text), &read, json.RejectUnknownMembers(true))
		if err == nil {
			if want != "" {
				t.Errorf("%s is not an error, want %s", text, want)
			}
			continue
		}
		if got := Plain(err); got.Error() != want || !errors.Is(got, err) {
			t.Errorf("%s\n got %s\nwant %s\nfrom %v", text, got, want, err)
		}
	}
}

func TestTheStandardLibrarysWordsToo(t *testing.T) {
	for text, want := range map[string]string{
		`{"name":5}`:     "name: number is not a text",
		`{"hold":"no"}`:  "hold: string is not true or false",
		`[]`:             "array is not an object",
		`{"name":<html>`: "it is not JSON at byte 9",
		`{"subs":[5]}`:   "subs: number is not an object",
	} {
		var read record
		if got := Plain(stdjson.Unmarshal([]byte(text), &read)); got == nil || got.Error() != want {
			t.Errorf("%s\n got %v\nwant %s", text, got, want)
		}
	}
	other := errors.New("the disk is full")
	if got := Plain(other); !errors.Is(got, other) || got.Error() != other.Error() {
		t.Errorf("another error has become %v", got)
	}
	if Plain(nil) != nil {
		t.Error("no error has become one")
	}
}
