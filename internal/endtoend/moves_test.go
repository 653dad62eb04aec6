package endtoend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// mover is the id of the account that moves.
func mover() string { return data.LongID("0014M00003Mover") }

// buyer is a customer of Premium for 20 seats, whose term ends in 300 days.
func buyer(id, name string) data.Account {
	subscription, from, to := "a0s4M"+id[5:15], noon().AddDate(0, 0, -65), noon().AddDate(0, 0, 300)
	return data.Account{
		ID: id, Name: name, Type: "Customer", CARR: "12000", Segment: "Large", Owner: "Avery Owner", Geo: "EMEA",
		Subscriptions: []data.Subscription{{
			ID: data.LongID(subscription), Name: "A-" + name, Status: "Active", Start: from, End: to,
		}},
		Charges: []data.Charge{{
			ID: data.LongID("a0c4M" + id[5:15]), Name: "C-" + name, ChargeName: "Self-Managed - Premium - 1 Year", Quantity: "20",
			SubscriptionID: data.LongID(subscription), SubscriptionStatus: "Active", Start: from, End: to,
		}},
	}
}

// A change in the life of an account; each starts from a buyer.
type change func(a *data.Account)

func asCustomer(*data.Account) {}

func asPartner(a *data.Account) {
	a.Type, a.PartnerStatus, a.PartnerTrack = "Partner", "Authorized", "Open"
}

func withException(a *data.Account) { a.SupportInstance = "federal-support" }

func withCitizenSupport(a *data.Account) {
	support := a.Charges[0]
	support.ID, support.ChargeName, support.Quantity = data.LongID("a0c4M00003Moved"), "24x7 US Citizen Support - 1 Year", "1"
	a.Charges = append(a.Charges, support)
}

func retyped(a *data.Account) { a.Type = "Prospect" }

func terminated(a *data.Account) { asPartner(a); a.PartnerStatus = "Terminated" }

func endedYearsAgo(years int) change {
	return func(a *data.Account) {
		a.Type = "Former Customer"
		end := noon().AddDate(-years, 0, 0)
		a.Subscriptions[0].End, a.Charges[0].End = end, end
	}
}

// gone is an account that Salesforce does not show.
func gone(a *data.Account) { a.ID = "" }

// livesWith is a world of a customer and a partner to whom nothing happens, and
// of the account that moves, as it is now.
func livesWith(now change) data.World {
	quiet, partner := buyer(data.LongID("0014M00003Quiet"), "Quiet Customer"), buyer(data.LongID("0014M00003Patna"), "Quiet Partner")
	asPartner(&partner)
	world := data.World{Accounts: []*data.Account{&quiet, &partner}}
	moving := buyer(mover(), "Moving Account")
	if now(&moving); moving.ID != "" {
		world.Accounts = append(world.Accounts, &moving)
	}
	return world
}

// organizationsOf tells the mover's organizations of both instances.
func (w *watch) organizationsOf(id string) []string {
	var told []string
	for _, flow := range []string{"global", "usgov"} {
		for _, o := range w.instance(flow).Organizations() {
			if longID(o) != id {
				continue
			}
			words := []string{flow, heldText(o, "account_type"), heldText(o, "support_level")}
			if o.Fields["mark_for_deletion"] == true {
				words = append(words, "marked")
			}
			told = append(told, strings.Join(slices.DeleteFunc(words, func(word string) bool { return word == "" }), " "))
		}
	}
	return told
}

// life is an hour's change of an account, and its organizations two runs later.
type life struct {
	now  change
	want string
}

// Wherever an account moves, after at most two runs it has its one organization
// in each instance, the same as before, and nothing is left to do.
func TestAccountsThatMove(t *testing.T) {
	t.Parallel()
	const (
		customer, partner = "global customer premium", "global open_partner premium"
		toUSGov           = "global former_customer expired, usgov customer premium"
		toGlobal          = "global customer premium, usgov former_customer expired"
	)
	for _, move := range []struct {
		rule  string
		lives []life
	}{
		{"customer to partner and back", []life{{asCustomer, customer}, {asPartner, partner}, {asCustomer, customer}}},
		{"partner to customer and back", []life{{asPartner, "global open_partner"}, {asCustomer, customer}, {asPartner, partner}}},
		{"expired customer, never created, to partner", []life{{endedYearsAgo(1), ""}, {asPartner, "global open_partner"}}},
		{"customer to terminated partner to partner", []life{{asCustomer, customer}, {terminated, customer}, {asPartner, partner}}},
		{"without the exception, with it, and back", []life{{asCustomer, customer}, {withException, toUSGov}, {asCustomer, toGlobal}, {withException, toUSGov}}},
		{"with the exception, without it, and back", []life{
			{withException, "usgov customer premium"}, {asCustomer, toGlobal}, {withException, toUSGov},
		}},
		{"buys US citizen support", []life{{asCustomer, customer}, {withCitizenSupport, toUSGov}}},
		{"with the exception to partner", []life{{withException, "usgov customer premium"}, {asPartner, "global open_partner, usgov customer premium"}}},
		{"customer gone, back, retyped and back", []life{
			{asCustomer, customer}, {gone, customer}, {asCustomer, customer}, {retyped, customer}, {asCustomer, customer},
		}},
		{"partner gone, back, terminated, then a customer", []life{
			{asPartner, "global open_partner"}, {gone, "global open_partner marked"}, {asPartner, "global open_partner"},
			{terminated, "global open_partner marked"}, {asCustomer, customer},
		}},
		{"customer expired, not given any more, and back", []life{
			{asCustomer, customer}, {endedYearsAgo(1), "global former_customer expired"}, {endedYearsAgo(4), "global former_customer expired"}, {asCustomer, customer},
		}},
	} {
		t.Run(move.rule, func(t *testing.T) {
			t.Parallel()
			w := &watch{world: startWorld(t, sandbox.Options{World: livesWith(move.lives[0].now)})}
			w.liftLimits()
			var ids []int64
			for number, life := range move.lives {
				w.serve(livesWith(life.now))
				for range min(2, number+1) { // there is nothing to move in the first
					w.hour()
					w.nothingFailed()
				}
				ids = w.sameOrganizations(ids)
				if got := strings.Join(w.organizationsOf(mover()), ", "); got != life.want {
					t.Errorf("change %d: organizations %q, want %q", number, got, life.want)
				}
			}
			w.atRest()
		})
	}
}

func (w *watch) nothingFailed() {
	w.t.Helper()
	for _, flow := range []string{"global", "usgov", "partner"} {
		if failed := w.failed(flow); len(failed) > 0 {
			w.t.Errorf("%s: not carried out: %v", flow, failed)
		}
	}
}

// sameOrganizations returns the Zendesk ids of the mover's organizations, which
// have to go on with those it had.
func (w *watch) sameOrganizations(had []int64) []int64 {
	w.t.Helper()
	var ids []int64
	for _, flow := range []string{"global", "usgov"} {
		found := 0
		for _, o := range w.instance(flow).Organizations() {
			if longID(o) == mover() {
				ids, found = append(ids, o.ID), found+1
			}
		}
		if found > 1 {
			w.t.Errorf("%s has %d organizations of the account", flow, found)
		}
	}
	for _, id := range had {
		if !slices.Contains(ids, id) {
			w.t.Errorf("organization %d is not the account's any more: %v", id, ids)
		}
	}
	return ids
}

// Two accounts are merged in Salesforce: one goes, the other has the
// subscriptions of both. The organization of the one that went is listed for
// people, who may merge it by hand; the other one has the support of both.
func TestAccountsMergedInSalesforce(t *testing.T) {
	t.Parallel()
	w := &watch{world: startWorld(t, sandbox.Options{World: livesWith(asCustomer)})}
	w.liftLimits()
	w.serve(livesWith(asCustomer))
	w.hour()

	merged := livesWith(gone)
	quiet, moving := merged.Accounts[0], buyer(mover(), "")
	quiet.Subscriptions = append(quiet.Subscriptions, moving.Subscriptions...)
	quiet.Charges = append(quiet.Charges, moving.Charges...)
	quiet.Charges[1].ChargeName = "Self-Managed - Ultimate - 1 Year"
	w.serve(merged)
	w.hour()
	w.hour()
	w.nothingFailed()
	if diff := cmp.Diff([]string{"global customer ultimate"}, w.organizationsOf(quiet.ID)); diff != "" {
		t.Errorf("the account that stayed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"global customer premium"}, w.organizationsOf(mover())); diff != "" {
		t.Errorf("the account that went (-want +got):\n%s", diff)
	}
	made := w.plan("global")
	if made.HasChanges || len(made.Orphans) != 1 || made.Orphans[0]["salesforce_id"] != mover() || made.Orphans[0]["reason"] != "not_in_salesforce" {
		t.Errorf("orphans %v, changes %v, want the account that went and nothing to do", made.Orphans, made.Counts)
	}

	// People merge the organizations by hand: nothing to do, nothing listed.
	for _, o := range w.Global.Organizations() {
		if longID(o) == mover() {
			w.Global.Remove(o.ID)
		}
	}
	w.hour()
	if made := w.plan("global"); made.HasChanges || len(made.Orphans) > 0 {
		t.Errorf("after the merge by hand: orphans %v, changes %v, want none", made.Orphans, made.Counts)
	}
}

// An account that moves between the instances never has less support in both
// than it had: first the new organization, then the old one loses its level.
func TestAMoveIsNeverWithoutSupport(t *testing.T) {
	t.Parallel()
	w := &watch{world: startWorld(t, sandbox.Options{World: livesWith(asCustomer)})}
	w.liftLimits()
	w.serve(livesWith(asCustomer))
	w.hour()
	w.serve(livesWith(withException))
	var seen []string
	for range 2 {
		w.hour()
		seen = append(seen, fmt.Sprint(w.organizationsOf(mover())))
		w.clock.Advance(time.Minute)
	}
	want := []string{
		"[global customer premium usgov customer premium]",
		"[global former_customer expired usgov customer premium]",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("hour by hour (-want +got):\n%s", diff)
	}
}

// The organization of a customer that expired long ago is the partner flow's
// from the hour in which its account is a partner: global does not mark it.
func TestALongExpiredCustomerBecomesAPartner(t *testing.T) {
	t.Parallel()
	world := livesWith(asPartner)
	world.Global = []data.Organization{{ID: 1, Name: "Moving Account", Fields: map[string]any{
		"salesforce_id": mover(), "account_type": "former_customer", "support_level": "expired", "expiration_date": "2019-05-01",
	}}}
	w := &watch{world: startWorld(t, sandbox.Options{World: world})}
	w.liftLimits()
	w.serve(world)
	w.hour()
	if diff := cmp.Diff([]string{"global open_partner expired"}, w.organizationsOf(mover())); diff != "" {
		t.Errorf("organizations (-want +got):\n%s", diff)
	}
	for _, write := range w.Global.Audit() {
		if _, marked := write.Changes["mark_for_deletion"]; marked && write.OrganizationID == 1 {
			t.Errorf("it was marked on the way: %v", write)
		}
	}
}
