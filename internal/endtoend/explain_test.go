package endtoend

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// explainedWorld has the plans of all flows, and no service that answers: what
// explain tells, it tells from artifacts alone.
func explainedWorld(t *testing.T) *world {
	t.Helper()
	w := gatheredWorld(t, curated())
	w.must("processor")
	w.must("zendesk-gather partner")
	for _, flow := range []string{"global", "usgov", "partner"} {
		w.must("compare "+flow, 0, 3)
	}
	w.environment = map[string]string{}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w
}

// squeezed is a text with every run of blanks as one, so that columns may move.
func squeezed(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ")
	}
	return strings.Join(lines, "\n")
}

func TestExplain(t *testing.T) {
	t.Parallel()
	w := explainedWorld(t)
	t.Run("tells of every kind of account", w.explainsEveryKind)
	t.Run("says what it does not know", w.explainsIgnorance)
	t.Run("ends with the object", w.explainsTheObject)
}

func (w *world) explainsEveryKind(t *testing.T) {
	before := w.files()
	for _, test := range []struct {
		rule, wanted string
		says         []string
		saysNot      string
	}{
		{"by the id of 18 characters: overridden", data.LongID("0014M00002R0002"), []string{
			"in Salesforce: Customer, US Government exception: no",
			`"Self-Managed - Premium - 1 Year"`, "quantity 20: mapped to sub_sm_premium, current until 2027-10-02",
			"override of line 5 is in force (contract amendment)",
			"sub_sm_premium true a current charge maps to it, from a0c",
			"support_level ultimate override in force, from contract amendment",
			"left out (other_instance): no subscription belongs to the instance",
			"support_level premium → ultimate",
		}, "highest level"},
		{"by the id of 15 characters: held for an unmapped name", "0014M00002E0006", []string{
			"unmapped, current until", "what would take something away is held: unmapped_charge (Galactic Support Plus - 1 Year)",
			"support_level premium highest level of the true attributes, from sub_sm_premium",
			"held, update: unmapped_charge (Galactic Support Plus - 1 Year)",
		}, "update organization"},
		{"held for a charge without a subscription", "0014M00002E0008", []string{
			"Subscriptions\nnone", "entitles to nothing, as its subscription is not in the account's list", "held, update: charge_without_subscription",
		}, ""},
		{"held while it moves", "0014M00002V0001", []string{
			"goes to Zendesk US Government: judged by its current charges, decided by charge a0c",
			"held, update: awaits_other_instance", "conflict, name_taken: with 1140",
		}, ""},
		{"left out: nothing sold", "0014M00002E0002", []string{
			"left out (no_subscriptions): it has neither a subscription nor a current charge, nor an organization or an override in force there",
			"Plan of global", "nothing to do",
		}, "has an object"},
		{"left out: beyond three years", "0014M00002R0001", []string{
			"left out (expired_three_years): its expiration_date is earlier", "expiration_date 2026-08-13 → 2023-11-19 override in force",
			"mark organization 360001000087 for deletion: expired_three_years",
		}, ""},
		{"a customer of the partner flow", data.AllianceID, []string{
			"left out (partner): the partner flow owns the account", "a partner: the partner flow takes its organization over",
		}, "has an object"},
		{"a partner", "0014M00002P0004", []string{
			"0014M00002P0004QAB\na partner:", "account_owner Former Owner → Avery Owner", "Plan of partner",
		}, "Zendesk US Government:"},
		{"a partner by name, without an organization", "partner WITHOUT organization ", []string{"0014M00002P0003QAB\na partner:", "create"}, ""},
		{"by the Zendesk id, in a conflict", "360001000072", []string{
			"0014M00002K0007QAB Customer with Two Organizations", "conflict, duplicate_id: with 360001000072, 360001000073",
		}, ""},
		{"by the Zendesk id of US Government", "114002000004", []string{"usgov_fedramp includes it"}, ""},
		{"by name, whatever its case", "customer IN step", []string{"0014M00002D0001QAB", "Plan of global", "nothing to do"}, "override of"},
		{"by a name of two accounts", "name of two new customers", []string{
			"0014M00002K0004QAB", "0014M00002K0005QAB", "conflict, name_taken: with 0014M00002K0005QAB",
		}, ""},
		{"by the organization's name, not the account's", "Customer by its Old Name", []string{
			"0014M00002K0001QAB Customer by its New Name", "name Customer by its Old Name → Customer by its New Name",
		}, ""},
		{"an orphan, whom Salesforce does not know", "0014M00002N0001", []string{
			"neither a customer nor a partner of the Salesforce artifacts", "organization 360001000075 is an orphan: not_in_salesforce",
		}, "has an object"},
		{"an organization without an id", "Organization without Fields", []string{"of Zendesk Global\nunmanaged: it has no valid salesforce_id"}, "Plan of"},
		{"US Government Dedicated", "0014M00002S0006", []string{
			"schedule 24x7 24x7 with sub_usgov_24x7", "emergency_support_24x7 true", "support_level ultimate highest level of the true attributes, from usgov_fedramp",
		}, ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			got := w.run("explain", test.wanted)
			if got.code != 0 {
				t.Fatalf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
			}
			told := squeezed(got.stdout)
			contains(t, told, test.says...)
			if test.saysNot != "" && strings.Contains(told, test.saysNot) {
				t.Errorf("it says %q:\n%s", test.saysNot, told)
			}
		})
	}
	if diff := cmp.Diff(before, w.files()); diff != "" {
		t.Errorf("explain has changed the data folder (-before +after):\n%s", diff)
	}
}

func (w *world) explainsIgnorance(t *testing.T) {
	for wanted, says := range map[string]string{
		"Nobody at all":                `the artifacts have no account or organization "Nobody at all"`,
		data.LongID("0014M00002ZZZZZ"): "the artifacts have no account or organization",
		"12":                           "the artifacts have no account or organization",
	} {
		got := w.run("explain", wanted)
		if got.code != 2 || !strings.Contains(got.stderr, says) {
			t.Errorf("explain %s: exit code %d, want 2 and %q in:\n%s", wanted, got.code, says, got.stderr)
		}
	}
}

// Explain needs the processor to have run, and says so; the plans may come later.
func TestExplainNeedsTheProcessor(t *testing.T) {
	t.Parallel()
	w := gatheredWorld(t, curated())
	refused := w.must("explain 0014M00002D0001", 4)
	contains(t, refused.stderr, "processor.manifest.json is missing")
	w.must("processor")
	contains(t, w.must("explain 0014M00002D0001").stdout, "Plan of global\n  compare has not run on this folder")
}

// What is explained is what was decided: the values of every object are those
// that the steps end with.
func (w *world) explainsTheObject(t *testing.T) {
	for _, code := range []string{"D0001", "D0004", "F0001", "F0006", "H0003", "R0002", "R0005", "E0006"} {
		id := data.LongID("0014M00002" + code)
		var object map[string]any
		for _, record := range w.list("global/accounts.json") {
			if record["salesforce_id"] == id {
				object = record
			}
		}
		last := map[string]string{}
		_, section, _ := strings.Cut(w.run("explain", id).stdout, "\nZendesk Global\n")
		section, _, _ = strings.Cut(section, "\nZendesk US Government\n")
		for _, line := range strings.Split(section, "\n") {
			cells := regexp.MustCompile(`  +`).Split(strings.TrimSpace(line), -1)
			if len(cells) != 3 {
				continue
			}
			key, value := cells[0], cells[1]
			if _, after, changed := strings.Cut(value, " → "); changed {
				value = after
			}
			last[key] = value
		}
		want := maps.Clone(last)
		for key := range last {
			if value, managed := object[key]; managed {
				want[key] = map[bool]string{true: "empty", false: said(value)}[said(value) == "none"]
			}
		}
		if diff := cmp.Diff(want, last); diff != "" || len(last) < 15 {
			t.Errorf("%s: %d steps (-object +explained):\n%s", code, len(last), diff)
		}
	}
}
