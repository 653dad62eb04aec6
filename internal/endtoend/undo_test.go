package endtoend

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// state is what an instance holds: the fields of each organization, as they
// count when organizations are compared.
func state(instance *zendesk.Server) map[int64]map[string]string {
	all := map[int64]map[string]string{}
	for _, org := range instance.Organizations() {
		values := map[string]string{"name": strings.TrimSpace(org.Name), "notes": org.Notes, "details": org.Details, "tags": fmt.Sprint(org.Tags)}
		for key, value := range org.Fields {
			text := strings.TrimSpace(fmt.Sprint(value))
			if day := regexp.MustCompile(`^\d{4}-\d\d-\d\d`).FindString(text); key == "expiration_date" && day != "" {
				text = day
			}
			if number, err := strconv.ParseFloat(text, 64); err == nil {
				text = fmt.Sprint(number)
			}
			if value != nil && text != "" && text != "false" {
				values[key] = text
			}
		}
		all[org.ID] = values
	}
	return all
}

// states are those of both instances.
func (w *world) states() map[string]map[int64]map[string]string {
	return map[string]map[int64]map[string]string{"global": state(w.Global), "usgov": state(w.USGov)}
}

// undone runs undo for each folder, carries each plan out, and returns the new
// folders.
func (w *world) undone(folders map[string]string) map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for _, flow := range []string{"partner", "usgov", "global"} {
		out[flow] = filepath.Join(w.t.TempDir(), flow)
		w.folder = folders[flow]
		got := w.must("undo "+flow+" --out "+out[flow], cli.ExitDone, cli.ExitLimit)
		contains(w.t, got.stdout, "sync "+flow+" --data-dir "+out[flow], "The next run does the same again unless")
		w.folder = out[flow]
		w.must("sync "+flow, cli.ExitDone, cli.ExitUnfinished)
	}
	return out
}

// withoutCreated drops the organizations that were not there before.
func withoutCreated(after, before map[string]map[int64]map[string]string) map[string]map[int64]map[string]string {
	for instance, orgs := range after {
		maps.DeleteFunc(orgs, func(id int64, _ map[string]string) bool { return before[instance][id] == nil })
	}
	return after
}

func everyFlowIn(folder string) map[string]string {
	return map[string]string{"global": folder, "usgov": folder, "partner": folder}
}

// syncedOnce has carried out the plans of all flows, on a folder of its own.
func syncedOnce(t *testing.T) (w *world, before map[string]map[int64]map[string]string) {
	w = startWorld(t, curated())
	w.liftLimits()
	before = w.states()
	w.hour()
	return w, before
}

func TestUndoPutsBackWhatASyncSent(t *testing.T) {
	t.Parallel()
	w, before := syncedOnce(t)
	source := w.files()
	folder := w.folder
	synced := w.states()
	if cmp.Equal(before, withoutCreated(w.states(), before)) {
		t.Fatal("the syncs changed nothing")
	}
	first := w.undone(everyFlowIn(folder))
	if diff := cmp.Diff(before, withoutCreated(w.states(), before)); diff != "" {
		t.Errorf("after undo (-before +after):\n%s", diff)
	}
	w.folder = folder
	if diff := cmp.Diff(source, w.files()); diff != "" {
		t.Errorf("undo changed its source:\n%s", diff)
	}
	w.undone(first)
	if diff := cmp.Diff(synced, w.states()); diff != "" {
		t.Errorf("after undoing the undo (-synced +after):\n%s", diff)
	}
}

func TestUndoLeavesWhatPeopleChangedSince(t *testing.T) {
	t.Parallel()
	w, before := syncedOnce(t)
	edited := int64(0)
	for _, row := range w.list("global/updates.json") {
		for _, change := range row["changes"].([]any) {
			if change.(map[string]any)["field"] == "support_level" {
				edited, _ = row["id"].(json.Number).Int64()
			}
		}
	}
	if edited == 0 {
		t.Fatal("no level was changed")
	}
	w.Global.Edit(edited, func(org *zendesk.Organization) { org.Fields["support_level"] = "silver" })
	byHand := state(w.Global)[edited]
	w.undone(everyFlowIn(w.folder))
	after := w.states()
	if diff := cmp.Diff(byHand, after["global"][edited]); diff != "" {
		t.Errorf("a row that was edited by hand was undone:\n%s", diff)
	}
	delete(after["global"], edited)
	delete(before["global"], edited)
	if diff := cmp.Diff(before, withoutCreated(after, before)); diff != "" {
		t.Errorf("the others (-before +after):\n%s", diff)
	}
}

func TestUndoListsCreatesWhichStay(t *testing.T) {
	t.Parallel()
	w, before := syncedOnce(t)
	created := 0
	for id := range state(w.Global) {
		if before["global"][id] == nil {
			created++
		}
	}
	got := w.must("undo global --out "+filepath.Join(t.TempDir(), "out"), cli.ExitDone, cli.ExitLimit)
	// Those of the partner flow are its own.
	own := len(w.list("global/creates.json"))
	if own == 0 || created < own || strings.Count(got.stderr, "undo_keeps_create") != own {
		t.Errorf("%d creates, and undo says\n%s", own, got.stderr)
	}
}

func TestUndoNeedsASyncOfThePlan(t *testing.T) {
	t.Parallel()
	w := startWorld(t, curated())
	w.liftLimits()
	for _, command := range partnerStages() {
		w.must(command)
	}
	contains(t, w.must("undo partner", cli.ExitArtifact).stderr, "there is nothing to undo")
	w.must("sync partner")
	contains(t, w.must("undo partner --out "+w.folder, cli.ExitUsage).stderr, "is the data folder itself")
	w.must("zendesk-gather partner")
	w.must("compare partner")
	contains(t, w.must("undo partner", cli.ExitArtifact).stderr, "belongs to plan", "download")
	if _, err := os.Stat(w.folder + "-undo-" + w.plan("partner").PlanID); err == nil {
		t.Error("a refused undo left a folder")
	}
}

// A killed run leaves its journal, and no results.
func TestUndoAfterAKilledSync(t *testing.T) {
	t.Parallel()
	for _, after := range []int{3, 9, 16} {
		t.Run(fmt.Sprintf("request %d", after), func(t *testing.T) {
			t.Parallel()
			s := newKillFixture(t)
			before := map[string]map[int64]map[string]string{"global": state(s.sandbox.Global)}
			s.killSync(after, moments()[after%len(moments())])
			s.environment["ZDSYNC_MAX_MARKS"] = "100%/1000"
			out := filepath.Join(t.TempDir(), "out")
			s.run("undo partner --out " + out)
			s.folder = out
			s.finishSync()
			got := map[string]map[int64]map[string]string{"global": state(s.sandbox.Global)}
			if diff := cmp.Diff(before, withoutCreated(got, before)); diff != "" {
				t.Errorf("after undo (-before +after):\n%s", diff)
			}
		})
	}
}
