package overrides

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Valid ids (docs/rules.md, Salesforce ids).
const (
	first  account.ID = "001M000000qfPySIAU"
	second account.ID = "001B0000002Gcp0IAC"
	third  account.ID = "0014M00001sDiGEQA0"
)

func parsed(t *testing.T, content string) *Overrides {
	t.Helper()
	overrides, err := Parse("overrides.yaml", []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return overrides
}

func TestParseReadsEveryKindOfValue(t *testing.T) {
	overrides := parsed(t, `
- salesforce_id: 0014M00001sDiGEQA0
  reason: contract amendment, see request 123
  expires_on: 2026-12-31
  instance: global
  sub_sm_ultimate: true
  sub_edu: false
  support_level: ultimate
  expiration_date: 2026-12-31
  aar: 123456789012345678.90
  seats_decimal: 25
  account: Example Inc.
  technical_account_manager: ""
  org_region: emea
  restricted_account: true
- instance: usgov
  salesforce_id: 0014M00001sDiGE
  usgov_fedramp: true
  number_of_seats: 10.0
  arr: 1.5e3
  expiration_date: "2027-01-31"
  sub_usgov_24x7: true
  market_segment: smb
  account_owner: Ada Lovelace
  support_level: expired
- salesforce_id: ' 001M000000qfPyS '
  sub_edu: true
`)
	want := []*Override{
		{
			ID: third, Instance: "global", Named: true, Reason: "contract amendment, see request 123", ExpiresOn: "2026-12-31", Line: 2,
			Values: []Value{
				{"support_level", "ultimate"},
				{"expiration_date", "2026-12-31"},
				{"aar", "123456789012345678.9"},
				{"seats_decimal", "25"},
				{"technical_account_manager", ""},
				{"org_region", "emea"},
				{"restricted_account", "true"},
				{"sub_edu", ""},
				{"sub_sm_ultimate", "true"},
			},
		},
		{
			ID: third, Instance: "usgov", Named: true, Line: 16,
			Values: []Value{
				{"support_level", "expired"},
				{"expiration_date", "2027-01-31"},
				{"arr", "1500"},
				{"number_of_seats", "10"},
				{"account_owner", "Ada Lovelace"},
				{"market_segment", "smb"},
				{"sub_usgov_24x7", "true"},
				{"usgov_fedramp", "true"},
			},
		},
		{ID: first, Instance: "global", Line: 26, Values: []Value{{"sub_edu", "true"}}},
	}
	if diff := cmp.Diff(want, overrides.All()); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestAnEmptyFileIsNoOverrides(t *testing.T) {
	for _, content := range []string{"", "\n", "# none at present\n", "---\n", "[]\n"} {
		overrides := parsed(t, content)
		if len(overrides.All()) != 0 || len(overrides.Expired("2026-01-01")) != 0 {
			t.Errorf("%q: %d entries", content, len(overrides.All()))
		}
		if _, ok := overrides.InForce(field.GlobalInstance, first, "2026-01-01"); ok {
			t.Errorf("%q: an entry is in force", content)
		}
	}
}

func TestAnEntryCountsThroughItsLastDay(t *testing.T) {
	overrides := parsed(t, `
- salesforce_id: 001M000000qfPySIAU
  expires_on: 2026-12-31
  sub_edu: true
- salesforce_id: 001B0000002Gcp0IAC
  instance: usgov
  sub_ss_ase: true
`)
	tests := []struct {
		name     string
		instance field.Instance
		id       account.ID
		today    account.Date
		want     bool
	}{
		{"long before", field.GlobalInstance, first, "2026-01-01", true},
		{"on its last day", field.GlobalInstance, first, "2026-12-31", true},
		{"on the day after", field.GlobalInstance, first, "2027-01-01", false},
		{"in the other instance", field.USGovInstance, first, "2026-01-01", false},
		{"without a last day", field.USGovInstance, second, "2099-01-01", true},
		{"only where the entry says so", field.GlobalInstance, second, "2026-01-01", false},
		{"account without an entry", field.GlobalInstance, third, "2026-01-01", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			override, ok := overrides.InForce(test.instance, test.id, test.today)
			if ok != test.want {
				t.Fatalf("in force: %v", ok)
			}
			if ok && (override.ID != test.id || override.Instance != test.instance) {
				t.Errorf("entry of %s in %s", override.ID, override.Instance)
			}
		})
	}
}

func TestExpiredReturnsTheEntriesToWarnOf(t *testing.T) {
	overrides := parsed(t, `
- {salesforce_id: 001M000000qfPySIAU, expires_on: 2026-12-31, sub_edu: true}
- {salesforce_id: 001B0000002Gcp0IAC, sub_edu: true}
- {salesforce_id: 0014M00001sDiGEQA0, expires_on: 2026-01-31, sub_edu: true}
`)
	tests := []struct {
		today account.Date
		want  []account.ID
	}{
		{"2026-01-31", nil},
		{"2026-02-01", []account.ID{third}},
		{"2027-01-01", []account.ID{first, third}},
	}
	for _, test := range tests {
		var got []account.ID
		for _, override := range overrides.Expired(test.today) {
			got = append(got, override.ID)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("expired on %s (-want +got):\n%s", test.today, diff)
		}
	}
}

func TestValueKnowsWhatTheEntryNames(t *testing.T) {
	override := parsed(t, "- {salesforce_id: 001M000000qfPySIAU, sub_edu: false, sub_oss: true}\n").All()[0]
	tests := []struct {
		key   string
		want  field.Value
		named bool
	}{
		{"sub_edu", "", true},
		{"sub_oss", "true", true},
		{"sub_sm_ultimate", "", false},
	}
	for _, test := range tests {
		if got, named := override.Value(test.key); got != test.want || named != test.named {
			t.Errorf("%s: %q, %v", test.key, got, named)
		}
	}
}
