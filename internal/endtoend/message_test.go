package endtoend

import (
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// failure is something that goes wrong, and the one line that says so.
type failure struct {
	name, command, service string
	fault                  fault.Fault
	message                string
}

const (
	queryRoute = "GET /services/data/*/query"
	listRoute  = "GET /api/v2/organizations"
	rawRoute   = "GET /api/v4/projects/*/repository/files/*/raw"
	later      = "run again later, or check the service's status page"
)

func salesforceFailures() []failure {
	const asked, secrets = "Salesforce answered GET /services/data/v62.0/query with ", "SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET"
	of := func(name, route string, f fault.Fault, message string) failure {
		f.Route = route
		return failure{name, "salesforce partner", "salesforce", f, "reading partner accounts: " + message}
	}
	return []failure{
		of("a wrong secret", "POST /services/oauth2/token", fault.Fault{Kind: fault.Status, Status: 400,
			Body: `{"error":"invalid_client","error_description":"invalid client credentials"}`},
			"Salesforce answered POST /services/oauth2/token with 400 Bad Request (invalid_client: invalid client credentials); check "+secrets),
		of("a session that is refused", queryRoute, fault.Fault{Kind: fault.Status, Status: 401,
			Body: `[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]`}, asked+"401 Unauthorized (INVALID_SESSION_ID: Session expired or invalid); check "+secrets),
		of("the day's requests are spent", queryRoute, fault.Fault{Kind: fault.Status, Status: 403,
			Body: `[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]`},
			asked+"403 Forbidden (REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.); the org's API requests of the day are used up: run again when there are some left"),
		of("no right to see a field", queryRoute, fault.Fault{Kind: fault.Status, Status: 400,
			Body: `[{"message":"\nType IN ('Customer')\n ^\nERROR at Row:1:Column:8\nNo such column 'CARR_This_Account__c' on entity 'Account'.","errorCode":"INVALID_FIELD"}]`},
			asked+"400 Bad Request (INVALID_FIELD: Type IN ('Customer') ^ ERROR at Row:1:Column:8 No such column 'CARR_This_Account__c' on entity 'Account'.); "+
				"check that the user of "+secrets+" may see every object and field of the query"),
		of("an HTML error page", queryRoute, fault.Fault{Kind: fault.Status, Status: 503, ContentType: "text/html", Body: "<html><body>Down for maintenance</body></html>"},
			asked+"503 Service Unavailable (an HTML page) after 6 attempts; "+later),
		of("an HTML page in place of an answer", queryRoute, fault.Fault{Kind: fault.ContentType},
			asked+"200 and an answer that is not JSON (text/html, 106 bytes) after 6 attempts; "+later),
		of("a connection that is cut", queryRoute, fault.Fault{Kind: fault.DropBefore},
			"Salesforce did not answer GET /services/data/v62.0/query: the connection was closed after 6 attempts; check SALESFORCE_URL and the network, then run again"),
		of("an answer that is cut", queryRoute, fault.Fault{Kind: fault.Truncate},
			asked+"200 and an answer that was cut off (the connection was closed) after 6 attempts; "+later),
		of("no answer", queryRoute, fault.Fault{Kind: fault.Hang},
			"Salesforce did not answer GET /services/data/v62.0/query: no answer within 200ms after 2 attempts; run again later, or ask whether the service is slow"),
		of("nothing", queryRoute, fault.Fault{Kind: fault.Empty},
			asked+"200 and an answer that is not JSON (no content type, 0 bytes) after 6 attempts; "+later),
		of("a redirect", queryRoute, fault.Fault{Kind: fault.Redirect, Location: "https://login.example.com/"},
			asked+"302 Found; redirects are not followed: set SALESFORCE_URL to the final address"),
	}
}

func zendeskFailures() []failure {
	const (
		listing = "listing organizations: Zendesk Global answered GET /api/v2/organizations.json with "
		secrets = "ZENDESK_GLOBAL_CLIENT_ID and ZENDESK_GLOBAL_CLIENT_SECRET"
		rights  = "give the client of " + secrets + " the rights for this request"
	)
	of := func(name, route string, f fault.Fault, message string) failure {
		f.Route = route
		return failure{name, "zendesk-gather global", "global", f, message}
	}
	return []failure{
		of("a wrong secret", "POST /oauth/tokens", fault.Fault{Kind: fault.Status, Status: 401,
			Body: `{"error":"invalid_client","error_description":"Client authentication failed"}`},
			"reading organization fields: Zendesk Global answered POST /oauth/tokens with 401 Unauthorized (invalid_client: Client authentication failed); check "+secrets),
		of("a client without rights", listRoute, fault.Fault{Kind: fault.Status, Status: 403,
			Body: `{"error":{"title":"Forbidden","message":"You do not have access to this page. Please contact the account owner of this help desk for further help."}}`},
			listing+"403 Forbidden (Forbidden: You do not have access to this page. Please contact the account owner of this help desk for further help.); "+rights),
		of("an empty 403", listRoute, fault.Fault{Kind: fault.Status, Status: 403},
			listing+"403 Forbidden; "+rights),
		of("too many requests", listRoute, fault.Fault{Kind: fault.Status, Status: 429, RetryAfter: 30 * time.Second},
			listing+"429 Too Many Requests after 10 attempts; run again when the service's rate limit has room"),
		of("a wrong address", "GET /api/v2/organization_fields", fault.Fault{Kind: fault.Status, Status: 404,
			Body: `{"error":"InvalidEndpoint","description":"Not found"}`},
			"reading organization fields: Zendesk Global answered GET /api/v2/organization_fields.json with 404 Not Found (InvalidEndpoint: Not found); check ZENDESK_GLOBAL_URL"),
		of("a failure of the service", "GET /api/v2/organizations/count", fault.Fault{Kind: fault.Status, Status: 500},
			"counting organizations: Zendesk Global answered GET /api/v2/organizations/count.json with 500 Internal Server Error after 6 attempts; "+later),
		of("an answer that is cut", listRoute, fault.Fault{Kind: fault.Truncate},
			listing+"200 and an answer that was cut off (the connection was closed) after 6 attempts; "+later),
	}
}

func gitlabFailures() []failure {
	const (
		project = "gitlab-com/support/zendesk-global/organization-entitlement-overrides"
		file    = "GET /api/v4/projects/" + project + "/repository/files/overrides.yaml/raw"
		asked   = "GitLab answered " + file + " with "
	)
	of := func(name string, f fault.Fault, message string) failure {
		f.Route = rawRoute
		message = "reading overrides.yaml of " + project + ": " + message + "; nothing was written, so support is unchanged"
		return failure{name, "processor", "gitlab", f, message}
	}
	return []failure{
		of("a token that is refused", fault.Fault{Kind: fault.Status, Status: 401, Body: `{"message":"401 Unauthorized"}`}, asked+"401 Unauthorized (401 Unauthorized); check GITLAB_TOKEN"),
		of("a project that is not there or not to be seen", fault.Fault{Kind: fault.Status, Status: 404, Body: `{"message":"404 Project Not Found"}`},
			asked+"404 Not Found (404 Project Not Found); check OVERRIDES_PROJECT, and GITLAB_TOKEN: a project that the token may not see is reported as not found"),
		of("a connection that is cut", fault.Fault{Kind: fault.DropBefore},
			"GitLab did not answer "+file+": the connection was closed after 6 attempts; check GITLAB_URL and the network, then run again"),
	}
}

// Every failure says what was being done, to what, what the service answered
// and what to do next: these are the lines, word by word.
func TestMessagesOfServicesThatFail(t *testing.T) {
	t.Parallel()
	for _, failures := range [][]failure{salesforceFailures(), zendeskFailures(), gitlabFailures()} {
		w := startWorld(t, curated())
		for _, command := range customerStages() {
			w.must(command)
		}
		for _, f := range failures {
			injector := w.Faults()[f.service]
			injector.Add(f.fault)
			patient := w.policy.RequestTimeout
			if f.fault.Kind == fault.Hang {
				// Only the request that nobody answers has so little time.
				w.policy.RequestTimeout = 200 * time.Millisecond
			}
			got := w.must(f.command, cli.ExitFailed)
			w.policy.RequestTimeout = patient
			injector.Clear()
			if line := lastLine(got.stderr); line != "error: "+f.message {
				t.Errorf("%s: %s\n got %s\nwant error: %s", f.command, f.name, line, f.message)
			}
			checkReadable(t, got)
		}
	}
}

func lastLine(text string) string {
	text = strings.TrimSuffix(text, "\n")
	return text[strings.LastIndex(text, "\n")+1:]
}

// noise is what helps nobody at night: the words of the language and its
// libraries, stacks, and what the sandbox holds for secret.
func noise() []string {
	return []string{
		"json:", "unmarshal", "jsontext", "goroutine", "panic", "%!", "<nil>", "EOF", "*errors", "strconv", "context deadline",
		"sandbox-client-secret", "sandbox-gitlab-token", "Bearer",
	}
}

func checkReadable(t *testing.T, got result) {
	t.Helper()
	for _, word := range noise() {
		if strings.Contains(got.stdout+got.stderr, word) {
			t.Errorf("%q is on the screen:\n%s%s", word, got.stdout, got.stderr)
		}
	}
}
