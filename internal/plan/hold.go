package plan

import (
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
)

// holdsCreate reports whether the create is held. It is if it is not known what the
// account bought, and the account would either get nothing here or has an organization
// in the other instance. A move alone does not hold a create (docs/rules.md, Holds).
func (w *Wanted) holdsCreate() bool {
	unclear := slices.ContainsFunc(w.Holds, func(each hold.Hold) bool { return each.Reason != hold.AwaitsOtherInstance })
	return unclear && (w.expired() || w.InOtherInstance)
}

// holdChanges divides the changes of an update into those that are planned and
// those that are held: changes that take something away and, if the level is
// lowered, the changes that follow from it.
func (w *Wanted) holdChanges(changes []field.Change) (goOn, held []field.Change) {
	if len(w.Holds) == 0 {
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

func (w *Wanted) held(action Action, organizationID int64, name string, changes []field.Change) Held {
	row := Held{ID: organizationID, AccountID: w.ID, Name: name, Action: action, Holds: w.Holds}
	for _, change := range changes {
		row.Changes = append(row.Changes, change.Changed())
	}
	return row
}

func (w *Wanted) expired() bool {
	return w.Record.Get(field.SupportLevel) == field.Value(field.Expired)
}
