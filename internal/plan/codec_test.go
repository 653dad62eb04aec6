package plan_test

import (
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

const (
	updateRow = `{"id":9007199254740993,"salesforce_id":"001B0000002Gcp0IAC","name":"Birch & \"Söhne\"","reason":"","changes":[` +
		`{"field":"name","from":"Birch & \"Söhne\"","to":"Birch"},` +
		`{"field":"expiration_date","from":"","to":"2026-12-31"},` +
		`{"field":"aar","from":100.5,"to":0},` +
		`{"field":"seats_decimal","from":null,"to":3},` +
		`{"field":"sub_edu","from":true,"to":false},` +
		`{"field":"mark_for_deletion","from":true,"to":false}]}`
	markRow = `{"id":7,"salesforce_id":"001B0000002Gcp0IAC","name":"Birch","reason":"expired_three_years",` +
		`"seen":{"name":"Birch","account_type":"former_customer","support_level":"expired","expiration_date":"2020-01-01"},` +
		`"changes":[{"field":"mark_for_deletion","from":false,"to":true}]}`
	partnerMarkRow = `{"id":7,"salesforce_id":"001B0000002Gcp0IAC","name":"Birch","reason":"not_a_partner",` +
		`"seen":{"name":"Birch","account_type":"open_partner"},` +
		`"changes":[{"field":"mark_for_deletion","from":false,"to":true}]}`
)

func TestUpdateRecord(t *testing.T) {
	update := plan.Update{ID: 9007199254740993, AccountID: birch, Name: `Birch & "Söhne"`, Changes: changes(
		"name", `Birch & "Söhne"`, "Birch",
		"expiration_date", "", "2026-12-31",
		"aar", "100.5", "0",
		"seats_decimal", "", "3",
		"sub_edu", "true", "",
		"mark_for_deletion", "true", "",
	)}
	if got := written(update); got != updateRow {
		t.Errorf("written as\n%s\nwant\n%s", got, updateRow)
	}
	parsed, err := plan.UpdateReader(field.SchemaOf(field.Global))([]byte(updateRow))
	if err != nil {
		t.Fatal(err)
	}
	if parsed.ID != update.ID || parsed.AccountID != birch || parsed.Name != update.Name || describeChanges(parsed.Changes) != describeChanges(update.Changes) {
		t.Errorf("read as %d %s %q %s", parsed.ID, parsed.AccountID, parsed.Name, describeChanges(parsed.Changes))
	}
}

func TestMarkRecord(t *testing.T) {
	for flow, want := range map[field.Flow]string{field.Global: markRow, field.Partner: partnerMarkRow} {
		mark := plan.Mark{
			ID: 7, AccountID: birch, Name: "Birch", Reason: plan.ExpiredThreeYears,
			Seen:    seen(flow, "Birch", "former_customer", "expired", "2020-01-01"),
			Changes: changes("mark_for_deletion", "", "true"),
		}
		if flow == field.Partner {
			mark.Reason, mark.Seen = plan.NotAPartner, seen(flow, "Birch", "open_partner", "", "")
		}
		schema := field.SchemaOf(flow)
		if got := written(mark); got != want {
			t.Errorf("%s: written as\n%s\nwant\n%s", flow, got, want)
		}
		parsed, err := plan.MarkReader(schema)([]byte(want))
		if err != nil {
			t.Fatalf("%s: %v", flow, err)
		}
		if parsed.ID != 7 || parsed.AccountID != birch || parsed.Name != "Birch" || parsed.Reason != mark.Reason ||
			!parsed.Seen.Equal(mark.Seen) || describeChanges(parsed.Changes) != "mark_for_deletion →true" {
			t.Errorf("%s: read as %v", flow, parsed)
		}
	}
}

func TestUpdateRecordIsReadStrictly(t *testing.T) {
	change := func(text string) string {
		return `{"id":7,"salesforce_id":"001B0000002Gcp0IAC","name":"Birch","reason":"","changes":[` + text + `]}`
	}
	for _, tc := range []struct{ raw, want string }{
		{`[]`, "a list is not an object"},
		{`{"id":7,"name":"Birch"}`, `missing keys: salesforce_id, reason, changes`},
		{strings.Replace(updateRow, `"name"`, `"extra":1,"name"`, 1), `unknown key "extra"`},
		{strings.Replace(updateRow, `"name"`, `"id":7,"name"`, 1), "duplicate"},
		{strings.Replace(updateRow, `9007199254740993`, `7.5`, 1), "id: 7.5 is not a whole number"},
		{strings.Replace(updateRow, `9007199254740993`, `"7"`, 1), "id: a text is not a whole number"},
		{strings.Replace(updateRow, `9007199254740993`, `0`, 1), "id: 0 is not an organization's id"},
		{strings.Replace(updateRow, `2Gcp0IAC`, `2Gcp0`, 1), "salesforce_id: "},
		{strings.Replace(updateRow, `"name":"Birch & \"Söhne\""`, `"name":null`, 1), "name: null where a value belongs"},
		{strings.Replace(change(`{"field":"aar","from":1,"to":2}`), `"reason":""`, `"reason":"whim"`, 1), `reason: unknown reason "whim" of an update`},
		{change(``), "changes: the list is empty"},
		{change(`1`), "changes: 0: a number is not an object"},
		{change(`{"field":"aar","from":1}`), "changes: 0: missing keys: to"},
		{change(`{"field":"aar","from":1,"to":2,"why":3}`), `changes: 0: unknown key "why"`},
		{change(`{"field":"arr","from":1,"to":2}`), `the global flow does not manage the field "arr"`},
		{change(`{"field":"ignore_deletion","from":true,"to":false}`), `does not manage the field "ignore_deletion"`},
		{change(`{"field":"aar","from":1,"to":true}`), "aar: to: true is not a valid decimal"},
		{change(`{"field":"sub_edu","from":"yes","to":true}`), `sub_edu: from: "yes" is not a valid check box`},
		{change(`{"field":"aar","from":1,"to":1.0}`), "aar: from and to are equal"},
		{change(`{"field":"aar","from":1,"to":2},{"field":"aar","from":2,"to":3}`), "aar is repeated"},
		{change(`{"field":"sub_edu","from":false,"to":true},{"field":"aar","from":2,"to":3}`), "aar is repeated or out of order"},
		{change(`{"field":"mark_for_deletion","from":false,"to":true}`), "an update cannot set it to true"},
		{change(`{"field":"name","from":"Birch","to":" "}`), "the name cannot be empty"},
		{change(`{"field":"salesforce_id","from":"","to":"001M000000qfPySIAU"}`), "is not the salesforce_id of the row"},
	} {
		if _, err := plan.UpdateReader(field.SchemaOf(field.Global))([]byte(tc.raw)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s\nerror %v, want %q", tc.raw, err, tc.want)
		}
	}
}

func TestMarkRecordIsReadStrictly(t *testing.T) {
	global := field.SchemaOf(field.Global)
	for _, tc := range []struct {
		raw    string
		schema *field.Schema
		want   string
	}{
		{strings.Replace(markRow, `"seen"`, `"saw"`, 1), global, `unknown key "saw"`},
		{strings.Replace(markRow, `"reason":"expired_three_years",`, ``, 1), global, "missing keys: reason"},
		{strings.Replace(markRow, `expired_three_years`, `whim`, 1), global, `reason: "whim" is not a reason to mark`},
		{strings.Replace(markRow, `"support_level":"expired",`, ``, 1), global, "seen: missing keys: support_level"},
		{markRow, field.SchemaOf(field.Partner), `seen: unknown key "support_level"`},
		{partnerMarkRow, global, "seen: missing keys: support_level, expiration_date"},
		{strings.Replace(markRow, `"from":false,"to":true`, `"from":true,"to":false`, 1), global, "a mark has exactly one change, mark_for_deletion to true"},
		{strings.Replace(markRow, `"field":"mark_for_deletion"`, `"field":"sub_edu"`, 1), global, "a mark has exactly one change, mark_for_deletion to true"},
		{strings.Replace(markRow, `[{"field"`, `[{"field":"aar","from":1,"to":2},{"field"`, 1), global, "a mark has exactly one change, mark_for_deletion to true"},
	} {
		if _, err := plan.MarkReader(tc.schema)([]byte(tc.raw)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s\nerror %v, want %q", tc.raw, err, tc.want)
		}
	}
}

func FuzzParseUpdate(f *testing.F) {
	f.Add([]byte(updateRow))
	f.Add([]byte(strings.Replace(updateRow, "100.5", "1e2", 1)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		schema := field.SchemaOf(field.Global)
		update, err := plan.UpdateReader(schema)(raw)
		if err != nil {
			return
		}
		line := written(update)
		again, err := plan.UpdateReader(schema)([]byte(line))
		if err != nil {
			t.Fatalf("%s is read, but not as written: %s: %v", raw, line, err)
		}
		if got := written(again); got != line {
			t.Errorf("written as %s, then as %s", line, got)
		}
	})
}

func FuzzParseMark(f *testing.F) {
	f.Add([]byte(markRow))
	f.Add([]byte(partnerMarkRow))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, flow := range field.Flows() {
			schema := field.SchemaOf(flow)
			mark, err := plan.MarkReader(schema)(raw)
			if err != nil {
				continue
			}
			line := written(mark)
			again, err := plan.MarkReader(schema)([]byte(line))
			if err != nil {
				t.Fatalf("%s is read, but not as written: %s: %v", raw, line, err)
			}
			if got := written(again); got != line {
				t.Errorf("written as %s, then as %s", line, got)
			}
		}
	})
}

// written returns the row as its artifact has it.
func written(row any) string {
	line, err := strictjson.Marshal(row)
	if err != nil {
		return err.Error()
	}
	return string(line)
}

// seen is what a mark is planned on.
func seen(flow field.Flow, name, accountType, level, expires field.Value) field.Record {
	record := field.SchemaOf(flow).NewRecord()
	record.Set(field.Name, name)
	record.Set(field.AccountType, accountType)
	record.Set(field.SupportLevel, level)
	record.Set(field.ExpirationDate, expires)
	return plan.SeenOf(record)
}
