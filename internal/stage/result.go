package stage

import (
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// OverLimitError is a plan that exceeds a limit, or rows that a sync skipped because of
// one.
type OverLimitError struct{ then string }

// Error is one line.
func (e *OverLimitError) Error() string { return "the plan exceeds a limit: " + e.then }

// UnfinishedError is rows of a sync that failed or are unfinished.
type UnfinishedError struct {
	text string
	// stopped is why the sync was told to stop, nil if it was not.
	stopped error
}

// Error is one line.
func (e *UnfinishedError) Error() string { return e.text }

// Unwrap returns why the sync was told to stop, nil if it was not.
func (e *UnfinishedError) Unwrap() error { return e.stopped }

// OverLimit returns an *OverLimitError if the plan exceeds a limit.
func (d *PlanDocument) OverLimit() error {
	for _, limit := range d.Limits {
		if limit.Exceeded {
			return &OverLimitError{"sync skips the rows over it unless it is given --accept-plan " + d.PlanID}
		}
	}
	return nil
}

// Result returns the error that the outcomes of a sync amount to, nil if every row is
// done: why it ended, then an *OverLimitError, then an *UnfinishedError. Stopped is why
// it was told to stop, nil if it was not.
func (d *SyncDocument) Result(stopped error) error {
	over, unfinished := 0, 0
	for _, outcome := range d.Outcomes {
		switch {
		case outcome.OverLimit():
			over++
		case outcome.Unfinished():
			unfinished++
		}
	}
	switch {
	case d.Ended != nil && stopped == nil:
		return fmt.Errorf("%w; %s unfinished: the next run tries again", d.Ended, report.Many(unfinished, "row"))
	case over > 0:
		return &OverLimitError{fmt.Sprintf("%s skipped because of it%s; read the plan, and pass --accept-plan if it is right",
			report.Were(over, "row"), alsoUnfinished(unfinished, stopped))}
	case stopped != nil && unfinished > 0:
		return &UnfinishedError{fmt.Sprintf("stopped early (%v): %s unfinished; run sync again", stopped, report.Many(unfinished, "row")), stopped}
	case unfinished > 0:
		return &UnfinishedError{text: fmt.Sprintf("%s failed or unfinished: sync_results.json says why; the next run tries again", report.Many(unfinished, "row"))}
	}
	return nil
}

func alsoUnfinished(unfinished int, stopped error) string {
	if unfinished == 0 {
		return ""
	}
	if stopped != nil {
		return fmt.Sprintf(" and %s not finished because the run was stopped early (%v)", report.Were(unfinished, "row"), stopped)
	}
	return fmt.Sprintf(" and %s failed or unfinished", report.Many(unfinished, "row"))
}
