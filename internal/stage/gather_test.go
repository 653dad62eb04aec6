package stage_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

func TestPartnersWithoutATrackAreWarnedOf(t *testing.T) {
	w := newWorld(t)
	w.org.partners = []*account.Partner{
		{ID: maple, ShortID: maple.Short(), Name: "Maple", AccountType: "open_partner"},
		{ID: birch, ShortID: birch.Short(), Name: "Birch"},
	}
	manifest := w.readSalesforce(artifact.Partners)
	lines := strings.Split(w.read("partner/salesforce_accounts.json"), "\n")
	if len(lines) != 5 || !strings.Contains(lines[1], `"name":"Birch"`) || !strings.Contains(lines[2], `"name":"Maple"`) {
		t.Errorf("not sorted by salesforce_id: %q", lines)
	}
	want := []artifact.Warning{{
		Code: "unknown_partner_track", Message: "the partner's track is neither Open nor Select, so it has no account_type", SalesforceID: birch,
	}}
	if diff := cmp.Diff(want, manifest.Warnings); diff != "" {
		t.Error(diff)
	}
	wantCounts := map[string]int{"accounts": 2, "requests": 3, "repeated_requests": 0, "waited_seconds": 2}
	if diff := cmp.Diff(wantCounts, manifest.Counts); diff != "" {
		t.Error(diff)
	}
	if manifest.Source != salesforceURL || manifest.Date != today || !manifest.GatheredAt.Equal(w.clock.Now()) {
		t.Errorf("the manifest says %+v", manifest)
	}
	if !strings.Contains(w.log.String(), "unknown_partner_track") || w.progress.updates != 2 || w.progress.ends != 1 {
		t.Errorf("log %q, progress %+v", w.log.String(), w.progress)
	}
}

func TestTextThatIsNoUnicodeIsWarnedOf(t *testing.T) {
	w := newWorld(t)
	w.org.partners = []*account.Partner{{ID: maple, ShortID: maple.Short(), Name: "Maple", AccountType: "open_partner"}}
	w.org.customers = []*account.Account{customer(birch, "Birch", "2027-01-01")}
	w.org.mangled = []string{"Zuora__Subscriptions__r.Name"}
	for side, id := range map[artifact.Side]account.ID{artifact.Partners: maple, artifact.Customers: birch} {
		want := []artifact.Warning{{
			Code: "invalid_unicode", SalesforceID: id,
			Message: "Zuora__Subscriptions__r.Name holds text that is not valid Unicode: it was read with U+FFFD in its place; fix it in Salesforce",
		}}
		if diff := cmp.Diff(want, w.readSalesforce(side).Warnings); diff != "" {
			t.Error(diff)
		}
	}
}

func TestCustomersAreReadFromThreeYearsBackOn(t *testing.T) {
	w := newWorld(t)
	w.org.customers = []*account.Account{customer(birch, "Birch", "2027-01-01"), customer(maple, "Maple", "2027-01-01")}
	manifest := w.readSalesforce(artifact.Customers)
	if w.org.end != "2023-11-20" || manifest.EndDate != "2023-11-20" {
		t.Errorf("read from %s on, the manifest says %s", w.org.end, manifest.EndDate)
	}
	want := map[string]int{"accounts": 2, "subscriptions": 2, "charges": 2, "requests": 3, "repeated_requests": 0, "waited_seconds": 2}
	if diff := cmp.Diff(want, manifest.Counts); diff != "" {
		t.Error(diff)
	}
}

func TestReadsThatFailLeaveTheLastFiles(t *testing.T) {
	w := newWorld(t)
	w.org.customers = []*account.Account{customer(birch, "Birch", "2027-01-01")}
	w.gathered()
	w.gather(field.Partner)
	w.clock.Advance(time.Hour)
	w.org.fails = errors.New("half a list")
	for _, side := range []artifact.Side{artifact.Partners, artifact.Customers} {
		refused[error](w, func() error {
			_, err := stage.ReadSalesforce(t.Context(), w.run(), side, salesforceURL, &w.org, 4)
			return err
		}, "half a list")
	}
	for _, flow := range field.Flows() {
		w.instances[flow].fails = errors.New("half an instance")
		refused[error](w, func() error {
			_, err := stage.Gather(t.Context(), w.run(), flow, sourceOf(flow), w.instances[flow])
			return err
		}, "half an instance")
	}
}

func TestPartnersAreKeptByTypeOrAccount(t *testing.T) {
	w := newWorld(t)
	w.org.partners = []*account.Partner{{ID: birch, ShortID: birch.Short(), Name: "Birch", AccountType: "open_partner"}}
	w.readSalesforce(artifact.Partners)
	w.exists(field.Partner, 1, map[string]field.Value{field.Name: "By type", field.AccountType: "select_partner"})
	w.exists(field.Partner, 2, map[string]field.Value{field.Name: "By account", field.SalesforceID: field.Value(birch.Short())})
	w.exists(field.Partner, 3, map[string]field.Value{field.Name: "Customer", field.AccountType: "customer", field.SalesforceID: field.Value(maple)})
	manifest := w.gather(field.Partner)
	got := w.read("partner/zendesk_orgs.json")
	if strings.Count(got, `"id":`) != 2 || !strings.Contains(got, "By type") || !strings.Contains(got, "By account") || manifest.Counts["listed"] != 3 {
		t.Errorf("kept %s\nlisted %d", got, manifest.Counts["listed"])
	}
}

func TestThePartnerGatherNeedsTheirAccounts(t *testing.T) {
	w := newWorld(t)
	refused[*artifact.Error](w, func() error {
		_, err := stage.Gather(t.Context(), w.run(), field.Partner, sourceOf(field.Partner), w.instances[field.Partner])
		return err
	}, "partner/salesforce_accounts.json is missing", "run `zd-sfdc-sync salesforce partner` first")
}

func TestFieldsThatCannotHoldTheValuesStopTheGather(t *testing.T) {
	w := newWorld(t)
	instance := w.instances[field.USGov]
	instance.fields = fieldsFor(instance.schema)[2:]
	refused[error](w, func() error {
		_, err := stage.Gather(t.Context(), w.run(), field.USGov, sourceOf(field.USGov), instance)
		return err
	}, "salesforce_id is missing")
}

func TestAMissingIgnoreDeletionIsWarnedOf(t *testing.T) {
	w := newWorld(t)
	instance := w.instances[field.Global]
	instance.fields = []zendesk.OrganizationField{}
	for _, present := range fieldsFor(instance.schema) {
		if present.Key != field.IgnoreDeletion {
			instance.fields = append(instance.fields, present)
		}
	}
	instance.organizations[7] = organization.Organization{ID: 7, Record: instance.schema.NewRecord()}
	manifest := w.gather(field.Global)
	if len(manifest.Warnings) != 1 || manifest.Warnings[0].Code != "no_ignore_deletion" || manifest.Warnings[0].Message != stage.NobodyCanKeep {
		t.Errorf("warnings %+v", manifest.Warnings)
	}
}
