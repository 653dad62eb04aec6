package zendesk

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

func TestClientCredentialsAreTheDefault(t *testing.T) {
	i := start(t, field.Partner, count(1))
	if n, err := i.Count(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	want := []url.Values{{"grant_type": {"client_credentials"}, "scope": {"read"}, "client_id": {"client"}, "client_secret": {"client-secret"}}}
	if diff := cmp.Diff(want, i.forms); diff != "" || i.authorizations[0] != "Bearer token-1" {
		t.Errorf("%s, %s", i.authorizations[0], diff)
	}
	i.clock.Advance(29 * time.Minute)
	if _, err := i.Count(t.Context()); err != nil || i.authorizations[1] != "Bearer token-2" || i.Stats().Requests != 2 {
		t.Errorf("%v, %s, %+v", err, i.authorizations[1], i.Stats())
	}
}

func TestAnExpiredTokenIsRenewedForWrites(t *testing.T) {
	i := start(t, field.Partner, status(401, `{"error":"invalid_token","error_description":"The access token provided is expired"}`), status(201, `{"organization":{"id":7}}`))
	id, err := i.create(recordOf(field.SchemaOf(field.Partner), map[string]field.Value{"name": "Acme"}))
	if id != 7 || err != nil || len(i.requests) != 2 || i.bodies[0] != i.bodies[1] || i.authorizations[1] != "Bearer token-2" {
		t.Errorf("%d, %v after %q", id, err, i.requests)
	}
}

func TestAnAPITokenIsSentAsBasic(t *testing.T) {
	config := Config{Email: "agent@example.com", APIToken: "api-token"}
	const basic = "YWdlbnRAZXhhbXBsZS5jb20vdG9rZW46YXBpLXRva2Vu"
	i := startWith(t, field.USGov, config, status(401, `{"error":"Couldn't authenticate you, `+basic+`"}`))
	_, err := i.Count(t.Context())
	wantError(t, err, "counting organizations: Zendesk US Government answered GET /api/v2/organizations/count.json with 401 Unauthorized "+
		"(Couldn't authenticate you, [redacted]); check ZENDESK_USGOV_EMAIL and ZENDESK_USGOV_API_TOKEN")
	if diff := cmp.Diff([]string{"Basic " + basic}, i.authorizations); diff != "" || len(i.forms) != 0 {
		t.Error(diff)
	}
	if got := i.secrets.Data("agent@example.com"); got != "agent@example.com" {
		t.Errorf("the address is shown as %s", got)
	}
}

func TestErrorsAreReadInEveryShape(t *testing.T) {
	tests := []struct{ body, code, message string }{
		{`{"error":"RecordNotFound","description":"Not found"}`, "RecordNotFound", "Not found"},
		{`{"error":{"title":"Forbidden","message":"You do not have access"}}`, "Forbidden", "You do not have access"},
		{`{"errors":[{"code":"InvalidPaginationParameter","title":"page[size] is too large"},{"code":"x"}]}`, "InvalidPaginationParameter", "page[size] is too large; x"},
		{`{"error":"invalid_client","error_description":"Client authentication failed"}`, "invalid_client", "Client authentication failed"},
		{`{"error":"RecordInvalid","description":"Record validation errors","details":{"name":[{"description":"Name: b","error":"B"}],"base":[{"description":"a"},{"description":"c"}]}}`,
			"RecordInvalid", "Record validation errors; a; c; B: Name: b"},
		{`{"error":"RecordInvalid","description":"d","details":"text"}`, "RecordInvalid", "d; text"},
		{`{"error":"Unknown","errors":["text"]}`, "Unknown", "text"},
		{`{}`, "", ""}, {``, "", ""}, {`<html>`, "", ""}, {`null`, "", ""}, {`["a"]`, "", "a"}, {`"a"`, "", "a"}, {`{"error":5}`, "", ""},
	}
	for _, test := range tests {
		if words := describe(400, []byte(test.body)); words.Code != test.code || words.Message != test.message {
			t.Errorf("%s: %+v", test.body, words)
		}
	}
}

func TestTheRateLimitOfARecordedAnswerIsKept(t *testing.T) {
	spent := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ratelimit-remaining", "0")
		w.Header().Set("ratelimit-reset", "32")
		count(1)(w, r)
	}
	i := start(t, field.Partner, spent, recorded(t, "list_last"))
	if _, _, err := i.list(); err != nil || i.clock.Slept() != 32*time.Second {
		t.Errorf("waited %s: %v", i.clock.Slept(), err)
	}
}

func TestAWriteThatFailedIsPausedFor(t *testing.T) {
	i := start(t, field.Partner, status(503, ""))
	_, err := i.UpdateMany(t.Context(), []Write{{ID: 1}})
	failure := wantFailure(t, err)
	if err := i.Pause(t.Context(), 1, failure); err != nil || i.clock.Slept() != time.Second {
		t.Errorf("%v, waited %s", err, i.clock.Slept())
	}
}

func TestUnreadableAnswersAreNamedByTheirPath(t *testing.T) {
	i := start(t, field.Partner, body(`[]`))
	_, err := i.ShowMany(t.Context(), []int64{1})
	if err == nil || !strings.HasPrefix(err.Error(), "reading 1 organizations: unreadable answer to /organizations/show_many.json from Zendesk: ") {
		t.Error(err)
	}
	i = start(t, field.Partner, body(fmt.Sprintf(`{"organizations":[{"id":%s,"name":"N"}]}`, "9223372036854775808")))
	if _, err := i.ShowMany(t.Context(), []int64{1}); err == nil {
		t.Error("an id beyond 64 bits is read")
	}
}
