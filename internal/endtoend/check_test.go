package endtoend

import (
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

func TestCheckAsksEverything(t *testing.T) {
	t.Parallel()
	w := startWorld(t, curated())
	got := w.must("check")
	for _, want := range []string{
		"ok: ../../plans.yaml maps ", "not asked: ../../plans.yaml against what is sold",
		"ok: the variables are set\n", "ok: Salesforce, http://127.0.0.1", ": logged in, API version 62.0",
		"ok: Salesforce: the partner query answers with every column; ", "ok: Salesforce: the customer query answers with every column; ",
		"ok: Zendesk Global: logged in, scope read; ", "ok: Zendesk Global: sync may write, scope read write\n", "ok: Zendesk Global can hold the ", " fields of flow partner\n",
		" fields of flow global\n", "ok: Zendesk US Government: logged in, scope read; ",
		"ok: Zendesk Global: organizations can be searched by Salesforce id and by name\n", "ok: Zendesk US Government: the list of jobs can be read; 0 that",
		"ok: Zendesk US Government can hold the ", " fields of flow usgov\n", "overrides, 1 of them expired, of commit ",
	} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("check does not say %q:\n%s", want, got.stdout)
		}
	}
	for service, requests := range w.Requests() {
		for route := range requests {
			if !strings.HasPrefix(route, "GET ") && !strings.HasPrefix(route, "POST /oauth/tokens") && !strings.HasPrefix(route, "POST /services/oauth2/token") {
				t.Errorf("%s: check asked %s", service, route)
			}
		}
	}
	for _, command := range customerStages() {
		w.must(command)
	}
	if got := w.must("check --offline"); !strings.Contains(got.stdout, "warning: ../../plans.yaml does not have the charge name ") {
		t.Errorf("the charges of the data folder are not held against plans.yaml:\n%s", got.stdout)
	}
}

func TestCheckNamesEveryFaultThatItCanMeet(t *testing.T) {
	t.Parallel()
	tests := []struct {
		service string
		fault   fault.Fault
		want    string
		code    cli.ExitCode
	}{
		{"salesforce", fault.Fault{Kind: fault.ColumnMissing, Field: "Zuora__EffectiveEndDate__c"}, "salesforce answered without Zuora__EffectiveEndDate__c", 1},
		{"salesforce", fault.Fault{Kind: fault.ColumnMissing, Field: "Support_Hold__c"}, "salesforce answered without Support_Hold__c", 1},
		{"salesforce", fault.Fault{Kind: fault.ColumnMissing, Field: "Zuora__Subscriptions__r"}, "salesforce answered without Zuora__Subscriptions__r", 1},
		{"salesforce", fault.Fault{Kind: fault.ColumnCase, Field: "Zuora__EffectiveEndDate__c"}, "", 0},
		{"salesforce", fault.Fault{Kind: fault.ChildTotalMissing}, "it has no totalSize", 1},
		{"salesforce", fault.Fault{Kind: fault.BadCharacter, Row: "Avery Owner"}, "Account_Owner_Calc__c holds text that is not valid Unicode", 0},
		{"salesforce", fault.Fault{Kind: fault.ErrorIn200}, "with 200 and an error", 1},
		{"salesforce", fault.Fault{Kind: fault.QueryTimeout}, "QUERY_TIMEOUT", 1},
		{"salesforce", fault.Fault{Kind: fault.TooManyAtOnce}, "too many requests ran at once", 1},
		{"salesforce", fault.Fault{Kind: fault.LoginUnknownError}, "unknown_error", 1},
		{"salesforce", fault.Fault{Kind: fault.CursorDead}, "lost the place in the query", 1},
		{"salesforce", fault.Fault{Kind: fault.Answers203, Route: "GET /services/data/**"}, "with 203 and not with 200", 1},
		{"global", fault.Fault{Kind: fault.TaggedOptions, Field: "org_region"}, "it tags org_region org_region_amer for amer", 0},
		{"global", fault.Fault{Kind: fault.Status, Status: 403, Route: "GET /api/v2/organization_fields"}, "403 Forbidden", 1},
		{"global", fault.Fault{Kind: fault.Empty, Route: "GET /api/v2/organizations/count"}, "an answer that is not JSON", 1},
		{"global", fault.Fault{Kind: fault.Status, Status: 403, Route: "GET /api/v2/search"}, "403 Forbidden", 1},
		{"usgov", fault.Fault{Kind: fault.Status, Status: 403, Route: "GET /api/v2/job_statuses"}, "403 Forbidden", 1},
		{"usgov", fault.Fault{Kind: fault.Status, Status: 401, Route: "POST /oauth/tokens"}, "check ZENDESK_USGOV_CLIENT_ID", 1},
		{"gitlab", fault.Fault{Kind: fault.ProjectMoved}, "set OVERRIDES_PROJECT to its present path", 1},
		{"gitlab", fault.Fault{Kind: fault.HeadRefused}, "", 0},
		{"gitlab", fault.Fault{Kind: fault.DigestMissing}, "the content did not match GitLab's SHA-256", 1},
		{"gitlab", fault.Fault{Kind: fault.RateLimited, Delay: 10 * time.Minute}, "429 Too Many Requests", 1},
		{"gitlab", fault.Fault{Kind: fault.RefGone}, "check OVERRIDES_REF", 1},
		{"gitlab", fault.Fault{Kind: fault.ScopeMissing}, "give GITLAB_TOKEN the scope", 1},
	}
	for _, test := range tests {
		t.Run(string(test.fault.Kind)+" "+test.service+" "+test.fault.Field, func(t *testing.T) {
			w := startWorld(t, smallWorld())
			w.Faults()[test.service].Add(test.fault)
			got := w.run("check")
			if got.code != test.code || !strings.Contains(got.stdout+got.stderr, test.want) {
				t.Errorf("exit code %d, want %d and %q\n%s%s", got.code, test.code, test.want, got.stdout, got.stderr)
			}
		})
	}
}

func TestCheckAsksTheServicesWhoseVariablesAreRight(t *testing.T) {
	t.Parallel()
	w := startWorld(t, smallWorld())
	delete(w.environment, "ZENDESK_USGOV_CLIENT_SECRET")
	w.environment["SALESFORCE_API_VERSION"] = "V62.0"
	got := w.must("check", cli.ExitUsage)
	for _, want := range []string{"problem: missing ZENDESK_USGOV_CLIENT_SECRET\n", "problem: SALESFORCE_API_VERSION is not a version such as 62.0\n"} {
		if strings.Count(got.stdout, want) != 1 {
			t.Errorf("not one line with %q:\n%s", want, got.stdout)
		}
	}
	for _, want := range []string{"not asked: Salesforce, because ", "not asked: Zendesk US Government, because ", "ok: Zendesk Global: logged in", "overrides"} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("check does not say %q:\n%s", want, got.stdout)
		}
	}
	if asked := w.Requests()["salesforce"]; len(asked) != 0 {
		t.Errorf("asked %v", asked)
	}
}
