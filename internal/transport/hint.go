package transport

import (
	"errors"
	"net/http"
)

// hintFor says what the operator can do about the failure.
func (t *Transport) hintFor(request *http.Request, failure *Error) string {
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
	case errors.Is(failure.Cause, errNotAsked):
		return "check whether a proxy changes the answers, then run again"
	case failure.Status == 0:
		return "check " + settings.URL + " and the network, then run again"
	case failure.Status == http.StatusUnauthorized, failure.Status == http.StatusBadRequest && isTokenRequest(request):
		return "check " + settings.Credentials
	case failure.Status == http.StatusForbidden && failure.Message == HTMLPage:
		return "check whether a firewall rejected the request, or give the client of " + settings.Credentials + " the rights for this request"
	case failure.Status == http.StatusForbidden:
		return "give the client of " + settings.Credentials + " the rights for this request"
	case failure.Status == http.StatusNotFound:
		return "check " + settings.URL
	case failure.Status >= 300 && failure.Status < 400:
		return "redirects are not followed: set " + settings.URL + " to the final address"
	case failure.temporary:
		return "run again later, or check the service's status page"
	}
	if failure.Code == "" && failure.Message == "" {
		return "it gave no reason: run again; if it fails again, ask the service's support"
	}
	return "fix what the answer names, then run again"
}
