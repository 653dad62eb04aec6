package plan

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
)

// holdsCreate reports whether the create is held: what the account bought is
// not known, and as planned it would get nothing here, or may belong to the
// other instance. A move alone holds no create (docs/rules.md, Holds).
func (wanted *Wanted) holdsCreate() bool {
	unclear := slices.ContainsFunc(wanted.Holds, func(each hold.Hold) bool { return each.Reason != hold.AwaitsOtherInstance })
	return unclear && (wanted.expired() || wanted.InOtherInstance)
}

// holdChanges parts the changes of an update into those that go on and those
// that are held: what would take something away and, with a lower level, what
// follows from it.
func (wanted *Wanted) holdChanges(changes []field.Change) (goOn, held []field.Change) {
	if len(wanted.Holds) == 0 {
		return changes, nil
	}
	levelHeld := slices.ContainsFunc(changes, lowersLevel)
	for _, change := range changes {
		if lowersLevel(change) || turnsOff(change) || (levelHeld && change.Field.FollowsLevel) {
			held = append(held, change)
		} else {
			goOn = append(goOn, change)
		}
	}
	return goOn, held
}

func (wanted *Wanted) held(action Action, organizationID int64, name string, changes []field.Change) Held {
	row := Held{ID: organizationID, AccountID: wanted.ID, Name: name, Action: action, Holds: wanted.Holds}
	for _, change := range changes {
		row.Changes = append(row.Changes, change.Changed())
	}
	return row
}

func (wanted *Wanted) expired() bool {
	return wanted.Record.Get(field.SupportLevel) == field.Value(field.Expired)
}
