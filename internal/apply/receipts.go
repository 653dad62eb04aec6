package apply

import (
	"cmp"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// ReadReceipts returns what the runs of one plan sent, from its journal, killed
// runs included: for each row its action, ids and Sent, and for a create that
// succeeded the new organization's id. The
// plan_id is empty when there is no journal.
func ReadReceipts(path string) (planID string, receipts []Outcome, err error) {
	journal, err := readJournal(path)
	if err != nil {
		return "", nil, err
	}
	for row, fields := range journal.sent {
		receipt := Outcome{Action: row.action, ID: row.id, AccountID: row.of, Sent: fields}
		if row.action == plan.ActionCreate {
			receipt.ID = journal.created[row.of]
		}
		receipts = append(receipts, receipt)
	}
	slices.SortFunc(receipts, func(a, b Outcome) int { return cmp.Or(cmp.Compare(a.Action, b.Action), compareOutcomes(a, b)) })
	return journal.planID, receipts, nil
}
