package endtoend

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// plannedRows are the rows of the partner flow's three files, as far as a
// check of their effect needs them.
type plannedRows struct {
	// creates are by account; updates and marks by organization.
	creates map[string]bool
	updates map[int64]map[string][2]string
	marks   map[int64]bool
}

func readPlannedRows(t *testing.T, folder string) plannedRows {
	t.Helper()
	var creates []struct {
		AccountID string `json:"salesforce_id"`
	}
	type changed struct {
		ID      int64
		Changes []struct {
			Field    string
			From, To any
		}
	}
	var updates, marks []changed
	for name, into := range map[string]any{"creates.json": &creates, "updates.json": &updates, "not_in_sync.json": &marks} {
		content, err := os.ReadFile(filepath.Join(folder, "partner", name))
		if err == nil {
			err = json.Unmarshal(content, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	rows := plannedRows{creates: map[string]bool{}, updates: map[int64]map[string][2]string{}, marks: map[int64]bool{}}
	for _, create := range creates {
		rows.creates[create.AccountID] = true
	}
	for _, update := range updates {
		rows.updates[update.ID] = map[string][2]string{}
		for _, change := range update.Changes {
			rows.updates[update.ID][change.Field] = [2]string{plain(change.From), plain(change.To)}
		}
	}
	for _, mark := range marks {
		rows.marks[mark.ID] = true
	}
	return rows
}

// check reads from the instance's own audit that each row had its effect
// once, and from a new plan that nothing is left.
func (s *killFixture) check() {
	s.t.Helper()
	created := map[string]int{}
	changed := map[int64]int{}
	for _, write := range s.sandbox.Global.Audit() {
		switch {
		case write.Action == zendesk.Create:
			created[fmt.Sprint(write.Changes["salesforce_id"].To)]++
		case len(write.Changes) > 0:
			changed[write.OrganizationID]++
			s.checkChanges(write)
		}
	}
	wantCreated, wantChanged := map[string]int{}, map[int64]int{}
	for id := range s.planned.creates {
		wantCreated[id] = 1
	}
	for id := range s.planned.updates {
		wantChanged[id] = 1
	}
	for id := range s.planned.marks {
		wantChanged[id] = 1
	}
	if diff := cmp.Diff(wantCreated, created); diff != "" {
		s.t.Errorf("organizations created, by account (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantChanged, changed); diff != "" {
		s.t.Errorf("organizations changed (-want +got):\n%s", diff)
	}
	s.checkResults()
	for _, command := range partnerStagesWithOwners() {
		s.run(command)
	}
	if left := readPlannedRows(s.t, s.folder); len(left.creates)+len(left.updates)+len(left.marks) > 0 {
		s.t.Errorf("the next plan still has something to do: %+v", left)
	}
}

// plain is a value in one form for both sides: a cleared one is null in Zendesk
// and an empty text in the file, an unset check box is null or false.
func plain(value any) string {
	if value == nil || value == false {
		return ""
	}
	return fmt.Sprint(value)
}

// checkChanges checks one write against its row.
func (s *killFixture) checkChanges(write zendesk.Write) {
	s.t.Helper()
	want := s.planned.updates[write.OrganizationID]
	if s.planned.marks[write.OrganizationID] {
		want = map[string][2]string{"mark_for_deletion": {"", "true"}}
	}
	got := map[string][2]string{}
	for key, change := range write.Changes {
		got[key] = [2]string{plain(change.From), plain(change.To)}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("changes of organization %d (-want +got):\n%s", write.OrganizationID, diff)
	}
}

// checkResults reads that every planned row is reported as applied.
func (s *killFixture) checkResults() {
	s.t.Helper()
	content, err := os.ReadFile(filepath.Join(s.folder, "partner", "sync_results.json"))
	if err != nil {
		s.t.Fatal(err)
	}
	var results []struct{ Action, Outcome string }
	if err := json.Unmarshal(content, &results); err != nil {
		s.t.Fatal(err)
	}
	got := map[string]int{}
	for _, result := range results {
		got[result.Action+" "+result.Outcome]++
	}
	want := map[string]int{
		"create applied": len(s.planned.creates), "update applied": len(s.planned.updates),
		"mark_for_deletion applied": len(s.planned.marks),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("results (-want +got):\n%s", diff)
	}
}
