package plan

import (
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// Look is what to do with a planned row, given its organization as it is now
// (docs/rules.md, Look before writing). Exactly one field is set.
type Look struct {
	// Send are the changes that are still to be made.
	Send []field.Change
	// Applied says that the organization has all planned values.
	Applied bool
	// Skip says why the row must not be applied any more.
	Skip string
}

const changedSince = "changed since the plan: "

// LookUpdate compares planned changes with the account's organization as it is
// now, nil if it is gone. Changes that are done already are dropped. A field that
// has neither its old nor its new value skips the row.
func LookUpdate(id account.ID, changes []field.Change, org *organization.Organization) Look {
	if skip := otherAccount(id, changes, org); skip != "" {
		return Look{Skip: skip}
	}
	return lookOf(changes, org.Record, nil)
}

// LookMark compares a planned mark, or the removal of one, with its organization
// as it is now, nil if it is gone. A mark is also skipped if ignore_deletion is
// set, or if a field on which it was planned has changed.
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

// lookOf compares each change with the record; moved are other fields that have
// changed.
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

// otherAccount says why the organization no longer belongs to the account; empty
// if it does. The 15- and 18-character ids are the same account. A row that
// changes salesforce_id is compared with that change.
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

// NotKept lists the sent fields whose value in the organization differs from what
// was sent; empty if none does. Nil is an organization that is gone.
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
