package apply_test

import (
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
)

func TestATakenNameIsDroppedFromItsRow(t *testing.T) {
	w := newWorld(t, 3)
	rows := apply.Rows{}
	rows.Updates = append(rows.Updates,
		updateOf(1, change("name", "Account 1", "account 3"), change("account_owner", "before", "after")),
		updateOf(2))
	wantOutcomes(t, w.done(rows),
		"update 1 failed | as planned but for the name | OrganizationUpdateFailed | Name:  account 3 has already been taken",
		"update 2 applied")
	// The refused job, and one more for what is left of the row, each with its
	// look.
	w.wantRequests(map[string]int{jobsList: 1, updating: 2, looking: 2 + 1, polling: 12})
	for _, organization := range w.Organizations() {
		if organization.ID != organizationID(1) {
			continue
		}
		if organization.Name != "Account 1" || organization.Fields["account_owner"] != "after" {
			t.Errorf("organization 1 is %q of %v, want Account 1 of after", organization.Name, organization.Fields["account_owner"])
		}
	}
}

func TestATakenNameAloneIsSentOnce(t *testing.T) {
	w := newWorld(t, 2)
	rows := apply.Rows{}
	rows.Updates = append(rows.Updates, updateOf(1, change("name", "Account 1", "Account 2")))
	wantOutcomes(t, w.done(rows), "update 1 failed | OrganizationUpdateFailed | Name:  Account 2 has already been taken")
	w.wantRequests(map[string]int{jobsList: 1, updating: 1, looking: 1, polling: 6})
}
