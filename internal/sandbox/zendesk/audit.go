package zendesk

import (
	"slices"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// The actions of a Write.
const (
	Create = "create"
	Update = "update"
)

// Write is one write that had its effect, as a job's row or by itself. Edits
// by hand are not among them.
type Write struct {
	// Seq counts the instance's writes from 1.
	Seq int `json:"seq"`
	// At is when it took effect: for a job's row, when the job completed.
	At time.Time `json:"at"`
	// Action is Create or Update.
	Action string `json:"action"`
	// OrganizationID is the organization written to.
	OrganizationID int64 `json:"organization_id"`
	// JobID is the job the write was a row of, or empty.
	JobID string `json:"job_id,omitempty"`
	// Name is the organization's name after the write.
	Name string `json:"name"`
	// Changes are by attribute (name, notes, tags and so on) or field key. A
	// write that changed nothing has none.
	Changes map[string]Change `json:"changes"`
}

// Change is what a value was and what it became, in the forms of
// Organization.Fields.
type Change struct {
	From any `json:"from"`
	To   any `json:"to"`
}

// record adds a write to the audit. It reports whether anything changed.
func (s *Server) record(write Write, before, after *Organization) bool {
	write.Seq = len(s.audit) + 1
	write.OrganizationID, write.Name = after.ID, after.Name
	write.Changes = s.differences(before, after)
	s.audit = append(s.audit, write)
	return len(write.Changes) > 0
}

// Audit returns every write so far, in the order they took effect.
func (s *Server) Audit() []Write {
	defer s.enter()()
	return slices.Clone(s.audit)
}

// Organizations returns the present state, by id.
func (s *Server) Organizations() []Organization {
	defer s.enter()()
	organizations := make([]Organization, 0, len(s.store.ids))
	for _, organization := range s.store.found(s.store.ids) {
		organizations = append(organizations, organization.clone())
	}
	return organizations
}

// Edit changes an organization by hand, as an agent would; its id stays. It
// reports whether the organization is there. The function must not call the
// server.
func (s *Server) Edit(id int64, change func(*Organization)) bool {
	defer s.enter()()
	present, known := s.store.byID[id]
	if !known {
		return false
	}
	edited := present.clone()
	if edited.Fields == nil {
		edited.Fields = make(map[string]any)
	}
	change(&edited)
	edited.ID, edited.UpdatedAt = id, s.options.Now().Truncate(time.Second)
	edited = s.settled(edited, edited.UpdatedAt)
	s.index.note(s.options.Now(), id, present)
	s.store.replace(&edited)
	return true
}

// Insert adds an organization by hand and returns its id. One that has its id
// already is replaced.
func (s *Server) Insert(organization Organization) int64 {
	defer s.enter()()
	added := s.settled(organization, s.options.Now().Truncate(time.Second))
	s.index.note(s.options.Now(), added.ID, s.store.byID[added.ID])
	if _, known := s.store.byID[added.ID]; known {
		s.store.replace(&added)
	} else {
		s.store.insert(&added)
	}
	return added.ID
}

// Remove deletes an organization by hand. It reports whether it was there.
func (s *Server) Remove(id int64) bool {
	defer s.enter()()
	organization, known := s.store.byID[id]
	if known {
		s.index.note(s.options.Now(), id, organization)
		s.store.remove(organization)
	}
	return known
}

// Requests counts the requests so far by method and route.
func (s *Server) Requests() map[string]int { return s.faults.Requests() }

// Faults returns the injector of the instance's faults.
func (s *Server) Faults() *fault.Injector { return s.faults }

// ExpireTokens makes every access token granted so far invalid.
func (s *Server) ExpireTokens() {
	defer s.enter()()
	clear(s.tokens.granted)
}

// enter takes the lock and lets the jobs that are due have their effect; what
// it returns releases the lock.
func (s *Server) enter() func() {
	s.mu.Lock()
	s.settle(s.options.Now())
	return s.mu.Unlock
}
