package entitlement

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

func traced(t *testing.T, w world, customer *account.Account) Trace {
	t.Helper()
	var trace Trace
	w.lookups(t).Decide(customer, &trace)
	return trace
}

func TestTraceTellsWhoseASubscriptionIsAndWhy(t *testing.T) {
	trace := traced(t, world{}, customer(
		subscription("S3"),
		subscription("S2", ended("SM Premium"), future("12x5 US Citizen Support")),
		subscription("S1", current("SM Premium"), future("12x5 US Citizen Support"))))
	type fact struct {
		ID, DecidedBy    string
		Instance         field.Instance
		ByCurrentCharges bool
		WithoutCharges   bool
	}
	var got []fact
	for _, noted := range trace.Subscriptions {
		got = append(got, fact{noted.Subscription.ID, noted.DecidedBy, noted.Instance, noted.ByCurrentCharges, noted.WithoutCharges})
	}
	want := []fact{
		{ID: "S1", Instance: field.GlobalInstance, ByCurrentCharges: true},
		{ID: "S2", Instance: field.USGovInstance, DecidedBy: "S2-01"},
		{ID: "S3", Instance: field.GlobalInstance, WithoutCharges: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("subscriptions (-want +got):\n%s", diff)
	}
}

func TestTraceGivesTypeAndEndOfACharge(t *testing.T) {
	trace := traced(t, world{}, customer(
		orphan(current("SaaS Ultimate")),
		subscription("S1", endingOn(" SM  Premium", "2026-05-31"), endingOn("SM Premium", "2026-05-30"),
			charge("Travel Expenses", "2026-01-01", "", "1"), future("New"))))
	type fact struct {
		ID, Name     string
		Meaning      Meaning
		Type         string
		Current      bool
		CurrentUntil account.Date
	}
	var got []fact
	for _, noted := range trace.Charges {
		got = append(got, fact{noted.Charge.ID, noted.Name, noted.Meaning, noted.Type, noted.Current, noted.CurrentUntil})
	}
	want := []fact{
		{"S1-00", "SM Premium", Mapped, "sub_sm_premium", true, "2026-06-15"},
		{"S1-01", "SM Premium", Mapped, "sub_sm_premium", false, "2026-06-14"},
		{"S1-02", "Travel Expenses", Ignored, "", true, ""},
		{"S1-03", "New", Unmapped, "", false, "2027-07-29"},
		{"orphan-00", "SaaS Ultimate", Orphaned, "sub_dotcom_ultimate", true, "2027-01-15"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("charges (-want +got):\n%s", diff)
	}
}

func TestTraceTellsWhichRuleSetWhatFromWhat(t *testing.T) {
	entries := override("reason: request 123", "expires_on: 2026-06-30", "sub_sm_premium: false", "sub_ss_enterprise: true", "aar: 5")
	trace := traced(t, world{overrides: entries}, customer(subscription("S1", current("SM Premium"), current("Storage"))))
	var got []Step
	for _, step := range trace.Instances[0].Steps {
		if step.Rule != RuleAccount {
			got = append(got, step)
		}
	}
	want := []Step{
		{"sub_sm_premium", "", "true", RuleCharge, "S1-00"},
		{"sub_consumption_storage", "", "true", RuleCharge, "S1-01"},
		{"seats_decimal", "", "10", RuleSeats, "S1-00"},
		{"expiration_date", "", "2026-12-31", RuleChargeEnd, "S1-00"},
		{"aar", "", "1000", RuleRevenue, ""},
		{"aar", "1000", "5", RuleOverride, "request 123"},
		{"sub_sm_premium", "true", "", RuleOverride, "request 123"},
		{"sub_ss_enterprise", "", "true", RuleOverride, "request 123"},
		{"support_level", "", "consumption_only", RuleLevel, "sub_consumption_storage"},
		{"account_type", "", "customer", RuleAccountType, ""},
		{"sub_ss_ase", "", "true", RuleEngineer, "sub_ss_enterprise"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if trace.Instances[0].Override == nil || trace.Instances[0].Override.Line != 1 || trace.Instances[1].Override != nil {
		t.Errorf("overrides %+v and %+v, want the entry of line 1 and none", trace.Instances[0].Override, trace.Instances[1].Override)
	}
}

func TestTraceTellsWhatHappensInUSGovernment(t *testing.T) {
	trace := traced(t, world{}, customer(subscription("S1", current("Dedicated for US Public Sector"), current("SaaS Ultimate"))))
	var got []Step
	for _, step := range trace.Instances[1].Steps {
		if step.Rule == RuleCharge || step.Rule == RuleFedRAMP || step.Rule == RuleSchedule || step.Rule == RuleEmergency {
			got = append(got, step)
		}
	}
	want := []Step{
		{"usgov_fedramp", "", "true", RuleCharge, "S1-00"},
		{"sub_dotcom_ultimate", "", "true", RuleCharge, "S1-01"},
		{"sub_gitlab_dedicated", "", "true", RuleFedRAMP, "usgov_fedramp"},
		{"sub_usgov_24x7", "", "true", RuleFedRAMP, "usgov_fedramp"},
		{"schedule", "", "24x7", RuleSchedule, "sub_usgov_24x7"},
		{"emergency_support_24x7", "", "true", RuleEmergency, "schedule"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestTraceTellsWhyAnAccountIsInOrOut(t *testing.T) {
	plan := subscription("S1", current("SM Premium"))
	there := organizationOf(acme, "customer")
	tests := []struct {
		world        world
		account      *account.Account
		instance     field.Instance
		reason       Reason
		ground       Ground
		withoutSteps bool
	}{
		{world{}, customer(plan), field.GlobalInstance, "", GroundSubscription, false},
		{world{}, customer(plan), field.USGovInstance, OtherInstance, GroundElsewhere, true},
		{world{usgov: there}, customer(plan), field.USGovInstance, "", GroundOrganization, false},
		{world{overrides: override("instance: usgov", "arr: 1")}, customer(plan), field.USGovInstance, "", GroundOverride, false},
		{world{partners: map[account.ID]bool{acme: true}}, customer(plan), field.GlobalInstance, OwnedByPartner, GroundPartner, true},
		{world{}, customer(), field.GlobalInstance, NoSubscriptions, GroundNothing, true},
		{world{}, customer(subscription("S1", endingOn("SM Premium", "2020-01-01"))), field.GlobalInstance, ExpiredThreeYears, GroundTooOld, false},
	}
	for _, test := range tests {
		trace := traced(t, test.world, test.account)
		noted := map[field.Instance]*InstanceTrace{field.GlobalInstance: trace.Instances[0], field.USGovInstance: trace.Instances[1]}[test.instance]
		if noted.Instance != test.instance || noted.Reason != test.reason || noted.Ground != test.ground || (noted.Steps == nil) != test.withoutSteps {
			t.Errorf("%s: got reason %q, ground %q, %d steps; want %q, %q", noted.Instance, noted.Reason, noted.Ground, len(noted.Steps), test.reason, test.ground)
		}
	}
}

func TestTheTraceAccountsForEveryValueAndChangesNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lookups, drawn := drawWorld(t, true).lookups(t), drawAccount(t, false)
		var trace Trace
		decision := lookups.Decide(drawn, &trace)
		if diff := cmp.Diff(records(lookups.Decide(drawn, nil)), records(decision)); diff != "" {
			t.Fatalf("records (-without trace +with):\n%s", diff)
		}
		replay(t, trace.Instances[0], decision.In(field.GlobalInstance), field.Global)
		replay(t, trace.Instances[1], decision.In(field.USGovInstance), field.USGov)
	})
}

// replay takes the steps once more, each from the value that the one before
// has left, and must arrive at the object.
func replay(t *rapid.T, trace *InstanceTrace, outcome Outcome, flow field.Flow) {
	if outcome.LeftOut != nil {
		if trace.Reason != outcome.LeftOut.Reason {
			t.Fatalf("the trace says %q, the decision %q", trace.Reason, outcome.LeftOut.Reason)
		}
		return
	}
	schema := field.SchemaOf(flow)
	record := schema.NewRecord()
	for _, step := range trace.Steps {
		position, managed := schema.Index(step.Attribute)
		if !managed {
			continue
		}
		if record.Values[position] != step.Before {
			t.Fatalf("step %+v begins where the attribute is %q", step, record.Values[position])
		}
		record.Values[position] = step.After
	}
	if diff := cmp.Diff(outcome.Entitlement.Record, record); diff != "" {
		t.Fatalf("record (-decided +replayed):\n%s", diff)
	}
}
