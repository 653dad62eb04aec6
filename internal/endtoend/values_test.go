package endtoend

import (
	"fmt"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// valueCase is an organization as Zendesk has it, beside what it should have,
// and how often it is updated in the first hour.
type valueCase struct {
	rule    string
	present func(id string) map[string]any
	adjust  change
	updates int
}

// fields are those that do not depend on the account.
func fields(present map[string]any) func(string) map[string]any {
	return func(string) map[string]any { return present }
}

func valueCases() []valueCase {
	return []valueCase{
		{"as written: dates come back as timestamps", fields(nil), asCustomer, 0},
		{"check boxes of null are false", fields(map[string]any{"sub_edu": nil, "support_hold": nil, "mark_for_deletion": nil}), asCustomer, 0},
		{"check boxes of false are false", fields(map[string]any{"sub_edu": false, "support_hold": false, "mark_for_deletion": false}), asCustomer, 0},
		{"text of null is empty", fields(map[string]any{"technical_account_manager": nil, "solutions_architect": ""}), asCustomer, 0},
		{"text has white space around it", fields(map[string]any{"account_owner": " Avery Owner "}), asCustomer, 0},
		{"the id has white space around it", func(id string) map[string]any { return map[string]any{"salesforce_id": " " + id + " "} }, asCustomer, 0},
		{"the id has 15 characters", func(id string) map[string]any { return map[string]any{"salesforce_id": id[:15]} }, asCustomer, 1},
		{"the short id has 18 characters", func(id string) map[string]any { return map[string]any{"sfdc_short_id": id} }, asCustomer, 1},
		{"a drop-down holds a tag of nobody's", fields(map[string]any{"support_level": "starter", "org_region": nil}), asCustomer, 1},
		{"a number of null is not 0", fields(map[string]any{"aar": nil}), func(a *data.Account) { a.CARR = "0" }, 1},
		{"a decimal of many digits", fields(map[string]any{"aar": 0.0}), func(a *data.Account) { a.CARR = "90071992547409.935" }, 1},
		{"a decimal that binary fractions do not hold", fields(map[string]any{"aar": 0.1}), func(a *data.Account) { a.CARR = "0.1" }, 0},
		{"a decimal below zero, rounded", fields(map[string]any{"aar": -0.01}), func(a *data.Account) { a.CARR = "-0.005" }, 0},
		{"half a seat", fields(map[string]any{"seats_decimal": 12.5}), func(a *data.Account) { a.Charges[0].Quantity = "12.50" }, 0},
		{"a check box that is to be turned off", fields(map[string]any{"sub_oss": true, "mark_for_deletion": true}), asCustomer, 1},
		{"a date that moves", fields(map[string]any{"expiration_date": "2027-09-17"}), func(a *data.Account) {
			a.Subscriptions[0].End, a.Charges[0].End = noon().AddDate(5, 0, 0), noon().AddDate(5, 0, 0)
		}, 1},
		{"names in letters of other alphabets", fields(map[string]any{"account_owner": "Ålesund Οδυσσέας"}), func(a *data.Account) { a.Owner = "Ålesund Οδυσσέας\u2003" }, 0},
		{"text with the signs of JSON and HTML", fields(map[string]any{"account_owner": "A <B> & \"C\" \\ D"}), func(a *data.Account) { a.Owner = "A <B> & \"C\" \\ D" }, 0},
	}
}

// settledFields are the fields of an organization in step with a buyer, but for changes.
func settledFields(account *data.Account, changes map[string]any) map[string]any {
	fields := data.GlobalFields(account, data.Entitlement{
		Level: "premium", Until: noon().AddDate(0, 0, 300), Seats: 20, Flags: []string{"sub_sm_premium"},
	})
	maps.Copy(fields, changes)
	return fields
}

// Values as Zendesk gives them back never cause an update that goes on for
// ever: what is equal is left alone, what is not is written once.
func TestValuesReadFromZendeskSettle(t *testing.T) {
	t.Parallel()
	world, rules := livesWith(gone), map[string]string{}
	want := []map[string]bool{{}, {}, {}}
	for number, test := range valueCases() {
		account := buyer(data.LongID(fmt.Sprintf("0014M00006%05d", number)), test.rule)
		test.adjust(&account)
		world.Accounts = append(world.Accounts, &account)
		world.Global = append(world.Global, data.Organization{
			ID: int64(number + 1), Name: test.rule, Fields: settledFields(&account, test.present(account.ID)),
		})
		rules[account.ID] = test.rule
		if test.updates > 0 {
			want[0][test.rule] = true
		}
	}
	w := startWorld(t, sandbox.Options{World: world})
	w.liftLimits()
	for hour := range want {
		w.hour()
		got := map[string]bool{}
		for _, row := range w.list("global/updates.json") {
			got[rules[said(row["salesforce_id"])]] = true
		}
		if diff := cmp.Diff(want[hour], got); diff != "" {
			t.Errorf("updates of hour %d (-want +got):\n%s%s", hour, diff, w.read("global/updates.json"))
		}
	}
}
