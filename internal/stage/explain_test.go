package stage_test

import (
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

func (w *world) explain(text string) []*report.Explanation {
	w.Helper()
	all, err := stage.Explain(w.Context(), w.run(), text, false)
	w.ok(err)
	return all.All
}

func TestAnAccountIsExplainedByIDNumberOrName(t *testing.T) {
	w := planned(t)
	w.compare(field.Global)
	w.day = "2027-06-01"
	for _, text := range []string{string(maple), maple.Short(), "1", " maple "} {
		all := w.explain(text)
		if len(all) != 1 || all[0].ID != maple || all[0].Name != "Maple" || all[0].Customer == nil {
			t.Fatalf("%q: %+v", text, all)
		}
		plans := all[0].Plans
		if len(plans) != 2 || plans[0].Flow != field.Global || len(plans[0].Rows) != 1 || plans[1].PlanID != "" {
			t.Errorf("%q: plans %+v", text, plans)
		}
	}
}

// With the gate of the plan's limits, as sync has it.
func TestAnExplanationSaysThatALimitHoldsTheRow(t *testing.T) {
	w := planned(t)
	w.compare(field.Global, overLimit)
	if rows := w.explain(string(maple))[0].Plans[0].Rows; len(rows) != 1 || rows[0].OverLimit != plan.LimitUpdates {
		t.Errorf("rows %+v", rows)
	}
}

func TestWhoIsNoCustomerIsExplainedToo(t *testing.T) {
	w := newWorld(t)
	w.org.partners = []*account.Partner{{ID: maple, ShortID: maple.Short(), Name: "Maple", AccountType: "open_partner"}}
	w.org.customers = []*account.Account{customer(birch, "Birch", "2027-01-01")}
	w.exists(field.Global, 5, map[string]field.Value{field.Name: "Gone", field.SalesforceID: field.Value(tulip)})
	w.exists(field.USGov, 6, map[string]field.Value{field.Name: "Stray"})
	w.gathered()
	w.process()
	if all := w.explain("Maple"); len(all) != 1 || !strings.HasPrefix(all[0].Answers[0], "a partner:") || all[0].Plans[0].Flow != field.Partner {
		t.Errorf("a partner: %+v", all)
	}
	if all := w.explain("Gone"); len(all) != 1 || all[0].ID != tulip || all[0].Customer != nil || len(all[0].Plans) != 3 {
		t.Errorf("an organization without an account: %+v", all)
	}
	if all := w.explain("stray"); len(all) != 1 || !strings.Contains(all[0].Name, "organization 6 of Zendesk US Government") {
		t.Errorf("an unmanaged organization: %+v", all)
	}
	refused[*stage.UsageError](w, func() error {
		_, err := stage.Explain(t.Context(), w.run(), "Nobody", false)
		return err
	}, `"Nobody"`, "give a Salesforce id")
}

func TestExplainNeedsTheProcessor(t *testing.T) {
	w := newWorld(t)
	refused[*artifact.Error](w, func() error {
		_, err := stage.Explain(t.Context(), w.run(), "Nobody", false)
		return err
	}, "run `zd-sfdc-sync processor` first")
	w = planned(t)
	document := w.read(artifact.ProcessorManifest)
	for _, kind := range []string{"plans_yaml", "overrides_yaml"} {
		w.write(artifact.ProcessorManifest, strings.Replace(document, `"`+kind+`": "`, `"`+kind+`": "- - broken`, 1))
		refused[*artifact.Error](w, func() error {
			_, err := stage.Explain(t.Context(), w.run(), "Maple", false)
			return err
		}, artifact.ProcessorManifest, "run processor again")
	}
}

func TestImpactAppliesBothVersionsOfTheRules(t *testing.T) {
	w := planned(t)
	mapped := strings.Replace(plansText, "- Premium", "- Other", 1)
	impact, err := stage.Impact(t.Context(), w.run(), stage.ImpactOptions{PlansAfter: &stage.Text{Name: "new.yaml", Content: mapped}})
	w.ok(err)
	if impact.Accounts != 2 || impact.Updates != 2 || impact.UnmappedAfter != 2 || len(impact.Moves) != 2 || impact.Date != today {
		t.Errorf("impact %+v", impact)
	}
	entry := &stage.Text{Name: "new.yaml", Content: "- salesforce_id: " + string(birch) + "\n  sub_sm_ultimate: true\n"}
	impact, err = stage.Impact(t.Context(), w.run(), stage.ImpactOptions{OverridesAfter: entry})
	w.ok(err)
	if moves := impact.Moves; len(moves) != 0 || impact.Updates != 1 {
		t.Errorf("a type that plans.yaml lacks gives no level: moves %+v, %d updates", moves, impact.Updates)
	}
	for _, options := range []stage.ImpactOptions{
		{PlansBefore: &stage.Text{Name: "bad.yaml", Content: "- x"}},
		{PlansAfter: &stage.Text{Name: "bad.yaml", Content: "- x"}},
		{OverridesAfter: &stage.Text{Name: "bad.yaml", Content: "x: 1"}},
	} {
		refused[*stage.UsageError](w, func() error {
			_, err := stage.Impact(t.Context(), w.run(), options)
			return err
		}, "bad.yaml:1")
	}
	refused[*artifact.Error](newWorld(t), func() error {
		_, err := stage.Impact(t.Context(), newWorld(t).run(), stage.ImpactOptions{})
		return err
	}, "processor.manifest.json is missing")
}
