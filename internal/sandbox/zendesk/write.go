package zendesk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// duplicate is the code of a name that is taken.
const duplicate = "DuplicateValue"

func (s *Server) createOrganization(request *http.Request, body []byte, now time.Time) answer {
	attributes, wrong := wrapped(body)
	if wrong != nil {
		return *wrong
	}
	if poisoned := s.poison(request, nil, attributes); poisoned != nil {
		return *poisoned
	}
	second := now.Truncate(time.Second)
	blank := Organization{CreatedAt: second, UpdatedAt: second}
	created, problem := s.changed(&blank, attributes)
	about := func(f fault.Fault) bool { return concerns(f, nil, attributes) }
	if problem != nil && problem.code == duplicate {
		if _, due := s.faults.Take(fault.TwinCreate, request, about); due {
			created, problem = s.unique(&blank, attributes)
		}
	}
	if problem == nil {
		problem = s.ordered(&blank, attributes)
	}
	if problem != nil {
		return s.refused(*problem)
	}
	if ordered, due := s.faults.Take(fault.LateCreate, request, about); due {
		s.late.creates = append(s.late.creates, lateCreate{due: now.Add(ordered.Delay), created: created})
		return answer{lost: true}
	}
	s.insert(created, now)
	s.hide(&blank, created, attributes, now)
	return answer{status: http.StatusCreated, body: map[string]any{"organization": s.body(created)}}
}

func (s *Server) updateOrganization(request *http.Request, body []byte, now time.Time) answer {
	present := s.addressed(request)
	if present == nil {
		return notFound()
	}
	attributes, wrong := wrapped(body)
	if wrong != nil {
		return *wrong
	}
	if poisoned := s.poison(request, present, attributes); poisoned != nil {
		return *poisoned
	}
	if problem := s.update(present, attributes, Write{At: now, Action: Update}); problem != nil {
		return s.refused(*problem)
	}
	return answer{status: http.StatusOK, body: map[string]any{"organization": s.body(s.store.byID[present.ID])}}
}

// update writes the attributes to an organization, all of them or none.
func (s *Server) update(present *Organization, attributes map[string]any, write Write) *problem {
	next, problem := s.changed(present, attributes)
	if problem == nil {
		problem = s.ordered(present, attributes)
	}
	if problem != nil {
		return problem
	}
	if s.record(write, present, next) {
		next.UpdatedAt = write.At.Truncate(time.Second)
	}
	s.index.note(write.At, present.ID, present)
	s.store.replace(next)
	s.hide(present, next, attributes, write.At)
	return nil
}

// ordered returns the refusal that a fault demands for the row, or nil.
func (s *Server) ordered(present *Organization, attributes map[string]any) *problem {
	ordered, due := s.faults.Take(fault.RowRefused, nil, func(f fault.Fault) bool { return concerns(f, present, attributes) })
	if !due {
		return nil
	}
	key := orElse(ordered.Field, "name")
	return &problem{attribute: key, label: title(key), code: ordered.Body}
}

// wrapped reads `{"organization": {…}}`.
func wrapped(body []byte) (map[string]any, *answer) {
	var envelope struct {
		Organization map[string]any `json:"organization"`
	}
	if err := decode(body, &envelope); err != nil || envelope.Organization == nil {
		wrong := invalidAttribute("You passed an invalid value for the organization attribute. Invalid parameter: organization must be an object")
		return nil, &wrong
	}
	return envelope.Organization, nil
}

// decode reads one JSON value and keeps every digit of its numbers.
func decode(body []byte, to any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(to); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return fmt.Errorf("more than one JSON value")
	}
	return nil
}

// changed is the organization with the attributes written to it, or what is
// wrong with them. Attributes it has no place for are ignored, as are unknown
// and inactive organization fields, silently.
func (s *Server) changed(present *Organization, attributes map[string]any) (*Organization, *problem) {
	next, problem := s.unique(present, attributes)
	if problem == nil && s.store.taken(next.Name, next.ID) {
		return nil, nameTaken(next.Name)
	}
	return next, problem
}

func nameTaken(name string) *problem { return &problem{"name", "Name", duplicate, name} }

// unique is the same as changed on the word that the name is free.
func (s *Server) unique(present *Organization, attributes map[string]any) (*Organization, *problem) {
	next := present.clone()
	for _, text := range []struct {
		key string
		to  *string
	}{
		{"name", &next.Name}, {"external_id", &next.ExternalID},
		{"notes", &next.Notes}, {"details", &next.Details},
	} {
		sent, given := attributes[text.key]
		if !given {
			continue
		}
		kept, accepted := storeText(sent)
		if sent != nil && !accepted {
			return nil, &problem{text.key, title(text.key), "InvalidValue", ""}
		}
		*text.to, _ = kept.(string)
	}
	next.Name = strings.TrimSpace(next.Name)
	if next.Name == "" {
		return nil, &problem{"name", "Name", "BlankValue", ""}
	}
	for key, list := range map[string]*[]string{"tags": &next.Tags, "domain_names": &next.DomainNames} {
		if sent, given := attributes[key].([]any); given {
			*list = texts(sent)
		}
	}
	fields, _ := attributes["organization_fields"].(map[string]any)
	if problem := s.setFields(&next, fields); problem != nil {
		return nil, problem
	}
	s.spoil(present, &next, attributes)
	return &next, nil
}

func (s *Server) setFields(next *Organization, sent map[string]any) *problem {
	for _, field := range s.fields {
		value, given := sent[field.Key]
		if !given || field.Inactive {
			continue
		}
		kept, accepted := field.store(value)
		if !accepted {
			return &problem{"organization_fields", field.Title, "InvalidValue", fmt.Sprint(value)}
		}
		if next.Fields == nil {
			next.Fields = make(map[string]any)
		}
		next.Fields[field.Key] = kept
	}
	return nil
}

func texts(values []any) []string {
	list := make([]string, 0, len(values))
	for _, value := range values {
		list = append(list, fmt.Sprint(value))
	}
	return list
}

// differences are the attributes and fields in which two states differ; empty
// text is null.
func (s *Server) differences(before, after *Organization) map[string]Change {
	changes := make(map[string]Change)
	note := func(key string, from, to any) {
		if !sameValue(from, to) {
			changes[key] = Change{From: from, To: to}
		}
	}
	text := func(value string) any {
		if value == "" {
			return nil
		}
		return value
	}
	note("name", text(before.Name), text(after.Name))
	note("external_id", text(before.ExternalID), text(after.ExternalID))
	note("notes", text(before.Notes), text(after.Notes))
	note("details", text(before.Details), text(after.Details))
	for key, lists := range map[string][2][]string{
		"tags":         {before.Tags, after.Tags},
		"domain_names": {before.DomainNames, after.DomainNames},
	} {
		if len(lists[0])+len(lists[1]) > 0 && !reflect.DeepEqual(lists[0], lists[1]) {
			changes[key] = Change{From: lists[0], To: lists[1]}
		}
	}
	for _, field := range s.fields {
		note(field.Key, before.Fields[field.Key], after.Fields[field.Key])
	}
	return changes
}
