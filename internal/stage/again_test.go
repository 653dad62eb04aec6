package stage_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

// shower counts what it is asked for, and refuses to list.
type shower struct {
	*fakeInstance
	asked []int
}

func (s *shower) ShowMany(ctx context.Context, ids []int64) (map[int64]organization.Organization, error) {
	s.asked = append(s.asked, len(ids))
	return s.fakeInstance.ShowMany(ctx, ids)
}

// withPartners fills both views of the Global instance with organizations of
// partners, and gathers the global flow.
func withPartners(t *testing.T, count int) (*world, *shower) {
	w := newWorld(t)
	w.org.partners = []*account.Partner{{ID: birch, ShortID: birch.Short(), Name: "Birch", AccountType: "open_partner"}}
	w.readSalesforce(artifact.Partners)
	for _, flow := range []field.Flow{field.Global, field.Partner} {
		for id := range int64(count) {
			w.exists(flow, id+1, map[string]field.Value{field.Name: field.Value(fmt.Sprint("Partner ", id+1)), field.AccountType: "open_partner"})
		}
		w.exists(flow, 9001, map[string]field.Value{field.Name: "Birch", field.SalesforceID: field.Value(birch.Short()), field.AccountType: "customer"})
		w.exists(flow, 9002, map[string]field.Value{field.Name: "Customer", field.AccountType: "customer"})
	}
	w.gather(field.Global)
	return w, &shower{fakeInstance: w.instances[field.Partner]}
}

func gatherAgain(w *world, instance stage.Shower) (*artifact.Manifest, error) {
	return stage.GatherAgain(w.Context(), w.run(), sourceOf(field.Partner), instance, 6*time.Hour)
}

func TestShowingAgainGivesWhatListingDoes(t *testing.T) {
	w, instance := withPartners(t, 250)
	w.gather(field.Partner)
	listed := w.read("partner/zendesk_orgs.json")
	gathered := w.clock.Now()
	w.clock.Advance(time.Hour)
	manifest, err := gatherAgain(w, instance)
	w.ok(err)
	if got := w.read("partner/zendesk_orgs.json"); got != listed {
		t.Errorf("shown %s\nlisted %s", got, listed)
	}
	if fmt.Sprint(instance.asked) != "[100 100 51]" {
		t.Errorf("asked for %v", instance.asked)
	}
	if !manifest.GatheredAt.Equal(gathered) || manifest.Counts["candidates"] != 251 || manifest.Counts["shown"] != 251 || len(manifest.Inputs) != 2 {
		t.Errorf("the manifest says %+v", manifest)
	}
}

func TestWhatIsShownDecidesWhatThePartnerGatherKeeps(t *testing.T) {
	w, instance := withPartners(t, 3)
	w.exists(field.Partner, 1, map[string]field.Value{field.Name: "Customer by now", field.AccountType: "customer"})
	w.exists(field.Partner, 2, map[string]field.Value{field.Name: "Renamed", field.AccountType: "select_partner"})
	delete(instance.organizations, 3)
	_, err := gatherAgain(w, instance)
	w.ok(err)
	got := w.read("partner/zendesk_orgs.json")
	for text, kept := range map[string]bool{"Renamed": true, "Birch": true, "Customer by now": false, "Partner 3": false} {
		if strings.Contains(got, text) != kept {
			t.Errorf("%s is kept: %t", text, !kept)
		}
	}
}

func TestTooFewOrganizationsShownAreAShortRead(t *testing.T) {
	w, instance := withPartners(t, 30)
	for id := range int64(11) {
		delete(instance.organizations, id+1)
	}
	refused[error](w, func() error {
		_, err := gatherAgain(w, instance)
		return err
	}, "zendesk returned 20 of 31 organizations", "run again")
}

func TestAGlobalGatherThatDoesNotServeIsRefused(t *testing.T) {
	for _, test := range []struct {
		rule string
		set  func(*world)
		want string
	}{
		{"of another day", func(w *world) { w.day = today.AddDays(1) }, "is of 2026-11-21, not of 2026-11-22"},
		{"too old", func(w *world) { w.clock.Advance(6*time.Hour + time.Second) }, "was gathered 6h0m1s ago, more than --max-age 6h0m0s"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			w, instance := withPartners(t, 1)
			test.set(w)
			refused[*artifact.Error](w, func() error {
				_, err := gatherAgain(w, instance)
				return err
			}, test.want, "run `zd-sfdc-sync zendesk-gather global` again")
			if instance.asked != nil {
				t.Error("the instance was asked all the same")
			}
		})
	}
	t.Run("of another instance", func(t *testing.T) {
		w, instance := withPartners(t, 1)
		refused[*artifact.Error](w, func() error {
			_, err := stage.GatherAgain(t.Context(), w.run(), "https://other.zendesk.com", instance, time.Hour)
			return err
		}, "is of https://global.zendesk.com, not of https://other.zendesk.com")
	})
	t.Run("missing", func(t *testing.T) {
		w := newWorld(t)
		w.org.partners = []*account.Partner{{ID: birch, ShortID: birch.Short(), Name: "Birch", AccountType: "open_partner"}}
		w.readSalesforce(artifact.Partners)
		refused[*artifact.Error](w, func() error {
			_, err := gatherAgain(w, &shower{fakeInstance: w.instances[field.Partner]})
			return err
		}, "global/zendesk_orgs.json is missing")
	})
}
