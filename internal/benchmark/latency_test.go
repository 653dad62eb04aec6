package benchmark

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

const (
	requestTime = 300 * time.Millisecond
	// mostGlobalRequests is how many requests to Zendesk Global a run without
	// changes may take at most, all flows together.
	mostGlobalRequests = 560
)

// latency runs all flows over 50,000 customers twice, as the pipeline does, with
// every request taking 300 ms: a first run, and one when nothing has changed.
func latency(b *testing.B, into *document) {
	made := into.table("Latency",
		"50,000 customers and 2,000 partners, every request takes 300 ms, jobs take 6 s. All flows as the pipeline runs them: Salesforce beside both gathers, the flows of both instances side by side, "+
			"partners last. The floor is the requests to Zendesk Global, one after the other, without the searches that run ahead of the creates.")
	s := startStages(b, data.Options{Accounts: 50_000, Partners: 2_000, Seed: 1}, 6*time.Second)
	for _, injector := range s.Faults() {
		injector.Add(fault.Fault{Kind: fault.Delay, Delay: requestTime})
	}
	single := s.run("salesforce customer --parallel 1")
	ranges := s.run("salesforce customer --parallel 4")
	made.add("salesforce customer, a single query", single, 0, "")
	made.add("salesforce customer, four ranges", ranges, single.wall, "half")
	s.hour(made, "first run", "330 s")
	first := s.counts("global")
	made.addRow(row{what: fmt.Sprintf("first run: %d creates, %d updates in Global", first["creates"], first["updates"])})
	before := s.asked("global")
	s.hour(made, "second run, nothing has changed", "1.1 times")
	asked := s.asked("global") - before
	made.addRow(row{what: "second run: requests to Zendesk Global", wall: fmt.Sprint(asked), target: fmt.Sprint(mostGlobalRequests)})
	if asked > mostGlobalRequests {
		b.Errorf("%d requests to Zendesk Global in a run without changes, more than %d", asked, mostGlobalRequests)
	}
}

// hour runs all flows as the pipeline does.
func (s *stages) hour(into *table, name, target string) {
	sequential := func() int { return s.asked("global") - s.asked("global", "/search") }
	before, began := sequential(), time.Now()
	var most measurement
	var mu sync.Mutex
	chain := func(stages ...string) func() {
		return func() {
			for _, stage := range stages {
				took := s.run(stage)
				mu.Lock()
				most.peak, most.cpu = max(most.peak, took.peak), most.cpu+took.cpu
				mu.Unlock()
				fmt.Printf("  %s: %s at %s, %s\n", name, stage, seconds(time.Since(began)), seconds(took.wall))
			}
		}
	}
	together(chain("salesforce partner", "salesforce customer"), chain("zendesk-gather global"), chain("zendesk-gather usgov"))
	chain("processor --plans ../../plans.yaml")()
	together(chain("compare global", "sync global"), chain("compare usgov", "sync usgov"))
	chain("zendesk-gather partner --from-global", "compare partner", "sync partner")()
	most.wall = time.Since(began)
	into.add(name+", end to end", most, time.Duration(sequential()-before)*requestTime, target)
}

// together runs the functions at once.
func together(all ...func()) {
	var running sync.WaitGroup
	for _, each := range all {
		running.Go(each)
	}
	running.Wait()
}
