package endtoend

import (
	"fmt"
	"os"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// After whatever happened in Salesforce, one run of all flows and at most two
// more bring the world to rest: the next finds nothing to do but what is listed
// as held, orphaned, conflicting or failed. The invariants of watch hold in
// every hour on the way.
func TestEveryWorldComesToRest(t *testing.T) {
	seeds := 20
	if os.Getenv("ZDSYNC_SOAK") == "1" {
		seeds = 200
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			comesToRest(t, uint64(seed))
		})
	}
}

func comesToRest(t *testing.T, seed uint64) {
	living := data.Generate(data.Options{Accounts: 40, Partners: 12, Seed: seed, Today: noon(), Changed: 0.1})
	w := &watch{world: startWorld(t, sandbox.Options{World: living})}
	w.liftLimits()
	w.serve(living)
	w.hour()
	for range 2 {
		for change := range 4 {
			living = data.Mutate(living, seed*1000+uint64(w.clock.Now().Hour()*10+change), w.clock.Now())
		}
		w.serve(living)
		w.hour()
	}
	w.hour()
	w.hour()
	w.hour()
	for _, flow := range []string{"global", "usgov", "partner"} {
		for _, row := range w.rest(flow) {
			t.Errorf("seed %d: still to do after two more runs: %s", seed, row)
		}
	}
}

// liftLimits accepts plans of any size: a small world is over its limits soon.
func (w *world) liftLimits() {
	for _, limit := range []string{"CREATES", "UPDATES", "SUPPORT_LOST", "MARKS"} {
		w.environment["ZDSYNC_MAX_"+limit] = "100%"
	}
}
