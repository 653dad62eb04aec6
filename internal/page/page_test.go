package page_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
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
	return &plan.Plan{
		Marks: []plan.Mark{
			{ID: 7, AccountID: birch, Name: "Birch", Reason: plan.ExpiredThreeYears, Seen: seen("expired", "2020-01-01")},
			{ID: 8, AccountID: maple, Name: "Maple & Sons", Reason: plan.NotInSalesforce, Seen: seen("gold", "")},
		},
		Held: []plan.Held{
			{AccountID: birch, Name: "New Birch", Action: plan.ActionCreate, Reason: plan.HeldUnmapped, UnmappedCharges: []string{"Quantum", "(no charges)"}},
			{ID: 9, AccountID: tulip, Name: "Tulip", Action: plan.ActionUpdate, Reason: plan.HeldMove, Changes: []field.Changed{
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
			Organizations: 1000, Accounts: 900, Creates: 1, Updates: 2, Marks: 2, SupportLost: 4, Held: 2, Orphans: 1, Unmanaged: 3, Conflicts: 2,
		},
		SupportLevels:  []plan.Movement{{From: "premium", To: "expired", Count: 3}, {From: "", To: "gold", Count: 1}},
		ChangesByField: []plan.FieldCount{{Field: "name", Count: 1}, {Field: "support_level", Count: 4}},
		LosesSupport: []plan.Loss{
			{ID: 5, AccountID: birch, Name: "Elm", Action: plan.ActionUpdate, From: "premium", To: "expired"},
			{ID: 8, AccountID: maple, Name: "Maple & Sons", Action: plan.ActionMark, From: "gold"},
		},
		Limits: []plan.LimitCheck{
			{Limit: plan.Limit{Name: plan.LimitCreates, Share: 10_000, Floor: 25}, Count: 1},
			{Limit: plan.Limit{Name: plan.LimitSupportLost, Share: 250, Floor: 3}, Count: 4, Exceeded: true},
		},
		Warnings: []plan.Warning{{Code: "partner_artifact_missing", Message: "nothing is marked"}},
	}
}

func TestPageOfAPlanOverItsLimits(t *testing.T) {
	compareWith(t, "testdata/over_limit.txt", overLimit())
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

// compareWith holds the page against a file written by hand.
func compareWith(t *testing.T, path string, made *plan.Plan) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := text
	if strings.HasSuffix(path, ".md") {
		got = markdown
	}
	if diff := cmp.Diff(string(want), got(t, made)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func text(t *testing.T, made *plan.Plan) string { return textOf(t, reportOf(made)) }

func markdown(t *testing.T, made *plan.Plan) string { return markdownOf(t, reportOf(made)) }

func TestLongListsAreCut(t *testing.T) {
	for _, tc := range []struct {
		write      func(*testing.T, *plan.Plan) string
		rows       int
		last, more string
	}{
		{text, 20, "orphan 020", ""},
		{text, 32, "orphan 020", "\n  … and 12 more\n"},
		{markdown, 200, "orphan 200", ""},
		{markdown, 212, "orphan 200", "\n\n… and 12 more\n"},
	} {
		made := &plan.Plan{}
		for i := range tc.rows {
			made.Orphans = append(made.Orphans, plan.Orphan{ID: int64(i + 1), Name: fmt.Sprintf("orphan %03d", i+1)})
		}
		got := tc.write(t, made)
		_, rest, found := strings.Cut(got, tc.last)
		if !found || strings.Contains(rest, "orphan ") || !strings.Contains(rest, tc.more) || strings.Contains(rest, "more") != (tc.more != "") {
			t.Errorf("%d rows: %q follows the last row, want %q", tc.rows, rest, tc.more)
		}
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
		if want := "  " + tc.text + "  why     7\n"; !strings.Contains(text(t, made), want) {
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
