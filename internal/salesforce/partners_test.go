package salesforce

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// documentedQuery is the query of the partner sync document, copied by hand.
const documentedQuery = `SELECT
  Account_ID_18__c,
  Name,
  Account_Owner_Calc__c,
  Technical_Account_Manager_Name__c,
  Restricted_Account__c,
  Solutions_Architect_Lookup__r.Name,
  Partner_Track__c,
  Support_Hold__c,
  Account_Risk_Level__c,
  Type,
  Partners_Partner_Status__c
FROM Account
WHERE
  Account_ID_18__c = '0014M00001sDiGEQA0' OR
  (
    Type = 'Partner' AND
    Partners_Partner_Status__c IN ('Authorized') AND
    Partner_Track__c IN ('Open', 'Select')
  )
`

func TestThePartnerQueryIsThatOfTheDocument(t *testing.T) {
	content, err := os.ReadFile("queries/partner.soql")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{partnerQuery, string(content)} {
		if diff := cmp.Diff(documentedQuery, text); diff != "" {
			t.Error(diff)
		}
	}
	o := start(t, nil, body(page(1, "", row(first))))
	if _, err := o.partners(); err != nil {
		t.Fatal(err)
	}
	if got := o.requests[0].URL.Query().Get("q"); got != strings.TrimSpace(documentedQuery) {
		t.Errorf("asked %s", got)
	}
}

func TestPartnerRowsBecomePartners(t *testing.T) {
	full := row(first, `"Account_Owner_Calc__c":" Olga Owner\u00a0"`, `"Technical_Account_Manager_Name__c":"Tim Tam"`,
		`"Restricted_Account__c":"Restricted Party"`, `"Solutions_Architect_Lookup__r":{"attributes":{"type":"User"},"Name":" Sol Arch "}`,
		`"Partner_Track__c":"Open"`, `"Support_Hold__c":true`, `"Account_Risk_Level__c":"At Risk - Escalated"`, `"Type":"Partner"`,
		`"Partners_Partner_Status__c":"Authorized"`)
	empty := row(second, `"Account_Owner_Calc__c":null`, `"Technical_Account_Manager_Name__c":null`, `"Restricted_Account__c":null`,
		`"Solutions_Architect_Lookup__r":null`, `"Partner_Track__c":" Select "`, `"Support_Hold__c":null`, `"Account_Risk_Level__c":null`)
	others := row(third, `"Restricted_Account__c":"restricted party"`, `"Account_Risk_Level__c":"At Risk"`, `"Partner_Track__c":"open"`,
		`"Support_Hold__c":false`, `"Solutions_Architect_Lookup__r":{"Name":null}`)
	o := start(t, nil, body(page(4, "", full, empty, others, row(alliance, `"Partner_Track__c":"Open"`))))
	got, err := o.partners()
	if err != nil {
		t.Fatal(err)
	}
	want := []*account.Partner{
		{
			ID: first, ShortID: "001M000000qfPyS", Name: "N " + first, AccountType: "open_partner", Owner: "Olga Owner",
			TechnicalAccountManager: "Tim Tam", SolutionsArchitect: "Sol Arch", Restricted: true, SupportHold: true, Escalated: true,
		},
		{ID: second, ShortID: "001B0000002Gcp0", Name: "N " + second, AccountType: "select_partner"},
		{ID: third, ShortID: "001T0000007AkXZ", Name: "N " + third},
		{ID: alliance, ShortID: "0014M00001sDiGE", Name: "N " + alliance, AccountType: "alliance_partner"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
