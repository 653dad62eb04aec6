package plan

import (
	"cmp"
	"hash/maphash"
	"maps"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// maxRivals limits the rivals that a conflict lists: if a thousand accounts want
// the same name, listing all of them in each row would be a million ids.
const maxRivals = 10

// claim is a planned create or rename that wants a name.
type claim struct {
	accountID account.ID
	// organizationID is 0 for a create.
	organizationID int64
	name           field.Value
}

// settleNames removes from the plan the creates and renames whose name is taken,
// and lists them as conflicts (docs/rules.md, Names). Names that the plan frees
// still count as taken, because rows are not applied all at once.
func (c *comparison) settleNames() error {
	all := c.claims()
	holders, err := c.holders(all)
	if err != nil {
		return err
	}
	claims := map[string][]claim{}
	refuse := func(wants claim, conflict Conflict) {
		conflict.ID, conflict.AccountID, conflict.Name = wants.organizationID, wants.accountID, string(wants.name)
		c.plan.Conflicts = append(c.plan.Conflicts, conflict)
		c.refused[wants.accountID] = true
	}
	for _, wants := range all {
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
	return nil
}

// holders returns the organizations that have a claimed name, sorted, unmanaged and
// marked ones included. Organizations with the same key are compared by their
// names.
func (c *comparison) holders(claims []claim) (map[string][]int64, error) {
	alike := map[int64]bool{}
	for _, wants := range claims {
		for _, id := range c.names.alike(wants.name) {
			if id != wants.organizationID {
				alike[id] = true
			}
		}
	}
	if len(alike) == 0 {
		return nil, nil
	}
	names, err := c.Names(alike)
	if err != nil {
		return nil, err
	}
	holders := map[string][]int64{}
	for _, id := range slices.Sorted(maps.Keys(names)) {
		key := field.NameKey(names[id])
		holders[key] = append(holders[key], id)
	}
	return holders, nil
}

// names has a short key for the name of each organization: the names of a million
// organizations would take too much memory.
type names struct {
	seed   maphash.Seed
	keys   []nameKey
	sorted bool
}

type nameKey struct {
	hash uint64
	id   int64
}

func (n *names) hashOf(name field.Value) uint64 {
	if n.keys == nil {
		n.seed = maphash.MakeSeed()
	}
	return maphash.String(n.seed, field.NameKey(name))
}

func (n *names) add(id int64, name field.Value) {
	n.keys = append(n.keys, nameKey{n.hashOf(name), id})
}

// alike returns the organizations whose names have the same key. Their names may
// still differ.
func (n *names) alike(name field.Value) []int64 {
	if !n.sorted {
		slices.SortFunc(n.keys, func(a, b nameKey) int { return cmp.Compare(a.hash, b.hash) })
		n.sorted = true
	}
	if len(n.keys) == 0 {
		return nil
	}
	hash := n.hashOf(name)
	at, _ := slices.BinarySearchFunc(n.keys, hash, func(key nameKey, hash uint64) int { return cmp.Compare(key.hash, hash) })
	var ids []int64
	for ; at < len(n.keys) && n.keys[at].hash == hash; at++ {
		ids = append(ids, n.keys[at].id)
	}
	return ids
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

// dropNames removes the refused names from the plan: a create is removed, an
// update keeps its other changes.
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
