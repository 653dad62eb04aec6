package plan

import (
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// Look is what is left of a planned row once its organization was looked at
// (docs/rules.md, Look before writing). Exactly one of the three is set.
type Look struct {
	// Send are the changes that are still to be made.
	Send []field.Change
	// Applied says that nothing is left to send.
	Applied bool
	// Skip says why the row must not be carried out any more.
	Skip string
}

const changedSince = "changed since the plan: "

// LookUpdate checks planned changes of the account's organization against what
// it is now; nil is one that is gone. What is already done is dropped; anything
// that is neither as planned on nor done skips the row.
func LookUpdate(id account.ID, changes []field.Change, org *organization.Organization) Look {
	if skip := otherAccount(id, changes, org); skip != "" {
		return Look{Skip: skip}
	}
	return lookOf(changes, org.Record, nil)
}

// LookMark checks a planned mark, or one that is to be taken back, against its
// organization as it is now; nil is one that is gone. A mark is also skipped
// when people have set ignore_deletion or when what it was planned on has
// changed.
func LookMark(mark Mark, org *organization.Organization) Look {
	if skip := otherAccount(mark.AccountID, mark.Changes, org); skip != "" {
		return Look{Skip: skip}
	}
	look := lookOf(mark.Changes, org.Record, nil)
	if !marks(mark.Changes) || look.Applied {
		return look
	}
	var moved []string
	if org.IgnoreDeletion {
		moved = append(moved, isNow(field.IgnoreDeletion, field.True))
	}
	for i, f := range mark.Seen.Schema.Fields {
		if now := org.Record.Get(f.Key); now != mark.Seen.Values[i] {
			moved = append(moved, isNow(f.Key, now))
		}
	}
	return lookOf(mark.Changes, org.Record, moved)
}

// marks reports whether the changes mark an organization for deletion.
func marks(changes []field.Change) bool {
	for _, change := range changes {
		if change.Field.Key == field.MarkForDeletion && change.To == field.True {
			return true
		}
	}
	return false
}

// lookOf checks each change against the record, beside what has moved.
func lookOf(changes []field.Change, now field.Record, moved []string) Look {
	var send []field.Change
	for _, change := range changes {
		switch value := now.Get(change.Field.Key); value {
		case change.To:
		case change.From:
			send = append(send, change)
		default:
			moved = append(moved, isNow(change.Field.Key, value))
		}
	}
	switch {
	case len(moved) > 0:
		return Look{Skip: changedSince + strings.Join(moved, ", ")}
	case len(send) == 0:
		return Look{Applied: true}
	}
	return Look{Send: send}
}

// otherAccount says why the organization is not that of the account any more;
// empty when it is. The 15- and 18-character forms are one account. A row that
// changes salesforce_id is checked against that change.
func otherAccount(id account.ID, changes []field.Change, org *organization.Organization) string {
	if org == nil {
		return changedSince + "the organization is gone"
	}
	for _, change := range changes {
		if change.Field.Key == field.SalesforceID {
			return ""
		}
	}
	if now, ok := org.AccountID(); !ok || now != id {
		return changedSince + isNow(field.SalesforceID, org.Record.Get(field.SalesforceID))
	}
	return ""
}

func isNow(key string, now field.Value) string {
	if now == "" {
		return key + " is now empty"
	}
	return key + " is now " + string(now)
}

// Fields returns what a create sends: every managed field that is not empty,
// and the check boxes, in table order.
func (c Create) Fields() []field.Change {
	var changes []field.Change
	for i, f := range c.Record.Schema.Fields {
		if value := c.Record.Values[i]; value != "" || f.Kind == field.Check {
			changes = append(changes, field.Change{Field: f, To: value})
		}
	}
	return changes
}

// NotKept says which of the fields that were sent the organization does not
// have as they were sent; empty when it has all. Nil is one that is gone.
func NotKept(sent []field.Change, org *organization.Organization) string {
	if org == nil {
		return "the organization is gone"
	}
	var differ []string
	for _, change := range sent {
		if now := org.Record.Get(change.Field.Key); now != change.To {
			differ = append(differ, change.Field.Key+" was sent as "+shown(change.Field, change.To)+" and is "+shown(change.Field, now))
		}
	}
	return strings.Join(differ, ", ")
}

func shown(of field.Field, value field.Value) string {
	switch {
	case value != "":
		return string(value)
	case of.Kind == field.Check:
		return "false"
	}
	return "empty"
}
