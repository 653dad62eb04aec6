package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// The accounts of the tests, in the order of their ids.
const (
	alliance account.ID = "0014M00001sDiGEQA0"
	birch    account.ID = "001B0000002Gcp0IAC"
	maple    account.ID = "001M000000qfPySIAU"
	tulip    account.ID = "001T0000007AkXZIA0"
)

// today makes 2023-06-14 the day that three years are counted to.
const today account.Date = "2026-06-15"

// set holds fields that differ from the defaults.
type set map[string]field.Value

// recordOf returns an account's record as it should be: a paying customer or
// an open partner.
func recordOf(flow field.Flow, id account.ID, name string, values set) field.Record {
	schema := field.SchemaOf(flow)
	record := schema.FromProfile(account.Profile{ID: id, Name: name})
	record.Set(field.AccountType, "customer")
	if flow == field.Partner {
		record.Set(field.AccountType, "open_partner")
	}
	record.Set(field.SupportLevel, "premium")
	record.Set(field.ExpirationDate, "2026-12-31")
	for key, value := range values {
		if _, managed := schema.Index(key); !managed {
			panic(key)
		}
		record.Set(key, value)
	}
	return record
}

func wants(flow field.Flow, id account.ID, name string, values set) plan.Wanted {
	return plan.Wanted{ID: id, Record: recordOf(flow, id, name, values)}
}

func has(flow field.Flow, organizationID int64, id account.ID, name string, values set) organization.Organization {
	return organization.Organization{ID: organizationID, Record: recordOf(flow, id, name, values)}
}

func ids(all ...account.ID) map[account.ID]bool {
	listed := map[account.ID]bool{}
	for _, id := range all {
		listed[id] = true
	}
	return listed
}

// planCase is one rule: what is wanted and present, and the plan's rows as
// describe writes them.
type planCase struct {
	rule   string
	wanted []plan.Wanted
	orgs   []organization.Organization
	adjust func(*input)
	want   []string
}

// inputOf returns an input for which both Salesforce artifacts are there.
func inputOf(flow field.Flow, wanted []plan.Wanted, present []organization.Organization) input {
	input := input{
		Input:  plan.Input{Schema: field.SchemaOf(flow), Today: today, Limits: plan.DefaultLimits(flow)},
		Wanted: wanted, Organizations: present,
		LeftOut: map[account.ID]plan.LeftOut{}, PartnerIDs: ids(), CustomerIDs: ids(),
	}
	own := input.CustomerIDs
	if flow == field.Partner {
		own = input.PartnerIDs
	}
	for _, row := range wanted {
		own[row.ID] = true
	}
	return input
}

func runCases(t *testing.T, flow field.Flow, cases []planCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.rule, func(t *testing.T) {
			input := inputOf(flow, tc.wanted, tc.orgs)
			if tc.adjust != nil {
				tc.adjust(&input)
			}
			if diff := cmp.Diff(tc.want, describe(input.make())); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
		})
	}
}

// describe writes the rows of a plan, one line each.
func describe(made *plan.Plan) []string {
	var lines []string
	add := func(format string, values ...any) { lines = append(lines, fmt.Sprintf(format, values...)) }
	for _, row := range made.Creates {
		add("create %s", row.ID)
	}
	for _, row := range made.Updates {
		add("update %d %s %q%s: %s", row.ID, row.AccountID, row.Name, spaced(string(row.Reason)), describeChanges(row.Changes))
	}
	for _, row := range made.Marks {
		add("mark %d %s %q %s: %s", row.ID, row.AccountID, row.Name, row.Reason, describeChanges(row.Changes))
	}
	for _, row := range made.Held {
		var changes []string
		for _, change := range row.Changes {
			changes = append(changes, fmt.Sprintf("%s %s→%s", change.Field, change.From, change.To))
		}
		add("held %s %d %s %q %v: %s", row.Action, row.ID, row.AccountID, row.Name, row.Holds, strings.Join(changes, ", "))
	}
	for _, row := range made.Orphans {
		add("orphan %d %s %q %s %s %s %s", row.ID, row.AccountID, row.Name, row.Reason, row.AccountType, row.SupportLevel, row.ExpirationDate)
	}
	for _, row := range made.Unmanaged {
		add("unmanaged %d %q %q: %s", row.ID, row.Name, row.SalesforceID, row.Reason)
	}
	for _, row := range made.Conflicts {
		add("conflict %s %d %s %q organizations %v accounts %v%s", row.Reason, row.ID, row.AccountID, row.Name, row.OrganizationIDs, row.AccountIDs, spaced(row.PresentID))
	}
	for _, warning := range made.Warnings {
		add("warning %s", warning.Code)
	}
	return lines
}

// spaced sets a text apart, if there is one.
func spaced(text string) string {
	if text == "" {
		return ""
	}
	return " " + text
}

func describeChanges(changes []field.Change) string {
	var lines []string
	for _, change := range changes {
		lines = append(lines, fmt.Sprintf("%s %s→%s", change.Field.Key, change.From, change.To))
	}
	return strings.Join(lines, ", ")
}
