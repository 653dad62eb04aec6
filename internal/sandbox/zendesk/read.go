package zendesk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *Server) listOrganizations(request *http.Request, _ []byte, _ time.Time) answer {
	page := s.page(request, s.store.ids)
	if page.wrong != nil {
		return *page.wrong
	}
	return page.with("organizations", s.bodies(s.store.found(page.ids)))
}

func (s *Server) countOrganizations(_ *http.Request, _ []byte, now time.Time) answer {
	return answer{status: http.StatusOK, body: map[string]any{
		"count": map[string]any{"value": len(s.store.ids), "refreshed_at": timestamp(now)},
	}}
}

func (s *Server) showOrganization(request *http.Request, _ []byte, _ time.Time) answer {
	organization := s.addressed(request)
	if organization == nil {
		return notFound()
	}
	return answer{status: http.StatusOK, body: map[string]any{"organization": s.body(organization)}}
}

// addressed is the organization in the path, or nil.
func (s *Server) addressed(request *http.Request) *Organization {
	id, err := strconv.ParseInt(request.PathValue("id"), 10, 64)
	if err != nil {
		return nil
	}
	return s.store.byID[id]
}

// searchOrganizations finds by the exact name or external id, without regard
// to case.
func (s *Server) searchOrganizations(request *http.Request, _ []byte, _ time.Time) answer {
	query := request.URL.Query()
	name, externalID := query.Get("name"), query.Get("external_id")
	if (name == "") == (externalID == "") {
		return invalidAttribute("Exactly one of name and external_id must be given.")
	}
	found := []*Organization{}
	if holder := s.store.named(name); name != "" && holder != nil {
		found = append(found, holder)
	}
	if externalID != "" {
		for _, organization := range s.store.found(s.store.ids) {
			if strings.EqualFold(organization.ExternalID, externalID) {
				found = append(found, organization)
			}
		}
	}
	return whole("organizations", s.bodies(found), len(found))
}

// showManyOrganizations silently leaves unknown ids out and answers by
// name, not in the order asked, as recorded.
func (s *Server) showManyOrganizations(request *http.Request, _ []byte, _ time.Time) answer {
	texts, wrong := idsParameter(request)
	if wrong != nil {
		return *wrong
	}
	var ids []int64
	for _, text := range texts {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return invalidAttribute("You passed an invalid value for the ids attribute. Invalid parameter: ids must be integers")
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	found := s.store.found(slices.Compact(ids))
	slices.SortStableFunc(found, func(a, b *Organization) int { return strings.Compare(nameKey(a.Name), nameKey(b.Name)) })
	return whole("organizations", s.bodies(found), len(found))
}

// idsParameter splits ids=a,b; more than a hundred are refused.
func idsParameter(request *http.Request) ([]string, *answer) {
	text := request.URL.Query().Get("ids")
	if text == "" {
		wrong := invalidAttribute("You passed an invalid value for the ids attribute. Invalid parameter: ids is missing")
		return nil, &wrong
	}
	ids := strings.Split(text, ",")
	if len(ids) > largestPage {
		wrong := tooManyValues("ids")
		return nil, &wrong
	}
	for i := range ids {
		ids[i] = strings.TrimSpace(ids[i])
	}
	return ids, nil
}

func (s *Server) listFields(request *http.Request, _ []byte, _ time.Time) answer {
	positions := make(map[int64]int, len(s.fields))
	ids := make([]int64, 0, len(s.fields))
	for i, field := range s.fields {
		positions[field.ID] = i
		ids = append(ids, field.ID)
	}
	slices.Sort(ids)
	page := s.page(request, ids)
	if page.wrong != nil {
		return *page.wrong
	}
	bodies := []fieldBody{}
	for _, id := range page.ids {
		position := positions[id]
		bodies = append(bodies, s.fieldBody(s.fields[position], position))
	}
	return page.with("organization_fields", bodies)
}
