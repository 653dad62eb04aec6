package plan_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

func TestDefaultLimits(t *testing.T) {
	customers := []plan.Limit{
		{Name: "creates", Share: 10_000, Floor: 25}, {Name: "updates", Share: 50_000, Floor: 25},
		{Name: "support_gained", Share: 5_000, Floor: 25},
		{Name: "support_lost", Share: 1_000, Floor: 3}, {Name: "marks", Share: 3_000, Floor: 3},
	}
	partners := []plan.Limit{customers[0], customers[1], customers[4]}
	for flow, want := range map[field.Flow][]plan.Limit{field.Global: customers, field.USGov: customers, field.Partner: partners} {
		if diff := cmp.Diff(want, plan.DefaultLimits(flow)); diff != "" {
			t.Errorf("limits of %s (-want +got):\n%s", flow, diff)
		}
	}
}

func TestLimitIsReadFromText(t *testing.T) {
	preset := plan.Limit{Name: plan.LimitCreates, Share: 10_000, Floor: 25}
	for text, want := range map[string]plan.Limit{
		"20%":      {Name: "creates", Share: 20_000, Floor: 25},
		"0.5%":     {Name: "creates", Share: 500, Floor: 25},
		"0%/0":     {Name: "creates", Share: 0, Floor: 0},
		"100%/7":   {Name: "creates", Share: 100_000, Floor: 7},
		"1.125%/7": {Name: "creates", Share: 1_125, Floor: 7},
	} {
		if got, err := preset.Parse(text); err != nil || got != want {
			t.Errorf("%s is read as %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "10", "%", "/5", "10%/", "10%/x", "10%/-1", "10%/1.5", "-1%", "+1%", "100.001%", "1.1234%", "1.%", ".5%", "1e1%", "10 %", "10%/1/2"} {
		if got, err := preset.Parse(text); err == nil {
			t.Errorf("%q is read as %v, want an error", text, got)
		}
	}
}

func TestPercentIsANumberInJSON(t *testing.T) {
	for share, want := range map[plan.Percent]string{0: "0", 500: "0.5", 1_125: "1.125", 10_000: "10", 100_000: "100"} {
		raw, err := json.Marshal(share)
		if err != nil || string(raw) != want {
			t.Errorf("%d thousandths are written as %s, %v, want %s", share, raw, err, want)
		}
		var back plan.Percent
		if err := json.Unmarshal(raw, &back); err != nil || back != share {
			t.Errorf("%s is read as %d, %v, want %d", raw, back, err, share)
		}
	}
}

func TestLimitIsExceededAboveFloorAndShare(t *testing.T) {
	flow := field.Global
	for _, tc := range []struct {
		organizations, creates int
		limit                  plan.Limit
		allowed                int
		exceeded               bool
	}{
		{0, 25, plan.Limit{Share: 10_000, Floor: 25}, 25, false},
		{0, 26, plan.Limit{Share: 10_000, Floor: 25}, 25, true},
		{100, 10, plan.Limit{Share: 10_000, Floor: 3}, 10, false},
		{100, 11, plan.Limit{Share: 10_000, Floor: 3}, 10, true},
		{109, 10, plan.Limit{Share: 10_000, Floor: 3}, 10, false},
		{109, 11, plan.Limit{Share: 10_000, Floor: 3}, 10, true},
		{110, 11, plan.Limit{Share: 10_000, Floor: 3}, 11, false},
		{200, 1, plan.Limit{Share: 500, Floor: 0}, 1, false},
		{199, 1, plan.Limit{Share: 500, Floor: 0}, 0, true},
		{5, 0, plan.Limit{Share: 0, Floor: 0}, 0, false},
		{5, 1, plan.Limit{Share: 0, Floor: 0}, 0, true},
	} {
		t.Run(fmt.Sprintf("%d of %d", tc.creates, tc.organizations), func(t *testing.T) {
			var present []organization.Organization
			for i := range tc.organizations {
				present = append(present, has(flow, int64(i+1), "", fmt.Sprint("organization ", i), nil))
			}
			var wanted []plan.Wanted
			for i := range tc.creates {
				wanted = append(wanted, wants(flow, numbered(t, i), fmt.Sprint("account ", i), nil))
			}
			input := inputOf(flow, wanted, present)
			tc.limit.Name = plan.LimitCreates
			input.Limits = []plan.Limit{tc.limit}
			want := []plan.LimitCheck{{Limit: tc.limit, Count: tc.creates, Exceeded: tc.exceeded}}
			made := input.make()
			if diff := cmp.Diff(want, made.Limits); diff != "" {
				t.Errorf("limits (-want +got):\n%s", diff)
			}
			if allowed := tc.limit.Allowed(tc.organizations); allowed != tc.allowed {
				t.Errorf("%d are allowed, want %d", allowed, tc.allowed)
			}
		})
	}
}

// zero allows nothing of anything.
func zero(flow field.Flow) []plan.Limit {
	limits := plan.DefaultLimits(flow)
	for i := range limits {
		limits[i].Share, limits[i].Floor = 0, 0
	}
	return limits
}

func TestWhatLimitsCount(t *testing.T) {
	flow := field.Global
	expired, marked := set{field.SupportLevel: "expired"}, set{field.MarkForDeletion: field.True}
	old := set{field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01"}
	for _, tc := range []struct {
		rule    string
		wanted  []plan.Wanted
		orgs    []organization.Organization
		orphans bool
		adjust  func(*input)
		want    []string
	}{
		{
			rule: "a lower level is a loss and an update",
			wanted: []plan.Wanted{wants(flow, birch, "Birch", expired), wants(flow, maple, "Maple", set{field.SupportLevel: "gold"}),
				wants(flow, tulip, "Tulip", set{"account_owner": "New"})},
			orgs: []organization.Organization{has(flow, 1, birch, "Birch", nil), has(flow, 2, maple, "Maple", nil), has(flow, 3, tulip, "Tulip", nil)},
			want: []string{"creates 0 false", "updates 3 true", "support_gained 1 true", "support_lost 1 true", "marks 0 false"},
		},
		{
			rule:    "a mark of an organization that is not expired is a loss",
			orgs:    []organization.Organization{has(flow, 1, birch, "Birch", nil), has(flow, 2, maple, "Maple", old)},
			orphans: true,
			want:    []string{"creates 0 false", "updates 0 false", "support_gained 0 false", "support_lost 1 true", "marks 2 true"},
		},
		{
			rule:    "a mark of an organization without a level is a loss",
			orgs:    []organization.Organization{has(flow, 1, birch, "Birch", set{field.SupportLevel: ""})},
			orphans: true,
			want:    []string{"creates 0 false", "updates 0 false", "support_gained 0 false", "support_lost 1 true", "marks 1 true"},
		},
		{
			rule:   "marks count with those that stay marked, not with those unmarked",
			wanted: []plan.Wanted{wants(flow, tulip, "Tulip", set{"account_owner": "New"})},
			orgs: []organization.Organization{
				has(flow, 1, birch, "Birch", old), has(flow, 2, maple, "Maple", marked), has(flow, 3, tulip, "Tulip", marked), has(flow, 4, "", "Nobody", marked),
			},
			want: []string{"creates 0 false", "updates 1 true", "support_gained 0 false", "support_lost 0 false", "marks 3 true"},
		},
		{
			rule: "those that people keep do not count, though they are marked",
			orgs: []organization.Organization{
				has(flow, 1, birch, "Birch", old), kept(has(flow, 2, maple, "Maple", marked)), has(flow, 3, tulip, "Tulip", marked),
			},
			adjust: func(input *input) { input.Protected = ids(tulip) },
			want:   []string{"creates 0 false", "updates 0 false", "support_gained 0 false", "support_lost 0 false", "marks 1 true"},
		},
		{
			rule:   "support that is put on hold is lost",
			wanted: []plan.Wanted{wants(flow, birch, "Birch", set{field.SupportHold: field.True}), wants(flow, maple, "Maple", nil)},
			orgs:   []organization.Organization{has(flow, 1, birch, "Birch", nil), has(flow, 2, maple, "Maple", set{field.SupportHold: field.True})},
			want:   []string{"creates 0 false", "updates 2 true", "support_gained 0 false", "support_lost 1 true", "marks 0 false"},
		},
		{
			rule:   "an entitlement that goes with the level kept is not support lost",
			wanted: []plan.Wanted{wants(flow, birch, "Birch", nil)},
			orgs:   []organization.Organization{has(flow, 1, birch, "Birch", set{"sub_ss_ase": field.True})},
			want:   []string{"creates 0 false", "updates 1 true", "support_gained 0 false", "support_lost 0 false", "marks 0 false"},
		},
		{
			rule:   "a level where there was none is gained",
			wanted: []plan.Wanted{wants(flow, birch, "Birch", nil)},
			orgs:   []organization.Organization{has(flow, 1, birch, "Birch", set{field.SupportLevel: ""})},
			want:   []string{"creates 0 false", "updates 1 true", "support_gained 1 true", "support_lost 0 false", "marks 0 false"},
		},
		{
			rule: "what stays marked exceeds nothing where nothing is to be marked",
			orgs: []organization.Organization{has(flow, 2, maple, "Maple", marked), has(flow, 3, tulip, "Tulip", marked)},
			want: []string{"creates 0 false", "updates 0 false", "support_gained 0 false", "support_lost 0 false", "marks 2 false"},
		},
		{
			rule:   "updates that only unmark exceed nothing",
			wanted: []plan.Wanted{wants(flow, tulip, "Tulip", nil)},
			orgs:   []organization.Organization{has(flow, 3, tulip, "Tulip", marked)},
			want:   []string{"creates 0 false", "updates 1 false", "support_gained 0 false", "support_lost 0 false", "marks 0 false"},
		},
	} {
		t.Run(tc.rule, func(t *testing.T) {
			input := inputOf(flow, tc.wanted, tc.orgs)
			input.Limits = zero(flow)
			if tc.orphans {
				input.Orphans = plan.MarkOrphans
			}
			if tc.adjust != nil {
				tc.adjust(&input)
			}
			var got []string
			for _, limit := range input.make().Limits {
				if slices.ContainsFunc(tc.want, func(want string) bool { return strings.HasPrefix(want, string(limit.Name)+" ") }) {
					got = append(got, fmt.Sprint(limit.Name, " ", limit.Count, " ", limit.Exceeded))
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("limits (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPartnersLoseNoSupport(t *testing.T) {
	made := inputOf(field.Partner, nil, []organization.Organization{has(field.Partner, 1, birch, "Birch", nil)}).make()
	if len(made.Marks) != 1 || made.Counts.SupportLost != 0 || len(made.LosesSupport) != 0 {
		t.Errorf("%d marks, %d support lost, want 1 and 0", len(made.Marks), made.Counts.SupportLost)
	}
}

func kept(org organization.Organization) organization.Organization {
	org.IgnoreDeletion = true
	return org
}

func TestLosing24x7IsSupportLost(t *testing.T) {
	flow := field.USGov
	hours := set{field.EmergencySupport: field.True, "sub_usgov_24x7": field.True, "sub_ss_ase": field.True}
	made := inputOf(flow,
		[]plan.Wanted{wants(flow, birch, "Birch", nil), wants(flow, maple, "Maple", set{"sub_ss_ase": field.True}), wants(flow, tulip, "Tulip", hours)},
		[]organization.Organization{has(flow, 1, birch, "Birch", set{"sub_ss_ase": field.True}), has(flow, 2, maple, "Maple", hours), has(flow, 3, tulip, "Tulip", nil)},
	).make()
	if made.Counts.SupportLost != 1 || made.Counts.SupportGained != 0 {
		t.Errorf("support lost %d, gained %d, want 1 and 0", made.Counts.SupportLost, made.Counts.SupportGained)
	}
	want := []plan.Loss{
		{ID: 1, AccountID: birch, Name: "Birch", From: "premium", To: "premium", Fields: []string{"sub_ss_ase"}},
		{ID: 2, AccountID: maple, Name: "Maple", From: "premium", To: "premium", Fields: []string{"emergency_support_24x7", "sub_usgov_24x7"}},
	}
	if diff := cmp.Diff(want, made.LosesSupport); diff != "" {
		t.Errorf("loses support (-want +got):\n%s", diff)
	}
}

func TestMarksShowTheirTwoNumbers(t *testing.T) {
	flow := field.Global
	old, marked := set{field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01"}, set{field.MarkForDeletion: field.True}
	made := inputOf(flow, nil, []organization.Organization{has(flow, 1, birch, "Birch", old), has(flow, 2, maple, "Maple", marked)}).make()
	want := plan.LimitCheck{Limit: plan.Limit{Name: "marks", Share: 3_000, Floor: 3}, Count: 2, Already: 1}
	if !slices.Contains(made.Limits, want) {
		t.Errorf("limits %+v, want %+v among them", made.Limits, want)
	}
}

func TestRowsAreCountedAgainBeforeTheyAreCarriedOut(t *testing.T) {
	flow := field.Global
	lower := func(n int) *plan.Plan {
		rows := &plan.Plan{}
		for i := range n {
			rows.Updates = append(rows.Updates, plan.Update{ID: int64(i + 1), AccountID: birch, Changes: changes("support_level", "gold", "expired")})
		}
		return rows
	}
	var limits []plan.LimitCheck
	for _, limit := range plan.DefaultLimits(flow) {
		limits = append(limits, plan.LimitCheck{Limit: limit, Already: map[plan.LimitName]int{"marks": 2}[limit.Name]})
	}
	for n, want := range map[int]bool{3: false, 4: true} {
		again, err := plan.Recount(flow, limits, 100, lower(n))
		if err != nil || len(again) != len(limits) || again[3].Count != n || again[3].Exceeded != want || again[4].Count != 2 || again[4].Exceeded {
			t.Errorf("%d losses: %+v, %v", n, again, err)
		}
	}
	unknown := append([]plan.LimitCheck{}, limits...)
	unknown[3].Name = "whims"
	for name, wrong := range map[string][]plan.LimitCheck{"none": nil, "one is missing": limits[1:], "one is unknown": unknown} {
		if _, err := plan.Recount(flow, wrong, 100, lower(1)); err == nil {
			t.Errorf("%s: the limits are taken", name)
		}
	}
}
