package apply_test

import (
	"slices"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

func TestAValueThatIsNotKeptFailsWithBothValues(t *testing.T) {
	for kind, want := range map[fault.Kind]string{
		fault.ValueDropped: "account_owner was sent as after and is before",
		fault.ValueCut:     "account_owner was sent as after and is aft",
	} {
		w := newWorld(t, 3)
		w.breaks(fault.Fault{Kind: kind, Row: nameOf(2)})
		wantOutcomes(t, w.done(updatesOf(1, 3)), "update 1 applied", "update 2 failed | not kept: "+want, "update 3 applied")
	}
}

func TestAMarkThatIsNotKeptFails(t *testing.T) {
	w := newWorld(t, 1)
	w.breaks(fault.Fault{Kind: fault.ValueDropped, Field: "mark_for_deletion"})
	wantOutcomes(t, w.done(marksOf(1, 1)), "mark_for_deletion 1 failed | not kept: mark_for_deletion was sent as true and is false")
}

func TestAValueThatShowsLateIsKept(t *testing.T) {
	w := newWorld(t, 2)
	w.breaks(fault.Fault{Kind: fault.ValueLate, Row: nameOf(2)})
	rows := updatesOf(1, 2)
	rows.Creates = createsOf(8).Creates
	w.breaks(fault.Fault{Kind: fault.ValueLate, Row: string(accountID(8)), Field: "account_owner"})
	wantOutcomes(t, w.done(rows), "update 1 applied", "update 2 applied", "create 8 applied")
}

func TestReadBackCostsOneLookAHundredRows(t *testing.T) {
	w := newWorld(t, 350)
	for n := 1; n <= 350; n += 3 {
		w.breaks(fault.Fault{Kind: fault.ValueDropped, Row: nameOf(n), Times: 1})
	}
	rows := updatesOf(1, 300)
	rows.Marks = marksOf(301, 350).Marks
	outcomes := w.done(rows)
	if got := counts(outcomes); got[apply.Failed] != 117 || got[apply.Applied] != 233 {
		t.Errorf("outcomes %v, want 117 failed", got)
	}
	// A look for each chunk, four to read back, two for the 117 that differed.
	w.wantRequests(map[string]int{jobsList: 1, looking: 4 + 4 + 2, updating: 4, polling: 6})
	at := w.requestsAt(looking)
	if want := []time.Duration{6 * time.Second, 41 * time.Second, 41 * time.Second}; !slices.Equal(at[7:], want) {
		t.Errorf("read back at %v, want %v: 35 s after the last job", at[7:], want)
	}
}

func TestACreateIsHeldAgainstItsAnswer(t *testing.T) {
	w := newWorld(t, 0)
	w.breaks(fault.Fault{Kind: fault.ValueCut, Row: string(accountID(2)), Field: "account_owner"})
	path := journalPath(t)
	outcomes := w.done(createsOf(1, 2), keep(openJournal(t, path, thisPlan)))
	wantOutcomes(t, outcomes, "create 1 applied", "create 2 failed | not kept: account_owner was sent as after and is aft")
	if outcomes[1].ID == 0 {
		t.Error("the outcome has no id")
	}
	w.wantRequests(map[string]int{jobsList: 1, seeking: 2, creating: 2, looking: 1})
	// It is that organization for the next run.
	nobody(w, seeking, "results")
	wantOutcomes(t, w.done(createsOf(1, 2), keep(openJournal(t, path, thisPlan))),
		"create 1 applied | already as planned", "create 2 failed | not kept: account_owner was sent as after and is aft")
	w.wantOrganizations(1, 1, 2)
}

func TestAReadBackThatFailsSaysSo(t *testing.T) {
	w := newWorld(t, 2)
	w.breaks(fault.Fault{Route: looking, Kind: fault.Status, Status: 500, After: 1})
	wantOutcomes(t, w.fails(updatesOf(1, 2), "reading back 2 rows"), "update 1 applied | not read back", "update 2 applied | not read back")
}

func TestAReceiptIsNoLook(t *testing.T) {
	w := newWorld(t, 0)
	path := journalPath(t)
	first := w.done(createsOf(1), keep(openJournal(t, path, thisPlan)))
	w.Remove(first[0].ID)
	second := w.done(createsOf(1), keep(openJournal(t, path, thisPlan)))
	wantOutcomes(t, second, "create 1 applied")
	if first[0].ID == second[0].ID {
		t.Error("an organization that is gone is called applied")
	}
	w.wantOrganizations(1, 1)
}

func TestACreateFoundByAccountIsAppliedUnderAnyName(t *testing.T) {
	w := newWorld(t, 0)
	id := w.Insert(sandbox.Organization{Name: "Quite another name", Fields: map[string]any{"salesforce_id": string(accountID(1))}})
	w.clock.Advance(5 * time.Minute)
	outcomes := w.done(createsOf(1, 2))
	wantOutcomes(t, outcomes, "create 1 applied | already as planned", "create 2 applied")
	if outcomes[0].ID != id {
		t.Errorf("id %d, want %d", outcomes[0].ID, id)
	}
}

func TestSearchHitsAreShownBeforeTheyCount(t *testing.T) {
	w := newWorld(t, 0)
	id := w.Insert(sandbox.Organization{Name: "Moved on", Fields: map[string]any{"salesforce_id": string(accountID(1))}})
	w.clock.Advance(5 * time.Minute)
	w.Edit(id, func(o *sandbox.Organization) { o.Fields["salesforce_id"] = string(accountID(7)) })
	wantOutcomes(t, w.done(createsOf(1)), "create 1 applied")
	w.wantOrganizations(1, 1, 7)
}

func TestAFailedSearchCreatesNothingAndFailsItsRow(t *testing.T) {
	w := newWorld(t, 0)
	w.breaks(fault.Fault{Route: seeking, Kind: fault.Status, Status: 422, Body: `{"error":"invalid"}`, Times: 1})
	outcomes := w.done(createsOf(1, 2))
	if outcomes[0].Outcome != apply.Failed || outcomes[0].Error != "invalid" {
		t.Errorf("outcome %v", outcomes[0])
	}
	w.wantOrganizations(0, 1)
	w.wantOrganizations(1, 2)
}

func TestADryRunSearchesAndShowsWhatItWouldSend(t *testing.T) {
	w := newWorld(t, 2)
	rows := updatesOf(2, 2)
	rows.Creates = createsOf(1, 8).Creates
	nobody(w, searching, "organizations")
	outcomes := w.done(rows, func(options *apply.Options) { options.DryRun = true })
	wantOutcomes(t, outcomes, "create 1 applied | already as planned", "update 2 planned", "create 8 planned")
	if !slices.Equal(outcomes[1].Sent, []string{"account_owner"}) || !slices.Contains(outcomes[2].Sent, "name") || len(outcomes[0].Sent) != 0 {
		t.Errorf("would be sent: %q, %q and %q", outcomes[0].Sent, outcomes[1].Sent, outcomes[2].Sent)
	}
	w.wantRequests(map[string]int{seeking: 2, looking: 2})
}

func TestSentListsTheFieldsOfAllRunsOfThePlan(t *testing.T) {
	w := newWorld(t, 3)
	path := journalPath(t)
	w.Edit(organizationID(2), func(o *sandbox.Organization) { o.Fields["account_owner"] = "after" })
	rows := updatesOf(1, 3)
	rows.Updates[0] = updateOf(1, change("technical_account_manager", "nobody", "somebody"), change("account_owner", "before", "after"))
	for range 2 {
		outcomes := w.done(rows, keep(openJournal(t, path, thisPlan)))
		for i, want := range [][]string{{"account_owner", "technical_account_manager"}, nil, {"account_owner"}} {
			if !slices.Equal(outcomes[i].Sent, want) {
				t.Errorf("sent of row %d: %q, want %q", i+1, outcomes[i].Sent, want)
			}
		}
		w.Edit(organizationID(1), func(o *sandbox.Organization) { o.Fields["account_owner"] = "by hand" })
	}
}
