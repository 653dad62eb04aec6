package plan

import (
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// SetFirstSeen sets the first_seen of held rows, orphans and conflicts: that of the
// same row in the given plan, or the given day if the row is new. The given plan
// may be nil (docs/artifacts.md, plan.json).
func (p *Plan) SetFirstSeen(today account.Date, since *Plan) {
	dates := map[string]account.Date{}
	if since != nil {
		since.eachWaiting(func(row string, firstSeen *account.Date) { dates[row] = *firstSeen })
	}
	p.eachWaiting(func(row string, firstSeen *account.Date) {
		if *firstSeen = dates[row]; *firstSeen == "" {
			*firstSeen = today
		}
	})
}

// eachWaiting calls the function for each held row, orphan and conflict, with what
// identifies it and a pointer to its date.
func (p *Plan) eachWaiting(each func(row string, firstSeen *account.Date)) {
	for i := range p.Held {
		row := &p.Held[i]
		each(fmt.Sprint("held ", row.AccountID, row.ID, row.Action, row.Holds), &row.FirstSeen)
	}
	for i := range p.Orphans {
		row := &p.Orphans[i]
		each(fmt.Sprint("orphan ", row.AccountID, row.ID, row.Reason), &row.FirstSeen)
	}
	for i := range p.Conflicts {
		row := &p.Conflicts[i]
		each(fmt.Sprint("conflict ", row.AccountID, row.ID, row.Reason, row.OrganizationIDs, row.AccountIDs), &row.FirstSeen)
	}
}
