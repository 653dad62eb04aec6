// Package zendesk is a stand-in for one Zendesk instance, as far as
// organizations go. It behaves as the recorded answers show and as
// docs/services.md says, including what hurts; it shares no code with the
// client.
package zendesk

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// Options of a Server. The zero value is an empty instance that nobody can
// log in to.
type Options struct {
	// Name is the instance's name, from which ids and tokens are derived; "example" by
	// default.
	Name string
	// Now is the instance's clock; nil is the time of day.
	Now func() time.Time
	// Wait passes the time of fault.Delay; nil really waits.
	Wait func(ctx context.Context, duration time.Duration) error
	// Fields are the organization fields: GlobalFields() or USGovFields().
	Fields []Field
	// Organizations are there from the beginning.
	Organizations []Organization
	// FirstID is where the ids made here begin; 6164125400602 by default.
	FirstID int64

	// ClientID and ClientSecret are the OAuth client; empty allows none.
	ClientID, ClientSecret string
	// Email and APIToken are the API token login; empty allows none.
	Email, APIToken string
	// TokenLifetime of access tokens; 30 minutes by default.
	TokenLifetime time.Duration

	// JobDuration is from a job's acceptance to its end; 6 seconds by default.
	JobDuration time.Duration
	// JobType is what the list of jobs calls an update of organizations; "Bulk
	// Update Organization" by default.
	JobType string
	// SearchLag is how far the index of the search is behind; a minute by
	// default.
	SearchLag time.Duration
	// JobRetention is how long a finished job can be asked for; a day by
	// default.
	JobRetention time.Duration
	// RateLimit is in requests per minute on the instance's clock; 0 is no
	// limit and no headers about it.
	RateLimit int
	// PageSizeMax caps pages below the 100 of the service; 0 does not.
	PageSizeMax int
	// ZuluDates ends dates in Z and not in +00:00; both are seen in the wild.
	ZuluDates bool
}

// Server is the stand-in. It is safe for concurrent use.
type Server struct {
	options Options
	fields  []Field
	started time.Time
	faults  *fault.Injector
	handler http.Handler

	mu     sync.Mutex
	store  store
	index  index
	late   late
	tokens tokens
	meter  meter
	jobs   jobs
	audit  []Write
	// origin is the address that the present request was sent to: links name
	// it.
	origin string
	// at is when that request came.
	at time.Time
	// tagged reports whether options have the tags of fault.TaggedOptions.
	tagged bool
}

// New returns an instance that holds the organizations of the options.
func New(options Options) *Server {
	options = withDefaults(options)
	server := &Server{
		options: options,
		started: options.Now().Truncate(time.Second),
		faults:  fault.New(fault.Options{Routes: routes(), Now: options.Now, Wait: options.Wait}),
		store: store{
			byID:   make(map[int64]*Organization, len(options.Organizations)),
			byName: make(map[string]int64, len(options.Organizations)),
			byText: make(map[string]map[string][]int64),
			lastID: options.FirstID,
		},
		tokens: tokens{granted: make(map[string]grant)},
		jobs:   jobs{byID: make(map[string]*job), refusals: make(map[int64]refusal)},
	}
	server.fields = numbered(options.Fields)
	server.seed(options.Organizations)
	server.handler = server.faults.Middleware(withoutSuffix(server.mux()))
	return server
}

func withDefaults(options Options) Options {
	if options.Name == "" {
		options.Name = "example"
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.FirstID == 0 {
		options.FirstID = 6164125400602
	}
	if options.TokenLifetime == 0 {
		options.TokenLifetime = 30 * time.Minute
	}
	if options.JobDuration == 0 {
		options.JobDuration = 6 * time.Second
	}
	if options.JobType == "" {
		options.JobType = "Bulk Update Organization"
	}
	if options.SearchLag == 0 {
		options.SearchLag = time.Minute
	}
	if options.JobRetention == 0 {
		options.JobRetention = 24 * time.Hour
	}
	if options.PageSizeMax == 0 {
		options.PageSizeMax = largestPage
	}
	return options
}

// firstFieldID is where the ids of fields and options begin, as recorded.
const firstFieldID = 6164040502426

// numbered gives ids to the fields and options that have none.
func numbered(fields []Field) []Field {
	fields = slices.Clone(fields)
	next := int64(firstFieldID)
	number := func(id *int64) {
		if *id == 0 {
			*id = next
		}
		next += idStep
	}
	for i := range fields {
		number(&fields[i].ID)
		fields[i].Options = slices.Clone(fields[i].Options)
		for j := range fields[i].Options {
			number(&fields[i].Options[j].ID)
		}
	}
	return fields
}

// seed takes the organizations in; those with an id first, so that the ids
// made for the others are free.
func (s *Server) seed(organizations []Organization) {
	var given, open []Organization
	for _, organization := range organizations {
		if organization.ID == 0 {
			open = append(open, organization)
			continue
		}
		given = append(given, s.settled(organization, s.started))
	}
	s.store.load(given)
	for _, organization := range open {
		added := s.settled(organization, s.started)
		s.store.insert(&added)
	}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	s.handler.ServeHTTP(writer, request)
}
