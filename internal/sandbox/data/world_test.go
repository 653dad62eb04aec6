package data

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

func TestLongIDHasTheChecksum(t *testing.T) {
	for short, want := range map[string]string{
		"001M000000qfPyS": "001M000000qfPySIAU",
		"001B0000002Gcp0": "001B0000002Gcp0IAC",
		"001T0000007AkXZ": "001T0000007AkXZIA0",
		"0014M00001sDiGE": AllianceID,
		"001":             "001",
	} {
		if got := LongID(short); got != want {
			t.Errorf("LongID(%q) = %q, want %q", short, got, want)
		}
	}
}

func TestThreeYearsOut(t *testing.T) {
	for today, want := range map[string]string{
		"2026-11-21": "2023-11-20",
		"2024-02-29": "2021-02-27",
		"2027-03-01": "2024-02-29",
		"2026-01-01": "2022-12-31",
	} {
		day, err := time.Parse(time.DateOnly, today)
		if err != nil {
			t.Fatal(err)
		}
		if got := threeYearsOut(day).Format(time.DateOnly); got != want {
			t.Errorf("three years out of %s is %s, want %s", today, got, want)
		}
	}
}

// holds checks what must hold for any world: valid ids, each record's own, and
// names that Zendesk would let be.
func holds(t *testing.T, world World) {
	t.Helper()
	seen := make(map[string]bool)
	once := func(id, prefix string) {
		if len(id) != 18 || LongID(id[:15]) != id || !strings.HasPrefix(id, prefix) {
			t.Fatalf("%q is no 18-character id that begins with %s", id, prefix)
		}
		if seen[id] {
			t.Fatalf("the id %s comes twice", id)
		}
		seen[id] = true
	}
	for _, account := range world.Accounts {
		once(account.ID, "001")
		for i := range account.Subscriptions {
			once(account.Subscriptions[i].ID, "a0s")
		}
		for i := range account.Charges {
			once(account.Charges[i].ID, "a0c")
		}
	}
	for _, instance := range [][]Organization{world.Global, world.USGov} {
		names, ids := make(map[string]bool), make(map[int64]bool)
		for _, organization := range instance {
			name := strings.ToLower(strings.TrimSpace(organization.Name))
			if name == "" || name != strings.ToLower(organization.Name) {
				t.Fatalf("the name %q is not as Zendesk keeps it", organization.Name)
			}
			if names[name] || ids[organization.ID] {
				t.Fatalf("organization %d %q comes twice", organization.ID, organization.Name)
			}
			names[name], ids[organization.ID] = true, true
		}
	}
}

func TestCuratedWorldHoldsOnAnyDay(t *testing.T) {
	for _, today := range []string{"2026-11-21", "2024-02-29", "2027-03-01", "2028-02-28", "2026-01-01", "2026-12-31"} {
		t.Run(today, func(t *testing.T) {
			day, err := time.Parse(time.DateOnly, today)
			if err != nil {
				t.Fatal(err)
			}
			world := Curated(day.Add(23 * time.Hour))
			holds(t, world)
			for _, account := range world.Accounts {
				if account.Why == "" {
					t.Errorf("%s does not say why it is there", account.Name)
				}
			}
		})
	}
}

func TestCuratedDatesAreRelativeToToday(t *testing.T) {
	world := Curated(time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC))
	want := map[string]string{
		"Customer on the Day of Expiry":                 "2026-11-21",
		"Customer on the Last Day of Grace":             "2026-11-06",
		"Customer after Grace":                          "2026-11-05",
		"Customer Expired for Three Years":              "2023-11-21",
		"Customer Expired for Three Years and a Day":    "2023-11-20",
		"Customer Expired for Three Years and Two Days": "2023-11-19",
		"Customer until a Leap Day":                     "2028-02-29",
	}
	got := make(map[string]string)
	for _, account := range world.Accounts {
		if _, wanted := want[account.Name]; wanted {
			got[account.Name] = account.Charges[0].End.Format(time.DateOnly)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ends of charges (-want +got):\n%s", diff)
	}
	for _, organization := range world.Global {
		if end, wanted := want[organization.Name]; wanted && organization.Fields["expiration_date"] != end {
			t.Errorf("%s: the organization has %v, want %s", organization.Name, organization.Fields["expiration_date"], end)
		}
	}
}

func TestOverridesAreYAMLAndNameAccounts(t *testing.T) {
	today := time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC)
	world := Curated(today)
	var entries []map[string]any
	if err := yaml.Unmarshal([]byte(world.Overrides), &entries); err != nil {
		t.Fatal(err)
	}
	accounts := make(map[string]string)
	for _, account := range world.Accounts {
		accounts[account.ID] = account.Name
	}
	var got []string
	for _, entry := range entries {
		id, _ := entry["salesforce_id"].(string)
		got = append(got, accounts[LongID(id)])
	}
	want := []string{
		"Customer of an Odd Override", "Customer of an Agreed Level", "Customer without the Add-on It Pays",
		"Customer of an Override that Ended", "Customer of an Override that Ends Today", "Agency with Agreed Hours",
		"Customer by Override Alone", "", // the last is for no account
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("accounts with overrides (-want +got):\n%s", diff)
	}
	ended, ok := entries[3]["expires_on"].(time.Time)
	if !ok || !ended.Equal(today.AddDate(0, 0, -1)) {
		t.Errorf("the fourth override ends on %v, want the day before today", entries[3]["expires_on"])
	}
}

func TestCuratedOrganizationsShowTheirHazards(t *testing.T) {
	world := Curated(time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC))
	organizations := make(map[string]Organization)
	for _, organization := range world.Global {
		organizations[organization.Name] = organization
	}
	if got := organizations["Organization without Fields"].Fields; got != nil {
		t.Errorf("fields %v, want none at all", got)
	}
	if got := organizations["Partner with a Large Number"].ID; got <= 1<<53 {
		t.Errorf("id %d is not beyond 2^53", got)
	}
	if got := organizations["Alliance Cloud"].Fields["account_type"]; got != "alliance_partner" {
		t.Errorf("the alliance account's organization is %v", got)
	}
	want := map[string]any{
		"salesforce_id": LongID("0014M00002P0007"), "sfdc_short_id": "0014M00002P0007", "account_type": "select_partner",
		"account_owner": "Avery Owner", "technical_account_manager": "Morgan Manager", "solutions_architect": "Sasha Architect",
		"support_hold": nil, "restricted_account": nil, "org_in_escalated_state": nil, "mark_for_deletion": nil,
	}
	if diff := cmp.Diff(want, organizations["Partner without a Hold"].Fields); diff != "" {
		t.Errorf("check boxes of null (-want +got):\n%s", diff)
	}
	if len(world.Protected) != 2 {
		t.Errorf("%d protected ids, want 2", len(world.Protected))
	}
}
