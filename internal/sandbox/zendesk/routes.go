package zendesk

import (
	"io"
	"net/http"
	"strings"
	"time"
)

// routes are the paths requests are counted by.
func routes() []string {
	return []string{
		"/oauth/tokens",
		"/api/v2/organizations",
		"/api/v2/organizations/count",
		"/api/v2/organizations/search",
		"/api/v2/organizations/show_many",
		"/api/v2/organizations/update_many",
		"/api/v2/organizations/*",
		"/api/v2/organization_fields",
		"/api/v2/job_statuses",
		"/api/v2/job_statuses/show_many",
		"/api/v2/job_statuses/*",
		"/api/v2/search",
	}
}

func (s *Server) mux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/tokens", s.locked(s.grantToken))
	for pattern, route := range map[string]endpoint{
		"GET /api/v2/organizations":             s.listOrganizations,
		"POST /api/v2/organizations":            s.createOrganization,
		"GET /api/v2/organizations/count":       s.countOrganizations,
		"GET /api/v2/organizations/search":      s.searchOrganizations,
		"GET /api/v2/organizations/show_many":   s.showManyOrganizations,
		"PUT /api/v2/organizations/update_many": s.updateManyOrganizations,
		"GET /api/v2/organizations/{id}":        s.showOrganization,
		"PUT /api/v2/organizations/{id}":        s.updateOrganization,
		"GET /api/v2/organization_fields":       s.listFields,
		"GET /api/v2/job_statuses":              s.listJobs,
		"GET /api/v2/job_statuses/show_many":    s.showManyJobs,
		"GET /api/v2/job_statuses/{id}":         s.showJob,
		"GET /api/v2/search":                    s.search,
		"/":                                     s.noSuchRoute,
	} {
		mux.HandleFunc(pattern, s.locked(s.admitted(route)))
	}
	return mux
}

// endpoint answers a request whose body has been read, at the given time. It
// holds the server's lock.
type endpoint func(request *http.Request, body []byte, now time.Time) answer

// locked reads the body before it takes the lock, so that a slow client keeps
// nobody else waiting, and lets the jobs that are due have their effect first.
func (s *Server) locked(route endpoint) http.HandlerFunc {
	return func(writer http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		reply, rendered := s.reply(route, request, body)
		reply.write(writer, rendered)
	}
}

func (s *Server) reply(route endpoint, request *http.Request, body []byte) (answer, []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.Now()
	s.settle(now)
	s.origin, s.at = origin(request), now
	s.retag()
	reply := route(request, body, now)
	return reply, reply.render()
}

func origin(request *http.Request) string {
	if request.TLS != nil {
		return "https://" + request.Host
	}
	return "http://" + request.Host
}

func (s *Server) noSuchRoute(*http.Request, []byte, time.Time) answer {
	return plainError(http.StatusNotFound, "InvalidEndpoint", "Not found")
}

// withoutSuffix makes every route answer with and without ".json".
func withoutSuffix(next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		plain, address := *request, *request.URL
		address.Path = strings.TrimSuffix(address.Path, ".json")
		address.RawPath = ""
		plain.URL = &address
		next.ServeHTTP(writer, &plain)
	})
}
