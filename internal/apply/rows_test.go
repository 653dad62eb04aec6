package apply_test

import (
	"fmt"
	"strconv"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	sandbox "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// The accounts of these tests are numbers: so are their ids.

func accountID(n int) account.ID {
	id, err := account.ParseID(fmt.Sprintf("001M00000%06d", n))
	if err != nil {
		return account.ID(err.Error())
	}
	return id
}

func number(id account.ID) int {
	n, err := strconv.Atoi(id.Short()[9:])
	if err != nil {
		return -1
	}
	return n
}

func organizationID(n int) int64 { return 7_000_000 + int64(n) }

func nameOf(n int) string { return fmt.Sprintf("Account %d", n) }

func organizationOf(n int) sandbox.Organization {
	return sandbox.Organization{ID: organizationID(n), Name: nameOf(n), Fields: map[string]any{
		"salesforce_id": string(accountID(n)), "account_owner": "before", "account_type": "customer", "support_level": "expired",
		"expiration_date": "2020-02-01", "technical_account_manager": "nobody",
	}}
}

// schema is that of the Global flow, which all rows are of.
var schema = field.SchemaOf(field.Global)

// change is one change of a field of the Global flow.
func change(key string, from, to field.Value) field.Change {
	position, ok := schema.Index(key)
	if !ok {
		return field.Change{}
	}
	return field.Change{Field: schema.Fields[position], From: from, To: to}
}

// updateOf changes the owner, or what is given instead.
func updateOf(n int, changes ...field.Change) plan.Update {
	if len(changes) == 0 {
		changes = []field.Change{change("account_owner", "before", "after")}
	}
	return plan.Update{ID: organizationID(n), AccountID: accountID(n), Name: nameOf(n), Changes: changes}
}

func markOf(n int) plan.Mark {
	return plan.Mark{
		ID: organizationID(n), AccountID: accountID(n), Name: nameOf(n), Reason: plan.ExpiredThreeYears,
		Seen:    seenOf(n),
		Changes: []field.Change{change(field.MarkForDeletion, "", field.True)},
	}
}

func seenOf(n int) field.Record {
	record := schema.NewRecord()
	record.Set(field.Name, field.Value(nameOf(n)))
	record.Set(field.AccountType, "customer")
	record.Set(field.SupportLevel, "expired")
	record.Set(field.ExpirationDate, "2020-02-01")
	return plan.SeenOf(record)
}

func createOf(n int) plan.Create {
	record := schema.NewRecord()
	record.Set(field.Name, field.Value(nameOf(n)))
	record.Set(field.SalesforceID, field.Value(accountID(n)))
	record.Set("account_owner", "after")
	return plan.Create{ID: accountID(n), Record: record}
}

func updatesOf(first, last int) apply.Rows {
	var rows apply.Rows
	for n := first; n <= last; n++ {
		rows.Updates = append(rows.Updates, updateOf(n))
	}
	return rows
}

func createsOf(numbers ...int) apply.Rows {
	var rows apply.Rows
	for _, n := range numbers {
		rows.Creates = append(rows.Creates, createOf(n))
	}
	return rows
}

func marksOf(first, last int) apply.Rows {
	var rows apply.Rows
	for n := first; n <= last; n++ {
		rows.Marks = append(rows.Marks, markOf(n))
	}
	return rows
}

// writesOf is what another run would send of the updates.
func writesOf(updates ...plan.Update) []zendesk.Write {
	var writes []zendesk.Write
	for _, update := range updates {
		writes = append(writes, zendesk.Write{ID: update.ID, Changes: update.Changes})
	}
	return writes
}
