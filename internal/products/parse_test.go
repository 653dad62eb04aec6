package products

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseRefusesWhatCouldMeanSomethingElse(t *testing.T) {
	const head = "subscriptions:\n  sub_sm_premium:\n    support_level: premium\n    charges: [One]\n"
	tests := []struct{ name, content, want string }{
		{"empty file", "", "plans.yaml:1: the file is empty: nobody would be entitled to anything"},
		{"only comments", "# later\n", "plans.yaml:1: the file is empty: nobody would be entitled to anything"},
		{"no subscriptions", "ignored: [Fee]\n", "plans.yaml:1: subscriptions names no charge: nobody would be entitled to anything"},
		{"no names", "subscriptions: {}\n", "plans.yaml:1: subscriptions names no charge: nobody would be entitled to anything"},
		{"not a mapping", "- subscriptions\n", "plans.yaml:1: a list where keys with values belong"},
		{"unknown key at the top", head + "ignore:\n  - Fee\n", `plans.yaml:5: unknown key "ignore": use subscriptions or ignored`},
		{"unknown key of a type", head + "    seat: true\n", `plans.yaml:5: unknown key "seat": use support_level, seats, usgov or charges`},
		{"unknown type", "subscriptions:\n  sub_sm_starter:\n    support_level: premium\n    charges: [One]\n",
			`plans.yaml:2: unknown subscription type "sub_sm_starter": use the key of a sub_* organization field or usgov_fedramp`},
		{"field that is not a type", "subscriptions:\n  support_hold:\n    support_level: premium\n    charges: [One]\n",
			`plans.yaml:2: unknown subscription type "support_hold": use the key of a sub_* organization field or usgov_fedramp`},
		{"missing level", "subscriptions:\n  sub_sm_premium:\n    charges: [One]\n", "plans.yaml:2: sub_sm_premium has no support_level"},
		{"unknown level", "subscriptions:\n  sub_sm_premium:\n    support_level: Premium\n    charges: [One]\n",
			`plans.yaml:3: support_level: unknown level "Premium": use one of ultimate, gold, premium, silver, consumption_only, custom, community`},
		{"level of those without support", "subscriptions:\n  sub_sm_premium:\n    support_level: expired\n    charges: [One]\n",
			"plans.yaml:3: support_level: no subscription gives the level expired: list names that entitle to nothing under ignored"},
		{"empty level", "subscriptions:\n  sub_sm_premium:\n    support_level:\n    charges: [One]\n",
			"plans.yaml:3: support_level: an empty value is not text: put text in quotes"},
		{"unknown usgov word", head + "    usgov: sometimes\n", `plans.yaml:5: usgov: unknown word "sometimes": use never, exception or always`},
		{"usgov as a check box", head + "    usgov: true\n", "plans.yaml:5: usgov: true is not text: put text in quotes"},
		{"seats as a word", head + "    seats: yes\n", `plans.yaml:5: seats: "yes" is neither true nor false`},
		{"name twice in one list", head + "ignored:\n  - Fee\n  - Fee\n", `plans.yaml:7: ignored: "Fee" is listed a second time, first on line 6`},
		{"name under a type and ignored", head + "ignored:\n  - One\n", `plans.yaml:6: ignored: "One" is listed a second time, first on line 4`},
		{"name under two types", head + "  sub_oss:\n    support_level: community\n    charges:\n      - ' One '\n",
			`plans.yaml:8: charges: "One" is listed a second time, first on line 4`},
		{"names that differ in white space alone", head + "ignored:\n  - A  Fee\n  - A Fee\n",
			`plans.yaml:7: ignored: "A Fee" is listed a second time, first on line 6`},
		{"empty name", head + "ignored:\n  - Fee\n  - ' '\n", "plans.yaml:7: ignored: a charge name is empty"},
		{"missing name", head + "ignored:\n  -\n", "plans.yaml:6: ignored: an empty value is not text: put text in quotes"},
		{"name that YAML takes for a number", head + "ignored:\n  - 2026\n", "plans.yaml:6: ignored: 2026 is not text: put text in quotes"},
		{"name in brackets without quotes", head + "ignored:\n  - [EDU Program]\n", "plans.yaml:6: ignored: a list is not text: put text in quotes"},
		{"name with a colon without quotes", head + "ignored:\n  - Fee: small\n", "plans.yaml:6: ignored: a mapping is not text: put text in quotes"},
		{"names that are not a list", head + "ignored: Fee\n", `plans.yaml:5: ignored: "Fee" where a list belongs`},
		{"list without names", head + "ignored:\n", "plans.yaml:5: ignored: an empty value where a list belongs"},
		{"type without content", head + "  sub_oss:\n",
			"plans.yaml:5: sub_oss: an empty value where keys with values belong\nplans.yaml:5: sub_oss has no support_level"},
		{"type twice", head + "  sub_sm_premium:\n    support_level: custom\n",
			`plans.yaml:5: key "sub_sm_premium" comes a second time, first on line 2`},
		{"second document", head + "---\nignored: [Fee]\n", "plans.yaml:5: a second document begins here: keep everything in the first one"},
		{"not YAML", "subscriptions:\n  \"sub_sm_premium\n", "plans.yaml:2: not valid YAML, on this line or the next: found unexpected end of stream"},
		{"all problems at once", "subscriptions:\n  sub_a:\n    support_level: high\n    charges: [One]\nignore: [One]\nignored: [One]\n",
			`plans.yaml:2: unknown subscription type "sub_a": use the key of a sub_* organization field or usgov_fedramp
plans.yaml:3: support_level: unknown level "high": use one of ultimate, gold, premium, silver, consumption_only, custom, community
plans.yaml:5: unknown key "ignore": use subscriptions or ignored
plans.yaml:6: ignored: "One" is listed a second time, first on line 4`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			plans, err := Parse("plans.yaml", []byte(test.content))
			if err == nil {
				t.Fatalf("no error, but %d types", len(plans.Types()))
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(smallPlans))
	f.Add([]byte("subscriptions: &a {sub_oss: *a}\n"))
	f.Add([]byte("subscriptions:\n  <<: {sub_oss: 1}\n"))
	f.Add([]byte("--- \n...\n---\n"))
	f.Add([]byte("subscriptions: {sub_oss: {support_level: community, charges: ['a b', \"\\u00a0\"]}}\nignored: []\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		plans, err := Parse("plans.yaml", content)
		if err != nil {
			return
		}
		for _, each := range plans.Types() {
			if !each.Level.Known() || each.Level.Rank() < 2 {
				t.Errorf("%s gives the level %q", each.Name, each.Level)
			}
		}
		names := plans.AllValidPlans()
		if len(names) == 0 {
			t.Error("plans without a name")
		}
		for name := range names {
			if name == "" || NormalName(name) != name || plans.Ignored(name) {
				t.Errorf("name %q is empty, not normal or ignored as well", name)
			}
		}
	})
}
