package benchmark

import (
	"fmt"
	"maps"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// sizesVariable restricts the numbers of accounts, with commas between.
const sizesVariable = "BENCHMARKS_ACCOUNTS"

func numbersOfAccounts(b *testing.B) []int {
	text := os.Getenv(sizesVariable)
	if text == "" {
		text = "100000,300000,1000000"
	}
	var all []int
	for part := range strings.SplitSeq(text, ",") {
		number, err := strconv.Atoi(part)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, number)
	}
	return all
}

// sizes measures every stage over numbers of accounts, of which a few differ.
func sizes(b *testing.B, into *document) {
	made := into.table("Size",
		"Accounts of about three subscriptions and six charges each, of which about 4 % differ in Zendesk. No latency. Targets: at most 160 MB up to 300,000 accounts, 300 MB at a million; "+
			"processor at most 2 times its floor, compare at most 2.5 times; ten times the accounts at most 13 times as long.")
	before := map[string]time.Duration{}
	numbers := numbersOfAccounts(b)
	for _, accounts := range numbers {
		// A benchmark of its own, so that its stand-ins end with it.
		var took map[string]time.Duration
		b.Run(strconv.Itoa(accounts), func(b *testing.B) { took = measureSize(b, made, accounts) })
		for _, stage := range slices.Sorted(maps.Keys(took)) {
			wall := took[stage]
			if accounts == 10*numbers[0] {
				made.addRow(row{what: stage + ": ten times the accounts", times: fmt.Sprintf("%.1f", wall.Seconds()/before[stage].Seconds()), target: "13"})
			}
			if accounts == numbers[0] {
				before[stage] = wall
			}
		}
	}
}

func measureSize(b *testing.B, into *table, accounts int) map[string]time.Duration {
	// The stand-ins are in this process: their memory is to stay what it needs.
	defer debug.SetGCPercent(debug.SetGCPercent(30))
	s := startStages(b, data.Options{Accounts: accounts, Partners: 2_000, Seed: 1}, 100*time.Millisecond)
	memory := "300 MB"
	if accounts <= 300_000 {
		memory = "160 MB"
	}
	add := func(stage string, floor time.Duration, target string) time.Duration {
		took := s.run(stage)
		name, _, _ := strings.Cut(stage, " --plans")
		into.add(fmt.Sprintf("%s, %s accounts", name, thousands(accounts)), took, floor, target)
		return took.wall
	}
	for _, stage := range []string{"salesforce partner", "salesforce customer", "zendesk-gather global", "zendesk-gather usgov"} {
		add(stage, 0, memory)
	}
	took := map[string]time.Duration{}
	floor := s.floor("customer/salesforce_accounts.json", "global/zendesk_orgs.json", "usgov/zendesk_orgs.json", "partner/salesforce_accounts.json")
	took["processor"] = add("processor --plans ../../plans.yaml", floor.wall, memory+", 2 times")
	for _, flow := range []string{"global", "usgov"} {
		floor := s.floor(flow+"/accounts.json", flow+"/left_out.json", flow+"/zendesk_orgs.json", "partner/salesforce_accounts.json")
		took["compare "+flow] = add("compare "+flow, floor.wall, memory+", 2.5 times")
	}
	add("zendesk-gather partner --from-global", 0, memory)
	floor = s.floor("customer/salesforce_accounts.json", "partner/salesforce_accounts.json", "partner/zendesk_orgs.json")
	add("compare partner", floor.wall, memory+", 2.5 times")
	for _, stage := range []string{"show global", "explain " + s.anAccount(), "impact --plans ../../plans.yaml", syncUpdates} {
		add(stage, 0, memory)
	}
	runtime.GC()
	return took
}

// syncUpdates leaves the creates out: before each the stand-in goes through all
// its organizations, which takes it longer than all else.
const syncUpdates = "sync global --only updates,marks"

// thousands writes a number with commas.
func thousands(number int) string {
	text := strconv.Itoa(number)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
