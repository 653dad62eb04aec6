package zendesk

import (
	"slices"
	"strings"
	"time"
)

// store holds the organizations, by id, in the order of their ids and by name.
type store struct {
	byID   map[int64]*Organization
	ids    []int64
	byName map[string]int64
	// byText finds organizations by what a text field says, without regard to
	// case. It has the fields that were asked for by now.
	byText map[string]map[string][]int64
	lastID int64
	made   int64
}

// idStep is the distance between the ids made here, as in the recordings.
const idStep = 128

// beyondDouble is 2^53: above it a float64 no longer holds every integer.
const beyondDouble = 1 << 53

// nextID makes an id. Every fourth is an odd number beyond 2^53, so that a
// client that reads ids as floating point loses one early.
func (s *store) nextID() int64 {
	for {
		s.made++
		id := s.lastID
		s.lastID += idStep
		if s.made%4 == 0 {
			id = beyondDouble + id/idStep*idStep + 1
		}
		if _, taken := s.byID[id]; !taken {
			return id
		}
	}
}

// nameKey is equal for names that Zendesk considers equal.
func nameKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// load adds many organizations at once and sorts once.
func (s *store) load(organizations []Organization) {
	for _, organization := range organizations {
		s.keep(&organization)
		s.ids = append(s.ids, organization.ID)
	}
	slices.Sort(s.ids)
	s.ids = slices.Compact(s.ids)
}

// insert takes in one organization with an id that is not taken.
func (s *store) insert(organization *Organization) {
	s.keep(organization)
	at, _ := slices.BinarySearch(s.ids, organization.ID)
	s.ids = slices.Insert(s.ids, at, organization.ID)
}

// keep indexes the organization under its id and, unless another has it, its
// name.
func (s *store) keep(organization *Organization) {
	s.byID[organization.ID] = organization
	key := nameKey(organization.Name)
	if _, taken := s.byName[key]; !taken {
		s.byName[key] = organization.ID
	}
	for field, ids := range s.byText {
		if text, given := textOf(organization, field); given {
			ids[text] = append(ids[text], organization.ID)
		}
	}
}

// replace replaces an organization by its new state.
func (s *store) replace(organization *Organization) {
	s.forget(s.byID[organization.ID])
	s.keep(organization)
}

// remove drops an organization.
func (s *store) remove(organization *Organization) {
	s.forget(organization)
	delete(s.byID, organization.ID)
	if at, found := slices.BinarySearch(s.ids, organization.ID); found {
		s.ids = slices.Delete(s.ids, at, at+1)
	}
}

// forget takes the organization out of every index but that of ids.
func (s *store) forget(organization *Organization) {
	if key := nameKey(organization.Name); s.byName[key] == organization.ID {
		delete(s.byName, key)
	}
	for field, ids := range s.byText {
		if text, given := textOf(organization, field); given {
			ids[text] = slices.DeleteFunc(ids[text], func(id int64) bool { return id == organization.ID })
		}
	}
}

// withText finds the organizations whose text field says that. The first search
// of a field reads them all.
func (s *store) withText(field, text string) []int64 {
	if s.byText[field] == nil {
		ids := make(map[string][]int64)
		for _, id := range s.ids {
			if said, given := textOf(s.byID[id], field); given {
				ids[said] = append(ids[said], id)
			}
		}
		s.byText[field] = ids
	}
	return s.byText[field][strings.ToLower(text)]
}

func textOf(organization *Organization, field string) (text string, given bool) {
	text, given = organization.Fields[field].(string)
	return strings.ToLower(text), given
}

// named finds the organization that holds a name.
func (s *store) named(name string) *Organization { return s.byID[s.byName[nameKey(name)]] }

// taken reports whether an organization other than the one with that id holds the
// name.
func (s *store) taken(name string, by int64) bool {
	holder := s.named(name)
	return holder != nil && holder.ID != by
}

// found returns those of the ids that are there, in the order given.
func (s *store) found(ids []int64) []*Organization {
	organizations := make([]*Organization, 0, len(ids))
	for _, id := range ids {
		if organization, known := s.byID[id]; known {
			organizations = append(organizations, organization)
		}
	}
	return organizations
}

// settled fills in what an organization given by Go code leaves open.
func (s *Server) settled(organization Organization, now time.Time) Organization {
	organization = organization.clone()
	organization.Name = strings.TrimSpace(organization.Name)
	if organization.ID == 0 {
		organization.ID = s.store.nextID()
	}
	if organization.CreatedAt.IsZero() {
		organization.CreatedAt = now
	}
	if organization.UpdatedAt.IsZero() {
		organization.UpdatedAt = organization.CreatedAt
	}
	for _, field := range s.fields {
		if value, given := organization.Fields[field.Key]; given {
			organization.Fields[field.Key] = field.seeded(value)
		}
	}
	return organization
}
