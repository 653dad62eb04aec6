package apply_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
)

const (
	thisPlan  = "0123456789abcdef"
	otherPlan = "fedcba9876543210"
)

func journalPath(t *testing.T) string { return filepath.Join(t.TempDir(), "sync.journal.jsonl") }

func openJournal(t *testing.T, path, planID string) *apply.Journal {
	t.Helper()
	journal, err := apply.OpenJournal(path, planID)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { journal.Close() })
	return journal
}

func keep(journal *apply.Journal) func(*apply.Options) {
	return func(options *apply.Options) { options.Journal = journal }
}

// outcomesIn counts the outcome lines of the journal by action and outcome.
func outcomesIn(t *testing.T, path string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for line := range bytes.Lines(read(t, path)) {
		var entry struct{ Outcome *apply.Outcome }
		if err := json.Unmarshal(line, &entry); err != nil {
			t.Fatalf("journal line %q: %v", line, err)
		}
		if entry.Outcome != nil {
			counts[string(entry.Outcome.Action)+" "+string(entry.Outcome.Outcome)]++
		}
	}
	return counts
}

func TestOutcomesAreOnDiskBeforeTheNextRequest(t *testing.T) {
	w := newWorld(t, 103)
	path := journalPath(t)
	rows := updatesOf(1, 101)
	rows.Creates = createsOf(901, 902).Creates
	rows.Marks = marksOf(102, 103).Marks
	known := 0
	options := []func(*apply.Options){keep(openJournal(t, path, thisPlan)), func(options *apply.Options) {
		options.Progress = func(done, _ int) { known = done }
	}}
	requests := 0
	w.arrives = func(route string) {
		requests++
		written := 0
		for _, count := range outcomesIn(t, path) {
			written += count
		}
		// The run waits for the answer: what it knows does not change meanwhile.
		if route != seeking && written != known {
			t.Errorf("%s: %d outcomes are known and %d written", route, known, written)
		}
		if route == updating && !bytes.Contains(lastLine(read(t, path)), []byte(`"sent":[{"action"`)) {
			t.Errorf("a job goes out and the last line is %s", lastLine(read(t, path)))
		}
	}
	w.done(rows, options...)
	if requests < 10 {
		t.Errorf("%d requests", requests)
	}
	want := map[string]int{"create applied": 2, "update applied": 101, "mark_for_deletion applied": 2}
	if diff := cmp.Diff(want, outcomesIn(t, path)); diff != "" {
		t.Errorf("the journal (-want +got):\n%s", diff)
	}
}

func lastLine(content []byte) []byte {
	lines := bytes.Split(bytes.TrimSpace(content), []byte("\n"))
	return lines[len(lines)-1]
}

func TestEachPlanHasItsOwnJournal(t *testing.T) {
	path := journalPath(t)
	w := newWorld(t, 0)
	w.done(createsOf(1), keep(openJournal(t, path, thisPlan)))
	first := read(t, path)
	w.done(createsOf(2), keep(openJournal(t, path, otherPlan)))
	if aside := read(t, filepath.Join(filepath.Dir(path), "sync.journal."+thisPlan+".jsonl")); !bytes.Equal(aside, first) {
		t.Errorf("set aside was %q, want %q", aside, first)
	}
	before := w.Requests()[creating]
	wantOutcomes(t, w.done(createsOf(1), keep(openJournal(t, path, thisPlan))), "create 1 applied | already as planned")
	if got := w.Requests()[creating]; got != before {
		t.Error("a create that the journal knows was sent again")
	}
	if !bytes.HasPrefix(read(t, path), first) {
		t.Error("the plan's own journal was not taken back")
	}
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(names) != 2 {
		t.Errorf("files %v, %v; want one journal for each plan", names, err)
	}
}

func TestAJournalBeginsWithItsPlan(t *testing.T) {
	path := journalPath(t)
	openJournal(t, path, thisPlan)
	if got := string(read(t, path)); got != `{"plan_id":"`+thisPlan+`"}`+"\n" {
		t.Errorf("the journal is %q", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestALineThatWasCutIsWrittenOver(t *testing.T) {
	for name, content := range map[string]string{
		"the first":    `{"plan_`,
		"a later one":  `{"plan_id":"` + thisPlan + `"}` + "\n" + `{"outcome":{"action":"upd`,
		"zeros of old": `{"plan_id":"` + thisPlan + `"}` + "\n\x00\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			path := journalPath(t)
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			w := newWorld(t, 1)
			w.done(updatesOf(1, 1), keep(openJournal(t, path, thisPlan)))
			if got := outcomesIn(t, path); got["update applied"] != 1 {
				t.Errorf("outcomes %v, want one", got)
			}
		})
	}
}

func TestAFileThatIsNotAJournalIsRefused(t *testing.T) {
	for _, content := range []string{"hello\n", `{"outcome":{"action":"create"}}` + "\n", "[]\n", "\n"} {
		path := journalPath(t)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		journal, err := apply.OpenJournal(path, thisPlan)
		if err == nil {
			journal.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "move the file away") {
			t.Errorf("%q: %v, want an error that says what to do", content, err)
		}
		if got := string(read(t, path)); got != content {
			t.Errorf("the file is %q now, was %q", got, content)
		}
	}
}

func TestAJournalThatCannotBeOpenedIsAnError(t *testing.T) {
	if _, err := apply.OpenJournal(filepath.Join(t.TempDir(), "missing", "sync.journal.jsonl"), thisPlan); err == nil {
		t.Error("no error")
	}
	if _, err := apply.OpenJournal(t.TempDir(), thisPlan); err == nil {
		t.Error("no error for a folder")
	}
}

func TestAnUnwritableJournalStopsTheRun(t *testing.T) {
	for name, rows := range map[string]apply.Rows{"creates": createsOf(901, 902), "updates": updatesOf(1, 101), "marks": marksOf(1, 101)} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 101)
			journal := openJournal(t, journalPath(t), thisPlan)
			w.arrives = func(route string) {
				if route == creating || route == updating {
					// The file goes away under the run.
					journal.Close()
				}
			}
			outcomes := w.fails(rows, "fix the disk, then run sync again", keep(journal))
			got := counts(outcomes)
			if name == "creates" && (got[apply.Applied] != 1 || got[apply.Skipped] != 1) {
				t.Errorf("outcomes %v, want one applied, one skipped", got)
			}
			if name != "creates" && (got[apply.Unknown] != 100 || got[apply.Skipped] != 1) {
				t.Errorf("outcomes %v, want 100 unknown, one skipped", got)
			}
			if requests := w.Requests(); requests[creating]+requests[updating] != 1 {
				t.Errorf("requests %v, want one write", requests)
			}
		})
	}
}

func FuzzAJournalIsReadOrRefusedAndNeverDestroyed(f *testing.F) {
	f.Add([]byte(`{"plan_id":"` + thisPlan + `"}` + "\n" + `{"queued":{"job_id":"V3-1","ids":[1]}}` + "\n" + `{"ended":"V3-1"}` + "\n"))
	f.Add([]byte(`{"plan_id":"` + otherPlan + `"}` + "\n" + `{"outcome":{"action":"create","salesforce_id":"x","outcome":"applied"}}`))
	f.Add([]byte(`{"plan_id":"../../x"}` + "\n"))
	f.Add([]byte("\x00"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := journalPath(t)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		journal, err := apply.OpenJournal(path, thisPlan)
		if err != nil {
			if got := read(t, path); !bytes.Equal(got, content) {
				t.Fatalf("refused with %v, and the file is %q now", err, got)
			}
			return
		}
		journal.Close()
		openJournal(t, path, thisPlan)
		whole := content[:bytes.LastIndexByte(content, '\n')+1]
		kept := read(t, path)
		names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "sync.journal.*.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			kept = append(kept, read(t, name)...)
		}
		if !bytes.Contains(kept, whole) {
			t.Fatalf("of %q was kept %q", content, kept)
		}
	})
}
