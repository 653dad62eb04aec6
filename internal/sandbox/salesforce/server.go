// Package salesforce is a stand-in of Salesforce's REST API, worth believing
// (docs/services.md, Salesforce REST): tokens by three grants, queries parsed
// and evaluated against a data.World, pages that child rows count toward, child
// lists that page on their own, and the errors of the real service.
package salesforce

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/soql"
)

// Defaults of Options.
const (
	DefaultBatchSize     = 2000
	DefaultChildPage     = 500
	DefaultTokenLifetime = 2 * time.Hour
	DefaultDailyRequests = 100_000
	DefaultLoginURL      = "https://login.salesforce.com"
)

// Options of New. A grant whose credentials are empty is refused.
type Options struct {
	World *data.World      // what is asked for; SetWorld replaces it
	Now   func() time.Time // the stand-in's clock; nil is the time of day
	// Wait passes the time of fault.Delay; nil really waits.
	Wait func(ctx context.Context, duration time.Duration) error

	// ClientID and ClientSecret are those of the connected app: for client
	// credentials, and with Username and Password for the password grant.
	ClientID, ClientSecret string
	// Username is the user of the JWT bearer and the password grant.
	Username string
	// Password is the password with the security token appended.
	Password string
	// PublicKey verifies JWT bearer assertions.
	PublicKey *rsa.PublicKey
	// LoginURL is the audience of an assertion.
	LoginURL string

	// InstanceURL is the instance_url answered with a token; empty is the host
	// that was asked. The real service may well name another one.
	InstanceURL string
	// TokenLifetime is how long a token is good for.
	TokenLifetime time.Duration
	// BatchSize is the most rows of a page, child rows counted. A smaller one
	// asked for by Sforce-Query-Options is kept to, a larger one is not.
	BatchSize int
	// ChildPage is the most rows of one child list, on its parent's page and
	// on its own pages.
	ChildPage int
	// DailyRequests is the limit of API requests a day.
	DailyRequests int
}

// Damage is what a hostile test lets queries lose silently. It holds for
// all queries from then on.
type Damage struct {
	LoseRows      int  // rows at the beginning that are missing; totalSize stays
	LoseChildRows int  // rows at the end of every child list; totalSize stays
	RepeatRow     bool // the last row is the first one again
}

// Server is the stand-in. It is safe for concurrent use.
type Server struct {
	options Options
	faults  *fault.Injector
	account *soql.Object
	parser  func() (*soql.Parser, error)

	mu       sync.Mutex
	world    *data.World
	damage   Damage
	sessions sessions
	cursors  cursors
	used     int    // API requests of the day
	day      string // of used
}

// New makes a stand-in. Options left empty have their defaults.
func New(options Options) *Server {
	fill := func(value *int, standard int) {
		if *value <= 0 {
			*value = standard
		}
	}
	fill(&options.BatchSize, DefaultBatchSize)
	fill(&options.ChildPage, DefaultChildPage)
	fill(&options.DailyRequests, DefaultDailyRequests)
	if options.TokenLifetime <= 0 {
		options.TokenLifetime = DefaultTokenLifetime
	}
	if options.LoginURL == "" {
		options.LoginURL = DefaultLoginURL
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.World == nil {
		options.World = &data.World{}
	}
	return &Server{
		options: options,
		account: accounts(),
		parser:  sync.OnceValues(soql.NewParser),
		world:   options.World,
		faults: fault.New(fault.Options{Now: options.Now, Wait: options.Wait, Routes: []string{
			"/services/oauth2/token", "/services/data/*/query/*", "/services/data/*/query"}}),
	}
}

// Handler serves the API, with the faults that Faults arms.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/services/oauth2/token", s.token)
	mux.HandleFunc("/services/data/{version}/query", s.authorized(s.query))
	mux.HandleFunc("/services/data/{version}/query/{$}", s.authorized(s.query))
	mux.HandleFunc("/services/data/{version}/query/{cursor}", s.authorized(s.queryMore))
	mux.HandleFunc("/", s.authorized(func(w http.ResponseWriter, _ *http.Request) { notFound(w) }))
	return s.faults.Middleware(limitURI(mux))
}

// Faults returns the injector of the server's faults.
func (s *Server) Faults() *fault.Injector { return s.faults }

// Requests counts the requests so far by method and route.
func (s *Server) Requests() map[string]int { return s.faults.Requests() }

// SetWorld replaces what is served. A query that is being paged through keeps
// the rows it began with. The world must not be changed while it is served.
func (s *Server) SetWorld(world *data.World) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world = world
}

// SetDamage makes queries lose rows; the zero Damage ends that.
func (s *Server) SetDamage(damage Damage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.damage = damage
}

// limitURI refuses what Salesforce's edge refuses.
func limitURI(next http.Handler) http.Handler {
	const longest = 16_384
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.RequestURI) > longest {
			w.Header().Set("Content-Type", "text/html;charset=UTF-8")
			w.WriteHeader(http.StatusRequestURITooLong)
			_, _ = w.Write([]byte("<html><head><title>URI Too Long</title></head><body>414</body></html>"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// authorized lets a request with a token that is good through, counts it and
// says so in Sforce-Limit-Info.
func (s *Server) authorized(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		used, good := s.admit(bearer(r))
		if !good {
			fail(w, http.StatusUnauthorized, "INVALID_SESSION_ID", "Session expired or invalid")
			return
		}
		w.Header().Set("Sforce-Limit-Info", fmt.Sprintf("api-usage=%d/%d", used, s.options.DailyRequests))
		if used > s.options.DailyRequests {
			fail(w, http.StatusForbidden, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
			return
		}
		next(w, r)
	}
}

// admit checks a token and counts the request among the day's.
func (s *Server) admit(token string) (used int, good bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.Now()
	if !s.sessions.use(token, now, s.options.TokenLifetime) {
		return 0, false
	}
	if day := now.UTC().Format(time.DateOnly); day != s.day {
		s.day, s.used = day, 0
	}
	s.used++
	return s.used, true
}

// fail answers the list of one error that the data API answers.
func fail(w http.ResponseWriter, status int, code, message string) {
	write(w, status, []map[string]string{{"message": message, "errorCode": code}})
}

func notFound(w http.ResponseWriter) {
	fail(w, http.StatusNotFound, "NOT_FOUND", "The requested resource does not exist")
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may have gone
}
