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
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

// planned has a customer to create, one to update and an organization that
// expired more than three years ago.
func planned(t *testing.T) *world {
	w := newWorld(t)
	w.org.customers = []*account.Account{customer(birch, "Birch", "2027-01-01"), customer(maple, "Maple", "2027-01-01")}
	w.existsFor(w.org.customers[1], field.Global, 1, map[string]field.Value{
		field.AccountType: "customer", field.SupportLevel: "ultimate", field.ExpirationDate: "2027-01-01",
		"aar": "100", field.SeatsDecimal: "5", "sub_sm_premium": field.True,
	})
	w.exists(field.Global, 2, map[string]field.Value{
		field.Name: "Tulip", field.SalesforceID: field.Value(tulip), field.SupportLevel: "expired", field.ExpirationDate: "2022-01-01",
	})
	w.gathered()
	w.process()
	return w
}

func TestAPlanIsWrittenWithItsRows(t *testing.T) {
	w := planned(t)
	document, made := w.compare(field.Global)
	if made.Counts.Creates != 1 || made.Counts.Updates != 1 || made.Counts.Marks != 1 || !document.HasChanges {
		t.Fatalf("counts %+v", made.Counts)
	}
	accounts := strings.Split(w.read("global/accounts.json"), "\n")
	if creates := w.read("global/creates.json"); creates != "[\n"+strings.TrimSuffix(accounts[1], ",")+"\n]\n" {
		t.Errorf("creates.json does not hold the wanted record as it stands: %s", creates)
	}
	wantUpdate := `[` + "\n" + `{"id":1,"salesforce_id":"001M000000qfPySIAU","name":"Maple","reason":"","changes":[{"field":"support_level","from":"ultimate","to":"premium"}]}` + "\n]\n"
	if diff := cmp.Diff(wantUpdate, w.read("global/updates.json")); diff != "" {
		t.Error(diff)
	}
	if marks := w.read("global/not_in_sync.json"); !strings.Contains(marks, `"reason":"expired_three_years"`) && !strings.Contains(marks, `"name":"Tulip"`) {
		t.Errorf("not_in_sync.json: %s", marks)
	}
	if document.Instance != "https://global.zendesk.com" || len(document.PlanID) != 16 || document.Counts["support_lost"] != 1 {
		t.Errorf("plan.json says %+v", document)
	}
}

func TestAPlanIsNamedByWhatItRestsOn(t *testing.T) {
	w := planned(t)
	first, _ := w.compare(field.Global)
	w.clock.Advance(time.Minute)
	again, _ := w.compare(field.Global)
	other, _ := w.compare(field.Global, func(o *stage.CompareOptions) { o.Accounts = []account.ID{maple} })
	if first.PlanID != again.PlanID || first.PlanID == other.PlanID {
		t.Errorf("plan ids %s, %s, %s", first.PlanID, again.PlanID, other.PlanID)
	}
}

func TestOnlyTheAccountsAskedForArePlanned(t *testing.T) {
	w := planned(t)
	_, made := w.compare(field.Global, func(o *stage.CompareOptions) { o.Accounts = []account.ID{maple} })
	if made.Counts.Creates != 0 || made.Counts.Updates != 1 || made.Counts.Marks != 0 {
		t.Errorf("counts %+v", made.Counts)
	}
	refused[*stage.UsageError](w, func() error {
		_, _, err := stage.Compare(t.Context(), w.run(), field.Global, stage.CompareOptions{Accounts: []account.ID{"0014M00001sDiGEQA0"}})
		return err
	}, "--account 0014M00001sDiGEQA0", "neither Salesforce nor Zendesk")
}

func TestProtectedIDsAreNotMarked(t *testing.T) {
	w := planned(t)
	protect := func(content string) func(*stage.CompareOptions) {
		return func(o *stage.CompareOptions) { o.Protected = &stage.Text{Name: "protected.txt", Content: content} }
	}
	document, made := w.compare(field.Global, protect("# kept by hand\n"+tulip.Short()+" # Tulip\n\n"))
	if made.Counts.Marks != 0 {
		t.Errorf("%d marks", made.Counts.Marks)
	}
	if last := document.Inputs[len(document.Inputs)-1]; last.Records != 1 && document.Inputs[0].Path != "protected.txt" {
		t.Errorf("inputs %+v", document.Inputs)
	}
	refused[*stage.UsageError](w, func() error {
		options := stage.CompareOptions{}
		protect("\nnobody\n")(&options)
		_, _, err := stage.Compare(t.Context(), w.run(), field.Global, options)
		return err
	}, "protected.txt:2")
}

func TestPartnersAreWantedAsTheyAre(t *testing.T) {
	w := newWorld(t)
	w.org.partners = []*account.Partner{
		{ID: birch, ShortID: birch.Short(), Name: "Birch", AccountType: "open_partner"},
		{ID: maple, ShortID: maple.Short(), Name: "Maple", AccountType: "select_partner"},
	}
	w.org.customers = []*account.Account{customer(tulip, "Tulip", "2027-01-01")}
	w.exists(field.Partner, 1, map[string]field.Value{field.Name: "Maple", field.SalesforceID: field.Value(maple), field.AccountType: "open_partner"})
	w.exists(field.Partner, 2, map[string]field.Value{field.Name: "Tulip", field.SalesforceID: field.Value(tulip), field.AccountType: "open_partner"})
	w.readSalesforce(artifact.Partners)
	w.readSalesforce(artifact.Customers)
	w.gather(field.Partner)
	_, made := w.compare(field.Partner)
	if made.Counts.Creates != 1 || made.Counts.Updates != 1 || made.Counts.Marks != 0 {
		t.Errorf("counts %+v: a customer's organization is not the partner flow's", made.Counts)
	}
	if creates := w.read("partner/creates.json"); !strings.Contains(creates, `"account_type":"open_partner"`) {
		t.Errorf("creates.json: %s", creates)
	}
}

func TestCompareRefusesInputsThatDoNotBelongTogether(t *testing.T) {
	for name, test := range map[string]struct {
		set  func(*world, *stage.CompareOptions)
		part string
	}{
		"another day":    {func(w *world, _ *stage.CompareOptions) { w.day = "2026-11-22" }, "is of 2026-11-21, not of 2026-11-22"},
		"another gather": {func(w *world, _ *stage.CompareOptions) { w.exists(field.Global, 3, nil); w.gather(field.Global) }, "different versions"},
		"edited":         {func(w *world, _ *stage.CompareOptions) { w.write("global/accounts.json", "[]\n") }, "--allow-edited"},
		"no account at all": {func(w *world, o *stage.CompareOptions) {
			o.AllowEdited = true
			w.write("global/accounts.json", "[]\n")
		}, "global/accounts.json is empty"},
		"not gathered": {func(w *world, _ *stage.CompareOptions) { w.remove("global/zendesk_orgs.json") }, "global/zendesk_orgs.json is missing"},
		"not decided":  {func(w *world, _ *stage.CompareOptions) { w.remove("global/left_out.json") }, "global/left_out.json is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			w := planned(t)
			options := stage.CompareOptions{Limits: plan.DefaultLimits(field.Global)}
			test.set(w, &options)
			refused[*artifact.Error](w, func() error {
				_, _, err := stage.Compare(t.Context(), w.run(), field.Global, options)
				return err
			}, test.part)
		})
	}
}

func TestStaleInputsAreTakenWhenAllowed(t *testing.T) {
	w := planned(t)
	w.exists(field.Global, 3, nil)
	w.gather(field.Global)
	w.day = "2026-11-22"
	document, _ := w.compare(field.Global, func(o *stage.CompareOptions) { o.AllowStale = true })
	if document.Date != "2026-11-22" || document.Counts["organizations"] != 3 {
		t.Errorf("plan of %s with counts %v", document.Date, document.Counts)
	}
}

func TestAPlanRepeatsThatNobodyCanKeep(t *testing.T) {
	w := planned(t)
	instance := w.instances[field.Global]
	instance.fields = fieldsFor(instance.schema)[:len(instance.schema.Fields)]
	w.gather(field.Global)
	w.process()
	document, _ := w.compare(field.Global)
	if len(document.Warnings) != 1 || document.Warnings[0].Code != "no_ignore_deletion" {
		t.Errorf("warnings %+v", document.Warnings)
	}
}

func TestAFailedWriteLeavesTheOldPlan(t *testing.T) {
	w := planned(t)
	w.compare(field.Global)
	before := w.read("global/plan.json")
	w.remove("global/zendesk_orgs.json")
	var unusable *artifact.Error
	if _, _, err := stage.Compare(t.Context(), w.run(), field.Global, stage.CompareOptions{}); !errors.As(err, &unusable) {
		t.Fatal(err)
	}
	if w.read("global/plan.json") != before {
		t.Error("plan.json changed")
	}
}

// What a customer should have is not that of a partner who is gone, nor the
// other way round: each flow asks for the accounts of the other side.
func TestALostIdentityOfTheOtherSideIsNotMarked(t *testing.T) {
	lowerCase := field.Value(strings.ToLower(birch.Short()))
	for name, test := range map[string]struct {
		flow       field.Flow
		org        map[string]field.Value
		partner    bool
		marks      int
		conflicted bool
	}{
		"partner: a customer's id in the wrong case": {field.Partner, map[string]field.Value{field.Name: "Old", field.SalesforceID: lowerCase, field.AccountType: "open_partner"}, false, 0, true},
		"partner: a customer's name":                 {field.Partner, map[string]field.Value{field.Name: " BIRCH", field.SalesforceID: "0014M00001sDiGEQA0", field.AccountType: "open_partner"}, false, 0, true},
		"partner: nobody's":                          {field.Partner, map[string]field.Value{field.Name: "Old", field.SalesforceID: "0014M00001sDiGEQA0", field.AccountType: "open_partner"}, false, 1, false},
		"global: a partner's name":                   {field.Global, map[string]field.Value{field.Name: "birch", field.SalesforceID: "0014M00001sDiGEQA0", field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01"}, true, 0, true},
		"global: nobody's":                           {field.Global, map[string]field.Value{field.Name: "Old", field.SalesforceID: "0014M00001sDiGEQA0", field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01"}, true, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.org.partners = []*account.Partner{{ID: tulip, ShortID: tulip.Short(), Name: "Tulip", AccountType: "open_partner"}}
			w.org.customers = []*account.Account{customer(maple, "Maple", "2027-01-01")}
			if test.partner {
				w.org.partners = append(w.org.partners, &account.Partner{ID: birch, ShortID: birch.Short(), Name: "Birch", AccountType: "open_partner"})
			} else {
				w.org.customers = append(w.org.customers, customer(birch, "Birch", "2027-01-01"))
			}
			w.exists(test.flow, 7, test.org)
			w.readSalesforce(artifact.Partners)
			w.clock.Advance(time.Minute)
			w.readSalesforce(artifact.Customers)
			w.gather(field.Global)
			w.gather(field.USGov)
			w.gather(field.Partner)
			w.process()
			_, made := w.compare(test.flow)
			lost := 0
			for _, conflict := range made.Conflicts {
				if conflict.Reason == plan.IdentityLost && conflict.AccountID == birch {
					lost++
				}
			}
			if len(made.Marks) != test.marks || (lost == 1) != test.conflicted {
				t.Errorf("%d marks, %d identities lost: %+v", len(made.Marks), lost, made.Conflicts)
			}
		})
	}
}
