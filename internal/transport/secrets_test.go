package transport

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const secret = `p&ss<w"o\rd/+ é~?`

func TestRepeatedSecretsAreInNoMessageOrLog(t *testing.T) {
	escaped := strings.ReplaceAll(strings.ReplaceAll(secret, `\`, `\\`), `"`, `\"`)
	for _, body := range []string{
		`{"code":"` + escaped + `","message":"bad password ` + escaped + `"}`,
		`{"code":"x","message":"bad password ` + strings.ReplaceAll(escaped, "/", `\/`) + `"}`,
		`{"code":"x","message":"bad header ` + base64.StdEncoding.EncodeToString([]byte("user:"+secret)) + `"}`,
	} {
		s := start(t, func(options *Options) {
			options.Secrets.Add(secret, "user:"+secret)
			options.Describe = words
		}, answer(503, body))
		_, err := s.get("/path/" + url.PathEscape(secret) + "?password=" + url.QueryEscape(secret))
		if err == nil {
			t.Fatal("no error")
		}
		for _, text := range []string{err.Error(), s.log.String()} {
			if !strings.Contains(text, "[redacted]") || strings.Contains(text, "p&ss") || strings.Contains(text, "cCZz") || strings.Contains(text, "dXNlcj") {
				t.Error(text)
			}
		}
	}
}

func TestRepeatedTokensAreRedacted(t *testing.T) {
	var s *service
	fetched := 0
	bearer := tokens(&s, 0, &fetched)
	s = start(t, func(options *Options) {
		options.Authorization, bearer.Secrets, options.Describe = bearer, options.Secrets, words
	}, func(w http.ResponseWriter, r *http.Request) {
		answer(403, `{"message":"`+r.Header.Get("Authorization")+` may not"}`)(w, r)
	})
	_, err := s.get("/path")
	wantError(t, err, "Service answered GET /path with 403 Forbidden (Bearer [redacted] may not); give the client of SERVICE_TOKEN the rights for this request")
}
