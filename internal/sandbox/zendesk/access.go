package zendesk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// tokens are the access tokens granted so far.
type tokens struct {
	granted map[string]grant
	count   int
}

// grant is what an access token allows, and until when.
type grant struct {
	expires time.Time
	write   bool
}

// grantToken answers POST /oauth/tokens for the client credentials grant, from
// a form or from JSON.
func (s *Server) grantToken(request *http.Request, body []byte, now time.Time) answer {
	parameters, err := tokenParameters(request, body)
	if err != nil {
		return oauthError(http.StatusBadRequest, "invalid_request", err.Error())
	}
	if parameters["grant_type"] != "client_credentials" {
		return oauthError(http.StatusBadRequest, "unsupported_grant_type",
			"The authorization grant type is not supported by the authorization server.")
	}
	if s.options.ClientID == "" || parameters["client_id"] != s.options.ClientID ||
		parameters["client_secret"] != s.options.ClientSecret {
		return oauthError(http.StatusUnauthorized, "invalid_client",
			"Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.")
	}
	s.tokens.count++
	digest := sha256.Sum256(fmt.Appendf(nil, "%s token %d", s.options.Name, s.tokens.count))
	token := hex.EncodeToString(digest[:])
	s.tokens.granted[token] = grant{
		expires: now.Add(s.options.TokenLifetime),
		write:   strings.Contains(" "+parameters["scope"]+" ", " write "),
	}
	return answer{status: http.StatusOK, body: map[string]any{
		"access_token": token,
		"token_type":   "bearer",
		"scope":        parameters["scope"],
		"expires_in":   int(s.options.TokenLifetime / time.Second),
	}}
}

func tokenParameters(request *http.Request, body []byte) (map[string]string, error) {
	parameters := make(map[string]string)
	mediaType, _, _ := mime.ParseMediaType(request.Header.Get("Content-Type"))
	if mediaType == "application/json" {
		return parameters, json.Unmarshal(body, &parameters)
	}
	form, err := url.ParseQuery(string(body))
	for key := range form {
		parameters[key] = form.Get(key)
	}
	return parameters, err
}

func oauthError(status int, code, description string) answer {
	return answer{status: status, body: map[string]any{"error": code, "error_description": description}}
}

// admitted lets a request through that is within the rate limit and logged in.
func (s *Server) admitted(route endpoint) endpoint {
	return func(request *http.Request, body []byte, now time.Time) answer {
		spent, headers := s.meter.count(s.options.RateLimit, now)
		reply := s.refuse(request, now)
		switch {
		case spent:
			reply = &answer{status: http.StatusTooManyRequests, body: s.meter.page()}
		case reply == nil:
			answered := route(request, body, now)
			reply = &answered
		}
		if reply.header == nil {
			reply.header = make(map[string]string)
		}
		maps.Copy(reply.header, headers)
		return *reply
	}
}

// refuse says why a request is not allowed, or nil.
func (s *Server) refuse(request *http.Request, now time.Time) *answer {
	scheme, credentials, _ := strings.Cut(request.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return s.refuseBearer(request, credentials, now)
	}
	login, password, _ := request.BasicAuth()
	if s.options.APIToken != "" && login == s.options.Email+"/token" && password == s.options.APIToken {
		return nil
	}
	return &answer{status: http.StatusUnauthorized, body: map[string]any{"error": "Couldn't authenticate you"}}
}

func (s *Server) refuseBearer(request *http.Request, token string, now time.Time) *answer {
	granted, known := s.tokens.granted[token]
	if !known || !now.Before(granted.expires) {
		refusal := oauthError(http.StatusUnauthorized, "invalid_token",
			"The access token provided is expired, revoked, malformed or invalid for other reasons.")
		refusal.header = map[string]string{"WWW-Authenticate": `Bearer realm="Zendesk", error="invalid_token"`}
		return &refusal
	}
	if !granted.write && request.Method != http.MethodGet && request.Method != http.MethodHead {
		refusal := oauthError(http.StatusForbidden, "insufficient_scope", "The access token lacks the scope write.")
		return &refusal
	}
	return nil
}

// meter counts requests in fixed minutes.
type meter struct {
	minute time.Time
	used   int
}

// count takes one request in. It reports whether the minute's requests are
// spent, and the headers that say so, under both names they are recorded by.
func (m *meter) count(limit int, now time.Time) (bool, map[string]string) {
	if limit <= 0 {
		return false, nil
	}
	if minute := now.Truncate(time.Minute); !minute.Equal(m.minute) {
		m.minute, m.used = minute, 0
	}
	m.used++
	remaining := strconv.Itoa(max(0, limit-m.used))
	reset := strconv.Itoa(int(math.Ceil(m.minute.Add(time.Minute).Sub(now).Seconds())))
	headers := map[string]string{
		"X-Rate-Limit": strconv.Itoa(limit), "X-Rate-Limit-Remaining": remaining,
		"Ratelimit-Limit": strconv.Itoa(limit), "Ratelimit-Remaining": remaining, "Ratelimit-Reset": reset,
	}
	spent := m.used > limit
	if spent {
		headers["Retry-After"] = reset
	}
	return spent, headers
}

// page is the body of a refusal: HTML or nothing at all, in turn.
func (m *meter) page() htmlPage {
	if m.used%2 == 0 {
		return ""
	}
	return "<html><body>Number of allowed API requests per minute exceeded</body></html>\n"
}
