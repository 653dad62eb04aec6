package stage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

func (w *world) show(flow field.Flow) *report.Plan {
	w.Helper()
	whole, err := stage.Show(w.run(), flow, false)
	w.ok(err)
	return whole
}

func TestTheSavedPlanIsThatOfCompare(t *testing.T) {
	w := planned(t)
	document, made := w.compare(field.Global, overLimit)
	want := report.PlanOf(document.Subject(w.run().Folder), made)
	shown := w.show(field.Global)
	// Compare has its warnings in the order of finding them, the manifest sorted.
	ignore := cmp.FilterPath(func(path cmp.Path) bool { return path.Last().String() == ".Warnings" }, cmp.Ignore())
	if diff := cmp.Diff(want, shown, ignore); diff != "" {
		t.Errorf("-compare +show:\n%s", diff)
	}
	if shown.Counts.Updates != 1 || !strings.HasPrefix(shown.Next, "zd-sfdc-sync sync global --accept-plan "+document.PlanID+" --data-dir ") {
		t.Errorf("counts %+v, next %s", shown.Counts, shown.Next)
	}
}

func TestASavedPlanHasTheOutcomesOfItsOwnSync(t *testing.T) {
	w := planned(t)
	w.compare(field.Global)
	if shown := w.show(field.Global); shown.Sync != nil {
		t.Error("outcomes before any sync")
	}
	w.sync(field.Global, syncOptions())
	shown := w.show(field.Global)
	for _, row := range shown.Rows {
		if row.Outcome == nil || row.Outcome.Outcome != apply.Applied {
			t.Errorf("%s %s: outcome %+v", row.Kind, row.Name, row.Outcome)
		}
	}
	if shown.Sync == nil || len(shown.Rows) != 3 {
		t.Errorf("%d rows, outcomes %+v", len(shown.Rows), shown.Sync)
	}
	w.gather(field.Global)
	w.process()
	w.compare(field.Global)
	if shown := w.show(field.Global); shown.Sync != nil {
		t.Error("the next plan has the outcomes of the last")
	}
}

func TestAnEditedPlanIsNotShown(t *testing.T) {
	w := planned(t)
	w.compare(field.Global)
	w.write("global/updates.json", strings.ReplaceAll(w.read("global/updates.json"), "Maple", "Other"))
	refused[*artifact.Error](w, func() error {
		_, err := stage.Show(w.run(), field.Global, false)
		return err
	}, "updates.json")
}

func TestLostAndHeldRowsAreExplained(t *testing.T) {
	w := newWorld(t)
	w.org.customers = []*account.Account{customer(maple, "Maple", "2026-01-31")}
	w.exists(field.Global, 1, map[string]field.Value{
		field.Name: "Maple", field.SalesforceID: field.Value(maple), field.SupportLevel: "premium", "sub_sm_premium": field.True,
	})
	w.gathered()
	w.process()
	w.compare(field.Global)
	whole := w.show(field.Global)
	stage.ExplainRows(w.run(), whole, false)
	if len(whole.Rows) != 1 || whole.Rows[0].Why == nil || !strings.Contains(whole.Rows[0].Why.Answers[0], "expired: its last charge, ") {
		t.Errorf("rows %+v", whole.Rows)
	}
	w.remove(artifact.ProcessorManifest)
	again := w.show(field.Global)
	if stage.ExplainRows(w.run(), again, false); again.Rows[0].Why != nil {
		t.Error("it is explained from nothing")
	}
}

func TestAPlanMadeAgainIsNotCarriedOutYet(t *testing.T) {
	w := planned(t)
	w.compare(field.Global)
	w.sync(field.Global, syncOptions())
	shown := func() bool {
		whole, err := stage.Show(w.run(), field.Global, false)
		w.ok(err)
		for _, row := range whole.Rows {
			if row.Outcome != nil {
				return true
			}
		}
		return false
	}
	if !shown() {
		t.Error("a plan that was carried out is shown without its outcomes")
	}
	// Somebody puts everything back: the same plan is to be carried out again.
	w.clock.Advance(time.Minute)
	first, _ := w.compare(field.Global)
	if shown() {
		t.Errorf("plan %s was not carried out since it was made", first.PlanID)
	}
}
