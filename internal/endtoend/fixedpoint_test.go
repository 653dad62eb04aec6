package endtoend

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// After whatever happened in Salesforce, in Zendesk and in the overrides file,
// one run of all flows and at most two more bring the world to rest: the next
// finds nothing to do but what is listed as held, orphaned, conflicting or
// failed. The invariants of watch hold in every hour on the way.
func TestEveryWorldComesToRest(t *testing.T) {
	t.Parallel()
	seeds := 6
	if soak() {
		seeds = 120
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			comesToRest(t, uint64(seed))
		})
	}
}

func comesToRest(t *testing.T, seed uint64) {
	living := data.Generate(data.Options{Accounts: 20, Partners: 8, Seed: seed, Today: noon(), Changed: 0.1})
	w := &watch{world: startWorld(t, sandbox.Options{World: living})}
	w.liftLimits()
	people := agents{watch: w, random: rand.New(rand.NewPCG(seed, 1))}
	for hour := range uint64(2) {
		for change := range uint64(4) {
			living = data.Mutate(living, seed<<16+hour<<8+change, w.clock.Now())
		}
		w.serve(living)
		people.work(living)
		w.hour()
		w.clock.Advance(time.Duration(seed%2) * 24 * time.Hour)
	}
	w.hour()
	w.hour()
	w.atRest()
	if t.Failed() {
		t.Logf("seed %d", seed)
	}
}

// liftLimits accepts plans of any size: a small world is over its limits soon.
func (w *world) liftLimits() {
	for _, limit := range []string{"CREATES", "UPDATES", "SUPPORT_GAINED", "SUPPORT_LOST", "MARKS"} {
		w.environment["ZDSYNC_MAX_"+limit] = "100%/100000"
	}
}

// agents are the people who change organizations and overrides by hand.
type agents struct {
	*watch
	random *rand.Rand
}

// work changes a few organizations of each instance, and all overrides.
func (a agents) work(living data.World) {
	for _, instance := range []*zendesk.Server{a.Global, a.USGov} {
		for range 3 {
			all := instance.Organizations()
			if len(all) > 0 {
				a.change(instance, all[a.random.IntN(len(all))])
			}
		}
		a.strand(instance, living)
	}
	overrides := "# by hand\n"
	for at := range living.Accounts {
		if a.random.IntN(15) == 0 {
			overrides += "- salesforce_id: " + living.Accounts[at].ID + "\n  " + a.one(
				"support_level: ultimate", "support_level: expired", "sub_sm_ultimate: true", "sub_sm_premium: false", "account: Named by Support\n  account_owner: By Support",
				"instance: usgov\n  usgov_fedramp: true", "instance: usgov\n  sub_usgov_24x7: true", "expiration_date: 2020-01-01") + "\n"
		}
	}
	a.GitLab.SetFile(sandbox.OverridesPath, overrides)
}

// strand adds an organization that expired long ago, of an account that may be
// there.
func (a agents) strand(instance *zendesk.Server, living data.World) {
	number := a.random.Uint32()
	id := data.LongID(fmt.Sprintf("00175%010d", number))
	if a.random.IntN(2) == 0 {
		id = living.Accounts[a.random.IntN(len(living.Accounts))].ID
	}
	instance.Insert(zendesk.Organization{Name: fmt.Sprintf("Stranded %d", number), Fields: map[string]any{
		"salesforce_id": id, "account_type": a.one("former_customer", "open_partner"), "support_level": a.one("expired", "expired", "premium"),
		"expiration_date": "2019-05-01", "ignore_deletion": a.random.IntN(3) == 0,
	}})
}

func (a agents) one(choices ...string) string { return choices[a.random.IntN(len(choices))] }

// change does one of the things that people do to organizations.
func (a agents) change(instance *zendesk.Server, of zendesk.Organization) {
	edit := func(change func(*zendesk.Organization)) { instance.Edit(of.ID, change) }
	set := func(key string, value any) {
		edit(func(o *zendesk.Organization) { o.Fields[key] = value })
	}
	switch a.random.IntN(11) {
	case 0:
		edit(func(o *zendesk.Organization) { o.Name = fmt.Sprintf("Renamed by Hand %d", a.random.Uint32()) })
	case 1:
		set(a.one("account_type", "support_level", "expiration_date", "sfdc_short_id", "account_owner", "sub_sm_premium"), nil)
	case 2:
		set("mark_for_deletion", true)
	case 3:
		set("ignore_deletion", true)
	case 4:
		instance.Remove(of.ID)
	case 5:
		of.ID, of.Name = 0, of.Name+" (copy)"
		instance.Insert(of)
	case 6:
		set("salesforce_id", longID(of)[:min(15, len(longID(of)))])
	case 9:
		set("salesforce_id", a.one(strings.ToUpper(longID(of)), strings.ToLower(longID(of)[:min(15, len(longID(of)))]), longID(of)[:min(17, len(longID(of)))]+"5"))
	case 10:
		set("salesforce_id", data.LongID(fmt.Sprintf("00176%010d", a.random.Uint32())))
	case 7:
		set("support_level", a.one("ultimate", "expired", "premium"))
	case 8:
		edit(func(o *zendesk.Organization) { o.Fields = nil })
	}
}
