package page_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func textOf(t *testing.T, model report.Model) string { return written(t, model, page.Screen{}) }

func written(t *testing.T, model report.Model, screen page.Screen) string {
	t.Helper()
	var out strings.Builder
	if err := page.Text(&out, model, screen); err != nil {
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

// outcomesOf is what a sync of the plan with every kind of row did.
func outcomesOf(dryRun bool, outcomes ...apply.Outcome) *report.Outcomes {
	return report.OutcomesOf(reportOf(overLimit()), outcomes, dryRun)
}

func TestAFailureThatRowsShareIsToldOnce(t *testing.T) {
	same(t, `Sync of plan 0123456789abcdef: 1 done, 1 found done, 1 over a limit, 2 failed or unfinished.
Flow global for Zendesk Global, https://example.zendesk.com, of 2026-06-15.

Outcomes
  action             done  found done  over limit  failed
  create             1     0           0           0
  update             0     1           1           0
  mark for deletion  0     0           0           2

Unfinished, failed: RecordInvalid: a trigger refused it (2)
  action             name          organization  salesforce_id
  mark for deletion  Birch         7             001B0000002Gcp0IAC
  mark for deletion  Maple & Sons  8             001M000000qfPySIAU

Left out for a limit (1)
  action  why                       name  organization  salesforce_id
  update  over limit: support_lost  Elm   5             001B0000002Gcp0IAC

Rows over a limit were left out. If every one of them is right, accept exactly this plan:
  zd-sfdc-sync sync global --accept-plan 0123456789abcdef
`, textOf(t, outcomesOf(false,
		apply.Outcome{Action: plan.ActionCreate, ID: 99, AccountID: maple, Outcome: apply.Applied},
		apply.Outcome{Action: plan.ActionUpdate, ID: 5, AccountID: birch, Outcome: apply.Skipped, Reason: "over limit: support_lost"},
		apply.Outcome{Action: plan.ActionUpdate, ID: 6, AccountID: tulip, Outcome: apply.Applied, Reason: apply.AlreadyThere},
		apply.Outcome{Action: plan.ActionMark, ID: 7, AccountID: birch, Outcome: apply.Failed, Error: "RecordInvalid", Description: "a trigger refused it"},
		apply.Outcome{Action: plan.ActionMark, ID: 8, AccountID: maple, Outcome: apply.Failed, Error: "RecordInvalid", Description: "a trigger refused it"},
	)))
}

func TestADryRunSaysSoFirstAndLast(t *testing.T) {
	got := textOf(t, outcomesOf(true, apply.Outcome{Action: plan.ActionUpdate, ID: 6, AccountID: tulip, Outcome: apply.Planned, Sent: []string{"sub_ss_ase"}}))
	const first = "Dry run: nothing was sent. Of plan 0123456789abcdef, 1 row would be sent; 0 found done, 0 over a limit, 0 unfinished.\n"
	const last = "\nApply it: zd-sfdc-sync sync global\nDry run: nothing was sent.\n"
	if !strings.HasPrefix(got, first) || !strings.HasSuffix(got, last) {
		t.Errorf("got\n%s", got)
	}
	if !strings.Contains(got, "\nTo update (1)\n") || !strings.Contains(got, "sub_ss_ase true → false") || strings.Contains(got, "Elm") || strings.Contains(got, "Oak Trees") {
		t.Errorf("it does not list what would be sent, and only that:\n%s", got)
	}
}

func TestOutcomesWithNothingLeft(t *testing.T) {
	got := textOf(t, outcomesOf(false, apply.Outcome{Action: plan.ActionCreate, AccountID: maple, Outcome: apply.Applied}))
	if !strings.HasPrefix(got, "Sync of plan 0123456789abcdef: 1 done, 0 found done, 0 over a limit, 0 failed or unfinished.\n") ||
		!strings.HasSuffix(got, "\n\nEvery row is done.\n") {
		t.Errorf("got\n%s", got)
	}
}

// objectOf is an object of the level, in both instances' tables.
func objectOf(flow field.Flow, level field.Level) entitlement.Outcome {
	record := field.SchemaOf(flow).NewRecord()
	record.Set(field.SupportLevel, field.Value(level))
	return entitlement.Outcome{Instance: flow.Instance(), Entitlement: &entitlement.Entitlement{Record: record}}
}

func TestImpactNamesWhoChangesLevel(t *testing.T) {
	leftOutOf := func(instance field.Instance) entitlement.Outcome {
		return entitlement.Outcome{Instance: instance, LeftOut: &entitlement.LeftOut{Reason: entitlement.OtherInstance}}
	}
	leftOut := leftOutOf(field.USGovInstance)
	premium, expired := objectOf(field.Global, "premium"), objectOf(field.Global, "expired")
	impact := report.NewImpact("2026-06-15")
	impact.Add(&account.Account{ID: maple, Name: "Maple"},
		entitlement.Decision{Outcomes: []entitlement.Outcome{premium, leftOut}},
		entitlement.Decision{Outcomes: []entitlement.Outcome{leftOutOf(field.GlobalInstance), objectOf(field.USGov, "ultimate")}})
	impact.Add(&account.Account{ID: birch, Name: "Birch"},
		entitlement.Decision{Outcomes: []entitlement.Outcome{premium, leftOut}},
		entitlement.Decision{Outcomes: []entitlement.Outcome{expired, leftOut}, Holds: []hold.Hold{{Reason: hold.UnmappedCharge, Detail: "Quantum"}}})
	impact.Add(&account.Account{ID: tulip, Name: "Tulip"},
		entitlement.Decision{Outcomes: []entitlement.Outcome{premium, leftOut}, Holds: []hold.Hold{{Reason: hold.UnmappedCharge, Detail: "Quantum"}}},
		entitlement.Decision{Outcomes: []entitlement.Outcome{premium, leftOut}, Holds: []hold.Hold{{Reason: hold.UnmappedCharge, Detail: "Quantum"}}})
	same(t, `3 level changes among 3 accounts: 2 to less, 1 to more.

Who changes level
  name   flow    movement             salesforce_id
  Birch  global  premium → expired    001B0000002Gcp0IAC
  Maple  global  premium → left out   001M000000qfPySIAU
  Maple  usgov   left out → ultimate  001M000000qfPySIAU

Support levels
  flow    movement             how many
  global  premium → expired    1
  global  premium → left out   1
  usgov   left out → ultimate  1

Counts
  accounts                      3
  new in an instance            1
  changed                       1
  left out from now on          1
  change level                  3
  with unmapped charges before  1
  with unmapped charges after   2

The levels change once this is merged and the pipeline has run.
More charges are unmapped than before: what their accounts have is held, not taken, until the names are mapped.
`, textOf(t, impact))
}

func TestImpactOfNothing(t *testing.T) {
	if got := textOf(t, report.NewImpact("2026-06-15")); !strings.HasPrefix(got, "Nobody's level changes.\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestCheckShowsOneProblemALine(t *testing.T) {
	check := report.NewCheck()
	check.Add(report.OK, "plans.yaml maps 3 charge names")
	check.Add(report.Problem, "SALESFORCE_URL is missing")
	check.Add(report.Problem, "overrides.yaml:3: unknown key")
	same(t, `2 problems to fix.

  ok: plans.yaml maps 3 charge names
  problem: SALESFORCE_URL is missing
  problem: overrides.yaml:3: unknown key
`, textOf(t, check))
}

func TestCheckCountsWhatIsNotInOrder(t *testing.T) {
	check := report.NewCheck()
	check.Add(report.OK, "plans.yaml has 7 charge names that no account has", "a", "b", "c", "d", "e", "f", "g")
	check.Add(report.Warning, "plans.yaml does not have the charge name \"Quantum\"")
	check.Add(report.NotAsked, "GitLab, because its variables have problems")
	same(t, `No problems, 1 warning, 1 check not possible.

  ok: plans.yaml has 7 charge names that no account has
      a
      b
      c
      d
      e
      … and 2 more: --format json lists all
  warning: plans.yaml does not have the charge name "Quantum"
  not asked: GitLab, because its variables have problems
`, textOf(t, check))
}
