package zendesk_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2/clientcredentials"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

const count = "/api/v2/organizations/count.json"

// token gets an access token with the given scope.
func (i *instance) token(scope string) string {
	i.t.Helper()
	body := fmt.Sprintf(`{"grant_type":"client_credentials","client_id":"client","client_secret":"secret","scope":%q}`, scope)
	granted := i.sendAs("", "POST", "/oauth/tokens", body).want(i.t, 200)
	return at(i.t, granted.body, "access_token").(string)
}

func TestGrantedTokenSaysHowLongItLives(t *testing.T) {
	i := start(t, zendesk.Options{})
	got := i.sendAs("", "POST", "/oauth/tokens",
		`{"grant_type":"client_credentials","client_id":"client","client_secret":"secret","scope":"read"}`).want(t, 200)
	delete(got.body, "access_token")
	want := map[string]any{"token_type": "bearer", "scope": "read", "expires_in": json.Number("1800")}
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Errorf("grant (-want +got):\n%s", diff)
	}
}

func TestClientCredentialsMayBeJSONOrForm(t *testing.T) {
	i := start(t, zendesk.Options{})
	i.sendAs("Bearer "+i.token("read write"), "GET", count, "").want(t, 200)

	config := clientcredentials.Config{ClientID: "client", ClientSecret: "secret",
		TokenURL: i.url + "/oauth/tokens", Scopes: []string{"read", "write"}}
	token, err := config.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i.sendAs("Bearer "+token.AccessToken, "POST", "/api/v2/organizations.json", `{"organization":{"name":"A"}}`).want(t, 201)
}

func TestTokenRequestIsRefusedWithOAuthErrors(t *testing.T) {
	i := start(t, zendesk.Options{})
	for name, test := range map[string]struct {
		body       string
		wantStatus int
		wantError  string
	}{
		"wrong secret": {`{"grant_type":"client_credentials","client_id":"client","client_secret":"x"}`, 401, "invalid_client"},
		"no client":    {`{"grant_type":"client_credentials"}`, 401, "invalid_client"},
		"other grant":  {`{"grant_type":"password","client_id":"client","client_secret":"secret"}`, 400, "unsupported_grant_type"},
		"no JSON":      {`{`, 400, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			got := i.sendAs("", "POST", "/oauth/tokens", test.body).want(t, test.wantStatus)
			if diff := cmp.Diff(any(test.wantError), got.body["error"]); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if got.body["error_description"] == "" {
				t.Error("no error_description")
			}
		})
	}
}

func TestRequestsWithoutAValidLoginAreRefused(t *testing.T) {
	i := start(t, zendesk.Options{})
	for name, test := range map[string]struct{ authorization, wantError string }{
		"nothing":        {"", "Couldn't authenticate you"},
		"wrong password": {"Basic YWdlbnRAZXhhbXBsZS5jb20vdG9rZW46d3Jvbmc=", "Couldn't authenticate you"},
		"unknown token":  {"Bearer nothing", "invalid_token"},
	} {
		t.Run(name, func(t *testing.T) {
			got := i.sendAs(test.authorization, "GET", count, "").want(t, 401)
			if diff := cmp.Diff(any(test.wantError), got.body["error"]); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInstanceWithoutCredentialsLetsNobodyIn(t *testing.T) {
	listening := httptest.NewServer(zendesk.New(zendesk.Options{}))
	defer listening.Close()
	bare := &instance{t: t, url: listening.URL}
	for _, authorization := range []string{"", "Basic L3Rva2VuOg==", "Bearer "} {
		bare.sendAs(authorization, "GET", count, "").want(t, 401)
	}
	bare.sendAs("", "POST", "/oauth/tokens", `{"grant_type":"client_credentials","client_id":"","client_secret":""}`).want(t, 401)
}

func TestTokenExpiresOnTheInstancesClock(t *testing.T) {
	i := start(t, zendesk.Options{TokenLifetime: 10 * time.Minute})
	first := "Bearer " + i.token("read write")
	i.advance(10*time.Minute - time.Second)
	i.sendAs(first, "GET", count, "").want(t, 200)
	i.advance(time.Second)
	i.sendAs(first, "GET", count, "").want(t, 401)
	second := "Bearer " + i.token("read write")
	if first == second {
		t.Error("the same token was granted twice")
	}
	i.sendAs(second, "GET", count, "").want(t, 200)
	i.ExpireTokens()
	i.sendAs(second, "GET", count, "").want(t, 401)
}

func TestTokenWithoutWriteScopeOnlyReads(t *testing.T) {
	i := start(t, zendesk.Options{})
	readOnly := "Bearer " + i.token("read")
	i.sendAs(readOnly, "GET", count, "").want(t, 200)
	i.sendAs(readOnly, "POST", "/api/v2/organizations", `{"organization":{"name":"A"}}`).want(t, 403)
	if got := i.Organizations(); len(got) != 0 {
		t.Errorf("organizations %v, want none", got)
	}
}

func TestRateLimitCountsFixedMinutes(t *testing.T) {
	i := start(t, zendesk.Options{RateLimit: 2})
	i.advance(45 * time.Second)
	headers := func(got reply) map[string]string {
		picked := make(map[string]string)
		for _, key := range []string{"x-rate-limit", "x-rate-limit-remaining", "ratelimit-limit", "ratelimit-remaining",
			"ratelimit-reset", "retry-after"} {
			picked[key] = got.header.Get(key)
		}
		return picked
	}
	i.send("GET", count, "").want(t, 200)
	want := map[string]string{"x-rate-limit": "2", "x-rate-limit-remaining": "0", "ratelimit-limit": "2",
		"ratelimit-remaining": "0", "ratelimit-reset": "15", "retry-after": ""}
	if diff := cmp.Diff(want, headers(i.send("GET", count, "").want(t, 200))); diff != "" {
		t.Errorf("headers of the last request allowed (-want +got):\n%s", diff)
	}
	want["retry-after"] = "15"
	first := i.send("POST", "/api/v2/organizations", `{"organization":{"name":"A"}}`).want(t, 429)
	if diff := cmp.Diff(want, headers(first)); diff != "" {
		t.Errorf("headers of the refusal (-want +got):\n%s", diff)
	}
	second := i.send("GET", count, "").want(t, 429)
	if !strings.HasPrefix(first.text, "<html>") || second.text != "" {
		t.Errorf("bodies %q and %q, want HTML and nothing", first.text, second.text)
	}
	i.advance(15 * time.Second)
	i.send("GET", count, "").want(t, 200)
	if got := i.Organizations(); len(got) != 0 {
		t.Errorf("the refused create had an effect: %v", got)
	}
}

func TestRoutesAreTheSameWithAndWithoutSuffix(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(2)})
	for _, path := range []string{"/api/v2/organizations", "/api/v2/organizations.json", "/api/v2/organizations/1",
		"/api/v2/organizations/2.json", "/api/v2/organizations/show_many?ids=1", "/api/v2/organization_fields"} {
		i.send("GET", path, "").want(t, 200)
	}
	for _, path := range []string{"/api/v2/tickets.json", "/", "/api/v2/organizations/1/tags"} {
		got := i.send("GET", path, "").want(t, 404)
		if got.body["error"] != "InvalidEndpoint" {
			t.Errorf("%s: error %v, want InvalidEndpoint", path, got.body["error"])
		}
	}
	i.send("DELETE", "/api/v2/organizations/1.json", "").want(t, 404)
	want := map[string]int{
		"GET /api/v2/organizations": 2, "GET /api/v2/organizations/*": 2, "GET /api/v2/organizations/show_many": 1,
		"GET /api/v2/organization_fields": 1, "GET /api/v2/tickets.json": 1, "GET /": 1,
		"GET /api/v2/organizations/1/tags": 1, "DELETE /api/v2/organizations/*": 1,
	}
	if diff := cmp.Diff(want, i.Requests()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestFaultAfterTheEffectHidesACreateThatHappened(t *testing.T) {
	i := start(t, zendesk.Options{})
	i.Faults().Add(fault.Fault{Route: "POST /api/v2/organizations.json", Kind: fault.DropAfter, Times: 1})
	response, err := http.Post((&url.URL{Scheme: "http", User: url.UserPassword("agent@example.com/token", "api-token"),
		Host: strings.TrimPrefix(i.url, "http://"), Path: "/api/v2/organizations.json"}).String(),
		"application/json", strings.NewReader(`{"organization":{"name":"A"}}`))
	if err == nil {
		response.Body.Close()
		t.Fatalf("status %d, want the connection cut", response.StatusCode)
	}
	i.send("POST", "/api/v2/organizations.json", `{"organization":{"name":"a"}}`).want(t, 422)
	if got := len(i.Audit()); got != 1 {
		t.Errorf("%d writes, want 1", got)
	}
}
