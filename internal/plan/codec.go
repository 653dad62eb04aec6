package plan

import (
	"strconv"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// AppendJSON writes the update as a record of updates.json.
func (update Update) AppendJSON(out []byte) []byte {
	out = appendRow(out, update.ID, update.AccountID, update.Name)
	out = appendChanges(out, update.Changes)
	return append(out, '}')
}

// AppendJSON writes the mark as a record of not_in_sync.json. Seen holds what
// the flow of the schema manages.
func (mark Mark) AppendJSON(out []byte, schema *field.Schema) []byte {
	out = appendRow(out, mark.ID, mark.AccountID, mark.Name)
	out = append(out, `,"reason":`...)
	out = field.AppendText(out, string(mark.Reason))
	out = append(out, `,"seen":{`...)
	for i, seen := range mark.Seen.values(schema) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = append(out, seen.field.Key...)
		out = append(out, `":`...)
		out = seen.field.Kind.AppendJSON(out, seen.value)
	}
	out = append(out, '}')
	out = appendChanges(out, mark.Changes)
	return append(out, '}')
}

func appendRow(out []byte, id int64, accountID account.ID, name string) []byte {
	out = append(out, `{"id":`...)
	out = strconv.AppendInt(out, id, 10)
	out = append(out, `,"salesforce_id":`...)
	out = field.AppendText(out, string(accountID))
	out = append(out, `,"name":`...)
	return field.AppendText(out, name)
}

func appendChanges(out []byte, changes []field.Change) []byte {
	out = append(out, `,"changes":[`...)
	for i, change := range changes {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, `{"field":"`...)
		out = append(out, change.Field.Key...)
		out = append(out, `","from":`...)
		out = change.Field.Kind.AppendJSON(out, change.From)
		out = append(out, `,"to":`...)
		out = change.Field.Kind.AppendJSON(out, change.To)
		out = append(out, '}')
	}
	return append(out, ']')
}
