package apply_test

import (
	"slices"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

const htmlPage = "<html><body>Bad gateway</body></html>"

func TestAJobWhoseAnswerIsLostIsNotSentTwice(t *testing.T) {
	for _, kind := range []fault.Kind{fault.DropAfter, fault.Truncate, fault.ContentType, fault.Empty} {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t, 2)
			w.breaks(fault.Fault{Route: updating, Kind: kind, Times: 1})
			wantOutcomes(t, w.done(updatesOf(1, 2)), "update 1 applied", "update 2 applied")
			w.wantRequests(map[string]int{jobsList: 2, looking: 2, updating: 1, polling: 6})
			if writes := len(w.Audit()); writes != 2 {
				t.Errorf("%d writes, want 2", writes)
			}
		})
	}
}

func TestOnlyUndoneRowsOfALostJobAreSentAgain(t *testing.T) {
	w := newWorld(t, 2)
	w.FailOrganization(organizationID(2), "OrganizationUpdateFailed", "not yet")
	w.breaks(fault.Fault{Route: updating, Kind: fault.DropAfter, Times: 1})
	outcomes := w.done(updatesOf(1, 2))
	wantOutcomes(t, outcomes, "update 1 applied", "update 2 failed | OrganizationUpdateFailed | not yet")
	if outcomes[0].JobID != "" || outcomes[1].JobID == "" {
		t.Errorf("jobs %q and %q, want none for the first: its id was lost", outcomes[0].JobID, outcomes[1].JobID)
	}
}

func TestALostJobDoesNotOverwriteLaterChanges(t *testing.T) {
	w := newWorld(t, 1)
	w.breaks(fault.Fault{Route: updating, Kind: fault.DropAfter, Times: 1})
	looks := 0
	w.arrives = func(route string) {
		if route == looking {
			if looks++; looks == 2 {
				w.Edit(organizationID(1), func(o *sandbox.Organization) { o.Fields["account_owner"] = "by hand" })
			}
		}
	}
	outcomes := w.done(updatesOf(1, 1))
	if outcomes[0].Outcome != apply.Unknown {
		t.Errorf("outcome %s, want unknown: the job was sent, and then it was changed", outcomes[0].Outcome)
	}
	w.wantOwner(1, "by hand")
}

func TestAJobThatFailsAFewTimesIsSent(t *testing.T) {
	for name, broken := range map[string]fault.Fault{
		"dropped before":      {Kind: fault.DropBefore},
		"500":                 {Kind: fault.Status, Status: 500, Body: `{"error":"InternalError"}`},
		"502 with a page":     {Kind: fault.Status, Status: 502, Body: htmlPage, ContentType: "text/html"},
		"503 empty":           {Kind: fault.Status, Status: 503},
		"429":                 {Kind: fault.Status, Status: 429},
		"429 with a page":     {Kind: fault.Status, Status: 429, Body: htmlPage, ContentType: "text/html"},
		"429 for 70 seconds":  {Kind: fault.Status, Status: 429, RetryAfter: 70 * time.Second},
		"409":                 {Kind: fault.Status, Status: 409, Body: `{"error":"Conflict"}`},
		"too many jobs":       {Kind: fault.Status, Status: 429, Body: `{"error":"TooManyJobs","description":"Too many bulk jobs"}`},
		"too many jobs, 200":  {Kind: fault.Status, Status: 200, Body: `{"error":"TooManyJobs","description":"Too many bulk jobs"}`},
		"too many jobs, 422.": {Kind: fault.Status, Status: 422, Body: `{"error":"TooManyJobs"}`},
	} {
		for _, times := range []int{1, 2} {
			t.Run(name, func(t *testing.T) {
				w := newWorld(t, 1)
				broken.Route, broken.Times = updating, times
				w.breaks(broken)
				wantOutcomes(t, w.done(updatesOf(1, 1)), "update 1 applied")
				if writes := len(w.Audit()); writes != 1 {
					t.Errorf("%d writes, want 1", writes)
				}
				// Every attempt begins with a look, and one more reads back.
				if got := w.Requests(); got[looking] != times+2 || got[updating] != times+1 {
					t.Errorf("requests %v, want %d looks and %d jobs", got, times+2, times+1)
				}
				if waited := w.clock.Now().Sub(w.start); waited < time.Duration(times)*broken.RetryAfter {
					t.Errorf("waited %s, Zendesk asked for %s each time", waited, broken.RetryAfter)
				}
			})
		}
	}
}

func TestWhatConcernsAllEndsTheRun(t *testing.T) {
	for _, test := range []struct {
		name   string
		broken fault.Fault
		words  string
		first  apply.Status
	}{
		{"dropped before", fault.Fault{Kind: fault.DropBefore}, "10 consecutive writes were not answered", apply.Unknown},
		{"429", fault.Fault{Kind: fault.Status, Status: 429}, "rate limit has room", apply.Failed},
		{"429 for an hour", fault.Fault{Kind: fault.Status, Status: 429, RetryAfter: time.Hour}, "rate limit has room", apply.Failed},
		{"401", fault.Fault{Kind: fault.Status, Status: 401}, "check ZENDESK_GLOBAL_EMAIL and ZENDESK_GLOBAL_API_TOKEN", apply.Failed},
		{"402", fault.Fault{Kind: fault.Status, Status: 402}, "402 Payment Required", apply.Failed},
		{"403 with words", fault.Fault{Kind: fault.Status, Status: 403, Body: `{"error":"Forbidden"}`}, "the rights for this request", apply.Failed},
		{"redirect", fault.Fault{Kind: fault.Redirect, Location: "https://elsewhere.example.com/"}, "redirects are not followed", apply.Failed},
		{"no free slot", fault.Fault{Kind: fault.Status, Status: 429, Body: `{"error":"TooManyJobs"}`}, "check which other integration", apply.Failed},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, 150)
			test.broken.Route = updating
			w.breaks(test.broken)
			outcomes := w.fails(updatesOf(1, 150), test.words)
			if got := counts(outcomes); got[test.first] != 100 || got[apply.Skipped] != 50 {
				t.Errorf("outcomes %v, want 100 %s and 50 skipped", got, test.first)
			}
			if len(w.Audit()) != 0 {
				t.Error("something was written")
			}
			if got := w.Requests()[updating]; got > 121 {
				t.Errorf("%d attempts", got)
			}
		})
	}
}

func TestJobsOfOthersAreWaitedFor(t *testing.T) {
	w := newWorld(t, 3000)
	for range 25 {
		w.fillSlot()
	}
	outcomes := w.done(updatesOf(1, 2600))
	if got := counts(outcomes)[apply.Applied]; got != 2600 {
		t.Errorf("%d rows are applied, want all", got)
	}
	if got := w.MaxOutstandingJobs(); got > 30 {
		t.Errorf("%d jobs at a time", got)
	}
	for _, write := range w.Audit() {
		if len(write.Changes) == 0 && write.OrganizationID != organizationID(3000) {
			t.Fatalf("organization %d was written without need", write.OrganizationID)
		}
	}
}

// fillSlot starts a job of another integration.
func (w *world) fillSlot() {
	w.Helper()
	if _, err := w.client().UpdateMany(w.Context(), writesOf(updateOf(3000))); err != nil {
		w.Fatal(err)
	}
}

func TestCredentialsRefusedMidwayEndTheRun(t *testing.T) {
	for after := range 3 {
		w := newWorld(t, 250)
		w.breaks(fault.Fault{Route: looking, Kind: fault.Status, Status: 401, After: after})
		outcomes := w.fails(updatesOf(1, 250), "check ZENDESK_GLOBAL_EMAIL")
		done := after * 100
		if got := counts(outcomes); got[apply.Applied] != done || got[apply.Skipped] != 250-done {
			t.Errorf("after %d looks: outcomes %v, want %d applied", after, got, done)
		}
	}
}

func TestALookThatFailsForAWhileIsRepeated(t *testing.T) {
	w := newWorld(t, 1)
	w.breaks(fault.Fault{Route: looking, Kind: fault.Status, Status: 503, Times: 3})
	wantOutcomes(t, w.done(updatesOf(1, 1)), "update 1 applied")
}

func TestRowsOfALostJobAreNotCalledUnreached(t *testing.T) {
	w := newWorld(t, 1)
	w.breaks(fault.Fault{Route: updating, Kind: fault.DropAfter, Times: 1}, fault.Fault{Route: looking, Kind: fault.Status, Status: 500, After: 1})
	outcomes := w.fails(updatesOf(1, 1), "run again later")
	if outcomes[0].Outcome != apply.Unknown {
		t.Errorf("outcome %v, want unknown: it was sent", outcomes[0])
	}
}

func TestTheQuotaOfTheInstanceIsKept(t *testing.T) {
	w := newWorld(t, 2000, func(options *sandbox.Options) { options.RateLimit = 20 })
	outcomes := w.done(updatesOf(1, 2000))
	if got := counts(outcomes)[apply.Applied]; got != 2000 {
		t.Errorf("%d rows are applied, want all", got)
	}
	if refused := slices.ContainsFunc(w.Audit(), func(write sandbox.Write) bool { return len(write.Changes) == 0 }); refused {
		t.Error("something was written without need")
	}
}
