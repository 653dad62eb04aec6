package field

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

func TestDiffNamesWhatDiffersInTableOrder(t *testing.T) {
	schema := SchemaOf(Global)
	from, to := schema.NewRecord(), schema.NewRecord()
	from.Set("aar", "100")
	to.Set("aar", "0")
	to.Set("name", "New")
	from.Set("sub_edu", True)
	from.Set("arr", "not a field of this flow")
	var got []string
	for _, change := range from.Diff(to) {
		got = append(got, change.Field.Key+": "+string(change.From)+" to "+string(change.To))
	}
	if diff := cmp.Diff([]string{"name:  to New", "aar: 100 to 0", "sub_edu: true to "}, got); diff != "" {
		t.Error(diff)
	}
	if changes := to.Diff(to); changes != nil {
		t.Errorf("a record differs from itself: %v", changes)
	}
}

func TestMembersAreWrittenInTableOrderWithoutThoseLeftOut(t *testing.T) {
	record := Record{SchemaOf(Partner), []Value{"Acme", "0014M00001sDiGEQA0", "0014M00001sDiGE", "open_partner", "", "", "", "", "true", "", "true"}}
	want := `"salesforce_id":"0014M00001sDiGEQA0","sfdc_short_id":"0014M00001sDiGE","account_type":"open_partner","account_owner":"",` +
		`"technical_account_manager":"","solutions_architect":"","restricted_account":false,"support_hold":true,"org_in_escalated_state":false`
	if got := string(record.AppendMembers(nil, Name, MarkForDeletion)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestParseMemberSetsManagedFieldsOnly(t *testing.T) {
	schema := SchemaOf(USGov)
	record := schema.NewRecord()
	for _, test := range []struct {
		key, raw string
		known    bool
		want     Value
		problem  string
	}{
		{"number_of_seats", "25", true, "25", ""},
		{"number_of_seats", "2.5", true, "25", "2.5 is not a whole number"},
		{"seats_decimal", "25", false, "", ""},
		{"notes", "{", false, "", ""},
	} {
		known, err := record.ParseMember(test.key, jsontext.Value(test.raw))
		problem := ""
		if err != nil {
			problem = err.Error()
		}
		if known != test.known || problem != test.problem || record.Get(test.key) != test.want {
			t.Errorf("%s %s: known %t, %q, %q", test.key, test.raw, known, problem, record.Get(test.key))
		}
	}
}

func TestNamesAreComparedTrimmedWithoutCase(t *testing.T) {
	for _, name := range []Value{"acme ltd", " ACME Ltd ", "\u00a0Acme LTD\t"} {
		if NameKey(name) != "acme ltd" {
			t.Errorf("%q is held for %q", name, NameKey(name))
		}
	}
	if NameKey("ÄRZTE") != NameKey("ärzte") || NameKey("Acme  Ltd") == NameKey("Acme Ltd") {
		t.Error("names are folded too little or too much")
	}
}
