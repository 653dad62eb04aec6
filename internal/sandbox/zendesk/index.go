package zendesk

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// index remembers what organizations were before they changed: that is how the
// search still sees them.
type index struct{ changes []indexed }

// indexed is an organization before a change; nil before it was there.
type indexed struct {
	at     time.Time
	id     int64
	before *Organization
}

// longestLag is how long the index remembers.
const longestLag = time.Hour

func (i *index) note(now time.Time, id int64, before *Organization) {
	old := 0
	for old < len(i.changes) && now.Sub(i.changes[old].at) > longestLag {
		old++
	}
	i.changes = append(i.changes[old:], indexed{at: now, id: id, before: before})
}

// lagging are the organizations that the index sees as they were.
func (i *index) lagging(since time.Time) map[int64]*Organization {
	were := make(map[int64]*Organization)
	for _, change := range slices.Backward(i.changes) {
		if !change.at.After(since) {
			break
		}
		were[change.id] = change.before
	}
	return were
}

// mostResults is how far a search reaches.
const mostResults = 1000

// resultBody is an organization among the results of a search.
type resultBody struct {
	organizationBody
	ResultType string `json:"result_type"`
}

// search answers GET /api/v2/search for organizations, by words of their names
// and by `key:value`. Its index is behind.
func (s *Server) search(request *http.Request, _ []byte, now time.Time) answer {
	terms, wrong := searchTerms(request.URL.Query().Get("query"))
	if wrong != nil {
		return *wrong
	}
	lag := s.options.SearchLag
	if ordered, armed := s.faults.Armed(fault.SearchLag); armed {
		lag = ordered.Delay
	}
	were := s.index.lagging(now.Add(-lag))
	var ids []int64
	for _, id := range s.searched(were, terms) {
		if organization := s.asIndexed(were, id); organization != nil && s.hasTerms(organization, terms) {
			ids = append(ids, id)
		}
	}
	cut := s.offsetPage(request, ids[:min(len(ids), mostResults)])
	if cut.wrong != nil {
		return *cut.wrong
	}
	results := []resultBody{}
	for _, id := range cut.ids {
		results = append(results, resultBody{s.body(s.asIndexed(were, id)), "organization"})
	}
	reply := cut.with("results", results)
	reply.body.(map[string]any)["facets"] = nil
	reply.cacheControl = ""
	return reply
}

// searched are the ids that may have the terms: of what is there, or was when
// the index was made.
func (s *Server) searched(were map[int64]*Organization, terms []term) []int64 {
	ids := slices.AppendSeq(slices.Clone(s.candidates(terms)), maps.Keys(were))
	slices.Sort(ids)
	return slices.Compact(ids)
}

// candidates are the ids of the store that may have the terms: few if one of
// these asks for what a text field says.
func (s *Server) candidates(terms []term) []int64 {
	for _, wanted := range terms {
		if slices.ContainsFunc(s.fields, func(field Field) bool { return field.Key == wanted.key && field.Type == Text }) {
			return s.store.withText(wanted.key, wanted.value)
		}
	}
	return s.store.ids
}

func (s *Server) asIndexed(were map[int64]*Organization, id int64) *Organization {
	if was, lags := were[id]; lags {
		return was
	}
	return s.store.byID[id]
}

// term is one condition of a search; its key is empty for a word.
type term struct{ key, value string }

// searchTerms reads `type:organization key:value word`; values and words may be
// in double quotes.
func searchTerms(query string) ([]term, *answer) {
	var terms []term
	ofOrganizations := false
	for rest := strings.TrimSpace(query); rest != ""; rest = strings.TrimSpace(rest) {
		end := strings.IndexAny(rest, " :\"")
		read := term{}
		if end > 0 && rest[end] == ':' {
			read.key, rest = rest[:end], rest[end+1:]
		}
		read.value, rest = searchValue(rest)
		if read.key == "type" {
			ofOrganizations = strings.EqualFold(read.value, "organization")
			continue
		}
		terms = append(terms, read)
	}
	if !ofOrganizations {
		wrong := plainError(http.StatusUnprocessableEntity, "invalid", "Invalid search: this stand-in knows type:organization only")
		return nil, &wrong
	}
	return terms, nil
}

func searchValue(text string) (value, rest string) {
	if quoted, isQuoted := strings.CutPrefix(text, `"`); isQuoted {
		value, rest, _ = strings.Cut(quoted, `"`)
		return value, rest
	}
	value, rest, _ = strings.Cut(text, " ")
	return value, rest
}

func (s *Server) hasTerms(organization *Organization, terms []term) bool {
	for _, wanted := range terms {
		if !s.hasTerm(organization, wanted) {
			return false
		}
	}
	return true
}

func (s *Server) hasTerm(organization *Organization, wanted term) bool {
	switch wanted.key {
	case "", "name":
		return strings.Contains(nameKey(organization.Name), nameKey(wanted.value))
	case "id":
		return strconv.FormatInt(organization.ID, 10) == wanted.value
	case "external_id":
		return strings.EqualFold(organization.ExternalID, wanted.value)
	}
	kept := organization.Fields[wanted.key]
	for _, field := range s.fields {
		if field.Key == wanted.key && kept != nil {
			return strings.EqualFold(fmt.Sprint(field.shown(kept)), wanted.value)
		}
	}
	return false
}
