package plan

import (
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// Look is what is left of a planned row once its organization was looked at
// (domain.md, Stage sync: Look before writing). Exactly one of the three is
// set.
type Look struct {
	// Send are the changes that are still to be made.
	Send []field.Change
	// Applied says that nothing is left to send.
	Applied bool
	// Skip says why the row must not be carried out any more.
	Skip string
}

const changedSince = "changed since the plan: "

// LookUpdate holds a planned update against its organization as it is now; nil
// is one that is gone. What is already done is dropped; anything that is
// neither as planned on nor done skips the row.
func LookUpdate(update Update, present *organization.Organization) Look {
	if skip := otherAccount(update.AccountID, present); skip != "" {
		return Look{Skip: skip}
	}
	var send []field.Change
	var moved []string
	for _, change := range update.Changes {
		switch now := present.Record.Get(change.Field.Key); now {
		case change.To:
		case change.From:
			send = append(send, change)
		default:
			moved = append(moved, isNow(change.Field.Key, now))
		}
	}
	return lookOf(send, moved)
}

// LookMark holds a planned mark against its organization as it is now; nil is
// one that is gone. It is also skipped when people have set ignore_deletion or
// when what it was planned on has changed.
func LookMark(mark Mark, present *organization.Organization) Look {
	if skip := otherAccount(mark.AccountID, present); skip != "" {
		return Look{Skip: skip}
	}
	if present.Marked() {
		return Look{Applied: true}
	}
	var moved []string
	if present.IgnoreDeletion {
		moved = append(moved, isNow(field.IgnoreDeletion, field.True))
	}
	for i, seen := range mark.Seen.Schema.Fields {
		if now := present.Record.Get(seen.Key); now != mark.Seen.Values[i] {
			moved = append(moved, isNow(seen.Key, now))
		}
	}
	return lookOf(mark.Changes, moved)
}

func lookOf(send []field.Change, moved []string) Look {
	switch {
	case len(moved) > 0:
		return Look{Skip: changedSince + strings.Join(moved, ", ")}
	case len(send) == 0:
		return Look{Applied: true}
	}
	return Look{Send: send}
}

// otherAccount says why the organization is not that of the account any more;
// empty when it is. The 15- and 18-character forms are one account.
func otherAccount(id account.ID, present *organization.Organization) string {
	if present == nil {
		return changedSince + "the organization is gone"
	}
	if now, ok := present.AccountID(); !ok || now != id {
		return changedSince + isNow(field.SalesforceID, present.Record.Get(field.SalesforceID))
	}
	return ""
}

func isNow(key string, now field.Value) string {
	if now == "" {
		return key + " is now empty"
	}
	return key + " is now " + string(now)
}
