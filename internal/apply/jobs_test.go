package apply_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// eachJob rewrites the jobs of a poll that have the status.
func eachJob(status string, rewrite func(job map[string]any)) func(map[string]any) {
	return func(body map[string]any) {
		jobs, _ := body["job_statuses"].([]any)
		for _, listed := range jobs {
			if job, ok := listed.(map[string]any); ok && job["status"] == status {
				rewrite(job)
			}
		}
	}
}

func TestRowsFailOneByOneInsideACompletedJob(t *testing.T) {
	w := newWorld(t, 3)
	w.FailOrganization(organizationID(2), "OrganizationUpdateFailed", "Owner:  is unwanted")
	rows := updatesOf(1, 2)
	rows.Updates = append(rows.Updates, updateOf(3, change("name", "Account 3", "Account 1")))
	wantOutcomes(t, w.done(rows),
		"update 1 applied",
		"update 2 failed | OrganizationUpdateFailed | Owner:  is unwanted",
		"update 3 failed | OrganizationUpdateFailed | Name:  Account 1 has already been taken")
}

func TestResultsAreMatchedByIDInAnyOrder(t *testing.T) {
	w := newWorld(t, 3)
	w.FailOrganization(organizationID(3), "OrganizationUpdateFailed", "no")
	w.rewrite[polling] = eachJob("completed", func(job map[string]any) {
		results, _ := job["results"].([]any)
		slices.Reverse(results)
		for _, result := range results {
			if item, ok := result.(map[string]any); ok {
				delete(item, "index")
			}
		}
	})
	wantOutcomes(t, w.done(updatesOf(1, 3)),
		"update 1 applied", "update 2 applied", "update 3 failed | OrganizationUpdateFailed | no")
}

func TestARowWithoutAResultIsSettledByALook(t *testing.T) {
	w := newWorld(t, 3)
	w.FailOrganization(organizationID(2), "OrganizationUpdateFailed", "nobody hears this")
	w.rewrite[polling] = eachJob("completed", func(job map[string]any) {
		results, _ := job["results"].([]any)
		job["results"], job["message"] = results[2:], "Completed"
	})
	outcomes := w.done(updatesOf(1, 3))
	wantOutcomes(t, outcomes,
		"update 1 applied",
		"update 2 failed | the job completed without a result for this organization: Completed",
		"update 3 applied")
}

func TestAResultThatCannotBeReadIsOneRow(t *testing.T) {
	w := newWorld(t, 2)
	w.FailOrganization(organizationID(2), "OrganizationUpdateFailed", "Owner:  is unwanted")
	w.rewrite[polling] = eachJob("completed", func(job map[string]any) {
		results, _ := job["results"].([]any)
		job["results"] = append([]any{"what is this", map[string]any{"id": "seven"}}, results...)
	})
	wantOutcomes(t, w.done(updatesOf(1, 2)),
		"update 1 applied", "update 2 failed | OrganizationUpdateFailed | Owner:  is unwanted")
}

func TestResultsThatAreNoListAreSettledByALook(t *testing.T) {
	for _, results := range []any{nil, "none", map[string]any{"id": json.Number("7000001")}} {
		w := newWorld(t, 1)
		w.rewrite[polling] = eachJob("completed", func(job map[string]any) { job["results"] = results })
		wantOutcomes(t, w.done(updatesOf(1, 1)), "update 1 applied")
	}
}

func TestRowsOfAFailedJobAreSentAgainUnlessDone(t *testing.T) {
	w := newWorld(t, 2)
	w.FailNextJobs(1, "Zendesk had a bad day")
	w.arrives = func(route string) {
		if route == polling {
			w.Edit(organizationID(2), func(o *sandbox.Organization) { o.Fields["account_owner"] = "after" })
		}
	}
	wantOutcomes(t, w.done(updatesOf(1, 2)), "update 1 applied", "update 2 applied")
	if writes := len(w.Audit()); writes != 1 {
		t.Errorf("%d writes, want one of the row that was not done", writes)
	}
}

func TestRowsOfJobsThatKeepFailingFail(t *testing.T) {
	w := newWorld(t, 2)
	w.FailNextJobs(1000, "Zendesk had a bad day")
	const words = " failed | the job failed without a result for this organization: Zendesk had a bad day"
	wantOutcomes(t, w.done(updatesOf(1, 2)), "update 1"+words, "update 2"+words)
	// Together, apart, and each once more.
	if jobs := w.JobsCreated(); jobs != 5 {
		t.Errorf("%d jobs, want 5", jobs)
	}
}

func TestAJobThatZendeskForgetsIsSettledByALook(t *testing.T) {
	w := newWorld(t, 2)
	w.FailOrganization(organizationID(2), "OrganizationUpdateFailed", "nobody hears this")
	w.rewrite[polling] = func(body map[string]any) { body["job_statuses"] = []any{} }
	wantOutcomes(t, w.done(updatesOf(1, 2)),
		"update 1 applied", "update 2 unknown | zendesk has forgotten the job")
}

func TestAJobThatAPollMissesOnceIsNotForgotten(t *testing.T) {
	w := newWorld(t, 1)
	w.FailOrganization(organizationID(1), "OrganizationUpdateFailed", "in the end")
	polls := 0
	w.rewrite[polling] = func(body map[string]any) {
		if polls++; polls <= 7 {
			body["job_statuses"] = []any{}
		}
	}
	wantOutcomes(t, w.done(updatesOf(1, 1)), "update 1 failed | OrganizationUpdateFailed | in the end")
}

func TestAJobMissingFromAPollIsPolledAgain(t *testing.T) {
	w := newWorld(t, 2001)
	w.FailOrganization(organizationID(1), "OrganizationUpdateFailed", "in the end")
	polls := 0
	w.rewrite[polling] = func(body map[string]any) {
		if polls++; polls == 1 {
			body["job_statuses"] = []any{}
		}
	}
	wantOutcomes(t, w.done(updatesOf(1, 2001), fixed)[:1], "update 1 failed | OrganizationUpdateFailed | in the end")
}

func TestAnUnreadablePollEndsTheRunWithoutLosingRows(t *testing.T) {
	w := newWorld(t, 1)
	w.rewrite[polling] = func(body map[string]any) { body["job_statuses"] = "none of your business" }
	wantOutcomes(t, w.fails(updatesOf(1, 1), "the next sync looks at what they did"),
		"update 1 applied")
}

func TestAnEndlessJobIsUnknown(t *testing.T) {
	w := newWorld(t, 101)
	first := ""
	w.rewrite[polling] = func(body map[string]any) {
		jobs, _ := body["job_statuses"].([]any)
		for _, listed := range jobs {
			job, _ := listed.(map[string]any)
			if first == "" {
				first, _ = job["id"].(string)
			}
			if job["id"] == first {
				job["status"], job["results"] = "working", nil
			}
		}
	}
	w.FailNextJobs(1, "never told")
	outcomes := w.done(updatesOf(1, 101))
	if got := counts(outcomes); got[apply.Unknown] != 100 || got[apply.Applied] != 1 {
		t.Errorf("outcomes %v, want 100 unknown and 1 applied", got)
	}
	wantOutcomes(t, outcomes[:1], "update 1 unknown | the job did not end within 10m0s")
	if took := w.clock.Now().Sub(w.start); took != 10*time.Minute {
		t.Errorf("the run took %s, want 10 minutes", took)
	}
}

func TestAStatusThatNobodyKnowsIsNoEnd(t *testing.T) {
	w := newWorld(t, 1)
	w.rewrite[polling] = eachJob("working", func(job map[string]any) { job["status"], job["results"] = "pondering", []any{} })
	wantOutcomes(t, w.done(updatesOf(1, 1)), "update 1 applied")
}

func TestPollsThatFailForAWhileAreRepeated(t *testing.T) {
	for _, kind := range []fault.Kind{fault.DropBefore, fault.DropAfter, fault.Truncate, fault.ContentType, fault.Empty, fault.Status} {
		t.Run(string(kind), func(t *testing.T) {
			w := newWorld(t, 1)
			w.breaks(fault.Fault{Route: polling, Kind: kind, Times: 3})
			wantOutcomes(t, w.done(updatesOf(1, 1)), "update 1 applied")
		})
	}
}

func TestFailingPollsEndTheRunWithALook(t *testing.T) {
	w := newWorld(t, 201)
	w.FailOrganization(organizationID(2), "OrganizationUpdateFailed", "nobody hears this")
	w.breaks(fault.Fault{Route: polling, Kind: fault.Status, Status: 500})
	outcomes := w.fails(updatesOf(1, 201), "run again later")
	if got := counts(outcomes); got[apply.Applied] != 200 || got[apply.Unknown] != 1 {
		t.Errorf("outcomes %v, want 200 applied and 1 unknown", got)
	}
	wantOutcomes(t, outcomes[1:2], "update 2 unknown | the run ended before the job did")
}

func TestAFailedLastLookLeavesTheRowUnknown(t *testing.T) {
	w := newWorld(t, 1)
	w.rewrite[polling] = eachJob("completed", func(job map[string]any) { job["results"] = nil; job["message"] = nil })
	w.breaks(fault.Fault{Route: looking, Kind: fault.Status, Status: 500, After: 1})
	outcomes := w.fails(updatesOf(1, 1), "run sync again: it reads each organization before it writes")
	wantOutcomes(t, outcomes, "update 1 unknown | the job completed without a result for this organization")
}

func TestAChangedRowOfAnUnclearJobIsUnknown(t *testing.T) {
	w := newWorld(t, 1)
	w.rewrite[polling] = eachJob("completed", func(job map[string]any) {
		job["results"] = []any{}
		job["message"] = nil
		w.Edit(organizationID(1), func(o *sandbox.Organization) { o.Fields["account_owner"] = "by hand" })
	})
	outcomes := w.done(apply.Rows{Updates: []plan.Update{updateOf(1)}})
	wantOutcomes(t, outcomes, "update 1 unknown | the job completed without a result for this organization; "+
		"changed since the plan: account_owner is now by hand")
}

func TestAnItemThatSaysNothingIsNoWord(t *testing.T) {
	w := newWorld(t, 2)
	w.FailOrganization(organizationID(2), "OrganizationUpdateFailed", "nobody hears this")
	w.rewrite[polling] = eachJob("completed", func(job map[string]any) {
		job["message"] = nil
		job["results"] = []any{map[string]any{"id": organizationID(1), "status": "Created"}, map[string]any{"id": organizationID(2)}}
	})
	wantOutcomes(t, w.done(updatesOf(1, 2)),
		"update 1 applied", "update 2 failed | the job completed without a result for this organization")
}

func TestADeadJobOfNamesAloneIsNotSentAgain(t *testing.T) {
	w := newWorld(t, 1)
	w.breaks(fault.Fault{Kind: fault.JobKilled})
	w.Edit(organizationID(1), func(o *sandbox.Organization) { o.Fields["account_owner"] = "after" })
	rows := apply.Rows{Updates: []plan.Update{updateOf(1, change("name", "Account 1", "Account one"), change("account_owner", "before", "after"))}}
	outcomes := w.done(rows)
	if outcomes[0].Reason != "as planned but for the name" || w.JobsCreated() != 2 {
		t.Errorf("%d jobs came to %+v", w.JobsCreated(), outcomes[0])
	}
}
