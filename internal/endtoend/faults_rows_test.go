package endtoend

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// rowFault is a fault of which one row is to blame, or a job that lands late.
type rowFault struct {
	name  string
	fault fault.Fault
	// fails says that its row cannot be done while it lasts.
	fails bool
	// create strikes the first create in place of the first update.
	create bool
}

func rowFaults() []rowFault {
	var faults []rowFault
	for name, status := range map[string]int{
		"400": 400, "404": 404, "409": 409, "413": 413, "422": 422, "500": 500, "503": 503, "a page": 403,
	} {
		for _, create := range []bool{false, true} {
			faults = append(faults, rowFault{"poison " + name, fault.Fault{Kind: fault.Poison, Status: status}, true, create})
		}
	}
	faults = append(faults,
		rowFault{"dropped", fault.Fault{Kind: fault.ValueDropped}, true, false},
		rowFault{"cut", fault.Fault{Kind: fault.ValueCut, Field: "account_owner"}, true, true},
		rowFault{"late to show", fault.Fault{Kind: fault.ValueLate}, false, false},
		rowFault{"late to show", fault.Fault{Kind: fault.ValueLate, Field: "account_owner"}, false, true},
		rowFault{"landing late", fault.Fault{Kind: fault.LateCreate, Times: 1}, false, true},
		rowFault{"lost and late", fault.Fault{Kind: fault.LostJob, Times: 1}, false, false},
		rowFault{"failed", fault.Fault{Kind: fault.JobFailed}, true, false},
		rowFault{"killed", fault.Fault{Kind: fault.JobKilled}, true, false},
		rowFault{"killed once", fault.Fault{Kind: fault.JobKilled, Times: 1}, false, false},
		rowFault{"forgotten", fault.Fault{Kind: fault.JobForgotten, Times: 1}, false, false},
		rowFault{"refused", fault.Fault{Kind: fault.RowRefused, Body: "wird nicht akzeptiert"}, true, false},
		rowFault{"refused", fault.Fault{Kind: fault.RowRefused, Body: "n’est pas valide"}, true, true},
		rowFault{"another's job", fault.Fault{Kind: fault.ForeignJob, Times: 1}, false, false},
	)
	slices.SortFunc(faults, func(a, b rowFault) int { return strings.Compare(a.name, b.name) })
	return faults
}

// One bad row is one bad row: the others are applied in the first run, and once
// the fault is over the next run does the rest.
func TestOneBadRowIsOneBadRow(t *testing.T) {
	t.Parallel()
	for number, flow := range []string{"partner", "global", "usgov"} {
		t.Run(flow, func(t *testing.T) {
			t.Parallel()
			for at, bad := range rowFaults() {
				if !soak() && at%3 != number {
					continue
				}
				name := bad.name + ", update"
				if bad.create {
					name = bad.name + ", create"
				}
				t.Run(name, func(t *testing.T) {
					w := startTroubled(t)
					w.prepareSync(path{command: "sync " + flow})
					w.syncBadRow(flow, bad)
				})
			}
		})
	}
}

func (w *troubledWorld) syncBadRow(flow string, bad rowFault) {
	t := w.t
	t.Helper()
	file, service := flow+"/updates.json", "global"
	if bad.create {
		file = flow + "/creates.json"
	}
	if flow == "usgov" {
		service = "usgov"
	}
	var rows []struct {
		AccountID string `json:"salesforce_id"`
	}
	w.readJSON(file, &rows)
	if len(rows) == 0 {
		t.Fatalf("%s has no row", file)
	}
	strike := bad.fault
	if strike.Kind != fault.JobForgotten && strike.Kind != fault.ForeignJob {
		strike.Row = rows[0].AccountID
	}
	w.Faults()[service].Add(strike)
	got := w.run("sync", flow)
	want := cli.ExitDone
	if bad.fails {
		want = cli.ExitUnfinished
	}
	if got.code != want {
		t.Errorf("exit code %d, want %d\n%s%s", got.code, want, got.stdout, got.stderr)
	}
	w.checkOthersApplied(flow, rows[0].AccountID, bad.fails)
	if bad.fails && !strings.Contains(got.stdout, rows[0].AccountID) {
		t.Errorf("the row that failed is not named:\n%s", got.stdout)
	}
	w.Faults()[service].Clear()
	w.clock.Advance(time.Hour)
	for _, command := range flowStages(flow) {
		w.must(command)
	}
	w.must("sync " + flow)
	w.checkAtRest(flow)
}

// checkOthersApplied reads that every row but the bad one is applied, and that
// one only if it does not fail.
func (w *world) checkOthersApplied(flow, bad string, fails bool) {
	w.t.Helper()
	var results []struct {
		Action, Outcome, Reason, Description string
		AccountID                            string `json:"salesforce_id"`
		Sent                                 []string
	}
	w.readJSON(flow+"/sync_results.json", &results)
	for _, row := range results {
		want := "applied"
		if fails && row.AccountID == bad {
			want = "failed"
		}
		if row.Outcome != want || len(row.Sent) == 0 {
			w.t.Errorf("%s of %s is %s (%s, %s), want %s; sent %v", row.Action, row.AccountID, row.Outcome, row.Reason, row.Description, want, row.Sent)
		}
	}
}
