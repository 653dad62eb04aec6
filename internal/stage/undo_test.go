package stage_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

func (w *world) undo(flow field.Flow, options stage.UndoOptions) (artifact.Folder, *stage.PlanDocument) {
	w.Helper()
	options.Limits = plan.DefaultLimits(flow)
	folder, document, _, err := stage.Undo(w.Context(), w.run(), flow, options)
	w.ok(err)
	return folder, document
}

// levels are the levels of the instance's organizations, with a mark behind
// those that are marked.
func (w *world) levels(flow field.Flow) map[int64]string {
	levels := map[int64]string{}
	for id, org := range w.instances[flow].organizations {
		levels[id] = string(org.Record.Get(field.SupportLevel))
		if org.Marked() {
			levels[id] += ", marked"
		}
	}
	return levels
}

func TestAnUndoneSyncIsAPlanOfItsOwn(t *testing.T) {
	w := planned(t)
	before := w.levels(field.Global)
	compared, _ := w.compare(field.Global)
	w.sync(field.Global, syncOptions())
	after := w.levels(field.Global)
	source := w.files()
	w.clock.Advance(25 * time.Hour)

	folder, document := w.undo(field.Global, stage.UndoOptions{})
	if want := string(w.folder) + "-undo-" + compared.PlanID; string(folder) != want {
		t.Errorf("the plan is in %s, want %s", folder, want)
	}
	if document.Date != "2026-11-22" || !document.GatheredAt.Equal(compared.GatheredAt) || document.Stage != "undo" || document.Instance != compared.Instance {
		t.Errorf("plan.json says %+v", document.Manifest)
	}
	if document.Counts["creates"] != 0 || document.Counts["updates"] != 2 || document.Counts["marks_for_deletion"] != 0 {
		t.Errorf("counts %v", document.Counts)
	}
	if len(document.Warnings) != 1 || document.Warnings[0].Code != "undo_keeps_create" || document.Warnings[0].SalesforceID != birch {
		t.Errorf("warnings %+v", document.Warnings)
	}
	if diff := cmp.Diff(source, w.files()); diff != "" {
		t.Errorf("the source changed: %s", diff)
	}

	w.folder = folder
	options := syncOptions()
	options.MaxAge = 48 * time.Hour
	w.sync(field.Global, options)
	undone := w.levels(field.Global)
	maps.DeleteFunc(undone, func(id int64, _ string) bool { return before[id] == "" })
	if diff := cmp.Diff(before, undone); diff != "" {
		t.Errorf("after undo: %s", diff)
	}
	// The reverse of the reverse marks again.
	again, document := w.undo(field.Global, stage.UndoOptions{Out: artifact.Folder(filepath.Join(t.TempDir(), "again"))})
	if document.Counts["marks_for_deletion"] != 1 {
		t.Errorf("counts %v", document.Counts)
	}
	w.folder = again
	w.sync(field.Global, options)
	if diff := cmp.Diff(after, w.levels(field.Global)); diff != "" {
		t.Errorf("after undoing the undo: %s", diff)
	}
}

// Each of the two receipts is enough.
func TestUndoGoesByJournalAndResults(t *testing.T) {
	for name, gone := range map[string][]string{
		"a killed run":   {"global/sync_results.json", "global/sync.manifest.json"},
		"a lost journal": {"global/sync.journal.jsonl"},
		"both are there": nil,
	} {
		t.Run(name, func(t *testing.T) {
			w := planned(t)
			w.compare(field.Global)
			w.sync(field.Global, syncOptions())
			for _, file := range gone {
				w.remove(file)
			}
			if _, document := w.undo(field.Global, stage.UndoOptions{}); document.Counts["updates"] != 2 || len(document.Warnings) != 1 {
				t.Errorf("counts %v, warnings %v", document.Counts, document.Warnings)
			}
		})
	}
}

func TestUndoRefusesWhatIsNotTheSyncOfThePlan(t *testing.T) {
	undo := func(w *world, options stage.UndoOptions) func() error {
		return func() error {
			_, _, _, err := stage.Undo(t.Context(), w.run(), field.Global, options)
			return err
		}
	}
	w := planned(t)
	w.compare(field.Global)
	refused[*artifact.Error](w, undo(w, stage.UndoOptions{}), "there is nothing to undo")
	dry := syncOptions()
	dry.DryRun = true
	w.sync(field.Global, dry)
	refused[*artifact.Error](w, undo(w, stage.UndoOptions{}), "there is nothing to undo")
	w.sync(field.Global, syncOptions())
	refused[*stage.UsageError](w, undo(w, stage.UndoOptions{Out: w.folder}), "is the data folder itself")
	w.gather(field.Global)
	w.process()
	w.compare(field.Global)
	refused[*artifact.Error](w, undo(w, stage.UndoOptions{}), "belongs to plan", "download")
}

func TestARowThatWasNotSentIsNotUndone(t *testing.T) {
	w := planned(t)
	w.compare(field.Global)
	only := syncOptions()
	only.Only = []plan.Action{plan.ActionMark}
	document := w.sync(field.Global, only)
	if outcomes := outcomesOf(document); outcomes[plan.ActionUpdate] != apply.Skipped || outcomes[plan.ActionMark] != apply.Applied {
		t.Fatalf("outcomes %v", outcomes)
	}
	folder, _ := w.undo(field.Global, stage.UndoOptions{})
	w.folder = folder
	if updates := w.read("global/updates.json"); strings.Count(updates, `"id"`) != 1 || !strings.Contains(updates, `"mark_for_deletion"`) {
		t.Errorf("updates.json: %s", updates)
	}
	if names := slices.Sorted(maps.Keys(w.files())); !slices.Contains(names, "global/zendesk_orgs.json") {
		t.Errorf("the folder holds %v", names)
	}
}
