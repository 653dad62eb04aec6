package stage_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

func syncOptions() stage.SyncOptions {
	return stage.SyncOptions{Pace: apply.Adaptive, MaxAge: 6 * time.Hour}
}

func (w *world) sync(flow field.Flow, options stage.SyncOptions) *stage.SyncDocument {
	w.Helper()
	document, err := stage.Sync(w.Context(), w.run(), flow, w.target(flow), options)
	w.ok(err)
	return document
}

// outcomesOf are the outcomes by action.
func outcomesOf(document *stage.SyncDocument) map[plan.Action]apply.Status {
	all := map[plan.Action]apply.Status{}
	for _, outcome := range document.Outcomes {
		all[outcome.Action] = outcome.Outcome
	}
	return all
}

func allAre(status apply.Status) map[plan.Action]apply.Status {
	return map[plan.Action]apply.Status{plan.ActionCreate: status, plan.ActionUpdate: status, plan.ActionMark: status}
}

func TestASyncLeavesNothingToDo(t *testing.T) {
	w := planned(t)
	w.compare(field.Global)
	document := w.sync(field.Global, syncOptions())
	if diff := cmp.Diff(allAre(apply.Applied), outcomesOf(document)); diff != "" || document.Ended != nil {
		t.Fatalf("%s ended %v", diff, document.Ended)
	}
	if results := w.read("global/sync_results.json"); strings.Count(results, `"outcome":"applied"`) != 3 {
		t.Errorf("sync_results.json: %s", results)
	}
	for name, want := range map[string]int{"create_applied": 1, "update_applied": 1, "mark_for_deletion_applied": 1, "failed": 0, "over_limit": 0, "left": 0} {
		if got, ok := document.Counts[name]; got != want || !ok {
			t.Errorf("counts %s %d, want %d", name, got, want)
		}
	}
	w.gather(field.Global)
	w.process()
	if again, _ := w.compare(field.Global); again.HasChanges {
		t.Errorf("a second plan has %v", again.Counts)
	}
}

func TestADryRunWritesNothing(t *testing.T) {
	w := planned(t)
	w.compare(field.Global)
	before := w.files()
	options := syncOptions()
	options.DryRun = true
	for name, target := range map[string]*stage.Target{"with an instance": w.target(field.Global), "from the files alone": nil} {
		document, err := stage.Sync(t.Context(), w.run(), field.Global, target, options)
		w.ok(err)
		if diff := cmp.Diff(allAre(apply.Planned), outcomesOf(document)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if diff := cmp.Diff(before, w.files()); diff != "" || w.instances[field.Global].writes > 0 {
		t.Errorf("%d writes, files %s", w.instances[field.Global].writes, diff)
	}
}

// overLimit makes every update one too many.
func overLimit(o *stage.CompareOptions) {
	for i, limit := range o.Limits {
		if limit.Name == plan.LimitUpdates {
			o.Limits[i].Share, o.Limits[i].Floor = 0, 0
		}
	}
}

func TestRowsOverALimitNeedThePlanAccepted(t *testing.T) {
	w := planned(t)
	document, _ := w.compare(field.Global, overLimit)
	synced := w.sync(field.Global, syncOptions())
	if outcomesOf(synced)[plan.ActionUpdate] != apply.Skipped || synced.Counts["over_limit"] != 1 || synced.Counts["left"] != 0 {
		t.Errorf("outcomes %+v, counts %v", synced.Outcomes, synced.Counts)
	}
	options := syncOptions()
	options.AcceptPlan = "0123456789abcdef"
	refused[*artifact.Error](w, func() error {
		_, err := stage.Sync(t.Context(), w.run(), field.Global, w.target(field.Global), options)
		return err
	}, "not the accepted plan 0123456789abcdef")
	options.AcceptPlan = document.PlanID
	if accepted := w.sync(field.Global, options); outcomesOf(accepted)[plan.ActionUpdate] != apply.Applied {
		t.Errorf("outcomes %+v", accepted.Outcomes)
	}
}

func TestSyncRefusesPlansThatAreNotForNow(t *testing.T) {
	for name, test := range map[string]struct {
		set  func(*world, *stage.SyncOptions, *stage.Target)
		part string
	}{
		"another instance": {func(_ *world, _ *stage.SyncOptions, to *stage.Target) { to.Source = "https://other.zendesk.com" }, "is for https://global.zendesk.com, and ZENDESK_URL is https://other.zendesk.com"},
		"another day by the clock, whatever day is set": {func(w *world, o *stage.SyncOptions, _ *stage.Target) {
			o.MaxAge = 72 * time.Hour
			w.clock.Advance(48 * time.Hour)
		}, "is for 2026-11-21, and today is 2026-11-23"},
		"old data":     {func(w *world, _ *stage.SyncOptions, _ *stage.Target) { w.clock.Advance(7 * time.Hour) }, "more than --max-age 6h0m0s"},
		"data to come": {func(w *world, _ *stage.SyncOptions, _ *stage.Target) { w.clock.Advance(-time.Hour) }, "is in the future"},
		"an edited plan": {func(w *world, _ *stage.SyncOptions, _ *stage.Target) {
			w.write("global/plan.json", strings.Replace(w.read("global/plan.json"), "https://global.zendesk.com", "https://other.zendesk.com", 1))
		}, "does not match its plan_id"},
		"edited rows": {func(w *world, _ *stage.SyncOptions, _ *stage.Target) { w.write("global/updates.json", "[]\n") }, "does not match global/plan.json"},
		"no plan":     {func(w *world, _ *stage.SyncOptions, _ *stage.Target) { w.remove("global/plan.json") }, "global/plan.json is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			w := planned(t)
			w.compare(field.Global)
			options, target := syncOptions(), w.target(field.Global)
			test.set(w, &options, target)
			refused[*artifact.Error](w, func() error {
				_, err := stage.Sync(t.Context(), w.run(), field.Global, target, options)
				return err
			}, test.part)
			if writes := w.instances[field.Global].writes; writes > 0 {
				t.Errorf("%d writes", writes)
			}
		})
	}
}

func TestAnOldPlanIsCarriedOutWhenAllowed(t *testing.T) {
	w := planned(t)
	w.compare(field.Global)
	w.clock.Advance(7 * time.Hour)
	options := syncOptions()
	options.AllowStale = true
	if diff := cmp.Diff(allAre(apply.Applied), outcomesOf(w.sync(field.Global, options))); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(w.log.String(), "rests on data gathered 7h0m0s ago") {
		t.Errorf("the log says %s", w.log.String())
	}
}

func TestOneCommandAtATimeWritesInAFolder(t *testing.T) {
	w := planned(t)
	w.compare(field.Global)
	unlock, err := w.run().Lock(field.Global)
	w.ok(err)
	defer unlock()
	for name, work := range map[string]func() error{
		"gather": func() error {
			_, err := stage.Gather(t.Context(), w.run(), field.Global, sourceOf(field.Global), w.instances[field.Global])
			return err
		},
		"processor": func() error { _, err := stage.Process(t.Context(), w.run(), w.processOptions()); return err },
		"compare": func() error {
			_, _, err := stage.Compare(t.Context(), w.run(), field.Global, stage.CompareOptions{})
			return err
		},
		"sync": func() error {
			_, err := stage.Sync(t.Context(), w.run(), field.Global, w.target(field.Global), syncOptions())
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { refused[error](w, work, "another command is writing there", "run again") })
	}
	w.gather(field.USGov)
}

func TestAMissingFolderIsNotMadeToBeRead(t *testing.T) {
	w := newWorld(t)
	w.folder = artifact.Folder(w.folder.Path("none"))
	for _, work := range []func() error{
		func() error { _, err := stage.Process(t.Context(), w.run(), w.processOptions()); return err },
		func() error {
			_, _, err := stage.Compare(t.Context(), w.run(), field.Global, stage.CompareOptions{})
			return err
		},
		func() error { _, err := stage.Sync(t.Context(), w.run(), field.Global, nil, syncOptions()); return err },
	} {
		var missing *artifact.Error
		if err := work(); !errors.As(err, &missing) {
			t.Errorf("the error is %v", err)
		}
	}
	if _, err := os.Stat(string(w.folder)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
}

func TestOutcomesAreWrittenWhenTheRunEndsEarly(t *testing.T) {
	w := planned(t)
	w.compare(field.Global)
	stopped := errors.New("stopped by a test")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	document, err := stage.Sync(ctx, w.run(), field.Global, w.target(field.Global), syncOptions())
	w.ok(err)
	if !errors.Is(document.Ended, stopped) || document.Counts["left"] != 3 {
		t.Errorf("ended %v, counts %v", document.Ended, document.Counts)
	}
	if results := w.read("global/sync_results.json"); strings.Count(results, "salesforce_id") != 3 {
		t.Errorf("sync_results.json: %s", results)
	}
}

func TestPartnerPlansAreCarriedOut(t *testing.T) {
	w := newWorld(t)
	w.org.partners = []*account.Partner{{ID: birch, ShortID: birch.Short(), Name: "Birch", AccountType: "open_partner"}}
	w.readSalesforce(artifact.Partners)
	w.gather(field.Partner)
	w.compare(field.Partner)
	w.sync(field.Partner, syncOptions())
	w.gather(field.Partner)
	if again, _ := w.compare(field.Partner); again.HasChanges || again.Counts["organizations"] != 1 {
		t.Errorf("a second plan has %v", again.Counts)
	}
}
