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

func TestTheLateJobOfALostAnswerIsAwaited(t *testing.T) {
	w := newWorld(t, 2)
	w.breaks(fault.Fault{Kind: fault.LostJob, Times: 1})
	wantOutcomes(t, w.done(updatesOf(1, 2)), "update 1 applied", "update 2 applied")
	if at := w.requestsAt(looking); !slices.Equal(at, []time.Duration{0, 47 * time.Second}) {
		t.Errorf("looked at %v, want at once and once the job has ended", at)
	}
	if writes := len(w.Audit()); writes != 2 {
		t.Errorf("%d writes, want 2", writes)
	}
}

func TestTheJobOfAKilledRunIsWaitedFor(t *testing.T) {
	w := newWorld(t, 1, func(options *sandbox.Options) { options.JobDuration = 40 * time.Second })
	if _, err := w.client().UpdateMany(t.Context(), writesOf(updateOf(1))); err != nil {
		t.Fatal(err)
	}
	back := updateOf(1, change("account_owner", "before", "newer"))
	outcomes := w.done(apply.Rows{Updates: append(updatesOf(1, 1).Updates[:0], back)})
	wantOutcomes(t, outcomes, "update 1 skipped | changed since the plan: account_owner is now after")
	if at := w.requestsAt(looking); at[0] != 40*time.Second {
		t.Errorf("looked after %s, want 40 s", at[0])
	}
}

func TestOnlyJobsThatMayWriteOrganizationsAreWaitedFor(t *testing.T) {
	for jobType, want := range map[string]time.Duration{
		"Bulk Update Organization": time.Minute, "OrganizationBulkUpdateJob": time.Minute, "Bulk Update": time.Minute, "": time.Minute,
		"Bulk Update Ticket": 0, "UserBulkUpdateJob": 0,
	} {
		w := newWorld(t, 1)
		w.breaks(fault.Fault{Kind: fault.ForeignJob, Body: jobType, Delay: time.Minute, Times: 1})
		wantOutcomes(t, w.done(updatesOf(1, 1)), "update 1 applied")
		if at := w.requestsAt(looking); at[0] != want {
			t.Errorf("%q: looked after %s, want %s", jobType, at[0], want)
		}
	}
}

func TestOtherJobsAreWaitedForTenMinutesAtMost(t *testing.T) {
	w := newWorld(t, 1)
	w.breaks(fault.Fault{Kind: fault.ForeignJob, Delay: time.Hour, Times: 1})
	wantOutcomes(t, w.done(updatesOf(1, 1)), "update 1 applied")
	if at := w.requestsAt(looking); at[0] != 10*time.Minute {
		t.Errorf("looked after %s, want 10 minutes", at[0])
	}
}

func TestJobsThatCannotBeListedAreWaitedFor(t *testing.T) {
	w := newWorld(t, 1)
	w.breaks(fault.Fault{Kind: fault.Status, Status: 404, Route: jobsList}, fault.Fault{Kind: fault.DropAfter, Route: updating, Times: 1})
	wantOutcomes(t, w.done(updatesOf(1, 1)), "update 1 applied")
	if at := w.requestsAt(looking); !slices.Equal(at, []time.Duration{0, 13 * time.Second}) {
		t.Errorf("looked at %v", at)
	}
}

func TestAFailingListOfJobsEndsTheRun(t *testing.T) {
	for _, status := range []int{401, 500} {
		w := newWorld(t, 1)
		w.breaks(fault.Fault{Kind: fault.Status, Status: status, Route: jobsList})
		wantOutcomes(t, w.fails(updatesOf(1, 1), "nothing is sent while older jobs may still be running"), "update 1"+notReached)
		if got := w.Requests()[looking]; got != 0 {
			t.Errorf("%d looks", got)
		}
	}
}

func TestNothingToDoListsNoJobs(t *testing.T) {
	w := newWorld(t, 0)
	w.done(apply.Rows{})
	w.wantRequests(map[string]int{})
}

func TestAJobThatDiesAtARowFailsThatRowAlone(t *testing.T) {
	for _, kind := range []fault.Kind{fault.JobFailed, fault.JobKilled} {
		for _, at := range []int{1, 40, 100} {
			w := newWorld(t, 100)
			w.breaks(fault.Fault{Kind: kind, Row: nameOf(at), Body: "died"})
			outcomes := w.done(updatesOf(1, 100))
			if got := counts(outcomes); got[apply.Applied] != 99 || got[apply.Failed] != 1 {
				t.Errorf("%s at %d: outcomes %v, want 99 applied and 1 failed", kind, at, got)
			}
			if got := outcomes[at-1].Description; !strings.Contains(got, "without a result for this organization: died") {
				t.Errorf("%s at %d: %q", kind, at, got)
			}
			for _, write := range w.Audit() {
				if len(write.Changes) == 0 {
					t.Fatalf("%s at %d: organization %d was written twice", kind, at, write.OrganizationID)
				}
			}
			if took := w.clock.Now().Sub(w.start); at == 40 && took > 30*time.Second {
				t.Errorf("%s at %d took %s", kind, at, took)
			}
		}
	}
}

func TestARowThatKillsItsJobGoesWithoutItsName(t *testing.T) {
	w := newWorld(t, 10)
	w.breaks(fault.Fault{Kind: fault.JobKilled, Field: "name"})
	rows := updatesOf(1, 10)
	rows.Updates[4] = updateOf(5, change("name", "Account 5", "Account five"), change("account_owner", "before", "after"))
	outcomes := w.done(rows)
	if got := counts(outcomes); got[apply.Applied] != 9 || outcomes[4].Reason != "as planned but for the name" {
		t.Errorf("outcomes %v and %v", got, outcomes[4])
	}
	w.wantOwner(5, "after")
}

func TestJobsThatAllDieEndSoon(t *testing.T) {
	w := newWorld(t, 1000)
	w.breaks(fault.Fault{Kind: fault.JobKilled})
	outcomes := w.done(updatesOf(1, 1000))
	if got := counts(outcomes); got[apply.Failed] != 1000 {
		t.Errorf("outcomes %v, want all failed", got)
	}
	if jobs := w.JobsCreated(); jobs > 40 {
		t.Errorf("%d jobs", jobs)
	}
}

func TestManyJobsThatDieOnceAreSentAgain(t *testing.T) {
	w := newWorld(t, 1000)
	w.breaks(fault.Fault{Kind: fault.JobKilled, Times: 10})
	if got := counts(w.done(updatesOf(1, 1000))); got[apply.Applied] != 1000 {
		t.Errorf("outcomes %v, want all applied", got)
	}
}

func TestAForgottenJobIsLookedAt(t *testing.T) {
	w := newWorld(t, 2)
	w.breaks(fault.Fault{Kind: fault.JobForgotten, Times: 1})
	wantOutcomes(t, w.done(updatesOf(1, 2)), "update 1 applied", "update 2 applied")
}
