package fault

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Kind says how a service goes wrong.
type Kind string

// These are the faults of any service. Those without effect never reach the stand-in;
// after the others, its data has changed, whatever the client sees.
const (
	// Status answers the given status, headers and body, without effect.
	Status Kind = "status"
	// Redirect answers 302 (or the given status) to Location, without effect.
	Redirect Kind = "redirect"
	// DropBefore closes the connection without an answer and without effect.
	DropBefore Kind = "drop-before"
	// Hang never answers; it ends when the client closes the connection. Without
	// effect.
	Hang Kind = "hang"
	// Delay handles the request normally after the delay.
	Delay Kind = "delay"
	// DropAfter handles the request and closes the connection without an answer.
	DropAfter Kind = "drop-after"
	// Truncate handles the request and sends half of the answer's body, with the
	// Content-Length of the whole.
	Truncate Kind = "truncate"
	// ContentType handles the request and answers with an HTML page, as an edge server
	// does.
	ContentType Kind = "content-type"
	// Empty handles the request and answers 200 without a body.
	Empty Kind = "empty"
	// ForeignHost names a host in the answer that was not requested.
	ForeignHost Kind = "foreign-host"
	// Answers203 answers like a proxy that has changed the answer.
	Answers203 Kind = "answers-203"
)

// The faults of Salesforce.
const (
	ColumnMissing     Kind = "column-missing"
	ColumnCase        Kind = "column-case"
	ChildTotalMissing Kind = "child-total-missing"
	BadCharacter      Kind = "bad-character"
	CursorDead        Kind = "cursor-dead"
	SlowFirstPage     Kind = "slow-first-page"
	ErrorIn200        Kind = "error-in-200"
	TooManyAtOnce     Kind = "too-many-at-once"
	QueryTimeout      Kind = "query-timeout"
	LoginUnknownError Kind = "login-unknown-error"
)

// The faults of Zendesk.
const (
	Poison        Kind = "poison"
	ValueDropped  Kind = "value-dropped"
	ValueCut      Kind = "value-cut"
	ValueRounded  Kind = "value-rounded"
	ValueLate     Kind = "value-late"
	LateCreate    Kind = "late-create"
	TwinCreate    Kind = "twin-create"
	LostJob       Kind = "lost-job"
	JobFailed     Kind = "job-failed"
	JobKilled     Kind = "job-killed"
	JobForgotten  Kind = "job-forgotten"
	JobType       Kind = "job-type"
	ForeignJob    Kind = "foreign-job"
	RowRefused    Kind = "row-refused"
	Wording       Kind = "wording"
	SearchLag     Kind = "search-lag"
	TaggedOptions Kind = "tagged-options"
)

// The faults of GitLab.
const (
	ProjectMoved  Kind = "project-moved"
	HeadRefused   Kind = "head-refused"
	DigestMissing Kind = "digest-missing"
	RateLimited   Kind = "rate-limited"
	RefGone       Kind = "ref-gone"
	ScopeMissing  Kind = "scope-missing"
)

// The services, by the names of Sandbox.Faults.
const (
	salesforce = "salesforce"
	zendesk    = "global, usgov"
	gitlab     = "gitlab"
	all        = "all"
)

// Description is a line of the table of faults.
type Description struct {
	Kind Kind `json:"kind"`
	// Service names the services that have the fault: "all", or names separated by
	// commas.
	Service string `json:"service"`
	// Takes are its parameters beside route, times and after.
	Takes string `json:"takes,omitempty"`
	// What describes the effect, with the defaults of parameters in parentheses.
	What string `json:"what"`

	// own are default values of the fault's fields; if they have a kind, it is the one
	// whose behaviour the fault has.
	own        Fault
	inside     bool // carried out by the stand-in
	needsField bool
}

// Kinds is the table of faults, which docs/sandbox.md shows.
func Kinds() []Description {
	return slices.Concat(anyKinds(), salesforceKinds(), zendeskKinds(), gitlabKinds())
}

func describe(kind Kind) (Description, bool) {
	kinds := Kinds()
	at := slices.IndexFunc(kinds, func(d Description) bool { return d.Kind == kind })
	if at < 0 {
		return Description{}, false
	}
	return kinds[at], true
}

func anyKinds() []Description {
	return []Description{
		{Kind: Status, Service: all, Takes: "status, body, content_type, header, retry_after", What: "answers the status (500), without effect"},
		{Kind: Redirect, Service: all, Takes: "location, status", What: "answers 302 to the location, without effect"},
		{Kind: DropBefore, Service: all, What: "closes the connection, without effect"},
		{Kind: Hang, Service: all, What: "never answers, without effect"},
		{Kind: Delay, Service: all, Takes: "delay", What: "answers after the delay"},
		{Kind: DropAfter, Service: all, What: "closes the connection once the request has had its effect"},
		{Kind: Truncate, Service: all, What: "sends half of the answer"},
		{Kind: ContentType, Service: all, Takes: "status, body, content_type", What: "answers an HTML page once the request has had its effect"},
		{Kind: Empty, Service: all, What: "answers 200 without a body once the request has had its effect"},
		{Kind: ForeignHost, Service: all, Takes: "location", What: "names another host in the answer's links (`https://elsewhere.example`)",
			own: Fault{Location: "https://elsewhere.example"}},
		{Kind: Answers203, Service: all, What: "answers 203 in place of 200"},
	}
}

func salesforceKinds() []Description {
	const data, query, token = "GET /services/data/**", "GET /services/data/*/query", "POST /services/oauth2/token"
	return []Description{
		{Kind: ColumnMissing, Service: salesforce, Takes: "field", What: "leaves a column, relationship or child list out of every row",
			own: Fault{Route: data}, needsField: true},
		{Kind: ColumnCase, Service: salesforce, Takes: "field", What: "answers a column's key in upper case", own: Fault{Route: data}, needsField: true},
		{Kind: ChildTotalMissing, Service: salesforce, What: "leaves `totalSize` out of child lists", own: Fault{Route: data}},
		{Kind: BadCharacter, Service: salesforce, Takes: "row", What: "appends a byte that is not valid UTF-8 to a name", own: Fault{Route: data}},
		{Kind: CursorDead, Service: salesforce, Takes: "status", What: "a cursor that is followed is dead from then on (400 `INVALID_QUERY_LOCATOR`; 404 `NOT_FOUND` with status 404)",
			own: Fault{Status: http.StatusBadRequest}, inside: true},
		{Kind: SlowFirstPage, Service: salesforce, Takes: "delay", What: "a query answers its first page late (100 s)",
			own: Fault{Kind: Delay, Route: query, Delay: 100 * time.Second}},
		{Kind: ErrorIn200, Service: salesforce, Takes: "body", What: "a query answers 200 with an error in place of records",
			own: Fault{Kind: Status, Route: query, Status: http.StatusOK, Body: `[{"message":"The server is temporarily unavailable. Please try again.","errorCode":"SERVER_UNAVAILABLE"}]`}},
		{Kind: TooManyAtOnce, Service: salesforce, What: "a query answers 403 because too many requests run at once; the error is temporary",
			own: Fault{Kind: Status, Route: query, Status: http.StatusForbidden, Body: `[{"message":"ConcurrentPerOrgLongTxn Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]`}},
		{Kind: QueryTimeout, Service: salesforce, What: "a query answers 400 `QUERY_TIMEOUT`; the error is temporary",
			own: Fault{Kind: Status, Route: query, Status: http.StatusBadRequest, Body: `[{"message":"Your query request was running for too long.","errorCode":"QUERY_TIMEOUT"}]`}},
		{Kind: LoginUnknownError, Service: salesforce, What: "the login answers 400 `unknown_error`; the error is temporary",
			own: Fault{Kind: Status, Route: token, Status: http.StatusBadRequest, Body: `{"error":"unknown_error","error_description":"retry your request"}`}},
	}
}

func zendeskKinds() []Description {
	return []Description{
		{Kind: Poison, Service: zendesk, Takes: "row, field, value, status, body", What: "a create or update many that holds such a row is refused whole (500; 403 is an HTML page)",
			own: Fault{Status: http.StatusInternalServerError}, inside: true},
		{Kind: ValueDropped, Service: zendesk, Takes: "row, field, value", What: "keeps the value that was there, silently", inside: true},
		{Kind: ValueCut, Service: zendesk, Takes: "row, field, value", What: "keeps the first half of a text, silently", inside: true},
		{Kind: ValueRounded, Service: zendesk, Takes: "row, field, value", What: "keeps the whole part of a number, silently", inside: true},
		{Kind: ValueLate, Service: zendesk, Takes: "row, field, value, delay", What: "shows what was there until the delay (30 s) is over",
			own: Fault{Delay: 30 * time.Second}, inside: true},
		{Kind: LateCreate, Service: zendesk, Takes: "row, field, value, delay", What: "a create's answer is lost, and the organization appears after the delay (5 s), even if another one has its name by then",
			own: Fault{Delay: 5 * time.Second}, inside: true},
		{Kind: TwinCreate, Service: zendesk, Takes: "row, field, value", What: "a create with a name that is taken succeeds", inside: true},
		{Kind: LostJob, Service: zendesk, Takes: "row, field, value, delay", What: "an update many's answer is lost, and its job begins after the delay (40 s)",
			own: Fault{Delay: 40 * time.Second}, inside: true},
		{Kind: JobFailed, Service: zendesk, Takes: "row, field, value, body", What: "a job dies at the row: those before it are written, it ends as `failed`",
			own: Fault{Body: "An error occurred"}, inside: true},
		{Kind: JobKilled, Service: zendesk, Takes: "row, field, value, body", What: "the same, and it ends as `killed`",
			own: Fault{Body: "Killed"}, inside: true},
		{Kind: JobForgotten, Service: zendesk, What: "a job whose status is asked is not known any more (404), though it runs", inside: true},
		{Kind: JobType, Service: zendesk, Takes: "body", What: "the list of jobs gives updates this `job_type`, or none if there is no body", inside: true},
		{Kind: ForeignJob, Service: zendesk, Takes: "body, delay", What: "somebody else's job, of the `job_type` in body, runs for the delay (1 min) from when the jobs are first listed",
			own: Fault{Delay: time.Minute, Times: 1}, inside: true},
		{Kind: RowRefused, Service: zendesk, Takes: "row, field, value, body", What: "a row is refused, in its job or as a create",
			own: Fault{Body: "is not permitted"}, inside: true},
		{Kind: Wording, Service: zendesk, Takes: "language, shape", What: "refusals of rows come in another language or shape", inside: true},
		{Kind: SearchLag, Service: zendesk, Takes: "delay", What: "the index of the search lags by the delay (0 s) in place of a minute", inside: true},
		{Kind: TaggedOptions, Service: zendesk, Takes: "field", What: "options of drop-downs are tagged `key_value`", inside: true},
	}
}

func gitlabKinds() []Description {
	const file = "/api/v4/projects/*/repository/files/**"
	return []Description{
		{Kind: ProjectMoved, Service: gitlab, What: "answers 301 to the project's number, and HEAD with 405", inside: true},
		{Kind: HeadRefused, Service: gitlab, What: "answers HEAD with 405", own: Fault{Kind: Status, Route: "HEAD " + file, Status: http.StatusMethodNotAllowed}},
		{Kind: DigestMissing, Service: gitlab, What: "leaves digest and commit out of the headers"},
		{Kind: RateLimited, Service: gitlab, Takes: "delay", What: "answers 429 with `RateLimit-Reset` as a Unix time, after the delay (30 s)",
			own: Fault{Delay: 30 * time.Second}},
		{Kind: RefGone, Service: gitlab, What: "the ref is gone: 404", own: Fault{Kind: Status, Route: file, Status: http.StatusNotFound, Body: `{"message":"404 Commit Not Found"}`}},
		{Kind: ScopeMissing, Service: gitlab, What: "the token lacks a scope: 403",
			own: Fault{Kind: Status, Route: file, Status: http.StatusForbidden, Body: `{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api read_api"}`}},
	}
}

// Of reports whether a service has faults of this kind.
func (k Kind) Of(service string) bool {
	known, _ := describe(k)
	return known.Service == all || slices.Contains(strings.Split(known.Service, ", "), service)
}
