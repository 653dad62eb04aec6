package stage_test

import (
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

func TestImpactRefusesAnAddedOverrideForNobody(t *testing.T) {
	w := newWorld(t)
	w.org.customers = []*account.Account{customer(birch, "Birch", "2027-01-01")}
	w.org.partners = []*account.Partner{{ID: tulip, ShortID: tulip.Short(), Name: "Tulip", AccountType: "open_partner"}}
	const old = "- salesforce_id: 0014M00002E0O06\n  sub_sm_premium: true\n"
	w.overrides = old
	w.gathered()
	w.process()
	impact := func(overrides string) error {
		text := stage.Text{Name: "overrides.yaml", Content: overrides}
		_, err := stage.Impact(t.Context(), w.run(), stage.ImpactOptions{OverridesAfter: &text})
		return err
	}
	for name, tc := range map[string]struct{ added, want string }{
		"an account that is there":   {"- salesforce_id: " + string(birch) + "\n  sub_sm_premium: true\n", ""},
		"a mistyped id":              {"- salesforce_id: 001B0000002Gcp1\n  sub_sm_premium: true\n", "001B0000002Gcp1IAC: override of line 3 matches no customer account"},
		"a partner":                  {"- salesforce_id: " + string(tulip) + "\n  sub_sm_premium: true\n", "is for a partner"},
		"the old one, elsewhere":     {"- salesforce_id: 0014M00002E0O06\n  instance: usgov\n  sub_ss_ase: true\n", "0014M00002E0O06"},
		"one that has expired":       {"- salesforce_id: 001B0000002Gcp1\n  expires_on: 2026-11-20\n  sub_sm_premium: true\n", ""},
		"nothing beside the old one": {"", ""},
	} {
		err := impact(old + tc.added)
		if tc.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
		refused[*stage.UsageError](w, func() error { return err }, tc.want)
	}
	if !strings.Contains(w.log.String(), "override_without_account") {
		t.Error("the override that was there before is not warned of")
	}
}
