package page_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	cells "github.com/jedib0t/go-pretty/v6/text"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

const (
	birch account.ID = "001B0000002Gcp0IAC"
	maple account.ID = "001M000000qfPySIAU"
	tulip account.ID = "001T0000007AkXZIA0"
)

func subject() report.Subject {
	return report.Subject{Flow: field.Global, Instance: "https://example.zendesk.com", Date: "2026-06-15", PlanID: "0123456789abcdef"}
}

func reportOf(made *plan.Plan) *report.Plan { return report.PlanOf(subject(), made) }

// overLimit is a plan with every kind of row.
func overLimit() *plan.Plan {
	schema := field.SchemaOf(field.Global)
	change := func(key string, from, to field.Value) field.Change {
		position, _ := schema.Index(key)
		return field.Change{Field: schema.Fields[position], From: from, To: to}
	}
	created := schema.NewRecord()
	created.Set(field.Name, "New Ash")
	created.Set(field.SupportLevel, "premium")
	created.Set(field.ExpirationDate, "2027-06-14")
	created.Set("sub_sm_premium", field.True)
	return &plan.Plan{
		Creates: []plan.Create{{ID: maple, Record: created}},
		Updates: []plan.Update{
			{ID: 5, AccountID: birch, Name: "Elm", Changes: []field.Change{
				change(field.AccountType, "customer", "former_customer"), change(field.SupportLevel, "premium", "expired"),
				change("aar", "1200.5", "0"), change("sub_sm_premium", field.True, ""),
			}},
			{ID: 6, AccountID: tulip, Name: "Oak 株式会社", Changes: []field.Change{change(field.Name, "Oak 株式会社", "Oak Trees 株式会社"), change("sub_ss_ase", field.True, "")}},
		},
		Marks: []plan.Mark{
			{ID: 7, AccountID: birch, Name: "Birch", Reason: plan.ExpiredThreeYears, Seen: seen("expired", "2020-01-01")},
			{ID: 8, AccountID: maple, Name: "Maple & Sons", Reason: plan.NotInSalesforce, Seen: seen("gold", "")},
		},
		Held: []plan.Held{
			{AccountID: birch, Name: "New Birch", Action: plan.ActionCreate, Holds: []hold.Hold{{Reason: hold.SubscriptionWithoutCharges, Detail: "A-S1"}, {Reason: hold.UnmappedCharge, Detail: "Quantum"}}},
			{ID: 9, AccountID: tulip, Name: "Tulip", Action: plan.ActionUpdate, Holds: []hold.Hold{{Reason: hold.AwaitsOtherInstance}}, Changes: []field.Changed{
				{Field: "support_level", From: []byte(`"gold"`), To: []byte(`"expired"`)}, {Field: "aar", From: []byte("10"), To: []byte("0")},
			}},
		},
		Orphans:   []plan.Orphan{{ID: 10, AccountID: maple, Name: "Orphan", Reason: plan.OrphanUnknown, AccountType: "customer", SupportLevel: "premium"}},
		Unmanaged: []plan.Unmanaged{{ID: 11, Name: "Nonsense", SalesforceID: "see notes", Reason: `salesforce id "see notes" has 9 characters, not 15 or 18`}},
		Conflicts: []plan.Conflict{
			{AccountID: birch, Name: "Twice", Reason: plan.DuplicateID, OrganizationIDs: []int64{12, 13}},
			{ID: 14, AccountID: maple, Name: "Wanted", Reason: plan.NameTaken, AccountIDs: []account.ID{tulip}},
		},
		Counts: plan.Counts{
			Organizations: 1000, Accounts: 900, Creates: 1, Updates: 2, Marks: 2, SupportLost: 2, Held: 2, Orphans: 1, Unmanaged: 3, Conflicts: 2,
		},
		SupportLevels:  []plan.Movement{{From: "premium", To: "expired", Count: 1}, {From: "", To: "gold", Count: 4}},
		ChangesByField: []plan.FieldCount{{Field: "name", Count: 1}, {Field: "support_level", Count: 5}},
		Limits: []plan.LimitCheck{
			{Limit: plan.Limit{Name: plan.LimitCreates, Share: 10_000, Floor: 25}, Count: 1},
			{Limit: plan.Limit{Name: plan.LimitSupportLost, Share: 100, Floor: 1}, Count: 2, Exceeded: true},
			{Limit: plan.Limit{Name: plan.LimitMarks, Share: 500, Floor: 3}, Count: 5, Already: 3},
		},
		Warnings: []plan.Warning{{Code: "partner_artifact_missing", Message: "nothing is marked"}},
	}
}

func TestPageOfAPlanOverItsLimits(t *testing.T) {
	compareWith(t, "testdata/over_limit.txt", overLimit())
	compareWith(t, "testdata/over_limit.80.txt", overLimit())
	compareWith(t, "testdata/over_limit.md", overLimit())
}

func TestPageOfAPlanWithinItsLimits(t *testing.T) {
	made := &plan.Plan{
		Updates: []plan.Update{{ID: 5}},
		Counts:  plan.Counts{Organizations: 3, Accounts: 3, Updates: 1},
		Limits:  []plan.LimitCheck{{Limit: plan.Limit{Name: plan.LimitUpdates, Share: 50_000, Floor: 25}, Count: 1}},
	}
	compareWith(t, "testdata/within.txt", made)
	compareWith(t, "testdata/within.md", made)
}

func TestPageOfNothingToDo(t *testing.T) {
	const want = "\nNothing to do.\n"
	if got := text(t, &plan.Plan{}); !strings.HasSuffix(got, want) {
		t.Errorf("ends in %q, want %q", got[max(0, len(got)-40):], want)
	}
}

// compareWith checks the page against a file written by hand.
func compareWith(t *testing.T, path string, made *plan.Plan) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := text(t, made)
	switch {
	case strings.HasSuffix(path, ".md"):
		got = markdown(t, made)
	case strings.HasSuffix(path, ".80.txt"):
		got = written(t, reportOf(made), page.Screen{Width: 80})
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func text(t *testing.T, made *plan.Plan) string { return textOf(t, reportOf(made)) }

func markdown(t *testing.T, made *plan.Plan) string { return markdownOf(t, reportOf(made)) }

func TestATerminalShowsTwentyRowsOfEachTable(t *testing.T) {
	for _, tc := range []struct {
		rows   int
		screen page.Screen
		last   string
		more   string
	}{
		{20, page.Screen{}, "orphan 020", ""},
		{32, page.Screen{}, "orphan 020", "\n  … and 12 more: zd-sfdc-sync show global --rows orphans --all --data-dir 'saved plans'\n"},
		{32, page.Screen{All: true}, "orphan 032", ""},
	} {
		made := &plan.Plan{}
		for i := range tc.rows {
			made.Orphans = append(made.Orphans, plan.Orphan{ID: int64(i + 1), Name: fmt.Sprintf("orphan %03d", i+1)})
		}
		subject := subject()
		subject.DataDir = "saved plans"
		got := written(t, report.PlanOf(subject, made), tc.screen)
		_, rest, found := strings.Cut(got, tc.last)
		if !found || strings.Contains(rest, "orphan ") || !strings.Contains(rest, tc.more) || strings.Contains(rest, "more") != (tc.more != "") {
			t.Errorf("%d rows: %q follows the last row, want %q", tc.rows, rest, tc.more)
		}
		if all := markdownOf(t, report.PlanOf(subject, made)); !strings.Contains(all, fmt.Sprintf("orphan %03d", tc.rows)) {
			t.Errorf("Markdown lacks a row of %d", tc.rows)
		}
	}
}

// longNames is the plan with every kind of row, with names in wide letters.
func longNames() *plan.Plan {
	made := overLimit()
	for i := range made.Updates {
		made.Updates[i].Name = strings.Repeat("株式会社 Müller ", 12)
	}
	made.Orphans[0].Name = strings.Repeat("a", 300)
	made.Conflicts[0].OrganizationIDs = []int64{360001000072, 360001000073, 360001000074, 360001000075}
	return made
}

func TestNoLineIsWiderThanTheTerminal(t *testing.T) {
	for _, width := range []int{60, 80, 100, 200} {
		for color := range 2 {
			got := written(t, reportOf(longNames()), page.Screen{Width: width, Color: color == 1})
			for line := range strings.Lines(got) {
				if cells := cells.StringWidthWithoutEscSequences(strings.TrimRight(line, "\n")); cells > width {
					t.Errorf("%d cells in a terminal of %d: %s", cells, width, line)
				}
			}
			for _, id := range []string{"001B0000002Gcp0IAC", "001T0000007AkXZIA0", "360001000072", "360001000075", "aaaaaaaaaaa"} {
				if !strings.Contains(got, id) {
					t.Errorf("at %d cells %s is cut:\n%s", width, id, got)
				}
			}
		}
	}
}

func TestColorsAreByMeaningAndOnlyWhereWanted(t *testing.T) {
	if plain := text(t, overLimit()); strings.Contains(plain, "\x1b") {
		t.Error("a text without colour has escape sequences")
	}
	colored := written(t, reportOf(overLimit()), page.Screen{Color: true})
	for _, part := range []string{"\x1b[1;31mpremium → expired\x1b[0m", "\x1b[32mwithin\x1b[0m", "\x1b[1;31mEXCEEDED\x1b[0m"} {
		if !strings.Contains(colored, part) {
			t.Errorf("%q is not in\n%q", part, colored)
		}
	}
}

func TestAFilteredPlanShowsItsRowsAlone(t *testing.T) {
	whole := reportOf(overLimit())
	lost := textOf(t, whole.Filtered(report.Filter{Lost: true}))
	for part, want := range map[string]bool{
		"Loses support or an entitlement (3)": true, "To update (2)": true, "To mark for deletion (1)": true, "To create": false, "Orphans": false, "\nLimits": false,
	} {
		if strings.Contains(lost, part) != want {
			t.Errorf("%q is shown: %t, want %t:\n%s", part, !want, want, lost)
		}
	}
	made := &plan.Plan{}
	for i := range 30 {
		made.Orphans = append(made.Orphans, plan.Orphan{ID: int64(i + 1), Name: "orphan"})
	}
	if got := textOf(t, reportOf(made).Filtered(report.Filter{Find: "orphan"})); !strings.Contains(got, "more: zd-sfdc-sync show global --rows orphans --find orphan --all\n") {
		t.Errorf("the rest of the filtered rows is not to be had:\n%s", got)
	}
	if got := textOf(t, whole.Filtered(report.Filter{Find: "nobody like this"})); !strings.Contains(got, "No row of the plan is what the filter asks for.") {
		t.Errorf("got\n%s", got)
	}
}

func TestNamesAreHarmless(t *testing.T) {
	for _, tc := range []struct{ name, text, markdown string }{
		{"Bäckerei Müller 株式会社", "Bäckerei Müller 株式会社", "Bäckerei Müller 株式会社"},
		{"\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`, `\\x1b\[31mred\\x1b\[0m`},
		{"two\nlines\tand\ra bell\a", `two\nlines\tand\ra bell\a`, `two\\nlines\\tand\\ra bell\\a`},
		{"\u202etxet\u2028line\u0085next", `\u202etxet\u2028line\u0085next`, `\\u202etxet\\u2028line\\u0085next`},
		{"not UTF-8 \xff", "not UTF-8 \ufffd", "not UTF-8 \ufffd"},
		{"not UTF-8 \xff and \x00", "not UTF-8 \ufffd and \\x00", "not UTF-8 \ufffd and \\\\x00"},
		{"<img src=x> & co", "<img src=x> & co", "&lt;img src=x&gt; &amp; co"},
		{"a|b `c` *d* _e_ ~f~", "a|b `c` *d* _e_ ~f~", "a\\|b \\`c\\` \\*d\\* \\_e\\_ \\~f\\~"},
		{"[link](http://x) ![i] @all #1 $s \\", "[link](http://x) ![i] @all #1 $s \\", `\[link\](http://x) \!\[i\] \@all \#1 \$s \\`},
	} {
		made := &plan.Plan{Unmanaged: []plan.Unmanaged{{ID: 7, Name: tc.name, Reason: "why"}}}
		if want := "  " + tc.text + "  why"; !strings.Contains(text(t, made), want) {
			t.Errorf("%q is written as\n%s\nwant %q", tc.name, text(t, made), want)
		}
		if want := "| " + tc.markdown + " | why | 7 |\n"; !strings.Contains(markdown(t, made), want) {
			t.Errorf("%q is written as\n%s\nwant %q", tc.name, markdown(t, made), want)
		}
	}
}

var errFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestAWriteThatFailsIsAnError(t *testing.T) {
	if err := page.Text(fullDisk{}, reportOf(&plan.Plan{}), page.Screen{}); !errors.Is(err, errFull) {
		t.Errorf("text: %v", err)
	}
	if err := page.Markdown(fullDisk{}, reportOf(&plan.Plan{})); !errors.Is(err, errFull) {
		t.Errorf("markdown: %v", err)
	}
}

func seen(level, expires field.Value) field.Record {
	record := field.SchemaOf(field.Global).NewRecord()
	record.Set(field.SupportLevel, level)
	record.Set(field.ExpirationDate, expires)
	return record
}
