package transport

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
)

// hintFor says what the operator can do about the failure.
func (t *Transport) hintFor(failure *Error) string {
	settings := t.options.Settings
	switch {
	case errors.Is(failure.Cause, errForeignHost):
		return "nothing was sent there: check " + settings.URL
	case errors.Is(failure.Cause, errQuotaSpent), failure.Throttled():
		return "run again when the service's rate limit has room"
	case failure.unsent:
		return "check " + settings.URL + ", " + settings.Credentials
	case errors.Is(failure.Cause, errTooSlow):
		return "run again later, or ask whether the service is slow"
	case failure.Status == 0:
		return "check " + settings.URL + " and the network, then run again"
	case failure.Code == "REQUEST_LIMIT_EXCEEDED":
		return "the organization's API requests of the day are used up: run again when there are some left"
	case slices.Contains(unknownToQuery(), failure.Code):
		return "check that the user of " + settings.Credentials + " may see every object and field of the query"
	case failure.Status == http.StatusUnauthorized, slices.Contains(refusedCredentials(), failure.Code):
		return "check " + settings.Credentials
	case failure.Status == http.StatusForbidden:
		return "give the client of " + settings.Credentials + " the rights for this request"
	case failure.Status == http.StatusNotFound:
		return "check " + cmp.Or(settings.NotFound, settings.URL)
	case failure.Status >= 300 && failure.Status < 400:
		return "redirects are not followed: set " + settings.URL + " to the final address"
	case failure.temporary:
		return "run again later; the service's status page may know more"
	}
	return "mend what the answer names, then run again"
}

// unknownToQuery are Salesforce's words for a query that names something the
// user cannot see, or that is not there.
func unknownToQuery() []string { return []string{"MALFORMED_QUERY", "INVALID_FIELD", "INVALID_TYPE"} }

// refusedCredentials are the words of token endpoints, which answer 400 too.
func refusedCredentials() []string {
	return []string{"invalid_client", "invalid_client_id", "invalid_grant", "unauthorized_client", "unsupported_grant_type"}
}
