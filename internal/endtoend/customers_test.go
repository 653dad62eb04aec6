package endtoend

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// What recurs below: left out for the other instance, and a customer of Premium.
const (
	elsewhere   = "out: other_instance"
	nothingSold = "out: no_subscriptions"
	inStep      = ""
	premium20   = "premium [sm_premium] 20 until 2027-09-17 for 12000"
	expiredSold = "expired [] 0 until 2027-09-17 for 0"
	galactic    = ", unmapped_charge Galactic Support Plus - 1 Year"
	heldLevel   = "account_type support_level aar seats_decimal sub_sm_premium"
)

// curatedCase is what happens to an account of the curated world: the object of
// each instance, or why it has none, and what compare plans or lists.
type curatedCase struct {
	code, global, globalPlan, usgov, usgovPlan string
}

// curatedCases are worked out by hand from what each account has, docs/rules.md
// and 2026-11-21, the day of the world.
func curatedCases() []curatedCase {
	return []curatedCase{
		// Dates.
		{"D0001", premium20, inStep, elsewhere, ""},
		{"D0002", "premium [sm_premium] 20 until 2026-11-21 for 12000", inStep, elsewhere, ""},
		{"D0003", "premium [sm_premium] 20 until 2026-11-06 for 12000", inStep, elsewhere, ""},
		{"D0004", "expired [] 0 until 2026-11-05 for 0",
			"update account_type customer→former_customer, support_level premium→expired, aar 12000→0, seats_decimal 20→0, sub_sm_premium true→false", elsewhere, ""},
		{"D0005", "expired [] 0 until 2026-10-12 for 0", "", elsewhere, ""},
		{"D0006", "expired [] 0 until 2023-11-21 for 0", inStep, elsewhere, ""},
		{"D0007", "expired [] 0 until 2023-11-20 for 0", inStep, elsewhere, ""},
		{"D0008", "out: expired_three_years", "mark expired_three_years", nothingSold, ""},
		{"D0009", "premium [sm_premium] 20 until 2028-02-29 for 12000", inStep, elsewhere, ""},
		{"D0010", "premium [sm_premium] 20 until 2027-12-01 for 12000", inStep, elsewhere, ""},
		{"D0011", "premium [sm_premium] 20 until 2027-10-22 for 12000", inStep, elsewhere, ""},
		{"D0012", "premium [sm_premium] 20 until 2027-11-20 for 12000", "create", elsewhere, ""},
		// Subscriptions and charges.
		{"E0001", expiredSold + ", subscription_without_charges A-S00000031", "held update subscription_without_charges " + heldLevel, elsewhere, ""},
		{"E0002", nothingSold, "", nothingSold, ""},
		{"E0003", premium20, "update sub_consumption_duo_enterprise true→false", elsewhere, ""},
		{"E0004", premium20, inStep, elsewhere, ""},
		{"E0005", expiredSold + ", unmapped_charge self-managed - premium - 1 year", "held update unmapped_charge " + heldLevel, elsewhere, ""},
		{"E0006", premium20 + galactic, "held update unmapped_charge support_level seats_decimal sub_sm_ultimate", elsewhere, ""},
		{"E0007", expiredSold + galactic, "held create unmapped_charge", elsewhere, ""},
		{"E0008", expiredSold + ", charge_without_subscription Self-Managed - Premium - 1 Year", "held update charge_without_subscription " + heldLevel, elsewhere, ""},
		{"E0009", "expired [] 0 until 2025-11-21 for 0", inStep, nothingSold, ""},
		{"E0010", expiredSold, inStep, elsewhere, ""},
		// Products.
		{"F0001", "ultimate [dotcom_premium sm_ultimate] 300 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"F0002", "gold [dotcom_ultimate] 5 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"F0003", "silver [dotcom_premium] 5 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"F0004", "ultimate [gitlab_dedicated] 5 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"F0005", "consumption_only [consumption_cicd_minutes] 0 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"F0006", "custom [ss_ase ss_enterprise] 0 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"F0007", "community [edu] 5 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"F0008", "community [oss] 5 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"F0009", "community [community_other] 5 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"F0010", premium20, inStep, elsewhere, ""},
		// Figures and words.
		{"H0001", "premium [sm_premium] 12.5 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"H0002", "premium [sm_premium] 20 until 2027-09-17 for 1234.57", inStep, elsewhere, ""},
		{"H0003", "premium [sm_premium] 20 until 2027-09-17 for -0.01", inStep, elsewhere, ""},
		{"H0004", "premium [sm_premium] 0 until 2027-09-17 for 0", "update aar none→0", elsewhere, ""},
		{"H0005", "premium [sm_premium] 123456789 until 2027-09-17 for 90071992547409.93", inStep, elsewhere, ""},
		{"H0006", premium20, inStep, elsewhere, ""},
		{"H0007", premium20, "update sales_segmentation none→unknown, org_region emea→none", elsewhere, ""},
		{"H0008", "premium [sm_premium] 45 until 2027-09-17 for 12000", "update aar 11000→12000, seats_decimal 40→45, support_hold false→true", elsewhere, ""},
		{"H0009", premium20, "update support_level starter→premium", elsewhere, ""},
		{"H0010", premium20, "update support_level none→premium, expiration_date none→2027-09-17, sub_sm_premium false→true", elsewhere, ""},
		{"Twin1", premium20, inStep, elsewhere, ""},
		{"tWIN1", premium20, inStep, elsewhere, ""},
		// Names and ids.
		{"K0001", premium20, "update name Customer by its Old Name→Customer by its New Name", elsewhere, ""},
		{"K0002", premium20, inStep, elsewhere, ""},
		{"K0003", premium20, "conflict name_taken", elsewhere, ""},
		{"K0004", premium20, "conflict name_taken", elsewhere, ""},
		{"K0005", premium20, "conflict name_taken", elsewhere, ""},
		{"K0006", premium20, "update account_owner Former Owner→Avery Owner; conflict name_taken", elsewhere, ""},
		{"K0007", premium20, "conflict duplicate_id", elsewhere, ""},
		{"K0008", premium20, "update account_type open_partner→customer, support_level none→premium, expiration_date none→2027-09-17, " +
			"aar none→12000, seats_decimal none→20, sub_sm_premium false→true", elsewhere, ""},
		// Organizations without an account.
		{"N0001", "", "orphan not_in_salesforce", "", ""},
		{"N0002", "", "orphan not_in_salesforce", "", ""},
		{"N0003", "", "mark expired_three_years", "", ""},
		{"N0004", "", "", "", ""},
		{"N0005", "", "", "", ""},
		{"N0007", "", "", "", ""},
		// Instances.
		{"S0001", "ultimate [sm_ultimate] 50 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"S0002", elsewhere, "", "ultimate [sm_ultimate usgov_24x7] 50 until 2027-09-17 for 12000 24x7", inStep},
		{"S0003", elsewhere, "", "premium [sm_premium] 50 until 2027-09-17 for 12000 12x5", inStep},
		{"S0004", "silver [dotcom_premium] 50 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"S0005", "ultimate [sm_ultimate] 50 until 2027-09-17 for 12000, in other", inStep, expiredSold + " 12x5, in other", inStep},
		{"S0006", elsewhere, "", "ultimate [gitlab_dedicated usgov_24x7] 80 until 2027-09-17 for 12000 24x7 fedramp", inStep},
		{"S0007", elsewhere, "", "premium [sm_premium usgov_12x5] 13 until 2027-09-17 for 12000 12x5", inStep},
		{"S0008", elsewhere, "", "premium [sm_premium usgov_24x7] 10 until 2027-09-17 for 12000 24x7", "create"},
		{"S0009", "gold [dotcom_ultimate] 30 until 2027-06-09 for 12000, in other", inStep,
			"premium [sm_premium usgov_12x5] 20 until 2027-09-17 for 12000 12x5, in other", inStep},
		{"S0010", elsewhere, "", "gold [usgov_24x7] 60 until 2027-09-17 for 12000 24x7", inStep},
		{"S0011", elsewhere, "", "expired [] 0 until 2026-08-13 for 0 12x5", inStep},
		{"S0012", "", "", "", "mark expired_three_years"},
		// Moves.
		{"V0001", expiredSold + ", awaits_other_instance", "held update awaits_other_instance " + heldLevel, premium20 + " 12x5, in other", "conflict name_taken"},
		{"V0002", premium20 + ", in other",
			"update account_type former_customer→customer, support_level expired→premium, aar 0→12000, seats_decimal 0→20, sub_sm_premium false→true",
			expiredSold + " 12x5, awaits_other_instance, in other",
			"held update awaits_other_instance account_type support_level arr number_of_seats sub_sm_premium"},
		{"V0003", "silver [dotcom_premium] 20 until 2027-09-17 for 12000" + galactic + ", in other", "held create unmapped_charge",
			"premium [sm_premium usgov_12x5] 20 until 2027-09-17 for 12000 12x5" + galactic, inStep},
		// Overrides.
		{"R0001", "out: expired_three_years", "mark expired_three_years", elsewhere, ""},
		{"R0002", "ultimate [sm_premium] 20 until 2027-09-17 for 12000", "update support_level premium→ultimate", elsewhere, ""},
		{"R0003", premium20, inStep, elsewhere, ""},
		{"R0004", premium20, inStep, elsewhere, ""},
		{"R0005", "gold [sm_premium] 20 until 2027-09-17 for 12000", inStep, elsewhere, ""},
		{"R0006", elsewhere, "", "premium [sm_premium usgov_12x5 usgov_24x7] 20 until 2027-09-17 for 12000 24x7", inStep},
		{"R0007", "ultimate [sm_ultimate] 10 until 2027-06-09 for 12000", "create", nothingSold, ""},
		{"R0008", "", "", "", ""},
		// Of the many to whom nothing happens, and of the partners.
		{"M0000", premium20, inStep, elsewhere, ""},
		{"M0099", premium20, inStep, elsewhere, ""},
		{"P0002", "", "", "", ""},
		{"P0021", "", "", "", ""},
		{"G0001", "", "", "", ""},
	}
}

// The curated customers, one by one: what each gets, and what is done about it.
func TestCuratedCustomers(t *testing.T) {
	t.Parallel()
	w := startWorld(t, curated())
	for _, command := range customerStages() {
		w.must(command)
	}
	protected := filepath.Join(t.TempDir(), "protected.txt")
	content := strings.Join(data.Curated(noon()).Protected, "  # kept\n") + "\n"
	if err := os.WriteFile(protected, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	w.must("compare global --protected-ids-file " + protected)
	w.must("compare usgov --protected-ids-file " + protected)
	objects := map[string]map[string]string{"global": w.toldObjects("global"), "usgov": w.toldObjects("usgov")}
	plans := map[string]map[string]string{"global": w.toldPlan("global"), "usgov": w.toldPlan("usgov")}
	told := map[string]bool{}
	for _, want := range curatedCases() {
		id := data.LongID("0014M00002" + want.code)
		told[id] = true
		got := curatedCase{want.code, objects["global"][id], plans["global"][id], objects["usgov"][id], plans["usgov"][id]}
		if got != want {
			t.Errorf("%s\n got %q\nwant %q", want.code, got, want)
		}
	}
	for _, account := range data.Curated(noon()).Accounts {
		many, partner := strings.HasPrefix(account.ID, "0014M00002M"), strings.HasPrefix(account.ID, "0014M00002P")
		if !told[account.ID] && !many && !partner && account.ID != data.AllianceID {
			t.Errorf("no case says what happens to %s %s", account.ID, account.Name)
		}
	}
	for _, instance := range []string{"global", "usgov"} {
		if got := objects[instance][data.AllianceID]; got != "out: partner" {
			t.Errorf("%s: the alliance account is %q", instance, got)
		}
		for id, rows := range plans[instance] {
			if !told[id] {
				t.Errorf("%s: %s of an account to which nothing happens: %s", instance, id, rows)
			}
		}
	}
}

// What people have to look at is said on screen and in the manifest.
func TestProcessorWarnsOfWhatPeopleHaveToFix(t *testing.T) {
	t.Parallel()
	w := startWorld(t, curated())
	var last result
	for _, command := range customerStages() {
		last = w.must(command)
	}
	var manifest struct {
		Unmapped []struct {
			Reason, Detail string
			Accounts       int
		} `json:"unmapped"`
	}
	w.readJSON("processor.manifest.json", &manifest)
	if got, want := fmt.Sprint(manifest.Unmapped), "[{unmapped_charge Galactic Support Plus - 1 Year 3} {charge_without_subscription Self-Managed - Premium - 1 Year 1} "+
		"{subscription_without_charges  1} {unmapped_charge self-managed - premium - 1 year 1}]"; got != want {
		t.Errorf("unmapped names\n got %s\nwant %s", got, want)
	}
	var codes []string
	for _, told := range w.warnings("processor.manifest.json") {
		codes = append(codes, strings.TrimSpace(told.Code+" "+told.SalesforceID))
		if !strings.Contains(last.stdout+last.stderr, told.Code) {
			t.Errorf("the screen does not tell of %s", told.Code)
		}
	}
	want := []string{
		"charge_without_subscription",
		"override_expired " + data.LongID("0014M00002R0004"),
		"override_without_account " + data.LongID("0014M00002R0008"),
		"subscription_without_charges", "unmapped_charge", "unmapped_charge",
	}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
