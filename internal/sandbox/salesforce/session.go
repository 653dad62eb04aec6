package salesforce

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// sessions are the tokens that were given out.
type sessions struct {
	issued map[string]time.Time
	count  int
	limit  *int // requests until all tokens expire, if that is set
}

func (s *sessions) open(now time.Time) string {
	if s.issued == nil {
		s.issued = make(map[string]time.Time)
	}
	s.count++
	token := fmt.Sprintf("00Dsb000000sand!AQ.%x", sha256.Sum256(fmt.Appendf(nil, "token %d", s.count)))
	s.issued[token] = now
	return token
}

// use reports whether a token is good, and counts its use.
func (s *sessions) use(token string, now time.Time, lifetime time.Duration) bool {
	issued, known := s.issued[token]
	if !known {
		return false
	}
	if now.Sub(issued) >= lifetime {
		delete(s.issued, token)
		return false
	}
	if s.limit != nil {
		if *s.limit <= 0 {
			s.issued, s.limit = nil, nil
			return false
		}
		*s.limit--
	}
	return true
}

// ExpireTokens makes every token given out so far invalid.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.issued = nil
}

// ExpireAfter makes every token invalid that was given out by the time of the
// request after requests more, once.
func (s *Server) ExpireAfter(requests int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions.limit = &requests
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "OAuth") {
		return ""
	}
	return token
}
