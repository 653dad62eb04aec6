package endtoend

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// planned is a small world with a plan for the flow.
func planned(t *testing.T, flow string) *world {
	t.Helper()
	w := startWorld(t, smallWorld())
	for _, command := range flowStages(flow) {
		w.must(command)
	}
	return w
}

// beside is the same world worked on from another folder.
func (w *world) beside() *world {
	other := *w
	other.folder = w.t.TempDir()
	return &other
}

// resell changes what Salesforce says of the customers and agencies.
func (w *world) resell() {
	next := smallWorld().World
	accounts := slices.Clone(next.Accounts)
	for at, account := range accounts {
		changed := *account
		changed.CARR, changed.Owner = "7777", "Newer Owner"
		accounts[at] = &changed
	}
	next.Accounts = accounts
	w.Salesforce.SetWorld(&next)
}

// A plan that is overtaken by a newer one writes nothing over what that wrote,
// and creates nothing again.
func TestAnOlderPlanAfterANewerOne(t *testing.T) {
	t.Parallel()
	for _, flow := range []string{"partner", "global", "usgov"} {
		t.Run(flow, func(t *testing.T) {
			t.Parallel()
			older := planned(t, flow)
			older.clock.Advance(10 * time.Minute)
			older.resell()
			newer := older.beside()
			for _, command := range flowStages(flow) {
				newer.must(command)
			}
			newer.must("sync " + flow)
			newer.clock.Advance(time.Minute)
			written := len(older.Global.Audit()) + len(older.USGov.Audit())
			got := older.must("sync "+flow, cli.ExitDone, cli.ExitUnfinished)
			older.clock.Advance(time.Minute)
			if now := len(older.Global.Audit()) + len(older.USGov.Audit()); now != written {
				t.Errorf("the older plan made %d writes:\n%s", now-written, got.stdout)
			}
			older.checkComplete(flow, cli.ExitUnfinished)
			newer.checkAtRest(flow)
		})
	}
}

// Two syncs at once, of different plans, from two folders: nobody gets two
// organizations, and the next hour is at rest.
func TestTwoSyncsAtOnce(t *testing.T) {
	t.Parallel()
	for _, flow := range []string{"partner", "global", "usgov"} {
		t.Run(flow, func(t *testing.T) {
			t.Parallel()
			one := planned(t, flow)
			other := one.beside()
			one.resell()
			for _, command := range flowStages(flow) {
				other.must(command)
			}
			var both sync.WaitGroup
			for _, w := range []*world{one, other} {
				both.Go(func() {
					if got := w.run("sync", flow); got.code != cli.ExitDone && got.code != cli.ExitUnfinished {
						t.Errorf("exit code %d\n%s", got.code, got.stderr)
					}
				})
			}
			both.Wait()
			one.clock.Advance(time.Hour)
			for _, command := range flowStages(flow) {
				other.must(command)
			}
			other.must("sync " + flow)
			other.checkAtRest(flow)
			for _, instance := range []*zendesk.Server{one.Global, one.USGov} {
				count := map[string]int{}
				for _, o := range instance.Organizations() {
					if count[longID(o)]++; count[longID(o)] > 1 {
						t.Errorf("account %s has two organizations", longID(o))
					}
				}
			}
		})
	}
}

// What people change between compare and sync stays.
func TestOrganizationsEditedAfterThePlan(t *testing.T) {
	t.Parallel()
	const updated, marked = 360_001_000_009, 360_001_000_012
	field := func(key string, value any) func(*zendesk.Organization) {
		return func(o *zendesk.Organization) { o.Fields[key] = value }
	}
	for _, test := range []struct {
		rule     string
		id       int64
		edit     func(*zendesk.Organization)
		outcome  string
		stays    string
		survives any
	}{
		{"a field that was to change is something else by now", updated, field("seats_decimal", 99), "skipped", "seats_decimal", "99"},
		{"a field that was to change is as it should be", updated, field("seats_decimal", 50), "applied", "seats_decimal", "50"},
		{"another field is changed", updated, field("account_owner", "By Hand"), "applied", "account_owner", "By Hand"},
		{"it is another account's", updated, field("salesforce_id", accountID("Z0001")), "skipped", "salesforce_id", accountID("Z0001")},
		{"it has no account any more", updated, field("salesforce_id", nil), "skipped", "aar", "1000"},
		{"it is to be kept", marked, field("ignore_deletion", true), "skipped", "mark_for_deletion", ""},
		{"it got support again", marked, field("support_level", "premium"), "skipped", "mark_for_deletion", ""},
		{"its date was moved", marked, field("expiration_date", "2027-01-01"), "skipped", "mark_for_deletion", ""},
		{"its type was changed", marked, field("account_type", "customer"), "skipped", "mark_for_deletion", ""},
		{"it was renamed", marked, func(o *zendesk.Organization) { o.Name = "Renamed by Hand" }, "skipped", "mark_for_deletion", ""},
		{"it was marked by hand", marked, field("mark_for_deletion", true), "applied", "mark_for_deletion", "true"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			t.Parallel()
			w := planned(t, "global")
			if !w.Global.Edit(test.id, test.edit) {
				t.Fatalf("there is no organization %d", test.id)
			}
			w.must("sync global", cli.ExitDone, cli.ExitUnfinished)
			w.clock.Advance(time.Minute)
			var results []struct {
				ID      int64
				Outcome string
			}
			w.readJSON("global/sync_results.json", &results)
			for _, row := range results {
				if row.ID == test.id && row.Outcome != test.outcome {
					t.Errorf("the row is %s, want %s", row.Outcome, test.outcome)
				}
			}
			if got := heldText(byID(w.Global.Organizations())[test.id], test.stays); got != test.survives {
				t.Errorf("%s is %q, want %q", test.stays, got, test.survives)
			}
		})
	}
}

// Every file that a stage reads is checked against its manifest: what was edited,
// or comes from somewhere else, is refused with exit code 4, and nothing is
// written.
func TestEditedAndForeignArtifacts(t *testing.T) {
	t.Parallel()
	w := planned(t, "global")
	w.must("compare usgov")
	w.must("zendesk-gather partner")
	swap := func(old, new string) func(string) string {
		return func(content string) string { return strings.Replace(content, old, new, 1) }
	}
	from := func(name string) func(string) string {
		return func(string) string { return w.read(name) }
	}
	for _, test := range []struct {
		name, command string
		change        func(string) string
	}{
		{"customer/salesforce_accounts.json", "processor", swap("Customer C0003", "Customer X0003")},
		{"partner/salesforce_accounts.json", "compare partner", swap("Avery", "Every")},
		{"partner/salesforce_accounts.json", "zendesk-gather partner", swap("Avery", "Every")},
		{"global/zendesk_orgs.json", "compare global", swap("1000", "2000")},
		{"global/zendesk_orgs.json", "processor", swap("1000", "2000")},
		{"usgov/zendesk_orgs.json", "processor", swap("1000", "2000")},
		{"global/accounts.json", "compare global", swap(`"ultimate"`, `"premium"`)},
		{"global/left_out.json", "compare global", swap("other_instance", "expired_three_years")},
		{"global/creates.json", "sync global", swap("New Customer One", "New Customer 1")},
		{"global/updates.json", "sync global", swap(`"to":50`, `"to":51`)},
		{"global/not_in_sync.json", "sync global", swap("2020-01-31", "2020-01-30")},
		{"global/plan.json", "sync global", swap("2026-11-21", "2026-11-20")},
		{"global/plan.json", "sync global", from("usgov/plan.json")},
		{"global/updates.json", "sync global", from("usgov/updates.json")},
		{"global/accounts.json", "compare global", from("usgov/accounts.json")},
		{"global/zendesk_orgs.json", "compare global", from("partner/zendesk_orgs.json")},
		{"global/updates.json", "sync global", func(string) string { return "[]\n" }},
		{"global/updates.json", "sync global", func(content string) string { return content[:len(content)/2] }},
		{"global/updates.json", "sync global", func(string) string { return "" }},
		{"global/updates.json", "sync global", func(string) string { return strings.Repeat("[", 20_000) }},
		{"global/plan.json", "sync global", func(content string) string { return content[:len(content)/2] }},
		{"processor.manifest.json", "compare global", func(string) string { return "{}" }},
	} {
		path := filepath.Join(w.folder, test.name)
		right := w.read(test.name)
		if wrong := test.change(right); wrong == right {
			t.Errorf("%s: nothing to change", test.name)
		} else if err := os.WriteFile(path, []byte(wrong), 0o600); err != nil {
			t.Fatal(err)
		}
		before := w.everyFile()
		got := w.must(test.command, cli.ExitArtifact)
		if !strings.Contains(got.stderr, test.name) {
			t.Errorf("%s does not name %s: %s", test.command, test.name, got.stderr)
		}
		if now := w.everyFile(); len(now) != len(before) || now[test.name] != before[test.name] {
			t.Errorf("%s was refused and wrote files", test.command)
		}
		if err := os.WriteFile(path, []byte(right), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.environment["ZENDESK_GLOBAL_URL"] = w.environment["ZENDESK_USGOV_URL"]
	w.must("sync global", cli.ExitArtifact)
	if written := len(w.Global.Audit()) + len(w.USGov.Audit()); written > 0 {
		t.Errorf("%d organizations were written", written)
	}
}

// jumpingClock is the driven clock as somebody sees it who sets it back and
// forth all the time.
type jumpingClock struct {
	watchedClock
	mu    sync.Mutex
	jumps []time.Duration
	reads int
}

func (c *jumpingClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads++
	return c.Clock.Now().Add(c.jumps[c.reads%len(c.jumps)])
}

// A clock that jumps costs time, at most: nothing waits for hours, nothing is
// lost or done twice.
func TestAClockThatJumpsDuringSync(t *testing.T) {
	t.Parallel()
	for name, jumps := range map[string][]time.Duration{
		"back and forth by hours":   {0, -3 * time.Hour, 3 * time.Hour, -time.Hour},
		"back and forth by minutes": {0, 5 * time.Minute, -5 * time.Minute, 20 * time.Minute, -time.Minute},
		"by a month":                {0, 0, 0, 0, 0, 0, 0, -700 * time.Hour, 700 * time.Hour},
	} {
		for _, pace := range []string{"adaptive", "fixed"} {
			t.Run(name+", "+pace, func(t *testing.T) {
				t.Parallel()
				w := planned(t, "global")
				w.commandClock = &jumpingClock{watchedClock: watchedClock{Clock: w.clock}, jumps: jumps}
				slept := w.clock.Slept()
				w.must("sync global --allow-stale --pace "+pace, cli.ExitDone, cli.ExitUnfinished)
				if waited := w.clock.Slept() - slept; waited > 20*time.Minute {
					t.Errorf("sync waited %s", waited)
				}
				w.commandClock = w.clock
				w.checkComplete("global", cli.ExitUnfinished)
				w.clock.Advance(time.Minute)
				for _, command := range flowStages("global") {
					w.must(command)
				}
				w.must("sync global")
				w.checkAtRest("global")
				w.checkOnce("global")
			})
		}
	}
}

// Between stages a clock that was set back or forth is noticed where it
// matters, and ends the stage with a word about it, or makes no difference.
func TestAClockThatJumpsBetweenStages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		jump time.Duration
		code cli.ExitCode
		says string
	}{
		{-20 * time.Minute, cli.ExitDone, ""}, {2 * time.Hour, cli.ExitDone, ""},
		{-5 * time.Hour, cli.ExitArtifact, "in the future"}, {7 * time.Hour, cli.ExitArtifact, "--max-age"},
		{72 * time.Hour, cli.ExitArtifact, "today is"}, {-72 * time.Hour, cli.ExitArtifact, "today is"},
	} {
		w := planned(t, "usgov")
		w.clock.Advance(test.jump)
		got := w.must("sync usgov", test.code)
		if !strings.Contains(got.stderr, test.says) {
			t.Errorf("after %s it does not say %q: %s", test.jump, test.says, got.stderr)
		}
		if written := len(w.USGov.Audit()); (written > 0) != (test.code == cli.ExitDone) {
			t.Errorf("after %s: %d writes", test.jump, written)
		}
	}
}
