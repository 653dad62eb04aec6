package zendesk

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Whatever Zendesk repeats of a credential reaches neither messages nor files.
func TestRepeatedSecretsAreRedacted(t *testing.T) {
	const secret = "hunter2-Very-Secret"
	fields := func(i *instance) (any, error) { return i.Fields(i.t.Context()) }
	jobs := func(i *instance) (any, error) { return i.Jobs(i.t.Context(), []string{"1"}) }
	login := func(i *instance) (any, error) {
		i.scope = secret
		return i.Login(i.t.Context())
	}
	list := func(i *instance) (any, error) {
		got, _, err := i.list()
		return got, err
	}
	for name, test := range map[string]struct {
		answers []http.HandlerFunc
		ask     func(i *instance) (any, error)
	}{
		"the scopes of the token":     {nil, login},
		"the type of a field":         {[]http.HandlerFunc{fieldsOf(`{"key":"aar","type":"` + secret + `","active":true}`)}, fields},
		"a value that cannot be read": {[]http.HandlerFunc{count(1), page("", `{"id":1,"name":"One","organization_fields":{"aar":"`+secret+`"}}`)}, list},
		"a name":                      {[]http.HandlerFunc{count(1), page("", `{"id":1,"name":"`+secret+`","organization_fields":{}}`)}, list},
		"the message of a job":        {[]http.HandlerFunc{body(`{"job_statuses":[{"id":"1","status":"failed","message":"` + secret + ` may not"}]}`)}, jobs},
		"the result of a row": {[]http.HandlerFunc{body(
			`{"job_statuses":[{"id":"1","status":"completed","results":[{"id":1,"error":"` + secret + `","details":"` + secret + `"}]}]}`)}, jobs},
		"the words of an error": {[]http.HandlerFunc{status(422, `{"error":"`+secret+`","description":"`+secret+` is not a name"}`)}, jobs},
	} {
		i := start(t, field.Global, test.answers...)
		i.secrets.Add(secret)
		got, err := test.ask(i)
		if text := fmt.Sprintf("%+v %v", got, err); strings.Contains(text, "Very") || !strings.Contains(text, "[redacted]") {
			t.Errorf("%s: %s", name, text)
		}
	}
}
