package stage_test

import (
	"errors"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

func TestASyncEndsWithItsWorstResult(t *testing.T) {
	done, failed := apply.Outcome{Outcome: apply.Applied}, apply.Outcome{Outcome: apply.Failed}
	over := apply.Outcome{Outcome: apply.Skipped, Reason: "over limit: marks"}
	broken, interrupted := errors.New("no connection"), errors.New("interrupted")
	for name, tc := range map[string]struct {
		outcomes       []apply.Outcome
		ended, stopped error
		want           string
	}{
		"every row is done":         {[]apply.Outcome{done, done}, nil, nil, ""},
		"a row failed":              {[]apply.Outcome{done, failed}, nil, nil, "1 row failed or unfinished: sync_results.json says why; the next run tries again"},
		"a row is over a limit":     {[]apply.Outcome{done, over}, nil, nil, "the plan exceeds a limit: 1 row was skipped because of it; read the plan, and pass --accept-plan if it is right"},
		"over a limit and failed":   {[]apply.Outcome{over, failed, failed}, nil, nil, "the plan exceeds a limit: 1 row was skipped because of it and 2 rows failed or unfinished; read the plan, and pass --accept-plan if it is right"},
		"ended early":               {[]apply.Outcome{over, failed}, broken, nil, "no connection; 1 row unfinished: the next run tries again"},
		"stopped":                   {[]apply.Outcome{failed, done}, interrupted, interrupted, "stopped early (interrupted): 1 row unfinished; run sync again"},
		"stopped when all was done": {[]apply.Outcome{done}, interrupted, interrupted, ""},
		"stopped and over a limit":  {[]apply.Outcome{over, failed}, interrupted, interrupted, "the plan exceeds a limit: 1 row was skipped because of it and 1 row was not finished because the run was stopped early (interrupted); read the plan, and pass --accept-plan if it is right"},
	} {
		got := ""
		document := stage.SyncDocument{Outcomes: tc.outcomes, Ended: tc.ended}
		if err := document.Result(tc.stopped); err != nil {
			got = err.Error()
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestAPlanOverALimitNamesHowToAcceptIt(t *testing.T) {
	document := stage.PlanDocument{PlanID: "0123456789abcdef", Limits: []plan.LimitCheck{{Exceeded: false}}}
	if err := document.OverLimit(); err != nil {
		t.Error(err)
	}
	document.Limits = append(document.Limits, plan.LimitCheck{Exceeded: true})
	var over *stage.OverLimitError
	const want = "the plan exceeds a limit: sync skips the rows over it unless it is given --accept-plan 0123456789abcdef"
	if err := document.OverLimit(); !errors.As(err, &over) || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
