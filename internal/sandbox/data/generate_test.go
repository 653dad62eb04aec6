package data

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var generationDay = time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC)

func TestGeneratedWorldMergesWithTheCuratedOne(t *testing.T) {
	generated := Generate(Options{Accounts: 12_500, Partners: 1_000, Seed: 7, Today: generationDay})
	holds(t, Merge(Curated(generationDay), generated))
}

func TestSameOptionsSameWorld(t *testing.T) {
	options := Options{Accounts: 80, Partners: 30, Seed: 3, Today: generationDay}
	first := Generate(options)
	if diff := cmp.Diff(first, Generate(options)); diff != "" {
		t.Errorf("generated twice (-first +second):\n%s", diff)
	}
	options.Seed = 4
	if cmp.Equal(first, Generate(options)) {
		t.Error("another seed gave the same world")
	}
}

func TestSmallerWorldIsTheBeginningOfALarger(t *testing.T) {
	small := Generate(Options{Accounts: 50, Seed: 3, Today: generationDay})
	large := Generate(Options{Accounts: 200, Seed: 3, Today: generationDay})
	if diff := cmp.Diff(small.Accounts, large.Accounts[:50]); diff != "" {
		t.Errorf("first accounts (-small +large):\n%s", diff)
	}
}

func TestChildrenAreAsManyAsAskedFor(t *testing.T) {
	world := Generate(Options{Accounts: 200, Seed: 1, Today: generationDay, Subscriptions: 4, Charges: 11})
	for _, account := range world.Accounts {
		if len(account.Subscriptions) != 4 || len(account.Charges) != 11 {
			t.Fatalf("%s has %d subscriptions and %d charges, want 4 and 11", account.ID, len(account.Subscriptions), len(account.Charges))
		}
	}
	var subscriptions, charges int
	world = Generate(Options{Accounts: 2000, Seed: 1, Today: generationDay})
	for _, account := range world.Accounts {
		subscriptions += len(account.Subscriptions)
		charges += len(account.Charges)
	}
	if subscriptions < 5500 || subscriptions > 6500 || charges < 11_000 || charges > 13_000 {
		t.Errorf("2000 accounts have %d subscriptions and %d charges, want about 6000 and 12000", subscriptions, charges)
	}
}

func TestChangedIsTheShareOfPartnersOutOfStep(t *testing.T) {
	for _, test := range []struct {
		changed  float64
		min, max int
	}{{0, 80, 160}, {-1, 0, 0}, {0.3, 1050, 1350}, {1, 3850, 4000}} {
		world := Generate(Options{Partners: 4000, Seed: 5, Today: generationDay, Changed: test.changed})
		accounts := make(map[string]*Account)
		for _, account := range world.Accounts {
			accounts[account.ID] = account
		}
		differing := 0
		for _, organization := range world.Global {
			id, _ := organization.Fields["salesforce_id"].(string)
			account := accounts[id]
			if account != nil && organization.ID < 23_000_000_000_000 && !cmp.Equal(partnerFields(account), organization.Fields) {
				differing++
			}
		}
		if differing < test.min || differing > test.max {
			t.Errorf("changed %v: %d of 4000 organizations differ, want %d to %d", test.changed, differing, test.min, test.max)
		}
	}
}

func TestMutateMakesANewWorld(t *testing.T) {
	world := Merge(Curated(generationDay), Generate(Options{Accounts: 80, Partners: 30, Seed: 2, Today: generationDay}))
	before := Merge(Curated(generationDay), Generate(Options{Accounts: 80, Partners: 30, Seed: 2, Today: generationDay}))
	next := Mutate(world, 9, generationDay)
	if diff := cmp.Diff(before, world); diff != "" {
		t.Fatalf("the given world changed (-before +after):\n%s", diff)
	}
	if cmp.Equal(world.Accounts, next.Accounts) {
		t.Error("nothing changed")
	}
	if diff := cmp.Diff(next, Mutate(world, 9, generationDay)); diff != "" {
		t.Errorf("mutated twice (-first +second):\n%s", diff)
	}
}

func TestMutatedWorldsKeepTheirIds(t *testing.T) {
	world := Merge(Curated(generationDay), Generate(Options{Accounts: 60, Partners: 20, Seed: 2, Today: generationDay}))
	for hour := range uint64(200) {
		world = Mutate(world, hour, generationDay)
	}
	holds(t, world)
	holds(t, Mutate(World{}, 1, generationDay))
}
