package plan

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// holdReason says why nothing may be taken away from the account for now;
// empty when it may (domain.md, Unmapped charges).
func (wanted *Wanted) holdReason() HoldReason {
	switch {
	case len(wanted.UnmappedCharges) > 0:
		return HeldUnmapped
	case wanted.AwaitsOtherInstance:
		return HeldMove
	}
	return ""
}

// holdsCreate tells whether the create is held: what the account bought is not
// known, and as planned it would get nothing here, or may belong to the other
// instance.
func (wanted *Wanted) holdsCreate(expired bool) bool {
	return len(wanted.UnmappedCharges) > 0 && (expired || wanted.InOtherInstance)
}

// holdChanges parts the changes of an update into those that go on and those
// that are held: what would take something away and, with a lower level, what
// follows from it.
func (wanted *Wanted) holdChanges(changes []field.Change) (goOn, held []field.Change) {
	if wanted.holdReason() == "" {
		return changes, nil
	}
	levelHeld := slices.ContainsFunc(changes, func(change field.Change) bool {
		return change.Field.Key == field.SupportLevel && lowersLevel(change)
	})
	for _, change := range changes {
		if takesAway(change) || (levelHeld && change.Field.FollowsLevel) {
			held = append(held, change)
		} else {
			goOn = append(goOn, change)
		}
	}
	return goOn, held
}

// takesAway reports whether the change alone lessens what the customer gets.
func takesAway(change field.Change) bool {
	if change.Field.Key == field.SupportLevel {
		return lowersLevel(change)
	}
	return change.Field.Entitlement && change.To != field.True
}

func (wanted *Wanted) held(action Action, organizationID int64, name string, changes []field.Change) Held {
	row := Held{
		ID: organizationID, AccountID: wanted.ID, Name: name, Action: action,
		Reason: wanted.holdReason(), UnmappedCharges: slices.Clone(wanted.UnmappedCharges),
	}
	for _, change := range changes {
		row.Changes = append(row.Changes, change.Changed())
	}
	return row
}
