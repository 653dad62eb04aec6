package endtoend

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// inStepWith is the Global organization of livesWith's mover as a customer, as
// the suite would have written it.
func inStepWith(changes map[string]any) data.Organization {
	fields := map[string]any{
		"salesforce_id": mover(), "sfdc_short_id": mover()[:15], "account_type": "customer", "support_level": "premium",
		"expiration_date": "2027-09-17", "aar": 12000.0, "seats_decimal": 20.0, "account_owner": "Avery Owner",
		"sales_segmentation": "large", "org_region": "emea", "sub_sm_premium": true,
	}
	for key, value := range changes {
		fields[key] = value
	}
	return data.Organization{ID: 1, Name: "Moving Account", Fields: fields}
}

// Values as Zendesk gives them back never cause an update that goes on for
// ever: what is equal is left alone, what is not is written once.
func TestValuesReadFromZendeskSettle(t *testing.T) {
	for _, test := range []struct {
		rule    string
		present map[string]any
		adjust  change
		updates int // in the first hour
	}{
		{"as written: dates come back as timestamps", nil, asCustomer, 0},
		{"check boxes of null are false", map[string]any{"sub_edu": nil, "support_hold": nil, "mark_for_deletion": nil}, asCustomer, 0},
		{"check boxes of false are false", map[string]any{"sub_edu": false, "support_hold": false, "mark_for_deletion": false}, asCustomer, 0},
		{"text of null is empty", map[string]any{"technical_account_manager": nil, "solutions_architect": ""}, asCustomer, 0},
		{"text has white space around it", map[string]any{"account_owner": " Avery Owner "}, asCustomer, 0},
		{"the id has white space around it", map[string]any{"salesforce_id": " " + mover() + " "}, asCustomer, 0},
		{"the id has 15 characters", map[string]any{"salesforce_id": mover()[:15]}, asCustomer, 1},
		{"the short id has 18 characters", map[string]any{"sfdc_short_id": mover()}, asCustomer, 1},
		{"a drop-down holds a tag of nobody's", map[string]any{"support_level": "starter", "org_region": nil}, asCustomer, 1},
		{"a number of null is not 0", map[string]any{"aar": nil}, func(a *data.Account) { a.CARR = "0" }, 1},
		{"a decimal of many digits", map[string]any{"aar": 0.0}, func(a *data.Account) { a.CARR = "90071992547409.935" }, 1},
		{"a decimal that binary fractions do not hold", map[string]any{"aar": 0.1}, func(a *data.Account) { a.CARR = "0.1" }, 0},
		{"a decimal below zero, rounded", map[string]any{"aar": -0.01}, func(a *data.Account) { a.CARR = "-0.005" }, 0},
		{"half a seat", map[string]any{"seats_decimal": 12.5}, func(a *data.Account) { a.Charges[0].Quantity = "12.50" }, 0},
		{"a check box that is to be turned off", map[string]any{"sub_oss": true, "mark_for_deletion": true}, asCustomer, 1},
		{"a date that moves", map[string]any{"expiration_date": "2027-09-17"}, func(a *data.Account) {
			a.Subscriptions[0].End, a.Charges[0].End = noon().AddDate(5, 0, 0), noon().AddDate(5, 0, 0)
		}, 1},
		{"names in letters of other alphabets", map[string]any{"account_owner": "Ålesund Οδυσσέας"}, func(a *data.Account) { a.Owner = "Ålesund Οδυσσέας\u2003" }, 0},
		{"text of several lines and signs", map[string]any{"account_owner": "A <B> & \"C\" \\ D"}, func(a *data.Account) { a.Owner = "A <B> & \"C\" \\ D" }, 0},
	} {
		t.Run(test.rule, func(t *testing.T) {
			world := livesWith(test.adjust)
			world.Global = []data.Organization{inStepWith(test.present)}
			w := startWorld(t, sandbox.Options{World: world})
			w.liftLimits()
			var updates []int
			for range 3 {
				w.hour()
				updates = append(updates, w.plan("global").Counts["updates"])
			}
			if diff := cmp.Diff([]int{test.updates, 0, 0}, updates); diff != "" {
				t.Errorf("updates hour by hour (-want +got):\n%s\n%s", diff, w.read("global/updates.json"))
			}
		})
	}
}
