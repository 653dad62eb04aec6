package plan

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// UpdateReader returns a function that reads records of updates.json. Errors are an
// unknown or missing key, which they name, and everything that no plan contains:
// a field that the flow does not manage, no change at all, another salesforce_id,
// an empty name, marking.
func UpdateReader(schema *field.Schema) func(raw jsontext.Value) (Update, error) {
	read := strictjson.Reader[Update](schema.Readers())
	return func(raw jsontext.Value) (Update, error) {
		update, err := read(raw)
		if err == nil {
			err = update.check(schema)
		}
		if err != nil {
			return Update{}, err
		}
		return update, nil
	}
}

func (u Update) check(schema *field.Schema) error {
	if err := checkRow(schema, u.ID, u.Changes); err != nil {
		return err
	}
	for _, change := range u.Changes {
		if err := u.allows(change); err != nil {
			return fmt.Errorf("changes: %s: %w", change.Field.Key, err)
		}
	}
	return nil
}

func (u Update) allows(change field.Change) error {
	switch {
	case change.Field.Key == field.MarkForDeletion && change.To == field.True:
		return errors.New("an update cannot set it to true")
	case change.Field.Key == field.Name && change.To == "":
		return errors.New("the name cannot be empty")
	case change.Field.Key == field.SalesforceID && change.To != field.Value(u.AccountID) && u.Reason != UndoneUpdate:
		return fmt.Errorf("%.60q is not the salesforce_id of the row", change.To)
	}
	return nil
}

// MarkReader returns a function that reads records of not_in_sync.json, as
// strictly as UpdateReader.
func MarkReader(schema *field.Schema) func(raw jsontext.Value) (Mark, error) {
	read := strictjson.Reader[Mark](schema.Readers(seenKeys()...))
	return func(raw jsontext.Value) (Mark, error) {
		mark, err := read(raw)
		if err == nil {
			err = checkRow(schema, mark.ID, mark.Changes)
		}
		if err == nil && (len(mark.Changes) != 1 || mark.Changes[0].Field.Key != field.MarkForDeletion || mark.Changes[0].To != field.True) {
			err = errors.New("changes: a mark has exactly one change, mark_for_deletion to true")
		}
		if err != nil {
			return Mark{}, err
		}
		return mark, nil
	}
}

// UnmarshalText accepts only the reasons of updates.
func (u *UpdateReason) UnmarshalText(text []byte) error {
	*u = UpdateReason(text)
	if !slices.Contains([]UpdateReason{"", EndedThreeYears, EndedOrphan, UndoneUpdate}, *u) {
		return fmt.Errorf("unknown reason %.60q of an update", text)
	}
	return nil
}

// UnmarshalText accepts only the reasons of marks.
func (m *MarkReason) UnmarshalText(text []byte) error {
	*m = MarkReason(text)
	if !slices.Contains([]MarkReason{ExpiredThreeYears, NotInSalesforce, NotAPartner, UndoneMark}, *m) {
		return fmt.Errorf("%.60q is not a reason to mark", text)
	}
	return nil
}

// checkRow returns an error unless the row has an organization, and changes in
// table order with each field once.
func checkRow(schema *field.Schema, id int64, changes []field.Change) error {
	if id <= 0 {
		return fmt.Errorf("id: %d is not an organization's id", id)
	}
	if len(changes) == 0 {
		return errors.New("changes: the list is empty")
	}
	last := -1
	for _, change := range changes {
		position, _ := schema.Index(change.Field.Key)
		if position <= last {
			return fmt.Errorf("changes: %s is repeated or out of order", change.Field.Key)
		}
		last = position
	}
	return nil
}
