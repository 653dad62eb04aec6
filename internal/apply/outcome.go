package apply

import (
	"cmp"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// Status is the outcome of a row (docs/artifacts.md, sync_results.json).
type Status string

// The outcomes. Planned is that of a dry run and never written to a file.
const (
	Applied Status = "applied"
	Failed  Status = "failed"
	Skipped Status = "skipped"
	Unknown Status = "unknown"
	Planned Status = "planned"
)

// The reasons of skipped rows; plan.Look has those of a look.
const (
	NotSelected = "not selected (--only)"
	NotReached  = "not reached: the run ended before"
	// NotReadBack is the reason of rows that Zendesk confirmed, but that were not read
	// back: the run was stopped, or the read failed.
	NotReadBack = "not read back"
	// NotKept is the beginning of the reason of a row whose values differ from what
	// was sent; the fields follow, with both values.
	NotKept = "not kept: "
	// AlreadyThere is the reason of rows that were done before this run reached
	// them.
	AlreadyThere = "already as planned"

	overLimitPrefix = "over limit: "
)

// Outcome is one record of sync_results.json.
type Outcome struct {
	Action plan.Action `json:"action"`
	// ID is that of the Zendesk organization, 0 for a create that failed.
	ID        int64      `json:"id"`
	AccountID account.ID `json:"salesforce_id"`
	Name      string     `json:"name"`
	Outcome   Status     `json:"outcome"`
	Reason    string     `json:"reason"`
	JobID     string     `json:"job_id"`
	// Error and Description are Zendesk's own words.
	Error       string `json:"error"`
	Description string `json:"description"`
	// Sent are the fields that any run of this plan sent, in table order; in a
	// dry run those that would be sent.
	Sent []string `json:"sent"`
}

// OverLimit reports whether the row, or part of it, was skipped because of a limit.
func (o Outcome) OverLimit() bool {
	return o.Outcome == Skipped && strings.HasPrefix(o.Reason, overLimitPrefix)
}

// Unfinished reports whether the row should have been done and was not.
func (o Outcome) Unfinished() bool {
	return o.Outcome == Failed || o.Outcome == Unknown ||
		(o.Outcome == Skipped && o.Reason != NotSelected && !o.OverLimit())
}

// Words joins the outcome, the reason and Zendesk's words.
func (o Outcome) Words() string {
	words := string(o.Outcome)
	for _, part := range []string{o.Reason, o.Error, o.Description} {
		if part != "" {
			words += ": " + part
		}
	}
	return words
}

func compareOutcomes(a, b Outcome) int {
	return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.ID, b.ID))
}

func overLimit(limit plan.LimitName) string { return overLimitPrefix + string(limit) }

// settle gives the row its outcome and writes it to the journal.
func (r *run) settle(row *planRow, status Status, reason string) {
	if status == Applied && row.partial != nil {
		status, reason = row.partial.status, row.partial.reason
	}
	row.state = settled
	row.outcome.Outcome, row.outcome.Reason = status, reason
	r.settled++
	if r.Progress != nil {
		r.Progress(r.settled, len(r.rows))
	}
	r.Journal.outcome(row.outcome)
}

// foundDone settles a row whose organization has its values already: as applied
// by this run, if it was sent.
func (r *run) foundDone(row *planRow) {
	reason := AlreadyThere
	if row.state != unsent {
		reason = ""
	}
	r.settle(row, Applied, reason)
}

// fail settles the row with a failure and its words.
func (r *run) fail(row *planRow, status Status, code, description string) {
	row.outcome.Error, row.outcome.Description = code, description
	r.settle(row, status, "")
}
