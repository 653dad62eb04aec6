package apply

import "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"

// NotLookedAt is the reason of rows whose organization a run would read, and then
// send.
const NotLookedAt = "not looked at: no instance is configured"

// Preview returns what a run would do with each row, without reading any
// organization.
func Preview(rows Rows, options Options) []Outcome {
	run := &run{Options: options}
	run.add(rows)
	for _, action := range plan.Actions() {
		for _, row := range run.due(action) {
			row.outcome.Sent = union(run.Schema, nil, row.changes)
			run.settle(row, Planned, NotLookedAt)
		}
	}
	return run.outcomes()
}
