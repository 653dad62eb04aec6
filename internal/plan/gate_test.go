package plan_test

import (
	"fmt"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// gateOf returns a gate with these limits exceeded.
func gateOf(exceeded ...plan.LimitName) plan.Gate {
	checks := []plan.LimitCheck{{Limit: plan.Limit{Name: "creates"}}, {Limit: plan.Limit{Name: "marks"}}}
	for _, name := range exceeded {
		checks = append(checks, plan.LimitCheck{Limit: plan.Limit{Name: name}, Exceeded: true})
	}
	return plan.GateOf(checks)
}

// changes returns changes of the Global flow, given as key, from, to.
func changes(values ...string) []field.Change {
	schema := field.SchemaOf(field.Global)
	var made []field.Change
	for i := 0; i+2 < len(values); i += 3 {
		position, ok := schema.Index(values[i])
		if !ok {
			panic(values[i])
		}
		made = append(made, field.Change{Field: schema.Fields[position], From: field.Value(values[i+1]), To: field.Value(values[i+2])})
	}
	return made
}

func TestGateOfUpdates(t *testing.T) {
	owner := []string{"account_owner", "Old", "New"}
	lower := []string{"support_level", "gold", "premium"}
	higher := []string{"support_level", "premium", "gold"}
	unmark := []string{"mark_for_deletion", "true", ""}
	for _, tc := range []struct {
		rule    string
		gate    plan.Gate
		changes []string
		want    string
	}{
		{"no limit is exceeded", gateOf(), join(lower, owner), "[support_level gold→premium, account_owner Old→New] "},
		{"an accepted plan passes", plan.Gate{}, lower, "[support_level gold→premium] "},
		{"updates are left out", gateOf("updates"), owner, "[] updates"},
		{"a lower level is left out whole", gateOf("support_lost"), join(lower, owner), "[] support_lost"},
		{"other updates pass the limit of support lost", gateOf("support_lost"), join(higher, owner), "[support_level premium→gold, account_owner Old→New] "},
		{"the limits of creates and marks are not those of updates", gateOf("creates", "marks"), lower, "[support_level gold→premium] "},
		{"unmarking passes when the rest is left out", gateOf("updates"), join(owner, unmark), "[mark_for_deletion true→] updates"},
		{"unmarking alone leaves nothing out", gateOf("updates"), unmark, "[mark_for_deletion true→] "},
		{"unmarking passes the limit of support lost", gateOf("support_lost"), join(lower, unmark), "[mark_for_deletion true→] support_lost"},
	} {
		t.Run(tc.rule, func(t *testing.T) {
			pass, limit := tc.gate.Update(plan.Update{Changes: changes(tc.changes...)})
			if got := fmt.Sprintf("[%s] %s", describeChanges(pass), limit); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func join(lists ...[]string) []string {
	var all []string
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

func TestGateOfCreatesAndMarks(t *testing.T) {
	expired := plan.Mark{Seen: seen(field.Global, "", "", "expired", "")}
	paying := plan.Mark{Seen: seen(field.Global, "", "", "gold", "")}
	for _, tc := range []struct {
		exceeded                []plan.LimitName
		create, expired, paying plan.LimitName
	}{
		{nil, "", "", ""},
		{[]plan.LimitName{"creates"}, "creates", "", ""},
		{[]plan.LimitName{"updates"}, "", "", ""},
		{[]plan.LimitName{"support_lost"}, "", "", "support_lost"},
		{[]plan.LimitName{"marks"}, "", "marks", "marks"},
	} {
		gate := gateOf(tc.exceeded...)
		if gate.Create() != tc.create || gate.Mark(expired) != tc.expired || gate.Mark(paying) != tc.paying {
			t.Errorf("over %v: create %q, mark of an expired one %q, of a paying one %q, want %q, %q, %q", tc.exceeded,
				gate.Create(), gate.Mark(expired), gate.Mark(paying), tc.create, tc.expired, tc.paying)
		}
	}
}
