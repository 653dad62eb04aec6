package endtoend

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// A saved folder is all that a replay needs: a month later, on a machine that
// knows no service, compare makes the same plans of it, to the byte, and a dry
// run tells what a sync would do.
func TestASavedFolderIsReplayedAlone(t *testing.T) {
	t.Parallel()
	w := startWorld(t, curated())
	for _, command := range append(customerStages(), "zendesk-gather partner") {
		w.must(command)
	}
	flows := []string{"partner", "global", "usgov"}
	dryRuns := map[string]string{}
	for _, flow := range flows {
		w.must("compare "+flow, cli.ExitDone, cli.ExitLimit)
	}
	before, asked := w.files(), w.Requests()

	alone := *w
	replay := &alone
	replay.folder, replay.environment = t.TempDir(), map[string]string{"ZDSYNC_PLANS": w.environment["ZDSYNC_PLANS"]}
	if err := os.CopyFS(replay.folder, os.DirFS(w.folder)); err != nil {
		t.Fatal(err)
	}
	replay.clock.Advance(30 * 24 * time.Hour)
	overrides := filepath.Join(t.TempDir(), "overrides.yaml")
	if err := os.WriteFile(overrides, []byte(data.Curated(noon()).Overrides), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, flow := range flows {
		replay.must("compare "+flow+" --date 2026-11-21", cli.ExitDone, cli.ExitLimit)
		want := cli.ExitDone
		for _, limit := range replay.plan(flow).Limits {
			if limit["exceeded"] == true {
				want = cli.ExitLimit
			}
		}
		dryRuns[flow] = replay.must("sync "+flow+" --dry-run", want).stdout
	}
	if diff := cmp.Diff(recordFiles(before), recordFiles(replay.files())); diff != "" {
		t.Errorf("the replay has other records (-saved +replayed):\n%s", diff)
	}
	for _, flow := range flows {
		if saved, replayed := w.plan(flow).PlanID, replay.plan(flow).PlanID; saved == "" || saved != replayed {
			t.Errorf("%s: plan %s was replayed as %s", flow, saved, replayed)
		}
		if !strings.Contains(dryRuns[flow], ", artifacts only, ") {
			t.Errorf("%s: the dry run says\n%s", flow, dryRuns[flow])
		}
	}
	replay.must("processor --date 2026-11-21 --overrides-file " + overrides)
	if diff := cmp.Diff(recordFiles(before), recordFiles(replay.files())); diff != "" {
		t.Errorf("the processor's replay has other records (-saved +replayed):\n%s", diff)
	}
	replay.must("explain " + data.AllianceID)
	if diff := cmp.Diff(asked, w.Requests()); diff != "" {
		t.Errorf("a replay asked a service (-before +after):\n%s", diff)
	}
	if writes := len(w.Global.Audit()) + len(w.USGov.Audit()); writes > 0 {
		t.Errorf("%d writes", writes)
	}
	for _, name := range []string{"sync_results.json", "sync.journal.jsonl", "sync.manifest.json"} {
		if _, err := os.Stat(filepath.Join(replay.folder, "partner", name)); !os.IsNotExist(err) {
			t.Errorf("a dry run wrote %s: %v", name, err)
		}
	}
}

// recordFiles are the files that hold no time.
func recordFiles(files map[string]string) map[string]string {
	kept := map[string]string{}
	for name, content := range files {
		if !strings.HasSuffix(name, "manifest.json") && !strings.HasSuffix(name, "plan.json") {
			kept[name] = content
		}
	}
	return kept
}

// What the services say twice is written the same way twice, whenever
// it is asked for.
func TestPartnerStagesRunTwiceGiveTheSameBytesAndPlan(t *testing.T) {
	t.Parallel()
	w := startWorld(t, curated())
	run := func() (map[string]string, string) {
		for _, command := range partnerStagesWithOwners() {
			w.must(command)
		}
		return recordFiles(w.files()), w.plan("partner").PlanID
	}
	files, id := run()
	w.clock.Advance(13 * time.Minute)
	again, sameID := run()
	if diff := cmp.Diff(files, again); diff != "" || id != sameID {
		t.Errorf("plan %s, then %s (-first +second):\n%s", id, sameID, diff)
	}
	if len(files) != 6 {
		t.Errorf("%d record files, want 6", len(files))
	}
}
