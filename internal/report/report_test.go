package report_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func TestMarksCountAsDeletedInTheMergeRequest(t *testing.T) {
	same(t, "{\"create\":1,\"update\":20,\"delete\":3}\n", string(report.Terraform(1, 20, 3)))
}

func manifestOf(stage, flow string, counts map[string]int) *artifact.Manifest {
	started := time.Date(2026, time.June, 15, 10, 0, 0, 0, time.UTC)
	return &artifact.Manifest{
		Stage: stage, Flow: flow, Counts: counts, StartedAt: started, FinishedAt: started.Add(1500 * time.Millisecond),
		Warnings: []artifact.Warning{{Code: "unmapped_charge"}},
	}
}

func TestMetricsOfAGather(t *testing.T) {
	got := report.Metrics(manifestOf("zendesk-gather", "global", map[string]int{
		"listed": 191, "requests": 5, "repeated_requests": 1, "waited_seconds": 12,
	}), nil)
	same(t, `# TYPE zdsync_organizations gauge
# HELP zdsync_organizations Organizations that the stage read.
zdsync_organizations{stage="zendesk-gather",flow="global"} 191
# TYPE zdsync_requests gauge
# HELP zdsync_requests Requests to the services.
zdsync_requests{stage="zendesk-gather",flow="global"} 5
# TYPE zdsync_repeated_requests gauge
# HELP zdsync_repeated_requests Requests that were made again.
zdsync_repeated_requests{stage="zendesk-gather",flow="global"} 1
# TYPE zdsync_waited_seconds gauge
# UNIT zdsync_waited_seconds seconds
# HELP zdsync_waited_seconds Time spent waiting for the services' limits.
zdsync_waited_seconds{stage="zendesk-gather",flow="global"} 12
# TYPE zdsync_warnings gauge
# HELP zdsync_warnings What the stage warned of.
zdsync_warnings{stage="zendesk-gather",flow="global"} 1
# TYPE zdsync_stage_seconds gauge
# UNIT zdsync_stage_seconds seconds
# HELP zdsync_stage_seconds How long the stage took.
zdsync_stage_seconds{stage="zendesk-gather",flow="global"} 1.500
# EOF
`, string(got))
}

func TestMetricsOfAPlanNameEachLimit(t *testing.T) {
	got := report.Metrics(manifestOf("compare", "usgov", map[string]int{
		"organizations": 14, "accounts": 13, "creates": 1, "updates": 2, "marks_for_deletion": 3, "support_lost": 4,
		"held": 5, "orphans": 6, "unmanaged": 7, "conflicts": 8,
	}), []plan.LimitCheck{
		{Limit: plan.Limit{Name: plan.LimitCreates}}, {Limit: plan.Limit{Name: plan.LimitMarks}, Exceeded: true},
	})
	same(t, `# TYPE zdsync_accounts gauge
# HELP zdsync_accounts Accounts that the stage read or decided.
zdsync_accounts{stage="compare",flow="usgov"} 13
# TYPE zdsync_organizations gauge
# HELP zdsync_organizations Organizations that the stage read.
zdsync_organizations{stage="compare",flow="usgov"} 14
# TYPE zdsync_creates gauge
# HELP zdsync_creates Organizations to create, or their outcomes.
zdsync_creates{stage="compare",flow="usgov"} 1
# TYPE zdsync_updates gauge
# HELP zdsync_updates Organizations to update, or their outcomes.
zdsync_updates{stage="compare",flow="usgov"} 2
# TYPE zdsync_marks gauge
# HELP zdsync_marks Organizations to mark for deletion, or their outcomes.
zdsync_marks{stage="compare",flow="usgov"} 3
# TYPE zdsync_support_lost gauge
# HELP zdsync_support_lost Rows that take support away.
zdsync_support_lost{stage="compare",flow="usgov"} 4
# TYPE zdsync_held gauge
# HELP zdsync_held Rows held back for people.
zdsync_held{stage="compare",flow="usgov"} 5
# TYPE zdsync_orphans gauge
# HELP zdsync_orphans Organizations without an account.
zdsync_orphans{stage="compare",flow="usgov"} 6
# TYPE zdsync_conflicts gauge
# HELP zdsync_conflicts Names and ids that contradict each other.
zdsync_conflicts{stage="compare",flow="usgov"} 8
# TYPE zdsync_unmanaged gauge
# HELP zdsync_unmanaged Organizations without a valid salesforce_id.
zdsync_unmanaged{stage="compare",flow="usgov"} 7
# TYPE zdsync_limit_exceeded gauge
# HELP zdsync_limit_exceeded 1 when the plan exceeds the limit.
zdsync_limit_exceeded{stage="compare",flow="usgov",limit="creates"} 0
zdsync_limit_exceeded{stage="compare",flow="usgov",limit="marks"} 1
# TYPE zdsync_warnings gauge
# HELP zdsync_warnings What the stage warned of.
zdsync_warnings{stage="compare",flow="usgov"} 1
# TYPE zdsync_stage_seconds gauge
# UNIT zdsync_stage_seconds seconds
# HELP zdsync_stage_seconds How long the stage took.
zdsync_stage_seconds{stage="compare",flow="usgov"} 1.500
# EOF
`, string(got))
}

// The samples of a family differ by a label; a stage of all flows has none.
func TestMetricsOfOutcomesAndOfAllFlows(t *testing.T) {
	got := string(report.Metrics(manifestOf("sync", "global", map[string]int{
		"update_applied": 20, "update_failed": 1, "failed": 1, "over_limit": 0, "left": 1,
	}), nil))
	const sync = `# TYPE zdsync_updates gauge
# HELP zdsync_updates Organizations to update, or their outcomes.
zdsync_updates{stage="sync",flow="global",outcome="applied"} 20
zdsync_updates{stage="sync",flow="global",outcome="failed"} 1
# TYPE zdsync_failed gauge
# HELP zdsync_failed Rows that failed, or whose outcome is unknown.
zdsync_failed{stage="sync",flow="global"} 1
# TYPE zdsync_over_limit gauge
# HELP zdsync_over_limit Rows left out for a limit.
zdsync_over_limit{stage="sync",flow="global"} 0
# TYPE zdsync_left gauge
# HELP zdsync_left Rows that should have been carried out and were not.
zdsync_left{stage="sync",flow="global"} 1
`
	same(t, sync, got[:len(sync)])
	got = string(report.Metrics(manifestOf("processor", "", map[string]int{"accounts": 3, "global_accounts": 2, "usgov_accounts": 1}), nil))
	const processor = `# TYPE zdsync_accounts gauge
# HELP zdsync_accounts Accounts that the stage read or decided.
zdsync_accounts{stage="processor"} 3
zdsync_accounts{stage="processor",for="global"} 2
zdsync_accounts{stage="processor",for="usgov"} 1
`
	same(t, processor, got[:len(processor)])
}

func same(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
