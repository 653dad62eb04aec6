package endtoend

import (
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// editAny lets an agent change an organization, so that the next gather of the
// instance is another version.
func editAny(instance *zendesk.Server, id int64) {
	instance.Edit(id, func(o *zendesk.Organization) { o.Fields["account_owner"] = "Somebody Else" })
}

// versioned is a world with an organization in each instance.
func versioned() data.World {
	world := livesWith(asCustomer)
	world.Global = []data.Organization{{ID: 1, Name: "Moving Account", Fields: map[string]any{"salesforce_id": mover()}}}
	world.USGov = []data.Organization{{ID: 1, Name: "Moving Account", Fields: map[string]any{"salesforce_id": mover()}}}
	return world
}

// changeSalesforce gives an account another owner.
func (w *world) changeSalesforce(id string) {
	w.t.Helper()
	changed := versioned()
	for _, account := range changed.Accounts {
		if account.ID == id {
			account.Owner = "Somebody Else"
		}
	}
	w.Salesforce.SetWorld(&changed)
}

// Compare refuses inputs that do not belong together: of another day, or
// resting on different versions of one file.
func TestCompareRefusesInputsThatDoNotBelongTogether(t *testing.T) {
	t.Parallel()
	partner := data.LongID("0014M00003Patna")
	for _, test := range []struct {
		rule    string
		happens func(w *world)
		compare string
		says    string
	}{
		{"the global gather is newer than the processor's", func(w *world) {
			editAny(w.Global, w.Global.Organizations()[0].ID)
			w.must("zendesk-gather global")
		}, "compare global", "global/zendesk_orgs.json"},
		{"the usgov gather is newer than the processor's", func(w *world) {
			editAny(w.USGov, w.USGov.Organizations()[0].ID)
			w.must("zendesk-gather usgov")
		}, "compare usgov", "usgov/zendesk_orgs.json"},
		{"the partners are newer than the processor's", func(w *world) {
			w.changeSalesforce(partner)
			w.must("salesforce partner")
		}, "compare global", "partner/salesforce_accounts.json"},
		{"the partners are newer than those of the partner gather", func(w *world) {
			w.must("zendesk-gather partner")
			w.changeSalesforce(partner)
			w.must("salesforce partner")
		}, "compare partner", "partner/salesforce_accounts.json"},
		{"everything is of yesterday", func(w *world) { w.clock.Advance(24 * time.Hour) }, "compare usgov", "2026-11-21"},
		{"the gather is of yesterday", func(w *world) {
			w.clock.Advance(24 * time.Hour)
			w.must("salesforce partner")
			w.must("salesforce customer")
			w.must("zendesk-gather usgov")
			w.must("processor")
		}, "compare global", "global/zendesk-gather.manifest.json is of 2026-11-21"},
		{"another day is asked for", func(*world) {}, "compare global --date 2026-11-20", "2026-11-21"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			w := gatheredWorld(t, sandbox.Options{World: versioned()})
			w.must("processor")
			test.happens(w)
			before := len(w.files())
			refused := w.must(test.compare, 4)
			if !strings.Contains(refused.stderr, test.says) {
				t.Errorf("it does not say %q:\n%s", test.says, refused.stderr)
			}
			if now := len(w.files()); now != before {
				t.Errorf("%d files, want the %d of before", now, before)
			}
			w.must(test.compare+" --allow-stale", 0, 3)
		})
	}
}

// The same bytes read again belong together, however often.
func TestCompareTakesInputsThatWereReadAgain(t *testing.T) {
	t.Parallel()
	w := gatheredWorld(t, sandbox.Options{World: versioned()})
	w.must("processor")
	w.clock.Advance(10 * time.Minute)
	w.must("salesforce partner")
	w.must("zendesk-gather global")
	w.must("zendesk-gather usgov")
	w.must("compare global", 0, 3)
	w.must("compare usgov", 0, 3)
}
