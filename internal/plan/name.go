package plan

import (
	"cmp"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// maxRivals bounds how many rivals a conflict lists: were a thousand accounts
// renamed alike, listing all of them in each row would be a million ids.
const maxRivals = 10

// claim is a planned create or rename that wants a name.
type claim struct {
	accountID account.ID
	// organizationID is 0 for a create.
	organizationID int64
	name           field.Value
}

// settleNames takes out of the plan the creates and renames whose name cannot
// be theirs, and lists them as conflicts (domain.md, Stage compare). Names
// that the plan frees count as held: rows are not carried out all at once.
func (c *comparison) settleNames() {
	holders := c.nameHolders()
	claims := map[string][]claim{}
	refuse := func(wants claim, conflict Conflict) {
		conflict.ID, conflict.AccountID, conflict.Name = wants.organizationID, wants.accountID, string(wants.name)
		c.plan.Conflicts = append(c.plan.Conflicts, conflict)
		c.refused[wants.accountID] = true
	}
	for _, wants := range c.claims() {
		key := field.NameKey(wants.name)
		if key == "" {
			refuse(wants, Conflict{Reason: NameEmpty})
		} else if others := without(holders[key], wants.organizationID); len(others) > 0 {
			refuse(wants, Conflict{Reason: NameTaken, OrganizationIDs: others})
		} else {
			claims[key] = append(claims[key], wants)
		}
	}
	for _, rivals := range claims {
		for _, wants := range rivals {
			if others := rivalsOf(wants, rivals); len(others) > 0 {
				refuse(wants, Conflict{Reason: NameTaken, AccountIDs: others})
			}
		}
	}
	c.dropNames()
}

// nameHolders returns the organizations of each name, sorted. Unmanaged and
// marked ones hold theirs too.
func (c *comparison) nameHolders() map[string][]int64 {
	holders := make(map[string][]int64, len(c.Present))
	for i := range c.Present {
		key := field.NameKey(c.Present[i].Record.Get(field.Name))
		holders[key] = append(holders[key], c.Present[i].ID)
	}
	for _, ids := range holders {
		slices.Sort(ids)
	}
	return holders
}

// claims lists the planned creates and renames, by account.
func (c *comparison) claims() []claim {
	var claims []claim
	for _, create := range c.plan.Creates {
		claims = append(claims, claim{accountID: create.ID, name: create.Record.Get(field.Name)})
	}
	for _, update := range c.plan.Updates {
		for _, change := range update.Changes {
			if change.Field.Key == field.Name {
				claims = append(claims, claim{update.AccountID, update.ID, change.To})
			}
		}
	}
	slices.SortFunc(claims, func(a, b claim) int { return cmp.Compare(a.accountID, b.accountID) })
	return claims
}

// dropNames takes the refused names out of the plan: a create goes whole, the
// other changes of an update go on.
func (c *comparison) dropNames() {
	c.plan.Creates = slices.DeleteFunc(c.plan.Creates, func(create Create) bool { return c.refused[create.ID] })
	for i := range c.plan.Updates {
		update := &c.plan.Updates[i]
		if c.refused[update.AccountID] {
			update.Changes = slices.DeleteFunc(update.Changes, func(change field.Change) bool { return change.Field.Key == field.Name })
		}
	}
	c.plan.Updates = slices.DeleteFunc(c.plan.Updates, func(update Update) bool { return len(update.Changes) == 0 })
}

func without(ids []int64, own int64) []int64 {
	var others []int64
	for _, id := range ids {
		if id != own {
			others = append(others, id)
		}
	}
	return others
}

// rivalsOf returns the first of the other accounts that want the same name.
func rivalsOf(wants claim, rivals []claim) []account.ID {
	var others []account.ID
	for _, rival := range rivals {
		if len(others) == maxRivals {
			break
		}
		if rival.accountID != wants.accountID {
			others = append(others, rival.accountID)
		}
	}
	return others
}
