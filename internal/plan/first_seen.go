package plan

import (
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// SetFirstSeen dates the rows that wait for people: by the plan given, where
// the same row stood in it, and by its own day where it is new. The plan given
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

// eachWaiting calls the function with what each held, orphaned and conflicting
// row is, and where its date stands.
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
