package salesforce

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// Whatever Salesforce repeats of a credential reaches neither messages nor files.
func TestRepeatedSecretsAreRedacted(t *testing.T) {
	const secret = "hunter2-Very-Secret"
	partners := func(o *org) (any, error) {
		var got []*account.Partner
		err := o.Partners(o.t.Context(), func(partner *account.Partner, _ []string) error {
			got = append(got, partner)
			return nil
		})
		if len(got) > 0 {
			return *got[0], err
		}
		return nil, err
	}
	login := func(o *org) (any, error) {
		o.scope = secret
		return o.Login(o.t.Context())
	}
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		ask    func(o *org) (any, error)
	}{
		"the scopes of the token":     {nil, login},
		"an id that is not valid":     {body(page(1, "", row(secret))), partners},
		"a name":                      {body(page(1, "", row("0014M00001sDiGEQA0", `"Account_Owner_Calc__c":"`+secret+`"`))), partners},
		"the words of an error":       {status(400, `[{"errorCode":"MALFORMED_QUERY","message":"`+secret+` is wrong"}]`), partners},
		"an error in place of a list": {body(`[{"errorCode":"X","message":"` + secret + ` is wrong"}]`), partners},
		"the usage": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Sforce-Limit-Info", secret)
			fmt.Fprint(w, page(1, "", row("0014M00001sDiGEQA0")))
		}, partners},
	} {
		o := start(t, nil, test.answer)
		o.secrets.Add(secret)
		got, err := test.ask(o)
		if text := fmt.Sprintf("%+v %v %s", got, err, o.log); strings.Contains(text, "Very") || !strings.Contains(text, "[redacted]") {
			t.Errorf("%s: %s", name, text)
		}
	}
}
