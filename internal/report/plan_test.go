package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

const (
	birch account.ID = "001B0000002Gcp0IAC"
	maple account.ID = "001M000000qfPySIAU"
	tulip account.ID = "001T0000007AkXZIA0"
)

func change(flow field.Flow, key string, from, to field.Value) field.Change {
	schema := field.SchemaOf(flow)
	position, _ := schema.Index(key)
	return field.Change{Field: schema.Fields[position], From: from, To: to}
}

func updated(flow field.Flow, changes ...field.Change) *report.Plan {
	return report.PlanOf(report.Subject{Flow: flow, PlanID: "0123456789abcdef"}, &plan.Plan{
		Updates: []plan.Update{{ID: 7, AccountID: maple, Name: "Maple", Changes: changes}}, Counts: plan.Counts{Updates: 1},
	})
}

func TestWhatARowTakesAway(t *testing.T) {
	for _, tc := range []struct {
		rule    string
		flow    field.Flow
		changes []field.Change
		want    *report.Loss
	}{
		{"a lower level", field.Global, []field.Change{change(field.Global, "support_level", "gold", "expired"), change(field.Global, "sub_edu", field.True, "")},
			&report.Loss{Support: true, From: "gold", To: "expired", Fields: []string{"sub_edu"}}},
		{"24x7", field.USGov, []field.Change{change(field.USGov, "emergency_support_24x7", field.True, "")},
			&report.Loss{Support: true, Fields: []string{"emergency_support_24x7"}}},
		{"support while it is on hold", field.Global, []field.Change{change(field.Global, "support_hold", "", field.True)},
			&report.Loss{Support: true, OnHold: true}},
		{"an entitlement, with a higher level", field.Global, []field.Change{change(field.Global, "support_level", "silver", "gold"), change(field.Global, "sub_oss", field.True, "")},
			&report.Loss{From: "silver", To: "gold", Fields: []string{"sub_oss"}}},
		{"nothing, with a higher level", field.Global, []field.Change{change(field.Global, "support_level", "", "gold"), change(field.Global, "sub_oss", "", field.True)}, nil},
		{"nothing, when a hold ends", field.Global, []field.Change{change(field.Global, "support_hold", field.True, "")}, nil},
		{"nothing, of partners", field.Partner, []field.Change{change(field.Partner, "support_hold", "", field.True)}, nil},
	} {
		got := updated(tc.flow, tc.changes...).Rows[0].Loses
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.rule, diff)
		}
	}
}

func TestAMarkOfWhoHasSupportIsALoss(t *testing.T) {
	for level, want := range map[field.Value]*report.Loss{"expired": nil, "gold": {Support: true, From: "gold"}, "": {Support: true}} {
		seen := field.SchemaOf(field.Global).NewRecord()
		seen.Set(field.SupportLevel, level)
		got := report.PlanOf(report.Subject{Flow: field.Global}, &plan.Plan{Marks: []plan.Mark{{ID: 7, AccountID: maple, Seen: seen}}})
		if diff := cmp.Diff(want, got.Rows[0].Loses); diff != "" {
			t.Errorf("%q (-want +got):\n%s", level, diff)
		}
	}
}

func TestTheNextCommandIsReadyToPaste(t *testing.T) {
	for _, tc := range []struct{ dataDir, want string }{
		{"data", "zd-sfdc-sync sync global"},
		{"", "zd-sfdc-sync sync global"},
		{"/tmp/run-7", "zd-sfdc-sync sync global --data-dir /tmp/run-7"},
		{"old runs/$(id)", `zd-sfdc-sync sync global --data-dir 'old runs/$(id)'`},
		{"it's", `zd-sfdc-sync sync global --data-dir 'it'\''s'`},
	} {
		got := report.PlanOf(report.Subject{Flow: field.Global, PlanID: "0123456789abcdef", DataDir: tc.dataDir}, &plan.Plan{Counts: plan.Counts{Creates: 1}})
		if got.Next != tc.want {
			t.Errorf("%q: %s, want %s", tc.dataDir, got.Next, tc.want)
		}
	}
	over := report.PlanOf(report.Subject{Flow: field.USGov, PlanID: "0123456789abcdef"}, &plan.Plan{
		Counts: plan.Counts{Marks: 9}, Limits: []plan.LimitCheck{{Limit: plan.Limit{Name: plan.LimitMarks}, Count: 9, Exceeded: true}},
	})
	same(t, "zd-sfdc-sync sync usgov --accept-plan 0123456789abcdef", over.Next)
	same(t, "", report.PlanOf(report.Subject{Flow: field.USGov}, &plan.Plan{}).Next)
}

// everyKind has a row of every kind, named after it.
func everyKind() *report.Plan {
	created := field.SchemaOf(field.Global).NewRecord()
	created.Set(field.Name, "create")
	return report.PlanOf(report.Subject{Flow: field.Global}, &plan.Plan{
		Creates: []plan.Create{{ID: birch, Record: created}},
		Updates: []plan.Update{
			{ID: 1, AccountID: maple, Name: "update", Changes: []field.Change{change(field.Global, "account_owner", "Old", "Ada Owner")}},
			{ID: 2, AccountID: tulip, Name: "lost", Changes: []field.Change{change(field.Global, "support_level", "gold", "expired")}},
		},
		Marks:     []plan.Mark{{ID: 3, AccountID: birch, Name: "mark", Reason: plan.NotInSalesforce, Seen: field.SchemaOf(field.Partner).NewRecord()}},
		Held:      []plan.Held{{ID: 4, AccountID: maple, Name: "held", Holds: []hold.Hold{{Reason: hold.UnmappedCharge, Detail: "Quantum"}}, Changes: []field.Changed{{Field: "support_level", From: []byte(`"gold"`), To: []byte(`"expired"`)}}}},
		Conflicts: []plan.Conflict{{ID: 5, AccountID: tulip, Name: "conflict", Reason: plan.DuplicateID, OrganizationIDs: []int64{360001}}},
		Orphans:   []plan.Orphan{{ID: 6, AccountID: birch, Name: "orphan", Reason: plan.OrphanUnknown}},
		Unmanaged: []plan.Unmanaged{{ID: 7, Name: "unmanaged", SalesforceID: "see notes"}},
	})
}

func TestRowsAreFiltered(t *testing.T) {
	for _, tc := range []struct {
		rows        string
		field, find string
		want        string
	}{
		{want: "create update lost mark held conflict orphan unmanaged"},
		{rows: "updates", want: "update lost"},
		{rows: "updates, marks", want: "update lost mark"},
		{rows: "lost", want: "lost mark"},
		{rows: "lost,held", want: "lost mark held"},
		{field: "support_level", want: "lost held"},
		{rows: "updates", field: "support_level", want: "lost"},
		{find: "ADA own", want: "update"},
		{find: string(tulip), want: "lost conflict"},
		{find: "360001", want: "conflict"},
		{find: "quantum", want: "held"},
		{find: "see notes", want: "unmanaged"},
		{find: "nothing like it", want: ""},
	} {
		filter := report.Filter{Field: tc.field, Find: tc.find}
		if tc.rows != "" {
			if err := filter.ParseRows(strings.Split(tc.rows, ",")); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for _, row := range everyKind().Filtered(filter).Rows {
			got = append(got, row.Name)
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%+v shows %q, want %q", tc, got, tc.want)
		}
	}
	for _, name := range []string{"update", "", "all"} {
		if err := new(report.Filter).ParseRows([]string{name}); err == nil {
			t.Errorf("%q names rows", name)
		}
	}
	if names := report.RowNames(); len(names) != 8 || !slices.Contains(names, "lost") {
		t.Errorf("names %q", names)
	}
}

func TestOutcomesAreThoseOfTheirRows(t *testing.T) {
	got := everyKind().WithOutcomes([]apply.Outcome{
		{Action: plan.ActionCreate, ID: 99, AccountID: birch, Outcome: apply.Applied},
		{Action: plan.ActionMark, ID: 3, AccountID: birch, Outcome: apply.Failed},
		{Action: plan.ActionUpdate, ID: 1, AccountID: maple, Outcome: apply.Applied, Reason: apply.AlreadyThere},
		{Action: plan.ActionUpdate, ID: 2, AccountID: tulip, Outcome: apply.Skipped, Reason: apply.NotSelected},
	})
	outcomes := map[string]apply.Status{}
	for _, row := range got.Rows {
		if row.Outcome != nil {
			outcomes[row.Name] = row.Outcome.Outcome
		}
	}
	want := map[string]apply.Status{"create": apply.Applied, "update": apply.Applied, "lost": apply.Skipped, "mark": apply.Failed}
	if diff := cmp.Diff(want, outcomes); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(report.ActionTally{Done: 1, FoundDone: 1, NotSelected: 1, Failed: 1}, got.Sync.Sum()); diff != "" || got.Sync.Unfinished != 1 {
		t.Errorf("%d unfinished, -want +got:\n%s", got.Sync.Unfinished, diff)
	}
	if everyKind().Sync != nil || got.Next != "" {
		t.Errorf("next %q", got.Next)
	}
}
