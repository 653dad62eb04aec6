package organization

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// line is a record of partner/zendesk_orgs.json (docs/artifacts.md,
// zendesk_orgs.json).
const line = `{"id":9007199254740993,"name":"Acme & <Söhne>","salesforce_id":"0014M00001sDiGE","sfdc_short_id":"","account_type":"open_partner",` +
	`"account_owner":"","technical_account_manager":"","solutions_architect":"","restricted_account":false,"support_hold":true,` +
	`"org_in_escalated_state":false,"mark_for_deletion":true,"ignore_deletion":true}`

func TestRecordIsWrittenAndReadAsItStands(t *testing.T) {
	schema := field.SchemaOf(field.Partner)
	want := Organization{
		ID:             9007199254740993,
		Record:         field.Record{Schema: schema, Values: []field.Value{"Acme & <Söhne>", "0014M00001sDiGE", "", "open_partner", "", "", "", "", "true", "", "true"}},
		IgnoreDeletion: true,
	}
	got, err := Parse(jsontext.Value(line), schema)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(line, written(t, want)); diff != "" {
		t.Error(diff)
	}
}

func TestParseNamesWhatIsWrong(t *testing.T) {
	without := func(text string) string { return strings.Replace(line, text, "", 1) }
	with := func(text, instead string) string { return strings.Replace(line, text, instead, 1) }
	tests := []struct{ rule, raw, want string }{
		{"an unknown key", with(`"name"`, `"colour":"red","name"`), `unknown key "colour"`},
		{"a key of another flow", with(`"name"`, `"aar":1,"name"`), `unknown key "aar"`},
		{"a missing field", without(`"support_hold":true,`), "missing keys: support_hold"},
		{"a missing id", without(`"id":9007199254740993,`), "missing keys: id"},
		{"a missing ignore_deletion", without(`,"ignore_deletion":true`), "missing keys: ignore_deletion"},
		{"several missing keys", `{"id":1,"name":"a"}`, "missing keys: ignore_deletion, salesforce_id, sfdc_short_id, account_type"},
		{"a key that stands twice", with(`"name"`, `"name":"a","name"`), "duplicate"},
		{"an unknown key in place of another", with(`"support_hold"`, `"support_holt"`), `unknown key "support_holt"`},
		{"an id that is not a number", with(`9007199254740993`, `"1"`), `id: "1" is not an organization's id`},
		{"an id of zero", with(`9007199254740993`, `0`), "id: 0 is not an organization's id"},
		{"an id with a fraction", with(`9007199254740993`, `1.5`), "id: 1.5 is not an organization's id"},
		{"an id beyond 64 bits", with(`9007199254740993`, `9223372036854775808`), "id: 9223372036854775808 is not an organization's id"},
		{"a value of another kind", with(`"support_hold":true`, `"support_hold":"yes"`), `support_hold: "yes" is not a valid check box`},
		{"a keeper of another kind", with(`"ignore_deletion":true`, `"ignore_deletion":1`), "ignore_deletion: 1 is not a valid check box"},
		{"no object", `[]`, "is not an object"},
		{"half an object", line[:100], "EOF"},
		{"something after the object", line + line, "unexpected data after"},
	}
	schema := field.SchemaOf(field.Partner)
	for _, test := range tests {
		got, err := Parse(jsontext.Value(test.raw), schema)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v; want an error with %q", test.rule, err, test.want)
		}
		if diff := cmp.Diff(Organization{}, got); diff != "" {
			t.Errorf("%s: half of it comes back: %s", test.rule, diff)
		}
	}
}

func TestAccountIDIsTakenFromFifteenOrEighteenCharacters(t *testing.T) {
	schema := field.SchemaOf(field.Partner)
	for text, want := range map[field.Value]account.ID{
		"0014M00001sDiGE": "0014M00001sDiGEQA0", "0014M00001sDiGEQA0": "0014M00001sDiGEQA0", "001B0000002Gcp0": "001B0000002Gcp0IAC",
		"": "", "n/a": "", "0014M00001sDiGEQA1": "", "0014m00001sdigeqa0": "",
	} {
		present := Organization{ID: 1, Record: schema.NewRecord()}
		present.Record.Set(field.SalesforceID, text)
		if id, ok := present.AccountID(); id != want || ok != (want != "") {
			t.Errorf("%q is the account %q, %t; want %q", text, id, ok, want)
		}
	}
}

func TestMarkedIsTheCheckBox(t *testing.T) {
	schema := field.SchemaOf(field.Partner)
	present := Organization{ID: 1, Record: schema.NewRecord()}
	if present.Marked() {
		t.Error("a new one is marked")
	}
	present.Record.Set(field.MarkForDeletion, field.True)
	if !present.Marked() {
		t.Error("a marked one is not")
	}
}

func TestRoundTripKeepsEveryOrganization(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schema := field.SchemaOf(rapid.SampledFrom(field.Flows()).Draw(t, "flow"))
		present := Organization{
			ID: rapid.Int64Range(1, 1<<62).Draw(t, "id"), Record: schema.NewRecord(), IgnoreDeletion: rapid.Bool().Draw(t, "ignore_deletion"),
		}
		for i, managed := range schema.Fields {
			present.Record.Values[i] = drawValue(t, managed)
		}
		got, err := Parse(jsontext.Value(written(t, present)), schema)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(present, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func drawValue(t *rapid.T, managed field.Field) field.Value {
	switch managed.Kind {
	case field.Check:
		return field.Checkbox(rapid.Bool().Draw(t, managed.Key))
	case field.Decimal, field.Integer:
		return field.Value(rapid.SampledFrom([]string{"", "0", "7", "123456789012345678"}).Draw(t, managed.Key))
	case field.Date:
		return field.Value(rapid.SampledFrom([]string{"", "2026-11-21", "never"}).Draw(t, managed.Key))
	default:
		return field.TextOf(rapid.String().Draw(t, managed.Key))
	}
}

func FuzzParse(f *testing.F) {
	f.Add(line)
	f.Add(line[:50])
	f.Add(fmt.Sprintf(`{"id":%d}`, int64(1)<<62))
	f.Add(`{"id":1e3,"name":null}`)
	schema := field.SchemaOf(field.Partner)
	f.Fuzz(func(t *testing.T, raw string) {
		present, err := Parse(jsontext.Value(raw), schema)
		if err != nil {
			return
		}
		again, err := Parse(jsontext.Value(written(t, present)), schema)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(present, again); diff != "" {
			t.Error(diff)
		}
	})
}

func written(t interface{ Fatal(...any) }, record any) string {
	line, err := strictjson.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}
