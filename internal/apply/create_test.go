package apply_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// wantOrganizations checks that each account has so many organizations.
func (w *world) wantOrganizations(count int, accounts ...int) {
	w.Helper()
	for _, n := range accounts {
		got := 0
		for _, present := range w.Organizations() {
			if present.Fields["salesforce_id"] == string(accountID(n)) {
				got++
			}
		}
		if got != count {
			w.Errorf("account %d has %d organizations, want %d", n, got, count)
		}
	}
}

func TestACreateTakesTheIDOfItsOrganization(t *testing.T) {
	w := newWorld(t, 0)
	outcomes := w.done(createsOf(1))
	wantOutcomes(t, outcomes, "create 1 applied")
	if present := w.Organizations(); len(present) != 1 || present[0].ID != outcomes[0].ID || present[0].Name != "Account 1" {
		t.Errorf("organizations %v, outcome %v", present, outcomes)
	}
	w.wantRequests(map[string]int{jobsList: 1, seeking: 1, creating: 1})
}

func TestANameThatTheAccountsOwnOrganizationHasIsApplied(t *testing.T) {
	w := newWorld(t, 1)
	outcomes := w.done(createsOf(1))
	wantOutcomes(t, outcomes, "create 1 applied | already as planned")
	if outcomes[0].ID != organizationID(1) {
		t.Errorf("id %d, want that of the organization that is there", outcomes[0].ID)
	}
	w.wantOrganizations(1, 1)
}

func TestATakenNameFailsItsRowAlone(t *testing.T) {
	w := newWorld(t, 0)
	w.Insert(sandbox.Organization{Name: "ACCOUNT 1", Fields: map[string]any{"salesforce_id": string(accountID(8))}})
	w.Insert(sandbox.Organization{Name: "Account 2"})
	outcomes := w.done(createsOf(1, 2, 3))
	wantFailed(t, outcomes[0], "Name: Account 1 has already been taken")
	wantFailed(t, outcomes[1], "Name: Account 2 has already been taken")
	wantOutcomes(t, outcomes[2:], "create 3 applied")
	if took := w.clock.Now().Sub(w.start); took != 0 {
		t.Errorf("the run waited %s", took)
	}
}

func TestTakenNamesWithoutHolderCostOneWait(t *testing.T) {
	w := newWorld(t, 3)
	nobody(w, seeking, "results")
	w.rewrite[searching] = func(body map[string]any) {
		if w.clock.Now().Sub(w.start) < 30*time.Second {
			body["organizations"] = []any{}
		}
	}
	wantOutcomes(t, w.done(createsOf(1, 2, 3)), "create 1 applied", "create 2 applied", "create 3 applied")
	const later = 35 * time.Second
	if at := w.requestsAt(searching); !slices.Equal(at, []time.Duration{0, 0, 0, later, later, later}) {
		t.Errorf("looked up at %v", at)
	}
	w.wantOrganizations(1, 1, 2, 3)
}

func TestATakenNameThatNobodyHoldsFails(t *testing.T) {
	w := newWorld(t, 1)
	nobody(w, seeking, "results")
	nobody(w, searching, "organizations")
	outcomes := w.done(createsOf(1, 2))
	wantFailed(t, outcomes[0], "Name: Account 1 has already been taken")
	wantOutcomes(t, outcomes[1:], "create 2 applied")
}

// nobody empties the list that the route answers.
func nobody(w *world, route, key string) {
	w.rewrite[route] = func(body map[string]any) { body[key] = []any{} }
}

func TestAnInvalidRecordFailsAtOnce(t *testing.T) {
	w := newWorld(t, 0)
	rows := createsOf(1, 2)
	rows.Creates[0].Record.Set("account_type", "no such type")
	outcomes := w.done(rows)
	wantFailed(t, outcomes[0], "Account type: no such type is invalid")
	wantOutcomes(t, outcomes[1:], "create 2 applied")
}

// wantFailed checks a record that Zendesk found invalid, in its words.
func wantFailed(t *testing.T, got apply.Outcome, words string) {
	t.Helper()
	if got.Outcome != apply.Failed || got.Error != "RecordInvalid" || !strings.Contains(got.Description, words) {
		t.Errorf("outcome %v, want a failure with %q", got, words)
	}
}

func TestALostCreateIsLookedUp(t *testing.T) {
	for _, kind := range []fault.Kind{fault.DropAfter, fault.Truncate, fault.ContentType, fault.Empty} {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t, 0)
			w.breaks(fault.Fault{Route: creating, Kind: kind, Times: 1})
			outcomes := w.done(createsOf(1, 2))
			wantOutcomes(t, outcomes, "create 1 applied", "create 2 applied")
			if outcomes[0].ID == 0 {
				t.Error("the outcome has no id")
			}
			w.wantOrganizations(1, 1, 2)
			w.wantRequests(map[string]int{jobsList: 1, seeking: 2, creating: 2, searching: 1})
		})
	}
}

func TestACreateThatNeverArrivedIsSentAgain(t *testing.T) {
	for _, broken := range []fault.Fault{
		{Kind: fault.DropBefore}, {Kind: fault.Status, Status: 500}, {Kind: fault.Status, Status: 502, Body: "<html>", ContentType: "text/html"},
		{Kind: fault.Status, Status: 429}, {Kind: fault.Status, Status: 429, RetryAfter: 40 * time.Second}, {Kind: fault.Status, Status: 409},
		{Kind: fault.Status, Status: 403, Body: htmlPage, ContentType: "text/html"}, {Kind: fault.Status, Status: 503, RetryAfter: 40 * time.Second},
		{Kind: fault.Status, Status: 201, Body: `{"organization":{"name":"Account 1"}}`},
	} {
		broken.Route, broken.Times = creating, 1
		w := newWorld(t, 0)
		w.breaks(broken)
		wantOutcomes(t, w.done(createsOf(1)), "create 1 applied")
		w.wantOrganizations(1, 1)
		if waited := w.clock.Now().Sub(w.start); waited < broken.RetryAfter {
			t.Errorf("waited %s, Zendesk asked for %s", waited, broken.RetryAfter)
		}
	}
}

func TestALateCreateIsNotMadeTwice(t *testing.T) {
	for _, delay := range []time.Duration{time.Second, 11 * time.Second} {
		w := newWorld(t, 0)
		w.breaks(fault.Fault{Kind: fault.LateCreate, Delay: delay, Times: 1})
		wantOutcomes(t, w.done(createsOf(1, 2)), "create 1 applied", "create 2 applied")
		w.wantOrganizations(1, 1, 2)
		if at := w.requestsAt(searching); !slices.Equal(at, []time.Duration{12 * time.Second}) {
			t.Errorf("looked up at %v, want 12 s after the answer was lost", at)
		}
	}
}

func TestALostCreateIsNotMadeTwice(t *testing.T) {
	w := newWorld(t, 0)
	w.breaks(fault.Fault{Route: creating, Kind: fault.DropAfter, Times: 1})
	w.rewrite[searching] = func(body map[string]any) {
		if w.clock.Now().Sub(w.start) < 20*time.Second {
			body["organizations"] = []any{}
		}
	}
	wantOutcomes(t, w.done(createsOf(1)), "create 1 applied")
	w.wantOrganizations(1, 1)
}

func TestCreatesThatAreThrottledForEverFail(t *testing.T) {
	w := newWorld(t, 0)
	w.breaks(fault.Fault{Route: creating, Kind: fault.Status, Status: 429, Body: `{"error":"TooManyRequests","description":"slow down"}`})
	outcomes := w.fails(createsOf(1, 2), "run again when the service's rate limit has room")
	wantOutcomes(t, outcomes, "create 1 failed | TooManyRequests | slow down", "create 2 skipped | not reached: the run ended before")
}

func TestRefusedCredentialsEndTheRunAtTheFirstCreate(t *testing.T) {
	for _, refusal := range []fault.Fault{
		{Status: 401}, {Status: 402}, {Status: 403, Body: `{"error":{"title":"Forbidden","message":"You do not have access"}}`},
	} {
		refusal.Route, refusal.Kind, refusal.After = creating, fault.Status, 1
		w := newWorld(t, 0)
		w.breaks(refusal)
		outcomes := w.fails(createsOf(1, 2, 3), "creating the organization of "+string(accountID(2)))
		if got := counts(outcomes); got[apply.Applied] != 1 || got[apply.Failed] != 1 || got[apply.Skipped] != 1 {
			t.Errorf("%d: outcomes %v, want one applied, one failed, one skipped", refusal.Status, got)
		}
	}
}

func TestALookUpThatFailsLeavesTheCreateUnknown(t *testing.T) {
	for words, look := range map[string]fault.Fault{
		"":                        {Kind: fault.Status, Status: 500},
		"looking up organization": {Kind: fault.DropBefore},
	} {
		look.Route = searching
		w := newWorld(t, 0)
		w.breaks(fault.Fault{Route: creating, Kind: fault.DropAfter, Times: 1}, look)
		if words == "" {
			outcomes := w.done(createsOf(1, 2))
			if outcomes[0].Outcome != apply.Unknown || outcomes[1].Outcome != apply.Applied {
				t.Errorf("outcomes %v, want one unknown and one applied", outcomes)
			}
			continue
		}
		// No connection is nobody's fault.
		outcomes := w.fails(createsOf(1, 2), words)
		if got := counts(outcomes); got[apply.Unknown] != 1 || got[apply.Skipped] != 1 {
			t.Errorf("outcomes %v, want one unknown and one skipped", got)
		}
	}
}

func TestAHolderThatCannotBeReadIsOneRow(t *testing.T) {
	w := newWorld(t, 1)
	w.Edit(organizationID(1), func(o *sandbox.Organization) { o.Fields["account_owner"] = []any{"a"} })
	outcomes := w.done(createsOf(1, 2))
	if got := counts(outcomes); got[apply.Unknown] != 1 || got[apply.Applied] != 1 {
		t.Errorf("outcomes %v, want one unknown and one applied", got)
	}
}

func TestAnOldPlanListsTheInstanceBeforeCreates(t *testing.T) {
	w := newWorld(t, 0)
	id := w.Insert(sandbox.Organization{Name: "Quite another name", Fields: map[string]any{"salesforce_id": accountID(1).Short()}})
	outcomes := w.done(createsOf(1, 2), func(options *apply.Options) { options.ListFirst = true })
	wantOutcomes(t, outcomes, "create 1 applied | already as planned", "create 2 applied")
	if outcomes[0].ID != id {
		t.Errorf("id %d, want %d", outcomes[0].ID, id)
	}
	w.wantRequests(map[string]int{"GET /api/v2/organizations/count": 1, listing: 1, jobsList: 1, seeking: 2, looking: 1, creating: 1})
}

func TestAnOldPlanWithoutCreatesListsNothing(t *testing.T) {
	w := newWorld(t, 1)
	w.done(updatesOf(1, 1), func(options *apply.Options) { options.ListFirst = true })
	if got := w.Requests()[listing]; got != 0 {
		t.Errorf("%d lists, want none", got)
	}
}
