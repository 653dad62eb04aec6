package page_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func textOf(t *testing.T, model report.Model) string {
	t.Helper()
	var out strings.Builder
	if err := page.Text(&out, model, page.Screen{Rows: page.TerminalRows}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func markdownOf(t *testing.T, model report.Model) string {
	t.Helper()
	var out strings.Builder
	if err := page.Markdown(&out, model); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func same(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestOutcomesNameWhatIsLeft(t *testing.T) {
	got := markdownOf(t, report.OutcomesOf(report.Subject{Flow: field.Global, PlanID: "0123456789abcdef"}, []apply.Outcome{
		{Action: plan.ActionCreate, AccountID: birch, Name: "Birch", Outcome: apply.Failed, Error: "RecordInvalid", Description: "Name: Birch has already been taken"},
		{Action: plan.ActionUpdate, ID: 7, AccountID: maple, Name: "Maple | Sons", Outcome: apply.Applied},
		{Action: plan.ActionUpdate, ID: 8, AccountID: tulip, Name: "Tulip", Outcome: apply.Skipped, Reason: "over limit: updates"},
		{Action: plan.ActionMark, ID: 9, AccountID: tulip, Name: "Old Tulip", Outcome: apply.Skipped, Reason: "changed since the plan"},
	}))
	same(t, "# Sync of the global flow to Zendesk Global\n\nPlan `0123456789abcdef`\n"+`
## Outcomes

| action | applied | planned | skipped | failed | unknown |
| --- | --- | --- | --- | --- | --- |
| create | 0 | 0 | 0 | 1 | 0 |
| update | 1 | 0 | 1 | 0 | 0 |
| mark\_for\_deletion | 0 | 0 | 1 | 0 | 0 |

## Failed or left

| name | action | outcome | why | organization | salesforce\_id |
| --- | --- | --- | --- | --- | --- |
| Birch | create | failed | RecordInvalid: Name: Birch has already been taken | - | 001B0000002Gcp0IAC |
| Old Tulip | mark\_for\_deletion | skipped | changed since the plan | 9 | 001T0000007AkXZIA0 |

## Left out for a limit

| name | action | reason | organization | salesforce\_id |
| --- | --- | --- | --- | --- |
| Tulip | update | over limit: updates | 8 | 001T0000007AkXZIA0 |

Rows over a limit were left out. If every one of them is right, accept exactly this plan:

`+"```shell\nzd-sfdc-sync sync global --accept-plan 0123456789abcdef\n```\n", got)
}

func TestOutcomesWithNothingLeft(t *testing.T) {
	got := textOf(t, report.OutcomesOf(report.Subject{Flow: field.USGov}, []apply.Outcome{{Action: plan.ActionCreate, Outcome: apply.Applied}}))
	same(t, `Sync of the usgov flow to Zendesk US Government

Outcomes
  action             applied  planned  skipped  failed  unknown
  create             1        0        0        0       0
  update             0        0        0        0       0
  mark_for_deletion  0        0        0        0       0

Every row is done.
`, got)
}

// objectOf is an object of the level, in both instances' tables.
func objectOf(flow field.Flow, level field.Level) entitlement.Outcome {
	schema := field.SchemaOf(flow)
	record := schema.NewRecord()
	record.Set(field.SupportLevel, field.Value(level))
	return entitlement.Outcome{Instance: flow.Instance(), Object: &entitlement.Object{Record: record}}
}

func TestImpactNamesWhoChangesLevel(t *testing.T) {
	leftOutOf := func(instance field.Instance) entitlement.Outcome {
		return entitlement.Outcome{Instance: instance, LeftOut: &entitlement.LeftOut{Reason: entitlement.OtherInstance}}
	}
	leftOut := leftOutOf(field.USGovInstance)
	premium, expired := objectOf(field.Global, "premium"), objectOf(field.Global, "expired")
	impact := report.Impact{Date: "2026-06-15"}
	impact.Add(&account.Account{ID: birch, Name: "Birch"},
		entitlement.Decision{Outcomes: []entitlement.Outcome{premium, leftOut}},
		entitlement.Decision{Outcomes: []entitlement.Outcome{expired, leftOut}, UnmappedCharges: []string{"Quantum"}})
	impact.Add(&account.Account{ID: maple, Name: "Maple"},
		entitlement.Decision{Outcomes: []entitlement.Outcome{premium, leftOut}},
		entitlement.Decision{Outcomes: []entitlement.Outcome{leftOutOf(field.GlobalInstance), objectOf(field.USGov, "ultimate")}})
	impact.Add(&account.Account{ID: tulip, Name: "Tulip"},
		entitlement.Decision{Outcomes: []entitlement.Outcome{premium, leftOut}, UnmappedCharges: []string{"Quantum"}},
		entitlement.Decision{Outcomes: []entitlement.Outcome{premium, leftOut}, UnmappedCharges: []string{"Quantum"}})
	same(t, `Impact on the accounts of 2026-06-15

Counts
  accounts                      3
  new in an instance            1
  changed                       1
  left out from now on          1
  change level                  3
  with unmapped charges before  1
  with unmapped charges after   2

Support levels
  flow    movement             how many
  global  premium → expired    1
  global  premium → left out   1
  usgov   left out → ultimate  1

Who changes level
  name   flow    movement             salesforce_id
  Birch  global  premium → expired    001B0000002Gcp0IAC
  Maple  global  premium → left out   001M000000qfPySIAU
  Maple  usgov   left out → ultimate  001M000000qfPySIAU

3 levels change once this is merged and the pipeline has run.
More charges are unmapped than before: what their accounts have is held, not taken, until the names are mapped.
`, textOf(t, &impact))
}

func TestImpactOfNothing(t *testing.T) {
	impact := report.Impact{Date: "2026-06-15"}
	same(t, `Impact on the accounts of 2026-06-15

Counts
  accounts                      0
  new in an instance            0
  changed                       0
  left out from now on          0
  change level                  0
  with unmapped charges before  0
  with unmapped charges after   0

Nobody's level changes.
`, textOf(t, &impact))
}
