package salesforce_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/salesforce"
)

func TestTokenHasNoExpiry(t *testing.T) {
	o := serve(t, salesforce.Options{})
	got := o.post(url.Values{"grant_type": {"client_credentials"}, "client_id": {"app"}, "client_secret": {"secret"}})
	keys := strings.Join(slices.Sorted(maps.Keys(got.object)), " ")
	if keys != "access_token id instance_url issued_at signature token_type" {
		t.Errorf("the answer has %s", keys)
	}
	if got.object["token_type"] != "Bearer" || got.object["issued_at"] != "1795253400000" {
		t.Errorf("token_type %v, issued_at %v", got.object["token_type"], got.object["issued_at"])
	}
}

func TestClientCredentialsInTheHeader(t *testing.T) {
	o := serve(t, salesforce.Options{})
	request := o.request(http.MethodPost, "/services/oauth2/token", strings.NewReader("grant_type=client_credentials"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth("app", "secret")
	if got := o.send(request); got.status != http.StatusOK {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestRefusedGrants(t *testing.T) {
	o := serve(t, salesforce.Options{Username: "sync@example.com", Password: "passwordTOKEN"})
	form := func(pairs ...string) url.Values {
		values := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			values.Set(pairs[i], pairs[i+1])
		}
		return values
	}
	for _, test := range []struct {
		name string
		form url.Values
		want string // "" is a token
	}{
		{"password with its token", form("grant_type", "password", "client_id", "app", "client_secret", "secret", "username", "sync@example.com", "password", "passwordTOKEN"), ""},
		{"password without its token", form("grant_type", "password", "client_id", "app", "client_secret", "secret", "username", "sync@example.com", "password", "password"), "invalid_grant"},
		{"password of another user", form("grant_type", "password", "client_id", "app", "client_secret", "secret", "username", "x", "password", "passwordTOKEN"), "invalid_grant"},
		{"password without the client", form("grant_type", "password", "username", "sync@example.com", "password", "passwordTOKEN"), "invalid_client_id"},
		{"another client", form("grant_type", "client_credentials", "client_id", "other", "client_secret", "secret"), "invalid_client_id"},
		{"wrong secret", form("grant_type", "client_credentials", "client_id", "app", "client_secret", "x"), "invalid_client"},
		{"unknown grant", form("grant_type", "authorization_code"), "unsupported_grant_type"},
		{"no grant", form(), "unsupported_grant_type"},
		{"assertion without a key to verify it", form("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion", "a.b.c"), "invalid_grant"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := o.post(test.form)
			if test.want == "" {
				if got.status != http.StatusOK {
					t.Errorf("got %d %s", got.status, got.body)
				}
				return
			}
			if got.status != http.StatusBadRequest || got.object["error"] != test.want || got.object["error_description"] == "" {
				t.Errorf("got %d %s, want 400 with %s", got.status, got.body, test.want)
			}
		})
	}
	request := o.request(http.MethodPost, "/services/oauth2/token?grant_type=client_credentials&client_id=app&client_secret=secret", nil)
	if got := o.send(request); got.status != http.StatusBadRequest {
		t.Errorf("credentials in the query: %d, want them refused", got.status)
	}
}

func TestAssertionsAreVerified(t *testing.T) {
	key, other := rsaKey(t), rsaKey(t)
	o := serve(t, salesforce.Options{Username: "sync@example.com", PublicKey: &key.PublicKey})
	claims := func(changes map[string]any) map[string]any {
		all := map[string]any{"iss": "app", "sub": "sync@example.com", "aud": "https://login.salesforce.com", "exp": today.Unix() + 180}
		maps.Copy(all, changes)
		return all
	}
	for _, test := range []struct {
		name      string
		assertion string
		want      string // "" is a token
	}{
		{"as it should be", sign(t, key, "RS256", claims(nil)), ""},
		{"a list of audiences", sign(t, key, "RS256", claims(map[string]any{"aud": []string{"x", "https://login.salesforce.com"}})), ""},
		{"five minutes", sign(t, key, "RS256", claims(map[string]any{"exp": today.Unix() + 300})), ""},
		{"clocks that differ a little", sign(t, key, "RS256", claims(map[string]any{"exp": today.Unix() - 20})), ""},
		{"an hour", sign(t, key, "RS256", claims(map[string]any{"exp": today.Unix() + 3600})), "invalid_grant"},
		{"expired", sign(t, key, "RS256", claims(map[string]any{"exp": today.Unix() - 60})), "invalid_grant"},
		{"no end", sign(t, key, "RS256", claims(map[string]any{"exp": nil})), "invalid_grant"},
		{"another audience", sign(t, key, "RS256", claims(map[string]any{"aud": "https://test.salesforce.com"})), "invalid_grant"},
		{"another user", sign(t, key, "RS256", claims(map[string]any{"sub": "x"})), "invalid_grant"},
		{"another client", sign(t, key, "RS256", claims(map[string]any{"iss": "x"})), "invalid_client_id"},
		{"another key", sign(t, other, "RS256", claims(nil)), "invalid_grant"},
		{"another algorithm", sign(t, key, "none", claims(nil)), "invalid_grant"},
		{"no assertion", "", "invalid_grant"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := o.post(url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {test.assertion}})
			if refused, _ := got.object["error"].(string); refused != test.want {
				t.Errorf("got %d %s, want %q", got.status, got.body, test.want)
			}
		})
	}
}

func rsaKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sign makes a JSON web token, signed RS256 whatever algorithm it names.
func sign(t *testing.T, key *rsa.PrivateKey, algorithm string, claims map[string]any) string {
	t.Helper()
	part := func(value any) string {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	signed := part(map[string]string{"alg": algorithm, "typ": "JWT"}) + "." + part(claims)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}
