package plan

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// UndoInput is what a sync of a plan did.
type UndoInput struct {
	Schema *field.Schema
	// Present are the organizations as they were gathered for the plan.
	Present []organization.Organization
	// Updates and Marks are the rows of the plan.
	Updates []Update
	Marks   []Mark
	// Sent returns the keys of the fields of a row that any run of the plan sent.
	Sent func(action Action, id int64) []string
	// Limits are those to check, see DefaultLimits.
	Limits []Limit
}

// Undo plans the reverse of what a sync sent, whatever its outcome was: fields
// that were found done stay, so do creates (docs/rules.md, Undo). To take a mark
// back is an update, to mark again a mark.
func Undo(input UndoInput) *Plan {
	c := &comparison{Input: Input{Schema: input.Schema, Limits: input.Limits, Present: slices.Clone(input.Present)}, plan: &Plan{}}
	at := make(map[int64]int, len(c.Present))
	for i, org := range c.Present {
		at[org.ID] = i
	}
	for _, update := range input.Updates {
		sent := changesSent(update.Changes, input.Sent(ActionUpdate, update.ID))
		if i, known := at[update.ID]; known && len(sent) > 0 {
			c.undo(update, sent, &c.Present[i])
		}
	}
	for _, mark := range input.Marks {
		sent := changesSent(mark.Changes, input.Sent(ActionMark, mark.ID))
		if i, known := at[mark.ID]; known && len(sent) > 0 {
			c.undo(Update{ID: mark.ID, AccountID: mark.AccountID, Name: mark.Name}, sent, &c.Present[i])
		}
	}
	c.sort()
	c.sum()
	return c.plan
}

func changesSent(changes []field.Change, sent []string) []field.Change {
	return slices.DeleteFunc(slices.Clone(changes), func(change field.Change) bool { return !slices.Contains(sent, change.Field.Key) })
}

// undo plans the reverse of the changes, and makes of the organization what the
// sync left. A mark rests on what the organization is once the row's other
// changes are undone, which is what it was gathered as.
func (c *comparison) undo(row Update, sent []field.Change, org *organization.Organization) {
	gathered := *org
	org.Record = org.Record.Clone()
	for _, change := range sent {
		org.Record.Set(change.Field.Key, change.To)
	}
	row.Name, row.Reason, row.Changes = string(org.Record.Get(field.Name)), UndoneUpdate, nil
	for _, change := range sent {
		back := field.Change{Field: change.Field, From: change.To, To: change.From}
		if change.Field.Key == field.MarkForDeletion && back.To == field.True {
			c.plan.Marks = append(c.plan.Marks, Mark{
				ID: row.ID, AccountID: row.AccountID, Name: row.Name, Reason: UndoneMark,
				Seen: SeenOf(gathered.Record), Changes: []field.Change{back},
			})
			continue
		}
		row.Changes = append(row.Changes, back)
	}
	if len(row.Changes) > 0 {
		c.plan.Updates = append(c.plan.Updates, row)
	}
}
