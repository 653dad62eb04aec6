package artifact

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// The keys in the order of their tables (docs/rules.md, Partner accounts;
// Customer accounts).
const (
	customerLine = `{"salesforce_id":"0014M00001sDiGEQA0","sfdc_short_id":"0014M00001sDiGE","name":"Acme & <Söhne>","account_owner":"",` +
		`"technical_account_manager":"","solutions_architect":"","support_hold":true,"arr":123456789012345678.9,"type":"Customer",` +
		`"sales_segment":"unknown","region":"EMEA","restricted":false,"escalated":false,"exception":true,` +
		`"sold_to":{"name":"Bea","email":"bea@example.com"},"partner_track":"","partner_type":"",` +
		`"subs":[{"id":"S1","name":"A-S1","subscription_id":"a1","status":"Active","start_date":"2025-11-21","end_date":"","sold_to_email":""}],` +
		`"charges":[{"id":"C1","name":"C-1","charge_name":"Premium","subscription":"S1","start_date":"","end_date":"2026-11-20","quantity":12.5}]}`
	partnerLine = `{"salesforce_id":"0014M00001sDiGEQA0","sfdc_short_id":"0014M00001sDiGE","name":"Acme","account_type":"open_partner",` +
		`"account_owner":"","technical_account_manager":"","solutions_architect":"","restricted_account":true,"support_hold":false,"org_in_escalated_state":true}`
)

func customer() *account.Account {
	return &account.Account{
		ID: firstID, ShortID: "0014M00001sDiGE", Name: "Acme & <Söhne>", SupportHold: true, ARR: "123456789012345678.9", Type: "Customer",
		SalesSegment: "unknown", Region: "EMEA", Exception: true, SoldTo: &account.Contact{Name: "Bea", Email: "bea@example.com"},
		Subscriptions: []account.Subscription{{ID: "S1", Name: "A-S1", SubscriptionID: "a1", Status: "Active", StartDate: "2025-11-21"}},
		Charges:       []account.Charge{{ID: "C1", Name: "C-1", ChargeName: "Premium", Subscription: "S1", EndDate: "2026-11-20", Quantity: "12.5"}},
	}
}

func TestAccountsAreWrittenAndReadToTheByte(t *testing.T) {
	line, err := strictjson.Marshal(customer())
	if diff := cmp.Diff(customerLine, string(line)); diff != "" || err != nil {
		t.Error(err, diff)
	}
	got, err := AccountReader()(line)
	if diff := cmp.Diff(customer(), got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	bare := &account.Account{ID: firstID, ShortID: "0014M00001sDiGE", ARR: "0", Subscriptions: []account.Subscription{}, Charges: []account.Charge{}}
	line, err = strictjson.Marshal(bare)
	if err != nil || !strings.Contains(string(line), `"sold_to":null`) || !strings.HasSuffix(string(line), `"subs":[],"charges":[]}`) {
		t.Errorf("%s, %v", line, err)
	}
	if got, err := AccountReader()(line); err != nil || !cmp.Equal(bare, got) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestPartnersAreWrittenAndReadToTheByte(t *testing.T) {
	want := &account.Partner{ID: firstID, ShortID: "0014M00001sDiGE", Name: "Acme", AccountType: "open_partner", Restricted: true, Escalated: true}
	line, err := strictjson.Marshal(want)
	if diff := cmp.Diff(partnerLine, string(line)); diff != "" || err != nil {
		t.Error(err, diff)
	}
	got, err := PartnerReader()(jsontext.Value(partnerLine))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestAccountsThatAreWrongAreRefused(t *testing.T) {
	tests := []struct{ rule, from, to, want string }{
		{"an unknown key", `"name"`, `"nane"`, "nane"},
		{"a key that comes twice", `"name"`, `"name":"x","name"`, "duplicate"},
		{"a wrong checksum", "0014M00001sDiGEQA0", "0014M00001sDiGEQA1", "wrong checksum"},
		{"a short id", `"0014M00001sDiGEQA0"`, `"0014M00001sDiGE"`, "has 15 characters, not 18"},
		{"the short id of another", `"0014M00001sDiGE"`, `"001B0000002Gcp0"`, `sfdc_short_id "001B0000002Gcp0" does not belong to 0014M00001sDiGEQA0`},
		{"a value of another type", `"support_hold":`, `"support_hold":"yes","restrikted":`, "support_hold"},
		{"something behind it", `"name"`, `"name":"a"}{"name"`, ""},
	}
	for _, test := range tests {
		for _, line := range []string{customerLine, partnerLine} {
			raw := jsontext.Value(strings.Replace(line, test.from, test.to, 1))
			var err error
			if line == customerLine {
				_, err = AccountReader()(raw)
			} else {
				_, err = PartnerReader()(raw)
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: %v; want an error with %q", test.rule, err, test.want)
			}
		}
	}
	for from, to := range map[string]string{
		`"arr":123456789012345678.9,`: "", `"subs":[`: `"subs":null,"x":[`, `"arr":123456789012345678.9`: `"arr":null`,
		`"quantity":12.5`: `"quantity":"12.5"`, `"end_date":"2026-11-20"`: `"end_date":"2026-11-31"`, `"start_date":"2025-11-21"`: `"start_date":"2025-11-21T00:00:00Z"`,
		`"name":"C-1",`: ``, `,"email":"bea@example.com"`: ``, `"region":"EMEA"`: `"region":null`, `"quantity":12`: `"quantity":1e999999999,"x":1`, `"id":"C1"`: `"colour":"red","id":"C1"`,
	} {
		if _, err := AccountReader()(jsontext.Value(strings.Replace(customerLine, from, to, 1))); err == nil {
			t.Errorf("%s in place of %s is taken", to, from)
		}
	}
}

func FuzzParseAccount(f *testing.F) {
	f.Add(customerLine)
	f.Add(partnerLine)
	f.Add(`{"arr":1e5,"subs":[],"charges":[{}]}`)
	f.Fuzz(func(t *testing.T, raw string) {
		if parsed, err := AccountReader()(jsontext.Value(raw)); err == nil {
			line, err := strictjson.Marshal(parsed)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := AccountReader()(line); err != nil || !cmp.Equal(parsed, again) {
				t.Errorf("%s is written %s: %v", raw, line, err)
			}
		}
		if parsed, err := PartnerReader()(jsontext.Value(raw)); err == nil && parsed.ID.Short() != parsed.ShortID {
			t.Errorf("%s reads as %+v", raw, parsed)
		}
	})
}
