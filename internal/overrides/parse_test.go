package overrides

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

func TestParseRefusesABrokenFile(t *testing.T) {
	const global = "- salesforce_id: 001M000000qfPySIAU\n"
	const usgov = "- salesforce_id: 001M000000qfPySIAU\n  instance: usgov\n"
	tests := []struct{ name, content, want string }{
		{"not a list", "salesforce_id: 001M000000qfPySIAU\n",
			`overrides.yaml:1: a mapping where a list belongs: begin every entry with "- salesforce_id: …"`},
		{"a word", "none\n", `overrides.yaml:1: "none" where a list belongs: begin every entry with "- salesforce_id: …"`},
		{"entry that is not a mapping", global + "  sub_edu: true\n- 001B0000002Gcp0IAC\n", `overrides.yaml:3: "001B0000002Gcp0IAC" where keys with values belong`},
		{"empty entry", "-\n", "overrides.yaml:1: an empty value where keys with values belong"},
		{"second document", global + "---\n" + global, "overrides.yaml:2: a second document begins here: keep everything in the first one"},
		{"missing id", "- sub_edu: true\n", "overrides.yaml:1: the entry has no salesforce_id"},
		{"empty id", "- salesforce_id:\n", "overrides.yaml:1: salesforce_id: an empty value is not text: put text in quotes"},
		{"id of another object", "- salesforce_id: 003M000000qfPyS\n",
			`overrides.yaml:1: salesforce_id: salesforce id "003M000000qfPyS" does not begin with 001, so it is not an account`},
		{"wrong checksum", "- salesforce_id: 001M000000qfPySIAV\n",
			`overrides.yaml:1: salesforce_id: salesforce id "001M000000qfPySIAV" has a wrong checksum: "IAU" belongs to its first 15 characters`},
		{"short id", "- salesforce_id: 001M\n", `overrides.yaml:1: salesforce_id: salesforce id "001M" has 4 characters, not 15 or 18`},
		{"same id twice", global + "  sub_edu: true\n" + global + "  sub_edu: true\n",
			"overrides.yaml:3: a second entry for 001M000000qfPySIAU in the instance global, the first is on line 1: keep one of them"},
		{"same id in both forms", usgov + "  sub_ss_ase: true\n- instance: usgov\n  salesforce_id: 001M000000qfPyS\n  sub_ss_ase: true\n",
			"overrides.yaml:4: a second entry for 001M000000qfPySIAU in the instance usgov, the first is on line 1: keep one of them"},
		{"unknown key", global + "  sub_sm_ultimat: true\n",
			`overrides.yaml:2: unknown key "sub_sm_ultimat": use the key of an organization field, or salesforce_id, account, reason, expires_on or instance`},
		{"key of the other instance", global + "  usgov_fedramp: true\n",
			`overrides.yaml:2: usgov_fedramp is not a field of Zendesk Global: add "instance: usgov" if the entry is for Zendesk US Government`},
		{"key of Global in a US Government entry", usgov + "  seats_decimal: 3\n",
			`overrides.yaml:3: seats_decimal is not a field of Zendesk US Government: add "instance: global" if the entry is for Zendesk Global`},
		{"sfdc_short_id", global + "  sfdc_short_id: 001M000000qfPyS\n", "overrides.yaml:2: sfdc_short_id cannot be overridden: it follows from the other fields"},
		{"mark_for_deletion", global + "  mark_for_deletion: false\n", "overrides.yaml:2: mark_for_deletion cannot be overridden: it follows from the other fields"},
		{"account_type", global + "  account_type: customer\n", "overrides.yaml:2: account_type cannot be overridden: it follows from the other fields"},
		{"emergency_support_24x7", usgov + "  emergency_support_24x7: true\n",
			"overrides.yaml:3: emergency_support_24x7 cannot be overridden: it follows from the other fields"},
		{"key twice", global + "  sub_edu: true\n  sub_edu: false\n", `overrides.yaml:3: key "sub_edu" comes a second time, first on line 2`},
		{"id twice in one entry", global + "  salesforce_id: 001B0000002Gcp0IAC\n", `overrides.yaml:2: key "salesforce_id" comes a second time, first on line 1`},
		{"unknown instance", global + "  instance: us\n  usgov_fedramp: true\n", `overrides.yaml:2: instance: unknown instance "us": use global or usgov`},
		{"reason that is a number", global + "  reason: 123\n", "overrides.yaml:2: reason: 123 is not text: put text in quotes"},
		{"last day that does not exist", global + "  expires_on: 2026-02-30\n", `overrides.yaml:2: expires_on: "2026-02-30" is not a date: write it as YYYY-MM-DD`},
		{"last day in another form", global + "  expires_on: 31.12.2026\n", `overrides.yaml:2: expires_on: "31.12.2026" is not a date: write it as YYYY-MM-DD`},
		{"last day without zeros", global + "  expires_on: 2026-1-5\n", `overrides.yaml:2: expires_on: "2026-1-5" is not a date: write it as YYYY-MM-DD`},
		{"last day with a time", global + "  expires_on: 2026-12-31T00:00:00Z\n",
			`overrides.yaml:2: expires_on: "2026-12-31T00:00:00Z" is not a date: write it as YYYY-MM-DD`},
		{"empty last day", global + "  expires_on: ''\n", `overrides.yaml:2: expires_on: "" is not a date: write it as YYYY-MM-DD`},
		{"check box as a word", global + "  sub_edu: yes\n", `overrides.yaml:2: sub_edu: "yes" is neither true nor false`},
		{"check box without a value", global + "  sub_edu:\n", "overrides.yaml:2: sub_edu: an empty value is neither true nor false"},
		{"fedramp as a number", usgov + "  usgov_fedramp: 1\n", "overrides.yaml:3: usgov_fedramp: 1 is neither true nor false"},
		{"number as text", global + "  aar: '100'\n", `overrides.yaml:2: aar: "100" is not a number: write plain digits without quotes`},
		{"number with commas", global + "  aar: 1,000\n", `overrides.yaml:2: aar: "1,000" is not a number: write plain digits without quotes`},
		{"number out of range", global + "  aar: 1e99\n",
			`overrides.yaml:2: aar: "1e99" is out of range: at most 60 digits are kept`},
		{"part of a seat", usgov + "  number_of_seats: 2.5\n", "overrides.yaml:3: number_of_seats: 2.5 is not a whole number"},
		{"expiration date without a value", global + "  expiration_date:\n", "overrides.yaml:2: expiration_date: an empty value is not a date: write it as YYYY-MM-DD"},
		{"expiration date that is none", global + "  expiration_date: never\n", `overrides.yaml:2: expiration_date: "never" is not a date: write it as YYYY-MM-DD`},
		{"unknown level", global + "  support_level: Ultimate\n",
			`overrides.yaml:2: support_level: unknown value "Ultimate": use one of ultimate, gold, premium, silver, consumption_only, custom, community, expired`},
		{"region that is not an option", global + "  org_region: EMEA\n", `overrides.yaml:2: org_region: unknown value "EMEA": use one of amer, apj, emea`},
		{"text that is a date", global + "  account_owner: 2026-12-31\n", "overrides.yaml:2: account_owner: 2026-12-31 is not text: put text in quotes"},
		{"name", global + "  name: Acme\n", "overrides.yaml:2: name would rename the organization: write a label for people as account"},
		{"label that is a number", global + "  account: 12\n  sub_edu: true\n", "overrides.yaml:2: account: 12 is not text: put text in quotes"},
		{"no attribute", "# one\n" + global + "  account: Acme\n  reason: request 123\n  expires_on: 2026-12-31\n  instance: global\n",
			"overrides.yaml:2: the entry names no attribute, so it would change nothing: add one, or check whether its lines are indented too far"},
		{"attribute indented into the reason", global + "  reason: >\n    request 123\n    sub_edu: true\n",
			"overrides.yaml:1: the entry names no attribute, so it would change nothing: add one, or check whether its lines are indented too far"},
		{"list for a value", global + "  sub_edu: [true]\n", "overrides.yaml:2: sub_edu: a list is neither true nor false"},
		{"all problems at once", "- sub_edu: maybe\n  seats: 3\n" + global + "  aar: much\n- reason: none\n",
			`overrides.yaml:1: the entry has no salesforce_id
overrides.yaml:1: sub_edu: "maybe" is neither true nor false
overrides.yaml:2: unknown key "seats": use the key of an organization field, or salesforce_id, account, reason, expires_on or instance
overrides.yaml:4: aar: "much" is not a number: write plain digits without quotes
overrides.yaml:5: the entry has no salesforce_id`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			overrides, err := Parse("overrides.yaml", []byte(test.content))
			if err == nil {
				t.Fatalf("no error, but %d entries", len(overrides.All()))
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryOtherManagedFieldMayBeNamed(t *testing.T) {
	values := map[field.Kind]string{field.Text: "x", field.Date: "2026-12-31", field.Check: "true", field.Decimal: "1.5", field.Integer: "2"}
	unnamed := map[string]bool{
		"name": true, "salesforce_id": true, "sfdc_short_id": true, "account_type": true, "mark_for_deletion": true, "emergency_support_24x7": true,
	}
	for _, flow := range []field.Flow{field.Global, field.USGov} {
		content := "- salesforce_id: 001M000000qfPySIAU\n  instance: " + string(flow.Instance()) + "\n"
		named := 0
		for _, managed := range field.SchemaOf(flow).Fields {
			if unnamed[managed.Key] {
				continue
			}
			value := values[managed.Kind]
			if managed.Kind == field.DropDown {
				value = managed.Tags(flow)[0]
			}
			content += "  " + managed.Key + ": " + value + "\n"
			named++
		}
		if got := len(parsed(t, content).All()[0].Values); got != named {
			t.Errorf("%s: %d of %d values read", flow, got, named)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("- salesforce_id: 001M000000qfPySIAU\n  sub_edu: true\n  expires_on: 2026-12-31\n  aar: -1.50e2\n"))
	f.Add([]byte("- salesforce_id: 001M000000qfPyS\n  instance: usgov\n  number_of_seats: 12\n  usgov_fedramp: false\n"))
	f.Add([]byte("- &a {salesforce_id: 001M000000qfPyS, <<: *a, name: \"\\u00e9\"}\n---\n- *a\n"))
	f.Add([]byte("- {salesforce_id: !!str 001B0000002Gcp0, support_level: gold, expiration_date: !!timestamp '2026-12-31'}\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		overrides, err := Parse("overrides.yaml", content)
		if err != nil {
			return
		}
		for _, override := range overrides.All() {
			if err := checkOverride(override); err != nil {
				t.Errorf("line %d: %v", override.Line, err)
			}
			if found, ok := overrides.InForce(override.Instance, override.ID, override.ExpiresOn); !ok || found != override {
				t.Errorf("line %d: the entry is not found by its id", override.Line)
			}
		}
	})
}

// checkOverride reports whether every part is in the form that others may count
// on.
func checkOverride(override *Override) error {
	_, idError := account.ParseFullID(string(override.ID))
	_, dayError := account.ParseDate(string(override.ExpiresOn))
	problems := []error{idError, dayError}
	known := attributesOf(override.Instance)
	for _, value := range override.Values {
		position := known.position(value.Key)
		if position < 0 {
			problems = append(problems, errors.New(value.Key+" is not an attribute"))
			continue
		}
		kind := known.fields[position].Kind
		again, err := kind.Parse(kind.AppendJSON(nil, value.Value))
		if err == nil && again != value.Value {
			err = errors.New(value.Key + " changes when it is written and read again")
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}
