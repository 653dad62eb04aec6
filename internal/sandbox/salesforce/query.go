package salesforce

import (
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/soql"
)

// query is GET /services/data/vXX.X/query?q=.
func (s *Server) query(w http.ResponseWriter, r *http.Request) {
	if !readable(w, r) {
		return
	}
	text := r.URL.Query().Get("q")
	if text == "" {
		fail(w, http.StatusBadRequest, soql.MalformedQuery, "unexpected token: <EOF>")
		return
	}
	selection, err := s.bind(text)
	if err != nil {
		var refused *soql.Error
		if errors.As(err, &refused) {
			fail(w, http.StatusBadRequest, refused.Code, refused.Message)
			return
		}
		fail(w, http.StatusInternalServerError, "UNKNOWN_EXCEPTION", err.Error())
		return
	}
	s.mu.Lock()
	world, damage := s.world, s.damage
	s.cursors.forget(s.options.Now())
	s.mu.Unlock()
	s.answer(w, r, &result{selection: selection, damage: damage}, world)
}

func (s *Server) bind(text string) (*soql.Selection, error) {
	parser, err := s.parser()
	if err != nil {
		return nil, err
	}
	query, err := parser.Parse(text)
	if err != nil {
		return nil, err
	}
	return query.Bind(s.account)
}

// answer takes the rows that the query selects, once, and writes their first
// page.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, selected *result, world *data.World) {
	selected.rows = selected.selection.Rows(func(yield func(soql.Row) bool) {
		for _, account := range world.Accounts {
			if !yield(account) {
				return
			}
		}
	})
	selected.total = len(selected.rows)
	if selected.damage.RepeatRow && selected.total > 1 {
		selected.rows[selected.total-1] = selected.rows[0]
	}
	selected.rows = selected.rows[min(selected.damage.LoseRows, selected.total):]
	s.page(w, r, selected, "", 0)
}

// queryMore is GET of a nextRecordsUrl. To ask for a query's next page ends the
// cursors of the child lists of the page before.
func (s *Server) queryMore(w http.ResponseWriter, r *http.Request) {
	if !readable(w, r) {
		return
	}
	id, offset, _ := strings.Cut(r.PathValue("cursor"), "-")
	first, err := strconv.Atoi(offset)
	ordered, dead := s.faults.Take(fault.CursorDead, r, nil)
	s.mu.Lock()
	if dead {
		s.cursors.kill(id)
	}
	selected := s.cursors.find(id)
	if selected != nil && !selected.child {
		s.cursors.turn(id)
	}
	s.mu.Unlock()
	if dead && ordered.Status == http.StatusNotFound {
		notFound(w)
		return
	}
	if selected == nil || err != nil || first < 0 || first >= len(selected.rows) {
		fail(w, http.StatusBadRequest, "INVALID_QUERY_LOCATOR", "invalid query locator")
		return
	}
	s.page(w, r, selected, id, first)
}

// readable refuses methods other than GET and invalid versions.
func readable(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		fail(w, http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "HTTP Method '"+r.Method+"' not allowed. Allowed are HEAD,GET")
		return false
	}
	const oldest, newest = 20, 99
	version, isVersion := strings.CutPrefix(r.PathValue("version"), "v")
	major, isDecimal := strings.CutSuffix(version, ".0")
	number, err := strconv.Atoi(major)
	if !isVersion || !isDecimal || err != nil || number < oldest || number > newest {
		notFound(w)
		return false
	}
	return true
}

// batchSize is the number of rows that a page may have.
func (s *Server) batchSize(r *http.Request) int {
	const least, most = 200, 2000
	found := batchOption.FindStringSubmatch(r.Header.Get("Sforce-Query-Options"))
	if found == nil {
		return s.options.BatchSize
	}
	asked, err := strconv.Atoi(found[1])
	if err != nil {
		return s.options.BatchSize
	}
	return min(max(asked, least), most, s.options.BatchSize)
}

var batchOption = regexp.MustCompile(`(?i)\bbatchSize\s*=\s*(\d+)`)
