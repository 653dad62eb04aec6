package report_test

import (
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/overrides"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/products"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

const today = account.Date("2026-11-26")

const plansText = `subscriptions:
  sub_sm_premium: {support_level: premium, seats: true, usgov: exception, charges: [Premium]}
  sub_sm_ultimate: {support_level: ultimate, seats: true, usgov: exception, charges: [Ultimate]}
  sub_usgov_12x5: {support_level: custom, usgov: always, charges: [Federal]}
ignored: [Travel]
`

// charged is a charge of a subscription of its own.
func charged(name string, start, end account.Date) account.Charge {
	return account.Charge{ID: "a0c-" + name + string(end), ChargeName: name, Subscription: "a0s-" + name + string(end), StartDate: start, EndDate: end, Quantity: "5"}
}

func explained(t *testing.T, entries string, charges ...account.Charge) *report.Explanation {
	t.Helper()
	plans, err := products.Parse("plans.yaml", []byte(plansText))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := overrides.Parse("overrides.yaml", []byte(entries))
	if err != nil {
		t.Fatal(err)
	}
	customer := &account.Account{ID: maple, Name: "Maple", Type: "Customer", Charges: charges}
	for _, charge := range charges {
		if charge.ChargeName != "Loose" {
			customer.Subscriptions = append(customer.Subscriptions, account.Subscription{
				ID: charge.Subscription, Name: "A-S " + charge.ChargeName, StartDate: charge.StartDate, EndDate: charge.EndDate,
			})
		}
	}
	// It has an organization in Zendesk Global, so that it has an object there.
	record := field.SchemaOf(field.Global).NewRecord()
	record.Set(field.SalesforceID, field.Value(maple))
	global := entitlement.NewOrganizations()
	global.Add(organization.Organization{ID: 1, Record: record})
	lookups := entitlement.NewLookups(entitlement.Inputs{
		Today: today, Plans: plans, Overrides: parsed,
		Organizations: map[field.Instance]*entitlement.Organizations{field.GlobalInstance: global, field.USGovInstance: entitlement.NewOrganizations()},
	})
	var trace entitlement.Trace
	decision := lookups.Decide(customer, &trace)
	return report.ExplanationOf(today, customer, &trace, decision)
}

func TestExplanationsBeginWithTheAnswer(t *testing.T) {
	entry := "- salesforce_id: " + string(maple) + "\n  reason: an agreement\n  expires_on: 2026-12-31\n  "
	for _, tc := range []struct {
		rule      string
		overrides string
		charges   []account.Charge
		want      string
	}{
		{"current until fifteen days after its end", "", []account.Charge{charged("Premium", "2026-01-01", "2027-01-01")},
			"Zendesk Global: premium: its charge Premium ends on 2027-01-01 and counts until 2027-01-16"},
		{"still within the fifteen days", "", []account.Charge{charged("Premium", "2025-01-01", "2026-11-11")},
			"Zendesk Global: premium: its charge Premium ends on 2026-11-11 and counts until 2026-11-26"},
		{"without an end", "", []account.Charge{charged("Premium", "2025-01-01", "")},
			"Zendesk Global: premium: its charge Premium has no end"},
		{"the charge that ends last", "", []account.Charge{charged("Ultimate", "2026-01-01", "2027-01-01"), charged("Ultimate", "2026-06-01", "2027-05-31")},
			"Zendesk Global: ultimate: its charge Ultimate ends on 2027-05-31 and counts until 2027-06-15"},
		{"the day after the fifteen days", "", []account.Charge{charged("Premium", "2025-01-01", "2026-11-09"), charged("Ultimate", "2020-01-01", "2024-11-09")},
			"Zendesk Global: expired: its last charge, Premium, ended on 2026-11-09 and counted until 2026-11-24"},
		{"not yet begun", "", []account.Charge{charged("Premium", "2026-12-01", "2027-12-01")},
			"Zendesk Global: expired: its charge Premium starts on 2026-12-01"},
		{"an unmapped name", "", []account.Charge{charged("Quantum", "2026-01-01", "2027-01-01")},
			"Zendesk Global: expired: its charge Quantum is not in plans.yaml; nothing is taken away for now: unmapped_charge (Quantum)"},
		{"ended, and followed by an unmapped name", "", []account.Charge{charged("Premium", "2025-01-01", "2026-01-01"), charged("Quantum", "2026-01-01", "2027-01-01")},
			"Zendesk Global: expired: its last charge, Premium, ended on 2026-01-01 and counted until 2026-01-16; its charge Quantum is not in plans.yaml; nothing is taken away for now: unmapped_charge (Quantum)"},
		{"a charge without its subscription", "", []account.Charge{charged("Loose", "2026-01-01", "2027-01-01")},
			"Zendesk Global: expired: the subscription of its charge Loose is not in the account's list; nothing is taken away for now: charge_without_subscription (Loose)"},
		{"nothing but what is ignored", "", []account.Charge{charged("Travel", "2026-01-01", "2027-01-01")},
			"Zendesk Global: expired: none of its charges here entitles to support"},
		{"everything in the other instance", "", []account.Charge{charged("Federal", "2026-01-01", "2027-01-01")},
			"Zendesk Global: expired: none of its subscriptions belongs here; nothing is taken away for now: awaits_other_instance"},
		{"a level by override", entry + "support_level: ultimate", []account.Charge{charged("Premium", "2026-01-01", "2027-01-01")},
			"Zendesk Global: ultimate: the override of line 1 (an agreement), in force until 2026-12-31"},
		{"a type by override", entry + "sub_sm_ultimate: true", []account.Charge{charged("Premium", "2026-01-01", "2027-01-01")},
			"Zendesk Global: ultimate: the override of line 1 (an agreement), in force until 2026-12-31, turns sub_sm_ultimate on"},
		{"a type that an override turns off", entry + "sub_sm_premium: false", []account.Charge{charged("Premium", "2026-01-01", "2027-01-01")},
			"Zendesk Global: expired: the override of line 1 (an agreement), in force until 2026-12-31, turns sub_sm_premium off"},
	} {
		if got := explained(t, tc.overrides, tc.charges...); got.Answers[0] != tc.want {
			t.Errorf("%s:\n%s, want\n%s", tc.rule, got.Answers[0], tc.want)
		}
	}
	other := explained(t, "", charged("Premium", "2026-01-01", "2027-01-01"))
	same(t, "Zendesk US Government: left out (other_instance): "+string(entitlement.GroundElsewhere), other.Answers[1])
}
