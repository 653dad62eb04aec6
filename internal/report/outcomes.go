package report

import "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"

// Outcomes are what a sync did with the rows of its plan.
type Outcomes struct {
	Subject
	Rows []apply.Outcome
}

func (*Outcomes) model() {}

// OutcomesOf returns the outcomes as people look at them.
func OutcomesOf(subject Subject, rows []apply.Outcome) *Outcomes {
	return &Outcomes{Subject: subject, Rows: rows}
}
