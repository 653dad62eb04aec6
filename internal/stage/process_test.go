package stage_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

// processed has two customers, one of them of an unmapped charge.
func processed(t *testing.T) *world {
	w := newWorld(t)
	unmapped := customer(maple, "Maple", "2027-01-01")
	unmapped.Charges[0].ChargeName = "Quantum"
	w.org.customers = []*account.Account{customer(birch, "Birch", "2027-01-01"), unmapped}
	w.overrides = "- salesforce_id: " + string(tulip) + "\n  reason: gone\n  sub_sm_premium: true\n"
	w.gathered()
	return w
}

func TestEveryCustomerIsDecidedForBothInstances(t *testing.T) {
	w := processed(t)
	document := w.process()
	accounts := w.read("global/accounts.json")
	if strings.Count(accounts, "\n") != 4 || !strings.Contains(accounts, `"name":"Birch"`) || !strings.Contains(accounts, `"support_level":"premium"`) {
		t.Errorf("accounts.json: %s", accounts)
	}
	if left := w.read("usgov/left_out.json"); strings.Count(left, `"other_instance"`) != 2 {
		t.Errorf("left_out.json of US Government: %s", left)
	}
	for name, want := range map[string]int{"accounts": 2, "global_accounts": 2, "usgov_left_out_other_instance": 2} {
		if document.Counts[name] != want {
			t.Errorf("counts %s %d, want %d", name, document.Counts[name], want)
		}
	}
	if document.Plans != plansText || document.Overrides != w.overrides || document.EndDate != "2023-11-20" {
		t.Errorf("the manifest says %+v", document)
	}
}

func TestUnmappedNamesAreCountedAndWarnedOf(t *testing.T) {
	document := processed(t).process()
	if len(document.Held) != 1 || document.Held[0].Detail != "Quantum" || document.Held[0].Accounts != 1 {
		t.Fatalf("held %+v", document.Held)
	}
	if message := document.Held[0].Message(); !strings.Contains(message, `unmapped_charge "Quantum": 1 account;`) || !strings.Contains(message, "plans.yaml") {
		t.Errorf("the message is %q", message)
	}
	codes := map[string]int{}
	for _, warning := range document.Warnings {
		codes[warning.Code]++
	}
	if diff := cmp.Diff(map[string]int{"unmapped_charge": 1, "override_without_account": 1}, codes); diff != "" {
		t.Error(diff)
	}
}

func TestWhatDoesNothingIsWarnedOf(t *testing.T) {
	w := newWorld(t)
	orphaned := customer(maple, "Maple", "2027-01-01")
	orphaned.Charges[0].Subscription = "elsewhere"
	old := customer(tulip, "Tulip", "2027-01-01")
	w.org.customers = []*account.Account{customer(birch, "Birch", "2027-01-01"), orphaned, old}
	w.org.partners = []*account.Partner{{ID: "0014M00001sDiGEQA0", ShortID: "0014M00001sDiGE", Name: "Alliance", AccountType: "alliance_partner"}}
	w.overrides = "- salesforce_id: " + string(birch) + "\n  expires_on: 2026-11-20\n  sub_sm_premium: true\n" +
		"- salesforce_id: 0014M00001sDiGEQA0\n  sub_sm_premium: true\n" +
		"- salesforce_id: " + string(tulip) + "\n  expiration_date: 2020-01-01\n"
	w.gathered()
	want := []string{"charge_without_subscription", "expired_with_current_charge", "override_expired", "override_of_partner"}
	found := map[string]bool{}
	for _, warning := range w.process().Warnings {
		found[warning.Code] = true
	}
	for _, code := range want {
		if !found[code] {
			t.Errorf("no warning %s among %v", code, found)
		}
	}
}

func TestAnAccountThatComesTwiceStopsTheProcessor(t *testing.T) {
	w := processed(t)
	lines := strings.Split(w.read("customer/salesforce_accounts.json"), "\n")
	w.write("customer/salesforce_accounts.json", strings.Join([]string{lines[0], strings.TrimSuffix(lines[1], ",") + ",", lines[1], lines[2], lines[3], ""}, "\n"))
	options := w.processOptions()
	options.AllowEdited = true
	refused[*artifact.Error](w, func() error {
		_, err := stage.Process(t.Context(), w.run(), options)
		return err
	}, string(birch))
}

func TestTheProcessorRefusesWhatItCannotUse(t *testing.T) {
	for name, test := range map[string]struct {
		set   func(*world, *stage.ProcessOptions)
		usage bool
		part  string
	}{
		"broken plans":     {func(_ *world, o *stage.ProcessOptions) { o.Plans.Content = "subscriptions: 1\n" }, true, "plans.yaml:1"},
		"broken overrides": {func(_ *world, o *stage.ProcessOptions) { o.Overrides.Content = "- salesforce_id: short\n" }, true, "nothing was written, so support is unchanged"},
		"edited artifact":  {func(w *world, _ *stage.ProcessOptions) { w.write("customer/salesforce_accounts.json", "[]\n") }, false, "pass --allow-edited"},
		"no account at all": {func(w *world, o *stage.ProcessOptions) {
			o.AllowEdited = true
			w.write("customer/salesforce_accounts.json", "[]\n")
		}, false, "no account gets an organization"},
		"too few charges":  {func(w *world, _ *stage.ProcessOptions) { w.day = "2026-11-20" }, false, "with the same --date"},
		"missing instance": {func(w *world, _ *stage.ProcessOptions) { w.remove("usgov/zendesk_orgs.json") }, false, "usgov/zendesk_orgs.json is missing"},
		"missing accounts": {func(w *world, _ *stage.ProcessOptions) { w.remove("customer/salesforce_accounts.json") }, false, "run `zd-sfdc-sync salesforce customer` first"},
		"missing manifest": {func(w *world, _ *stage.ProcessOptions) { w.remove("global/zendesk-gather.manifest.json") }, false, "global/zendesk-gather.manifest.json is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			w := processed(t)
			options := w.processOptions()
			test.set(w, &options)
			work := func() error {
				_, err := stage.Process(t.Context(), w.run(), options)
				return err
			}
			if test.usage {
				refused[*stage.UsageError](w, work, test.part)
			} else {
				refused[error](w, work, test.part)
			}
		})
	}
}

func TestWithoutPartnerAccountsTheTypeDecides(t *testing.T) {
	w := processed(t)
	w.remove("partner/salesforce_accounts.json")
	w.exists(field.Global, 1, map[string]field.Value{field.SalesforceID: field.Value(birch), field.AccountType: "open_partner"})
	w.gather(field.Global)
	document := w.process()
	if document.Counts["global_left_out_partner"] != 1 || !strings.Contains(w.log.String(), "no_partner_artifact") {
		t.Errorf("counts %v, log %s", document.Counts, w.log.String())
	}
}

func TestAStoppedProcessorWritesNothing(t *testing.T) {
	w := processed(t)
	stopped := errors.New("stopped by a test")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	refused[error](w, func() error {
		_, err := stage.Process(ctx, w.run(), w.processOptions())
		return err
	}, "stopped by a test")
}

func TestTextsAreReadFromFiles(t *testing.T) {
	w := newWorld(t)
	w.write("plans.yaml", plansText)
	text, err := stage.ReadText(w.folder.Path("plans.yaml"), "plans")
	if err != nil || text.Content != plansText {
		t.Errorf("%+v, %v", text, err)
	}
	refused[*stage.UsageError](w, func() error {
		_, err := stage.ReadText(w.folder.Path("none.yaml"), "plans")
		return err
	}, "reading --plans", "give the path")
}
