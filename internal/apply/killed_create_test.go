package apply_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// A run that was killed while a create was on its way left its journal without
// an outcome, and the organization can follow.
func TestAKilledCreateIsAwaitedAndFound(t *testing.T) {
	w := newWorld(t, 0)
	path := journalPath(t)
	sent := fmt.Sprintf(`{"plan_id":%q}`+"\n"+`{"sent":[{"action":"create","id":0,"salesforce_id":%q,"fields":["name"]}]}`+"\n", thisPlan, accountID(901))
	if err := os.WriteFile(path, []byte(sent), 0o600); err != nil {
		t.Fatal(err)
	}
	// It lands while the run waits, and the search does not know it yet.
	landed := false
	w.arrives = func(route string) {
		if route == searching && !landed {
			landed = true
			w.Insert(organizationOf(901))
		}
	}
	before := w.clock.Slept()
	outcomes := w.done(createsOf(901, 902), keep(openJournal(t, path, thisPlan)))
	if got := counts(outcomes); got[apply.Applied] != 2 {
		t.Errorf("outcomes %v", outcomes)
	}
	if waited := w.clock.Slept() - before; waited < 12e9 || waited > 20e9 {
		t.Errorf("waited %s for what may still come", waited)
	}
	w.wantRequests(map[string]int{jobsList: 1, searching: 1, seeking: 2, creating: 1})
	if !landed {
		t.Error("nobody looked")
	}
}

// One that failed is not on its way, and costs no wait.
func TestACreateThatWasAnsweredIsNotAwaited(t *testing.T) {
	w := newWorld(t, 0)
	path := journalPath(t)
	w.breaks(fault.Fault{Kind: fault.Poison, Row: string(accountID(901)), Status: 422, Times: 1})
	w.done(createsOf(901), keep(openJournal(t, path, thisPlan)))
	before := w.clock.Slept()
	if got := counts(w.done(createsOf(901), keep(openJournal(t, path, thisPlan)))); got[apply.Applied] != 1 {
		t.Errorf("outcomes %v", got)
	}
	if waited := w.clock.Slept() - before; waited > 2e9 {
		t.Errorf("waited %s", waited)
	}
}

// It has its id, and is that organization for a run that follows.
func TestACreateThatDiffersIsNotMadeAgain(t *testing.T) {
	w := newWorld(t, 0)
	path := journalPath(t)
	w.breaks(fault.Fault{Kind: fault.ValueDropped, Row: string(accountID(901)), Field: "salesforce_id", Times: 1})
	first := w.done(createsOf(901), keep(openJournal(t, path, thisPlan)))
	again := w.done(createsOf(901), keep(openJournal(t, path, thisPlan)))
	for run, outcomes := range map[string][]apply.Outcome{"first": first, "again": again} {
		if len(outcomes) != 1 || outcomes[0].Outcome != apply.Failed || outcomes[0].ID == 0 || outcomes[0].ID != first[0].ID || !strings.Contains(outcomes[0].Reason, "not kept") {
			t.Errorf("%s: %+v", run, outcomes)
		}
	}
	w.wantRequests(map[string]int{jobsList: 2, seeking: 2, creating: 1, looking: 3})
}

// madeButNotKept takes the creates whose organization is there, and not as it
// was sent, out of the outcomes.
func madeButNotKept(outcomes []apply.Outcome) (others []apply.Outcome, taken int) {
	for _, outcome := range outcomes {
		if outcome.Action == plan.ActionCreate && outcome.Outcome == apply.Failed && outcome.ID != 0 && strings.HasPrefix(outcome.Reason, "not kept") {
			taken++
			continue
		}
		others = append(others, outcome)
	}
	return others, taken
}
