package apply_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

func TestOnlyWhatIsStillAsPlannedOnIsSent(t *testing.T) {
	w := newWorld(t, 5)
	set := func(n int, key string, value any) {
		w.Edit(organizationID(n), func(o *sandbox.Organization) { o.Fields[key] = value })
	}
	both := func(n int) plan.Update {
		return updateOf(n, change("account_owner", "before", "after"), change("technical_account_manager", "nobody", "somebody"))
	}
	set(2, "account_owner", "after")
	set(3, "account_owner", "by hand")
	set(4, "account_owner", "after")
	set(4, "technical_account_manager", "somebody")
	outcomes := w.done(apply.Rows{Updates: []plan.Update{both(1), both(2), both(3), both(4), updateOf(5)}})
	wantOutcomes(t, outcomes,
		"update 1 applied", "update 2 applied",
		"update 3 skipped | changed since the plan: account_owner is now by hand",
		"update 4 applied | already as planned", "update 5 applied")
	got := map[int64]map[string]sandbox.Change{}
	for _, write := range w.Audit() {
		got[write.OrganizationID] = write.Changes
	}
	owner, manager := sandbox.Change{From: "before", To: "after"}, sandbox.Change{From: "nobody", To: "somebody"}
	want := map[int64]map[string]sandbox.Change{
		organizationID(1): {"account_owner": owner, "technical_account_manager": manager},
		organizationID(2): {"technical_account_manager": manager},
		organizationID(5): {"account_owner": owner},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes in Zendesk (-want +got):\n%s", diff)
	}
}

func TestOnlyChangedFieldsAreInTheRequest(t *testing.T) {
	w := newWorld(t, 1)
	var sent map[string]any
	w.serves = capture(w, updating, &sent)
	w.done(apply.Rows{Updates: []plan.Update{updateOf(1, change("name", "Account 1", "Account One"), change("account_owner", "before", ""))}})
	want := map[string]any{"organizations": []any{map[string]any{
		"id": json.Number("7000001"), "name": "Account One", "organization_fields": map[string]any{"account_owner": nil},
	}}}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("the request (-want +got):\n%s", diff)
	}
}

func TestARowOfAnotherAccountIsSkipped(t *testing.T) {
	w := newWorld(t, 4)
	w.Edit(organizationID(1), func(o *sandbox.Organization) { o.Fields["salesforce_id"] = string(accountID(77)) })
	w.Remove(organizationID(2))
	w.Edit(organizationID(3), func(o *sandbox.Organization) { o.Fields["salesforce_id"] = nil })
	w.Edit(organizationID(4), func(o *sandbox.Organization) { o.Fields["salesforce_id"] = " " + accountID(4).Short() })
	outcomes := w.done(updatesOf(1, 4))
	wantOutcomes(t, outcomes,
		"update 1 skipped | changed since the plan: salesforce_id is now "+string(accountID(77)),
		"update 2 skipped | changed since the plan: the organization is gone",
		"update 3 skipped | changed since the plan: salesforce_id is now empty",
		// The 15 characters are the same account.
		"update 4 applied")
	w.wantOwner(1, "before")
}

func TestAMarkIsSkippedWhenItsReasonHasChanged(t *testing.T) {
	w := newWorld(t, 7)
	edit := func(n int, change func(*sandbox.Organization)) { w.Edit(organizationID(n), change) }
	edit(1, func(o *sandbox.Organization) { o.Fields["ignore_deletion"] = true })
	edit(2, func(o *sandbox.Organization) { o.Name = "Account Two" })
	edit(3, func(o *sandbox.Organization) { o.Fields["account_type"] = "prospect" })
	edit(4, func(o *sandbox.Organization) { o.Fields["support_level"] = "premium" })
	edit(5, func(o *sandbox.Organization) { o.Fields["expiration_date"] = nil })
	edit(6, func(o *sandbox.Organization) { o.Fields["mark_for_deletion"] = true })
	edit(7, func(o *sandbox.Organization) { o.Fields["account_owner"] = "plays no part" })
	outcomes := w.done(marksOf(1, 7))
	const since = " skipped | changed since the plan: "
	wantOutcomes(t, outcomes,
		"mark_for_deletion 1"+since+"ignore_deletion is now true",
		"mark_for_deletion 2"+since+"name is now Account Two",
		"mark_for_deletion 3"+since+"account_type is now prospect",
		"mark_for_deletion 4"+since+"support_level is now premium",
		"mark_for_deletion 5"+since+"expiration_date is now empty",
		"mark_for_deletion 6 applied | already as planned",
		"mark_for_deletion 7 applied")
}

func TestEachChunkIsLookedAtWhenItsTurnComes(t *testing.T) {
	w := newWorld(t, 150)
	looks := 0
	w.arrives = func(route string) {
		// The second chunk changes while the first is being sent.
		if route == updating && looks == 0 {
			looks++
			w.Edit(organizationID(150), func(o *sandbox.Organization) { o.Fields["account_owner"] = "by hand" })
		}
	}
	outcomes := w.done(updatesOf(1, 150))
	if got := counts(outcomes); got[apply.Applied] != 149 || got[apply.Skipped] != 1 {
		t.Errorf("outcomes %v, want 149 applied and 1 skipped", got)
	}
	w.wantOwner(150, "by hand")
}

func TestAnOrganizationThatCannotBeReadFailsAlone(t *testing.T) {
	w := newWorld(t, 100)
	for _, n := range []int{17, 80} {
		// No flow of this suite writes a list there; the stand-in takes anything by hand.
		w.Edit(organizationID(n), func(o *sandbox.Organization) { o.Fields["account_owner"] = []any{"a", "b"} })
	}
	outcomes := w.done(updatesOf(1, 100))
	if got := counts(outcomes); got[apply.Applied] != 98 || got[apply.Failed] != 2 {
		t.Errorf("outcomes %v, want 98 applied and 2 failed", got)
	}
	wantOutcomes(t, outcomes[16:17], `update 17 failed | reading 1 organizations: organization 7000017 ("Account 17"): `+
		`account_owner: ["a","b"] is not a valid text; fix the organization in Zendesk, then run again`)
	if got := w.Requests(); got[updating] != 1 || got[looking] > 30 {
		t.Errorf("requests %v, want one job and no more than 30 looks", got)
	}
}

func TestUnreadableAnswersEndTheRun(t *testing.T) {
	w := newWorld(t, 100)
	w.rewrite[looking] = func(body map[string]any) { body["organizations"] = "none of your business" }
	outcomes := w.fails(updatesOf(1, 100), "more than 20 organizations cannot be read")
	if got := counts(outcomes); got[apply.Failed] != 21 || got[apply.Skipped] != 79 {
		t.Errorf("outcomes %v, want 21 failed and 79 skipped", got)
	}
	if len(w.Audit()) != 0 {
		t.Error("something was written")
	}
}
