package entitlement

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

func TestWrongRecordsAreRefusedByName(t *testing.T) {
	golden := decided(t, "usgov_dedicated.json", field.USGovInstance)
	tests := []struct {
		rule     string
		old, new string
		want     string
	}{
		{"an unknown key", `"schedule":`, `"scedule":`, `unknown key "scedule"`},
		{"mark_for_deletion is none of the keys", `"arr":500000,`, `"arr":500000,"mark_for_deletion":false,`, `unknown key "mark_for_deletion"`},
		{"a Global field", `"arr":500000,`, `"arr":500000,"aar":500000,`, `unknown key "aar"`},
		{"a missing managed key", `"sub_ss_ase":false,`, ``, "missing keys: sub_ss_ase"},
		{"a missing extra key", `"in_other_instance":true,`, ``, "missing keys: in_other_instance"},
		{"a key that comes twice", `"arr":500000,`, `"arr":500000,"arr":500000,`, `duplicate`},
		{"revenue is always a number", `"arr":500000,`, `"arr":null,`, `arr: null is not a number`},
		{"seats are always a number", `"number_of_seats":1001`, `"number_of_seats":""`, `number_of_seats: "" is not a number`},
		{"a date that is none", `"expiration_date":"2026-06-30"`, `"expiration_date":"31.12.2020"`, `expiration_date: "31.12.2020" is not a date`},
		{"a level nobody knows", `"support_level":"ultimate"`, `"support_level":"diamond"`, `support_level: unknown level "diamond"`},
		{"an id with a wrong checksum", `"001B0000002Gcp0IAC"`, `"001B0000002Gcp0IAD"`, `salesforce_id: salesforce id "001B0000002Gcp0IAD" has a wrong checksum`},
		{"a check box that is text", `"support_hold":false`, `"support_hold":"no"`, `support_hold: `},
		{"a flag that is text", `"in_other_instance":true`, `"in_other_instance":"no"`, `in_other_instance: a text is not true or false`},
		{"a schedule nobody knows", `"schedule":"24x7"`, `"schedule":"8x5"`, `schedule: unknown schedule "8x5"`},
		{"no list", `"holds":[]`, `"holds":null`, `holds: null where a value belongs`},
		{"a list of something else", `"holds":[]`, `"holds":["A"]`, `holds: 0: a text is not an object`},
		{"a hold without a detail", `"holds":[]`, `"holds":[{"reason":"unmapped_charge"}]`, `holds: 0: missing keys: detail`},
		{"a reason nobody knows", `"holds":[]`, `"holds":[{"reason":"whim","detail":""}]`, `unknown reason "whim"`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			raw := strings.Replace(golden, test.old, test.new, 1)
			if raw == golden {
				t.Fatalf("%s is not in the record", test.old)
			}
			_, err := Reader(field.SchemaOf(field.USGov))(jsontext.Value(raw))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestContactsAreReadStrictly(t *testing.T) {
	golden := decided(t, "global_customer.json", field.GlobalInstance)
	tests := []struct{ contact, want string }{
		{`{"name":""}`, `sold_tos: 1: missing keys: email`},
		{`{"name":"","email":"bob@acme.test","phone":""}`, `sold_tos: 1: unknown key "phone"`},
		{`{"name":null,"email":"bob@acme.test"}`, `sold_tos: 1: name: null where a value belongs`},
		{`"bob@acme.test"`, `sold_tos: 1: a text is not an object`},
	}
	for _, test := range tests {
		raw := strings.Replace(golden, `{"name":"","email":"bob@acme.test"}`, test.contact, 1)
		_, err := Reader(field.SchemaOf(field.Global))(jsontext.Value(raw))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q in it", test.contact, err, test.want)
		}
	}
}

func TestWrongLeftOutRecordsAreRefusedByName(t *testing.T) {
	tests := []struct{ record, want string }{
		{`{"salesforce_id":"001B0000002Gcp0IAC","name":"Agency"}`, `missing keys: reason`},
		{`{"salesforce_id":"001B0000002Gcp0IAC","name":"Agency","reason":"partner","id":1}`, `unknown key "id"`},
		{`{"salesforce_id":"001B0000002Gcp0","name":"Agency","reason":"partner"}`, `salesforce_id: salesforce id "001B0000002Gcp0" has 15 characters, not 18`},
		{`{"salesforce_id":"001B0000002Gcp0IAC","name":7,"reason":"partner"}`, `name: a number is not a text`},
		{`{"salesforce_id":"001B0000002Gcp0IAC","name":"Agency","reason":"odd"}`, `reason: unknown reason "odd"`},
		{`[]`, `a list is not an object`},
		{``, `cut off`},
	}
	for _, test := range tests {
		_, err := LeftOutReader()(jsontext.Value(test.record))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q in it", test.record, err, test.want)
		}
	}
}

// FuzzParseEntitlement holds that no record makes a panic, and that what is
// read is written so that it is read the same.
func FuzzParseEntitlement(f *testing.F) {
	for _, golden := range readGolden(f) {
		f.Add([]byte(golden.Global))
		f.Add([]byte(golden.USGov))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, flow := range []field.Flow{field.Global, field.USGov} {
			schema := field.SchemaOf(flow)
			object, err := Reader(schema)(jsontext.Value(raw))
			if err != nil {
				continue
			}
			again, err := Reader(schema)(jsontext.Value(written(&object)))
			if err != nil {
				t.Fatalf("written and read again: %v", err)
			}
			if diff := cmp.Diff(object, again); diff != "" {
				t.Fatalf("written and read again (-first +second):\n%s", diff)
			}
		}
	})
}

// FuzzParseLeftOut holds the same of the accounts that are left out.
func FuzzParseLeftOut(f *testing.F) {
	f.Add([]byte(`{"salesforce_id":"001B0000002Gcp0IAC","name":"Agency","reason":"partner"}`))
	f.Add([]byte(`{"reason":"expired_three_years","name":"\u0000\ud83d\ude00","salesforce_id":"001M000000qfPySIAU"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		left, err := LeftOutReader()(jsontext.Value(raw))
		if err != nil {
			return
		}
		if again, err := LeftOutReader()(jsontext.Value(written(left))); err != nil || again != left {
			t.Fatalf("written and read again: %v, %v, first %v", again, err, left)
		}
	})
}

// decided is the record that the rules make of a golden case.
func decided(t *testing.T, file string, instance field.Instance) string {
	t.Helper()
	golden := readGolden(t)[file]
	return recordOf(golden.lookups(t).Decide(&golden.Account, nil).In(instance))
}
