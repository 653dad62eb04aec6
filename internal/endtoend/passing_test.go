package endtoend

import (
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// What passes is ridden out, and leaves the same accounts as a quiet read does.
func TestReadsRideOutWhatPasses(t *testing.T) {
	t.Parallel()
	quiet := startWorld(t, smallWorld())
	quiet.must("salesforce customer")
	want := quiet.read("customer/salesforce_accounts.json")
	for name, test := range map[string]struct {
		fault fault.Fault
		code  cli.ExitCode
	}{
		"a cursor that dies":               {fault.Fault{Kind: fault.CursorDead, Times: 1}, cli.ExitDone},
		"one that is not found":            {fault.Fault{Kind: fault.CursorDead, Times: 1, Status: 404}, cli.ExitDone},
		"cursors that always die":          {fault.Fault{Kind: fault.CursorDead}, cli.ExitFailed},
		"an error inside a success":        {fault.Fault{Kind: fault.ErrorIn200, Times: 2, Body: `[{"errorCode":"SERVER_UNAVAILABLE","message":"later"}]`}, cli.ExitDone},
		"too many requests at once":        {fault.Fault{Kind: fault.TooManyAtOnce, Times: 8}, cli.ExitDone},
		"a query that took too long":       {fault.Fault{Kind: fault.QueryTimeout, Times: 1}, cli.ExitDone},
		"queries that always take so long": {fault.Fault{Kind: fault.QueryTimeout}, cli.ExitFailed},
		"a login that asks to be retried":  {fault.Fault{Kind: fault.LoginUnknownError, Times: 3}, cli.ExitDone},
		"columns in capitals":              {fault.Fault{Kind: fault.ColumnCase, Field: "Zuora__EffectiveEndDate__c"}, cli.ExitDone},
		"a slow first page":                {fault.Fault{Kind: fault.SlowFirstPage, Delay: 100 * time.Second}, cli.ExitDone},
	} {
		t.Run(name, func(t *testing.T) {
			w := startWorld(t, smallWorld())
			w.Faults()["salesforce"].Add(test.fault)
			got := w.run("salesforce", "customer")
			if got.code != test.code {
				t.Fatalf("exit code %d, want %d\n%s", got.code, test.code, got.stderr)
			}
			if got.code == cli.ExitDone && w.read("customer/salesforce_accounts.json") != want {
				t.Error("the accounts are not those of a quiet read")
			}
		})
	}
}
