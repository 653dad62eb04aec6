package endtoend

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

const (
	createRoute     = "POST /api/v2/organizations"
	searchRoute     = "GET /api/v2/organizations/search"
	seekRoute       = "GET /api/v2/search"
	updateManyRoute = "PUT /api/v2/organizations/update_many"
)

// syncPaths are the requests of sync in the flow.
func syncPaths(flow string) []path {
	service := "global"
	if flow == "usgov" {
		service = "usgov"
	}
	var paths []path
	for _, route := range []string{
		"POST /oauth/tokens", "GET /api/v2/job_statuses", seekRoute, createRoute, "GET /api/v2/organizations/show_many", updateManyRoute,
		"GET /api/v2/job_statuses/show_many",
	} {
		paths = append(paths, path{command: "sync " + flow, service: service, route: route})
	}
	// A name is looked up after a create whose answer was lost.
	lost := &fault.Fault{Kind: fault.DropAfter, Route: createRoute, Times: 1}
	paths = append(paths, path{command: "sync " + flow, service: service, route: searchRoute, because: lost})
	for _, route := range []string{"GET /api/v2/organizations/count", "GET /api/v2/organizations"} {
		paths = append(paths, path{command: "sync " + flow, service: service, route: route, late: true})
	}
	return paths
}

// Sync rides out what passes. What does not pass ends it with a code, a line
// that helps and an outcome for every row, and the next hour does the rest;
// nothing is ever created or applied twice.
func TestSyncThroughFaults(t *testing.T) {
	t.Parallel()
	var cases atomic.Int64
	t.Cleanup(func() { t.Logf("%d cases of faults while writing", cases.Load()) })
	for number, flow := range []string{"partner", "global", "usgov"} {
		t.Run(flow, func(t *testing.T) {
			t.Parallel()
			for at, c := range matrix(syncPaths(flow)) {
				if !soak() && at%3 != number {
					continue
				}
				cases.Add(1)
				t.Run(c.String(), func(t *testing.T) {
					if c.refused {
						rehearsal := startTroubled(t)
						rehearsal.prepareSync(c.path)
						c.before = rehearsal.requestsBefore(c.path)
					}
					w := startTroubled(t)
					w.prepareSync(c.path)
					w.syncThrough(c)
				})
			}
		})
	}
}

// flowStages are the commands of the flow up to its plan.
func flowStages(flow string) []string {
	if flow == "partner" {
		return partnerStagesWithOwners()
	}
	return append(customerStages(), "compare "+flow)
}

func flowOf(command string) string {
	_, flow, _ := strings.Cut(command, " ")
	return flow
}

func (w *troubledWorld) prepareSync(of path) {
	w.t.Helper()
	for _, command := range flowStages(flowOf(of.command)) {
		w.must(command)
	}
	if of.late {
		w.clock.Advance(45 * time.Minute)
	}
}

func (w *troubledWorld) syncThrough(c faultCase) {
	t, flow := w.t, flowOf(c.command)
	t.Helper()
	before := w.everyFile()
	w.arm(c)
	got := w.run("sync", flow)
	if !w.disarm(c) {
		t.Errorf("it did not happen")
	}
	if want := c.syncCodes(); !slices.Contains(want, got.code) {
		t.Errorf("exit code %d, want %v\n%s%s", got.code, want, got.stdout, got.stderr)
	}
	if got.code == cli.ExitFailed {
		checkMessage(t, c, got)
	}
	for name, content := range w.everyFile() {
		if was, there := before[name]; there && was != content {
			t.Errorf("sync changed %s", name)
		}
	}
	w.checkComplete(flow, got.code)
	w.clock.Advance(time.Hour)
	for _, command := range flowStages(flow) {
		w.must(command)
	}
	w.must("sync " + flow)
	w.checkAtRest(flow)
	w.checkOnce(flow)
}

// syncCodes are the exit codes that sync may end with.
func (c faultCase) syncCodes() []cli.ExitCode {
	writes := c.route == createRoute || c.route == updateManyRoute
	byRow := c.fault.Kind == fault.Status && c.fault.Status >= 500
	unanswered := c.fault.Kind == fault.DropBefore || c.fault.Kind == fault.Hang
	// A search that is answered, and badly, fails the row that it is for.
	search := c.route == seekRoute || c.route == searchRoute
	switch {
	case writes && c.answered:
		// What had its effect is found by looking, however often its answer is lost.
		return []cli.ExitCode{cli.ExitDone}
	case c.times == 0 && (writes || search) && byRow,
		c.times == 0 && search && c.answered && c.fault.Kind != fault.DropAfter,
		c.times != 1 && c.route == createRoute && (byRow || unanswered):
		// Rows fail, the run does not; a create is sent twice at most.
		return []cli.ExitCode{cli.ExitUnfinished}
	case c.times == 2 && c.refused && slices.Contains([]string{createRoute, searchRoute, seekRoute}, c.route):
		// Searches are ahead of the creates: which of them is refused is open.
		return []cli.ExitCode{cli.ExitDone, cli.ExitUnfinished}
	case c.times > 0:
		return []cli.ExitCode{cli.ExitDone}
	}
	return []cli.ExitCode{cli.ExitFailed}
}

// checkComplete reads that every planned row has one outcome, and that all are
// applied when sync says so.
func (w *world) checkComplete(flow string, code cli.ExitCode) {
	w.t.Helper()
	planned := w.plannedKeys(flow)
	var results []struct {
		Action, Outcome, Reason string
		AccountID               string `json:"salesforce_id"`
	}
	w.readJSON(flow+"/sync_results.json", &results)
	var got []string
	for _, row := range results {
		got = append(got, row.Action+" "+row.AccountID)
		if !slices.Contains([]string{"applied", "failed", "skipped", "unknown"}, row.Outcome) || code == cli.ExitDone && row.Outcome != "applied" {
			w.t.Errorf("exit code %d, and row %s of %s is %q, %s", code, row.Action, row.AccountID, row.Outcome, row.Reason)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(planned, got); diff != "" {
		w.t.Errorf("rows with an outcome (-planned +got):\n%s", diff)
	}
}

// plannedKeys are the rows of the flow's plan, by action and account.
func (w *world) plannedKeys(flow string) []string {
	w.t.Helper()
	var keys []string
	for file, action := range map[string]string{"creates": "create", "updates": "update", "not_in_sync": "mark_for_deletion"} {
		var rows []struct {
			AccountID string `json:"salesforce_id"`
		}
		w.readJSON(flow+"/"+file+".json", &rows)
		for _, row := range rows {
			keys = append(keys, action+" "+row.AccountID)
		}
	}
	slices.Sort(keys)
	return keys
}

// checkAtRest plans once more: there is nothing left to do.
func (w *world) checkAtRest(flow string) {
	w.t.Helper()
	for _, command := range flowStages(flow) {
		w.must(command)
	}
	if left := w.plannedKeys(flow); len(left) > 0 {
		w.t.Errorf("still to do after one more hour: %v", left)
	}
}

// checkOnce reads from the instance's audit that no account got two
// organizations, and that no change was made a second time.
func (w *world) checkOnce(flow string) {
	w.t.Helper()
	instance := w.Global
	if flow == "usgov" {
		instance = w.USGov
	}
	seen := map[string]bool{}
	for _, write := range instance.Audit() {
		if len(write.Changes) == 0 {
			w.t.Errorf("organization %d was sent what it had already", write.OrganizationID)
		}
		for key, change := range write.Changes {
			what := fmt.Sprintf("organization %d: %s to %v", write.OrganizationID, key, change.To)
			if write.Action == zendesk.Create {
				if key != "salesforce_id" {
					continue
				}
				what = fmt.Sprintf("account %v: created", change.To)
			}
			if seen[what] {
				w.t.Errorf("twice: %s", what)
			}
			seen[what] = true
		}
	}
}
