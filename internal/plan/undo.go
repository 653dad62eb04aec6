package plan

import (
	"errors"
	"io"
	"maps"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// UndoInput is what a sync of a plan did.
type UndoInput struct {
	Schema *field.Schema
	// Organizations are those that were gathered for the plan, each once.
	Organizations Source[organization.Organization]
	// Updates and Marks are the rows of the plan.
	Updates []Update
	Marks   []Mark
	// Sent returns the keys of the fields of a row that any run of the plan sent.
	Sent func(action Action, id int64) []string
	// Limits are those to check, see DefaultLimits.
	Limits []Limit
}

// Undo plans the reverse of what a sync sent, whatever its outcome. Fields that
// were not sent do not change, and creates stay (docs/rules.md, Undo). The removal
// of a mark is an update; a restored mark is a mark. An error comes from
// Organizations.
func Undo(input UndoInput) (*Plan, error) {
	c := &comparison{
		Input: Input{Schema: input.Schema, Limits: input.Limits, Organizations: input.Organizations},
		plan:  &Plan{}, stays: map[int64]bool{}, levels: map[int64]string{},
	}
	rows := slices.Clone(input.Updates)
	for i := range rows {
		rows[i].Changes = changesSent(rows[i].Changes, input.Sent(ActionUpdate, rows[i].ID))
	}
	for _, mark := range input.Marks {
		rows = append(rows, Update{ID: mark.ID, AccountID: mark.AccountID, Changes: changesSent(mark.Changes, input.Sent(ActionMark, mark.ID))})
	}
	rows = slices.DeleteFunc(rows, func(row Update) bool { return len(row.Changes) == 0 })
	gathered, err := c.organizationsOf(rows)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if org, known := gathered[row.ID]; known {
			c.undo(row, org)
		}
	}
	c.sort()
	c.sum()
	return c.plan, nil
}

// organizationsOf counts all organizations and returns those of the rows.
func (c *comparison) organizationsOf(rows []Update) (map[int64]organization.Organization, error) {
	orgs := make(map[int64]organization.Organization, len(rows))
	for _, row := range rows {
		orgs[row.ID] = organization.Organization{}
	}
	for {
		org, err := c.Organizations.Next()
		if errors.Is(err, io.EOF) {
			maps.DeleteFunc(orgs, func(id int64, org organization.Organization) bool { return org.ID != id })
			return orgs, nil
		}
		if err != nil {
			return nil, err
		}
		c.plan.Counts.Organizations++
		if c.staysMarked(&org) {
			c.marked++
		}
		if _, planned := orgs[org.ID]; planned {
			orgs[org.ID] = org
		}
	}
}

func changesSent(changes []field.Change, sent []string) []field.Change {
	return slices.DeleteFunc(slices.Clone(changes), func(change field.Change) bool { return !slices.Contains(sent, change.Field.Key) })
}

// undo plans the reverse of the changes that were sent to an organization. A mark
// is planned on the gathered values, which the organization has again when the
// row's other changes are undone.
func (c *comparison) undo(row Update, gathered organization.Organization) {
	left := gathered
	left.Record = gathered.Record.Clone()
	for _, change := range row.Changes {
		left.Record.Set(change.Field.Key, change.To)
	}
	c.levels[left.ID], c.stays[left.ID] = string(left.Record.Get(field.SupportLevel)), c.staysMarked(&left)
	if c.staysMarked(&gathered) {
		c.marked--
	}
	if c.staysMarked(&left) {
		c.marked++
	}
	undone := Update{ID: row.ID, AccountID: row.AccountID, Name: nameOf(&left), Reason: UndoneUpdate}
	for _, change := range row.Changes {
		back := field.Change{Field: change.Field, From: change.To, To: change.From}
		if change.Field.Key == field.MarkForDeletion && back.To == field.True {
			c.plan.Marks = append(c.plan.Marks, Mark{
				ID: row.ID, AccountID: row.AccountID, Name: undone.Name, Reason: UndoneMark,
				Seen: SeenOf(gathered.Record), Changes: []field.Change{back},
			})
			continue
		}
		undone.Changes = append(undone.Changes, back)
	}
	if len(undone.Changes) > 0 {
		c.plan.Updates = append(c.plan.Updates, undone)
	}
}
