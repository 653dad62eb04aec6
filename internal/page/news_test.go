package page_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func heldRows(count int, name string) []report.Row {
	var rows []report.Row
	for i := range count {
		rows = append(rows, report.Row{Kind: report.Held, ID: int64(i), Name: fmt.Sprintf(name, i), Reason: "unmapped_charge", Details: []string{"Foo & <Bar>"}})
	}
	return rows
}

func TestAMessageNamesWhatIsNew(t *testing.T) {
	now := &report.Plan{Subject: report.Subject{Flow: field.Partner, PlanID: "0123", Date: "2026-11-21"}, Counts: plan.Counts{Updates: 2, Held: 2}}
	now.Rows = append(heldRows(2, "Birch %d"), report.Row{Kind: report.Update, Name: "Maple", Loses: &report.Loss{From: "premium", To: "expired"}})
	now.Rows[0].FirstSeen = "2026-11-02"
	now.Counts.WithoutOrganization = 3
	before := &report.Plan{Subject: report.Subject{Date: "2026-11-20"}, Rows: append(heldRows(1, "Birch %d"), report.Row{Kind: report.Orphan, Name: "Tulip"})}
	news := &report.News{Flows: []report.FlowNews{report.NewsOf(now.Against(before))}}
	want := strings.Join([]string{
		"*zd-sfdc-sync: somebody has to look* <https://gitlab.example/1|open it>",
		"*partner*: Plan 0123: 0 to create, 2 to update, 0 to mark; 2 held, 0 conflicts, 0 orphans; 3 customers with support have no organization. Within all limits.",
		"• new: 3 customers with support and without an organization",
		"• losing support or an entitlement, 1 new: *Maple* premium → expired",
		"• held, 1 new: *Birch 1* unmapped_charge: Foo &amp; &lt;Bar&gt;",
		"• since the plan of 2026-11-20: 1 held (the oldest since 2026-11-02), 1 orphaned gone", "",
	}, "\n")
	if diff := cmp.Diff(want, page.Message(news, "https://gitlab.example/1")); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	news = &report.News{Failed: "pipeline", Flows: []report.FlowNews{report.NewsOf(now)}}
	for _, part := range []string{"*zd-sfdc-sync: pipeline failed; what is red was not carried out*\n", "• without an earlier run to compare with: 1 losing support or an entitlement, 2 held\n"} {
		if got := page.Message(news, ""); !strings.Contains(got, part) {
			t.Errorf("the message lacks %q:\n%s", part, got)
		}
	}
}

func TestAPlanShowsChangesSinceAnEarlierOne(t *testing.T) {
	now := &report.Plan{Subject: report.Subject{Flow: field.Partner, Date: "2026-11-21"}, Rows: heldRows(2, "Birch %d")}
	now.Rows[0].FirstSeen = "2026-11-02"
	before := &report.Plan{Subject: report.Subject{Date: "2026-11-20"}, Rows: append(heldRows(1, "Birch %d"), report.Row{Kind: report.Orphan, Name: "Tulip"})}
	var got strings.Builder
	if err := page.Markdown(&got, now.Against(before)); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"## Since the plan of 2026-11-20", "| held | 1 | 0 | 1 | 2026-11-02 |", "| orphaned | 0 | 1 | 0 | - |", "| Birch 1 | held | unmapped\\_charge: Foo &amp; &lt;Bar&gt; | 1 |  |",
	} {
		if !strings.Contains(got.String(), line+"\n") {
			t.Errorf("there is no line %s in\n%s", line, got.String())
		}
	}
	got.Reset()
	if err := page.Markdown(&got, now); err != nil || strings.Contains(got.String(), "Since the plan") {
		t.Errorf("%v, without an earlier plan:\n%s", err, got.String())
	}
}

func TestAMessageStaysShort(t *testing.T) {
	now := &report.Plan{Rows: heldRows(5000, strings.Repeat("\x1b<!channel>%d", 100))}
	got := page.Message(&report.News{Flows: []report.FlowNews{report.NewsOf(now.Against(&report.Plan{Subject: report.Subject{Date: "2026-11-20"}}))}}, "")
	if len(got) > 4000 || !strings.Contains(got, ", and 4990 more unmapped_charge: Foo &amp; &lt;Bar&gt;\n") {
		t.Errorf("%d bytes:\n%.300s", len(got), got)
	}
	if strings.ContainsAny(got, "<\x1b") {
		t.Error("names are not made harmless")
	}
}
