package zendesk

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// late is what happens, or becomes visible, only later.
type late struct {
	creates []lateCreate
	shown   map[int64]lateShown
}

// lateCreate is a create whose answer was lost and that takes effect later.
type lateCreate struct {
	due     time.Time
	created *Organization
}

// lateShown is what reads show of an organization until a time.
type lateShown struct {
	until time.Time
	as    *Organization
}

// poison is the answer to a write that one row makes Zendesk refuse whole.
func (s *Server) poison(request *http.Request, present *Organization, sent map[string]any) *answer {
	ordered, due := s.faults.Take(fault.Poison, request, func(f fault.Fault) bool { return concerns(f, present, sent) })
	if !due {
		return nil
	}
	refusal := poisoned(ordered.Status, ordered.Body)
	return &refusal
}

// land carries the creates out whose time has come, whoever has their name.
func (s *Server) land(now time.Time) {
	s.late.creates = slices.DeleteFunc(s.late.creates, func(waiting lateCreate) bool {
		if now.Before(waiting.due) {
			return false
		}
		s.insert(waiting.created, waiting.due)
		return true
	})
}

// insert adds a created organization.
func (s *Server) insert(created *Organization, now time.Time) {
	created.ID = s.store.nextID()
	s.index.note(now, created.ID, nil)
	s.store.insert(created)
	blank := Organization{}
	s.record(Write{At: now, Action: Create}, &blank, created)
}

// spoil changes what is stored of the values sent for an organization.
func (s *Server) spoil(present, next *Organization, sent map[string]any) {
	for _, way := range []struct {
		kind    fault.Kind
		spoiled func(was, is any) any
	}{{fault.ValueDropped, drop}, {fault.ValueCut, cut}, {fault.ValueRounded, round}} {
		ordered, due := s.faults.Take(way.kind, nil, func(f fault.Fault) bool { return concerns(f, present, sent) })
		if !due {
			continue
		}
		fields, _ := sent["organization_fields"].(map[string]any)
		for key := range fields {
			if is, kept := next.Fields[key]; kept && (ordered.Field == "" || ordered.Field == key) {
				next.Fields[key] = way.spoiled(present.Fields[key], is)
			}
		}
		if _, named := sent["name"]; named && (ordered.Field == "" || ordered.Field == "name") {
			next.Name, _ = way.spoiled(present.Name, next.Name).(string)
		}
	}
}

func drop(was, _ any) any { return was }

func cut(_, is any) any {
	if text, isText := is.(string); isText {
		letters := []rune(text)
		return strings.TrimSpace(string(letters[:(len(letters)+1)/2]))
	}
	return is
}

func round(_, is any) any {
	if number, isNumber := is.(json.Number); isNumber {
		whole, _, _ := strings.Cut(number.String(), ".")
		return json.Number(whole)
	}
	return is
}

// hide keeps a change from being seen for a while.
func (s *Server) hide(present, next *Organization, sent map[string]any, now time.Time) {
	ordered, due := s.faults.Take(fault.ValueLate, nil, func(f fault.Fault) bool { return concerns(f, present, sent) })
	if !due {
		return
	}
	as := next.clone()
	as.Name, as.Fields = present.Name, maps.Clone(present.Fields)
	if as.Name == "" {
		as.Name = next.Name
	}
	if s.late.shown == nil {
		s.late.shown = make(map[int64]lateShown)
	}
	s.late.shown[next.ID] = lateShown{until: now.Add(ordered.Delay), as: &as}
}

// seen is the organization as reads show it.
func (s *Server) seen(organization *Organization) *Organization {
	shown, isLate := s.late.shown[organization.ID]
	if isLate && s.at.Before(shown.until) {
		as := *shown.as
		as.ID = organization.ID
		return &as
	}
	return organization
}

// retag gives the options of drop-downs the tags that the instance has now.
func (s *Server) retag() {
	ordered, armed := s.faults.Armed(fault.TaggedOptions)
	if !armed && !s.tagged {
		return
	}
	s.tagged = armed
	s.fields = slices.Clone(s.fields)
	for i := range s.fields {
		field := &s.fields[i]
		field.tagged = armed && field.Type == Dropdown && (ordered.Field == "" || ordered.Field == field.Key)
	}
}
