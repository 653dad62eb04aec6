package plan_test

import (
	"fmt"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

func describeLook(look plan.Look) string {
	return fmt.Sprintf("send [%s] applied %t skip %q", describeChanges(look.Send), look.Applied, look.Skip)
}

func TestLookingBeforeAnUpdate(t *testing.T) {
	flow := field.Global
	now := func(values set) *organization.Organization {
		present := has(flow, 7, birch, "Birch", values)
		return &present
	}
	for _, tc := range []struct {
		rule    string
		changes []string
		present *organization.Organization
		want    string
	}{
		{
			"what is at from is sent", []string{"support_level", "premium", "gold", "account_owner", "Old", "New"},
			now(set{"account_owner": "Old"}), `send [support_level premium→gold, account_owner Old→New] applied false skip ""`,
		},
		{
			"what is at to already is dropped", []string{"support_level", "premium", "gold", "account_owner", "Old", "New"},
			now(set{"account_owner": "New"}), `send [support_level premium→gold] applied false skip ""`,
		},
		{
			"a row with nothing left is applied", []string{"support_level", "premium", "gold"},
			now(set{"support_level": "gold"}), `send [] applied true skip ""`,
		},
		{
			"anything else skips the whole row", []string{"support_level", "premium", "gold", "account_owner", "Old", "New"},
			now(set{"support_level": "ultimate", "account_owner": "Old"}),
			`send [] applied false skip "changed since the plan: support_level is now ultimate"`,
		},
		{
			"every field that changed is named", []string{"support_level", "premium", "gold", "account_owner", "Old", "New"},
			now(set{"support_level": "", "account_owner": "Else"}),
			`send [] applied false skip "changed since the plan: support_level is now empty, account_owner is now Else"`,
		},
		{
			"another salesforce_id skips the row", []string{"support_level", "premium", "gold"},
			now(set{"salesforce_id": field.Value(maple)}), `send [] applied false skip "changed since the plan: salesforce_id is now 001M000000qfPySIAU"`,
		},
		{
			"an empty salesforce_id skips the row, even one that is done", []string{"support_level", "gold", "premium"},
			now(set{"salesforce_id": ""}), `send [] applied false skip "changed since the plan: salesforce_id is now empty"`,
		},
		{
			"the id's short form is the same account", []string{"support_level", "premium", "gold"},
			now(set{"salesforce_id": "001B0000002Gcp0"}), `send [support_level premium→gold] applied false skip ""`,
		},
		{
			"an id that is to be completed is sent", []string{"salesforce_id", "001B0000002Gcp0", string(birch)},
			now(set{"salesforce_id": "001B0000002Gcp0"}), `send [salesforce_id 001B0000002Gcp0→001B0000002Gcp0IAC] applied false skip ""`,
		},
		{
			"an id that was completed is dropped", []string{"salesforce_id", "001B0000002Gcp0", string(birch)},
			now(nil), `send [] applied true skip ""`,
		},
		{
			"an organization that is gone skips the row", []string{"support_level", "premium", "gold"},
			nil, `send [] applied false skip "changed since the plan: the organization is gone"`,
		},
	} {
		t.Run(tc.rule, func(t *testing.T) {
			update := plan.Update{ID: 7, AccountID: birch, Name: "Birch", Changes: changes(tc.changes...)}
			if got := describeLook(plan.LookUpdate(update.AccountID, update.Changes, tc.present)); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestLookingBeforeAMark(t *testing.T) {
	flow := field.Global
	now := func(values set) *organization.Organization {
		present := has(flow, 7, birch, "Birch", values)
		return &present
	}
	kept := now(nil)
	kept.IgnoreDeletion = true
	for _, tc := range []struct {
		rule    string
		present *organization.Organization
		want    string
	}{
		{"what is as it was planned on is marked", now(nil), `send [mark_for_deletion →true] applied false skip ""`},
		{"other fields do not matter", now(set{"account_owner": "Else"}), `send [mark_for_deletion →true] applied false skip ""`},
		{"what is marked already is applied", now(set{"mark_for_deletion": "true"}), `send [] applied true skip ""`},
		{"ignore_deletion skips the row", kept, `send [] applied false skip "changed since the plan: ignore_deletion is now true"`},
		{"a new name skips the row", now(set{"name": "Beech"}), `send [] applied false skip "changed since the plan: name is now Beech"`},
		{"a new type skips the row", now(set{"account_type": "open_partner"}), `send [] applied false skip "changed since the plan: account_type is now open_partner"`},
		{
			"a new level and date skip the row", now(set{"support_level": "gold", "expiration_date": "2027-01-01"}),
			`send [] applied false skip "changed since the plan: support_level is now gold, expiration_date is now 2027-01-01"`,
		},
		{"another salesforce_id skips the row", now(set{"salesforce_id": "x"}), `send [] applied false skip "changed since the plan: salesforce_id is now x"`},
		{"an organization that is gone skips the row", nil, `send [] applied false skip "changed since the plan: the organization is gone"`},
	} {
		t.Run(tc.rule, func(t *testing.T) {
			mark := plan.Mark{
				ID: 7, AccountID: birch, Name: "Birch", Reason: plan.NotInSalesforce,
				Seen:    seen(flow, "Birch", "customer", "premium", "2026-12-31"),
				Changes: changes("mark_for_deletion", "", "true"),
			}
			if got := describeLook(plan.LookMark(mark, tc.present)); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestLookingBeforeAPartnersMark(t *testing.T) {
	mark := plan.Mark{
		ID: 7, AccountID: birch, Name: "Birch", Reason: plan.NotAPartner,
		Seen: seen(field.Partner, "Birch", "open_partner", "", ""), Changes: changes("mark_for_deletion", "", "true"),
	}
	present := has(field.Partner, 7, birch, "Birch", nil)
	const want = `send [mark_for_deletion →true] applied false skip ""`
	if got := describeLook(plan.LookMark(mark, &present)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWhatIsNotKeptIsNamedWithBothValues(t *testing.T) {
	schema := field.SchemaOf(field.Global)
	sent := func(key string, to field.Value) field.Change {
		position, _ := schema.Index(key)
		return field.Change{Field: schema.Fields[position], From: "plays no part", To: to}
	}
	present := &organization.Organization{ID: 1, Record: schema.NewRecord()}
	present.Record.Set("aar", "100")
	present.Record.Set("sub_edu", field.True)
	for _, test := range []struct {
		sent []field.Change
		want string
	}{
		{nil, ""},
		{[]field.Change{sent("aar", "100"), sent("sub_edu", field.True), sent("sub_oss", ""), sent("account_owner", "")}, ""},
		{[]field.Change{sent("aar", "100.55"), sent("sub_edu", ""), sent("sub_oss", field.True), sent("account_owner", "Avery")},
			"aar was sent as 100.55 and is 100, sub_edu was sent as false and is true, sub_oss was sent as true and is false, " +
				"account_owner was sent as Avery and is empty"},
	} {
		if got := plan.NotKept(test.sent, present); got != test.want {
			t.Errorf("got  %q\nwant %q", got, test.want)
		}
	}
	if got := plan.NotKept(nil, nil); got != "the organization is gone" {
		t.Error(got)
	}
}
