package report_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func planWith(rows ...report.Row) *report.Plan {
	return &report.Plan{Subject: report.Subject{Flow: field.Global, Date: "2026-11-21"}, Rows: rows}
}

func held(name string, details ...string) report.Row {
	return report.Row{Kind: report.Held, ID: 1, AccountID: "001B0000002Gcp0IAC", Name: name, Reason: "unmapped_charge", Details: details}
}

// told is what the news tell of each topic: total, names that are new, gone.
func told(news report.FlowNews) map[string][]any {
	got := map[string][]any{}
	for _, topic := range news.Topics {
		if topic.Total+topic.Gone == 0 {
			continue
		}
		var names []string
		for _, row := range topic.New {
			names = append(names, row.Name)
		}
		got[topic.Name] = []any{topic.Total, names, topic.Gone}
	}
	return got
}

func TestARowIsNewsOnce(t *testing.T) {
	lost := report.Row{Kind: report.Update, ID: 2, Name: "Maple", Loses: &report.Loss{Support: true, From: "premium", To: "expired"}}
	left := report.Row{Kind: report.Create, Name: "Oak", Outcome: &apply.Outcome{Outcome: apply.Failed}}
	now := planWith(held("Birch", "Foo"), held("Cedar", "Foo"), lost, left, report.Row{Kind: report.Orphan, Name: "Tulip"}, report.Row{Kind: report.Create, Name: "Fine"})
	for _, test := range []struct {
		rule   string
		before *report.Plan
		want   map[string][]any
		due    bool
	}{
		{"without an earlier run nothing is new", nil, map[string][]any{
			report.TopicHeld: {2, []string(nil), 0}, report.TopicLost: {1, []string(nil), 0},
			report.TopicFailed: {1, []string(nil), 0}, report.TopicOrphans: {1, []string(nil), 0},
		}, true},
		{"what has come is new", planWith(held("Birch", "Foo"), report.Row{Kind: report.Conflict, Name: "Gone"}), map[string][]any{
			report.TopicHeld: {2, []string{"Cedar"}, 0}, report.TopicLost: {1, []string{"Maple"}, 0}, report.TopicFailed: {1, []string{"Oak"}, 0},
			report.TopicOrphans: {1, []string{"Tulip"}, 0}, report.TopicConflicts: {0, []string(nil), 1},
		}, true},
		{"what stands is not", now, map[string][]any{
			report.TopicHeld: {2, []string(nil), 0}, report.TopicLost: {1, []string(nil), 0},
			report.TopicFailed: {1, []string(nil), 0}, report.TopicOrphans: {1, []string(nil), 0},
		}, false},
		{"another reason makes it new", planWith(held("Birch", "Foo"), held("Cedar", "Bar"), lost, left, report.Row{Kind: report.Orphan, Name: "Tulip"}), map[string][]any{
			report.TopicHeld: {2, []string{"Cedar"}, 1}, report.TopicLost: {1, []string(nil), 0},
			report.TopicFailed: {1, []string(nil), 0}, report.TopicOrphans: {1, []string(nil), 0},
		}, true},
	} {
		t.Run(test.rule, func(t *testing.T) {
			news := report.NewsOf(now.Against(test.before))
			if diff := cmp.Diff(test.want, told(news)); diff != "" {
				t.Errorf("topics (-want +got):\n%s", diff)
			}
			if due := (&report.News{Flows: []report.FlowNews{news}}).Due(); due != test.due {
				t.Errorf("due is %v", due)
			}
		})
	}
}

func TestALimitIsNewsOnce(t *testing.T) {
	over, within := planWith(), planWith()
	over.Limits = []report.Limit{{Name: plan.LimitUpdates, Exceeded: true}}
	for _, test := range []struct {
		now, before *report.Plan
		want        []string
		due         bool
	}{
		{over, within, []string{"updates"}, true}, {over, over, nil, false}, {within, over, nil, false}, {over, nil, nil, true}, {within, nil, nil, false},
	} {
		news := report.NewsOf(test.now.Against(test.before))
		var got []string
		if news.Since != nil {
			got = news.Since.NewlyExceeded
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("newly exceeded (-want +got):\n%s", diff)
		}
		if due := (&report.News{Flows: []report.FlowNews{news}}).Due(); due != test.due {
			t.Errorf("due is %v", due)
		}
	}
	if !(&report.News{Failed: "the run"}).Due() {
		t.Error("a failure is not told")
	}
}
