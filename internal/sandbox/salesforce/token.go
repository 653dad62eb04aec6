package salesforce

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
)

// refusal is why no token is given, in the words of the service.
type refusal struct{ code, description string }

// token is POST /services/oauth2/token.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		write(w, http.StatusBadRequest, map[string]string{"error": "invalid_request", "error_description": "must use HTTP POST"})
		return
	}
	const longest = 1 << 16
	r.Body = http.MaxBytesReader(w, r.Body, longest)
	refused := &refusal{"invalid_request", "the body must be form-encoded"}
	if err := r.ParseForm(); err == nil {
		refused = s.grant(r)
	}
	if refused != nil {
		write(w, http.StatusBadRequest, map[string]string{"error": refused.code, "error_description": refused.description})
		return
	}
	s.issue(w, r)
}

// grant checks the credentials of the requested grant. Only the body counts:
// credentials in the query would end up in logs.
func (s *Server) grant(r *http.Request) *refusal {
	form := r.PostForm
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = form.Get("client_id"), form.Get("client_secret")
	}
	switch form.Get("grant_type") {
	case "client_credentials":
		return s.client(id, secret)
	case "urn:ietf:params:oauth:grant-type:jwt-bearer":
		return s.assertion(form.Get("assertion"))
	case "password":
		if refused := s.client(id, secret); refused != nil {
			return refused
		}
		if s.options.Password == "" || form.Get("username") != s.options.Username || form.Get("password") != s.options.Password {
			return &refusal{"invalid_grant", "authentication failure"}
		}
		return nil
	default:
		return &refusal{"unsupported_grant_type", "grant type not supported"}
	}
}

func (s *Server) client(id, secret string) *refusal {
	switch {
	case s.options.ClientID == "" || id != s.options.ClientID:
		return &refusal{"invalid_client_id", "client identifier invalid"}
	case s.options.ClientSecret == "" || secret != s.options.ClientSecret:
		return &refusal{"invalid_client", "invalid client credentials"}
	}
	return nil
}

// issue answers with a new token. There is no expires_in: a client learns from a 401
// that its token has expired.
func (s *Server) issue(w http.ResponseWriter, r *http.Request) {
	now := s.options.Now()
	s.mu.Lock()
	token := s.sessions.open(now)
	s.mu.Unlock()
	instance := s.options.InstanceURL
	if instance == "" {
		instance = "http://" + r.Host
		if r.TLS != nil {
			instance = "https://" + r.Host
		}
	}
	identity := instance + "/id/00Dsb000000sandEAA/005sb000000userEAA"
	issued := strconv.FormatInt(now.UnixMilli(), 10)
	signature := hmac.New(sha256.New, []byte(s.options.ClientSecret))
	signature.Write([]byte(identity + issued))
	w.Header().Set("Cache-Control", "no-cache, no-store")
	write(w, http.StatusOK, map[string]string{
		"access_token": token,
		"instance_url": instance,
		"id":           identity,
		"token_type":   "Bearer",
		"issued_at":    issued,
		"signature":    base64.StdEncoding.EncodeToString(signature.Sum(nil)),
	})
}
