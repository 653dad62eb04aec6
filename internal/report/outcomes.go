package report

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// Outcomes are a plan with the outcomes of its rows.
type Outcomes struct {
	*Plan
	// DryRun reports that nothing was sent.
	DryRun bool `json:"dry_run"`
}

// Tally counts outcomes by action.
type Tally struct {
	Actions []ActionTally `json:"actions"`
	// Unfinished rows should have been applied and were not.
	Unfinished int `json:"unfinished"`
}

// ActionTally counts the outcomes of one action.
type ActionTally struct {
	Action plan.Action `json:"action"`
	// Done rows were applied by this run; FoundDone rows had already been as planned.
	Done      int `json:"done"`
	FoundDone int `json:"found_done"`
	// Planned rows would have been applied if this were not a dry run.
	Planned     int `json:"planned"`
	Skipped     int `json:"skipped"`
	NotSelected int `json:"not_selected"`
	OverLimit   int `json:"over_limit"`
	Failed      int `json:"failed"`
	Unknown     int `json:"unknown"`
}

// OutcomesOf returns the plan with the outcomes of its rows.
func OutcomesOf(whole *Plan, outcomes []apply.Outcome, dryRun bool) *Outcomes {
	with := whole.WithOutcomes(outcomes)
	with.Model = "outcomes"
	return &Outcomes{Plan: with, DryRun: dryRun}
}

// WithOutcomes returns the plan with the outcomes of its rows.
func (p *Plan) WithOutcomes(outcomes []apply.Outcome) *Plan {
	with := *p
	with.Rows = slices.Clone(p.Rows)
	type key struct {
		action plan.Action
		id     int64
		of     account.ID
	}
	byRow := map[key]*apply.Outcome{}
	for i, outcome := range outcomes {
		id := outcome.ID
		if outcome.Action == plan.ActionCreate {
			id = 0
		}
		byRow[key{outcome.Action, id, outcome.AccountID}] = &outcomes[i]
	}
	for i, row := range with.Rows {
		with.Rows[i].Outcome = byRow[key{plan.Action(row.Kind), row.ID, row.AccountID}]
	}
	with.Sync = tallyOf(outcomes)
	// Rows that a sync skipped because of a limit can still be accepted.
	if with.Sync.Sum().OverLimit == 0 {
		with.Next = ""
	}
	return &with
}

// Sum counts the outcomes of all actions.
func (t *Tally) Sum() ActionTally {
	var sum ActionTally
	for _, action := range t.Actions {
		sum.Done += action.Done
		sum.FoundDone += action.FoundDone
		sum.Planned += action.Planned
		sum.Skipped += action.Skipped
		sum.NotSelected += action.NotSelected
		sum.OverLimit += action.OverLimit
		sum.Failed += action.Failed
		sum.Unknown += action.Unknown
	}
	return sum
}

func tallyOf(outcomes []apply.Outcome) *Tally {
	tally := &Tally{}
	for _, action := range []plan.Action{plan.ActionCreate, plan.ActionUpdate, plan.ActionMark} {
		counts := ActionTally{Action: action}
		for _, outcome := range outcomes {
			if outcome.Action == action {
				counts.add(outcome)
			}
		}
		tally.Actions = append(tally.Actions, counts)
	}
	for _, outcome := range outcomes {
		if outcome.Unfinished() {
			tally.Unfinished++
		}
	}
	return tally
}

func (t *ActionTally) add(outcome apply.Outcome) {
	switch {
	case outcome.OverLimit():
		t.OverLimit++
	case outcome.Outcome == apply.Applied && outcome.Reason == apply.AlreadyThere:
		t.FoundDone++
	case outcome.Outcome == apply.Applied:
		t.Done++
	case outcome.Outcome == apply.Planned:
		t.Planned++
	case outcome.Outcome == apply.Failed:
		t.Failed++
	case outcome.Outcome == apply.Unknown:
		t.Unknown++
	case outcome.Reason == apply.NotSelected:
		t.NotSelected++
	default:
		t.Skipped++
	}
}

// Unfinished returns the rows that should have been applied and were not.
func (p *Plan) Unfinished() []Row {
	return p.with(func(outcome *apply.Outcome) bool { return outcome.Unfinished() })
}

// OverLimit returns the rows that were skipped, completely or in part, because of a
// limit.
func (p *Plan) OverLimit() []Row {
	return p.with(func(outcome *apply.Outcome) bool { return outcome.OverLimit() })
}

func (p *Plan) with(wanted func(*apply.Outcome) bool) []Row {
	return slices.DeleteFunc(slices.Clone(p.Rows), func(row Row) bool { return row.Outcome == nil || !wanted(row.Outcome) })
}
