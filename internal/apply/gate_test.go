package apply_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// closed is a gate of limits that are exceeded.
func closed(names ...plan.LimitName) plan.Gate {
	var checks []plan.LimitCheck
	for _, name := range names {
		checks = append(checks, plan.LimitCheck{Limit: plan.Limit{Name: name}, Exceeded: true})
	}
	return plan.GateOf(checks)
}

func TestOnlyRowsOverALimitAreSkipped(t *testing.T) {
	lowered := updateOf(2, change(field.SupportLevel, "premium", "expired"))
	all := apply.Rows{Creates: createsOf(9).Creates, Updates: []plan.Update{updateOf(1), lowered}, Marks: marksOf(3, 3).Marks}
	const over = " skipped | over limit: "
	for _, test := range []struct {
		limit plan.LimitName
		want  []string
	}{
		{plan.LimitCreates, []string{"update 1 applied", "update 2 applied", "mark_for_deletion 3 applied", "create 9" + over + "creates"}},
		{plan.LimitUpdates, []string{"update 1" + over + "updates", "update 2" + over + "updates", "mark_for_deletion 3 applied", "create 9 applied"}},
		{plan.LimitSupportLost, []string{"update 1 applied", "update 2" + over + "support_lost", "mark_for_deletion 3 applied", "create 9 applied"}},
		{plan.LimitMarks, []string{"update 1 applied", "update 2 applied", "mark_for_deletion 3" + over + "marks", "create 9 applied"}},
	} {
		t.Run(string(test.limit), func(t *testing.T) {
			w := newWorld(t, 3)
			w.Edit(organizationID(2), func(o *sandbox.Organization) { o.Fields["support_level"] = "premium" })
			rows := all
			rows.Gate = closed(test.limit)
			outcomes := w.done(rows)
			wantOutcomes(t, outcomes, test.want...)
			for _, outcome := range outcomes {
				if outcome.OverLimit() != (outcome.Outcome == apply.Skipped) || outcome.Unfinished() {
					t.Errorf("%s of %s: over limit %t, left %t", outcome.Action, outcome.AccountID, outcome.OverLimit(), outcome.Unfinished())
				}
			}
		})
	}
}

func TestUnmarkingIsNeverOverALimit(t *testing.T) {
	w := newWorld(t, 2)
	for _, n := range []int{1, 2} {
		w.Edit(organizationID(n), func(o *sandbox.Organization) { o.Fields["mark_for_deletion"] = true })
	}
	unmark := change(field.MarkForDeletion, field.True, "")
	rows := apply.Rows{Gate: closed(plan.LimitUpdates), Updates: []plan.Update{
		updateOf(1, change("account_owner", "before", "after"), unmark), updateOf(2, unmark),
	}}
	outcomes := w.done(rows)
	wantOutcomes(t, outcomes,
		"update 1 skipped | over limit: updates (mark_for_deletion is off)", "update 2 applied")
	if !outcomes[0].OverLimit() {
		t.Error("the rest of the row is not over a limit")
	}
	for _, write := range w.Audit() {
		want := map[string]sandbox.Change{"mark_for_deletion": {From: true, To: false}}
		if diff := cmp.Diff(want, write.Changes); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
	}
}

func TestUnmarkingThatFailsIsAFailure(t *testing.T) {
	w := newWorld(t, 1)
	w.Edit(organizationID(1), func(o *sandbox.Organization) { o.Fields["mark_for_deletion"] = true })
	w.FailOrganization(organizationID(1), "OrganizationUpdateFailed", "no")
	outcomes := w.done(apply.Rows{Gate: closed(plan.LimitUpdates), Updates: []plan.Update{
		updateOf(1, change("account_owner", "before", "after"), change(field.MarkForDeletion, field.True, "")),
	}})
	wantOutcomes(t, outcomes, "update 1 failed | OrganizationUpdateFailed | no")
}

func TestAnAcceptedPlanLeavesNothingOut(t *testing.T) {
	w := newWorld(t, 3)
	rows := updatesOf(1, 3)
	rows.Gate = plan.Gate{}
	if got := counts(w.done(rows))[apply.Applied]; got != 3 {
		t.Errorf("%d rows are applied, want 3", got)
	}
}

func TestOutcomeRecordHasItsKeysInOrder(t *testing.T) {
	outcome := apply.Outcome{
		Action: plan.ActionUpdate, ID: 9007199254740993, AccountID: accountID(1), Name: "A & B <c> \xff",
		Outcome: apply.Failed, JobID: "V3-1", Error: "E", Description: "D", Sent: []string{"name"},
	}
	got, err := strictjson.Marshal(outcome)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"action":"update","id":9007199254740993,"salesforce_id":"` + string(accountID(1)) +
		`","name":"A & B <c> ` + "\ufffd" + `","outcome":"failed","reason":"","job_id":"V3-1","error":"E","description":"D","sent":["name"]}`
	if string(got) != want {
		t.Errorf("record %s, want %s", got, want)
	}
}

func TestOutcomesAreSortedBySalesforceIDThenID(t *testing.T) {
	w := newWorld(t, 5)
	rows := apply.Rows{Updates: []plan.Update{updateOf(5), updateOf(2)}, Marks: marksOf(3, 4).Marks, Creates: createsOf(1).Creates}
	wantOutcomes(t, w.done(rows), "create 1 applied | already as planned", "update 2 applied",
		"mark_for_deletion 3 applied", "mark_for_deletion 4 applied", "update 5 applied")
}
