package stage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/salesforce"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// checkedOrg is an org of values, of which one thing may fail.
type checkedOrg struct{ login, partners, customers error }

func (o checkedOrg) Login(context.Context) (string, error) { return "api", o.login }

func (o checkedOrg) SamplePartners(context.Context) (salesforce.Sample, error) {
	return salesforce.Sample{Accounts: 1}, o.partners
}

func (o checkedOrg) SampleCustomers(_ context.Context, end account.Date) (salesforce.Sample, error) {
	if end != "2023-11-20" {
		return salesforce.Sample{}, errors.New("the day is " + string(end))
	}
	return salesforce.Sample{Accounts: 2, Mangled: map[account.ID][]string{birch: {"Name"}}}, o.customers
}

// checkedInstance is an instance of values.
type checkedInstance struct {
	scope         string
	login, fields error
	count, search error
	found         zendesk.Fields
	// writes is what comes of the login with the scopes of sync.
	writes error
	toSync bool
}

func (i checkedInstance) Login(context.Context) (string, error) {
	if i.toSync {
		return i.scope, i.writes
	}
	return strings.TrimSuffix(i.scope, " write"), i.login
}

func (i checkedInstance) FindByAccount(context.Context, account.ID) ([]int64, error) {
	return nil, i.search
}

func (i checkedInstance) FindByName(context.Context, string) ([]organization.Organization, error) {
	return nil, nil
}

func (i checkedInstance) UnfinishedJobs(context.Context) ([]string, error) { return []string{"a"}, nil }

func (i checkedInstance) Fields(context.Context) (zendesk.Fields, error) { return i.found, i.fields }

func (i checkedInstance) Count(context.Context) (int, error) { return 3, i.count }

// checked is what a check finds, as lines.
func checked(w *world, work func(*stage.Checker)) []string {
	checker := &stage.Checker{Run: w.run(), Found: report.NewCheck()}
	work(checker)
	var lines []string
	problems := 0
	for _, finding := range checker.Found.Findings {
		lines = append(append(lines, string(finding.State)+": "+finding.Text), finding.Details...)
		if finding.State == report.Problem {
			problems++
		}
	}
	if (problems > 0) != (checker.Err != nil) || problems != checker.Found.Problems {
		w.Errorf("%d problems, %d are counted, the error is %v", problems, checker.Found.Problems, checker.Err)
	}
	return lines
}

func TestCheckTriesTheLoginAndBothQueries(t *testing.T) {
	for name, test := range map[string]struct {
		org  checkedOrg
		want []string
	}{
		"fine": {checkedOrg{}, []string{
			"ok: Salesforce, https://org: logged in, API version 62.0, scope api",
			"ok: Salesforce: the partner query answers with every column; 1 account",
			"ok: Salesforce: the customer query answers with every column; 2 accounts",
			"warning: account " + string(birch) + ": Name holds text that is not valid Unicode: it was read with U+FFFD in its place; fix it in Salesforce",
		}},
		"no login": {checkedOrg{login: errors.New("invalid_client")}, []string{
			"problem: invalid_client", "not asked: Salesforce: both queries, because there is no session",
		}},
		"a column is missing": {checkedOrg{partners: errors.New("no column Partner_Track__c"), customers: errors.New("one; \ntwo")}, []string{
			"ok: Salesforce, https://org: logged in, API version 62.0, scope api",
			"problem: no column Partner_Track__c", "problem: one", "problem: two",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := checked(newWorld(t), func(c *stage.Checker) { c.Salesforce(t.Context(), "https://org", "62.0", test.org) })
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckHoldsAnInstanceAgainstItsFlows(t *testing.T) {
	flows := []field.Flow{field.Partner, field.Global}
	whole := zendesk.Fields{KeepsIgnoreDeletion: true}
	const (
		searches = "ok: Global: organizations can be searched by Salesforce id and by name"
		jobs     = "ok: Global: the list of jobs can be read; 1 that update organizations are unfinished"
	)
	holds := func(flow field.Flow) string {
		return fmt.Sprintf("ok: Global can hold the %d fields of flow %s", len(field.SchemaOf(flow).Fields), flow)
	}
	for name, test := range map[string]struct {
		instance checkedInstance
		of       error
		want     []string
	}{
		"fine": {checkedInstance{scope: "read write", found: whole}, nil, []string{
			"ok: Global: logged in, scope read; 3 organizations",
			holds(field.Partner), searches, jobs, holds(field.Global),
			"ok: Global: sync may write, scope read write",
		}},
		"read only": {checkedInstance{scope: "read", found: whole}, nil, []string{
			"ok: Global: logged in, scope read; 3 organizations",
			holds(field.Partner), searches, jobs, holds(field.Global),
			`problem: Global gives the scope "read" where sync needs read and write: change the OAuth client's scopes`,
		}},
		"a client without the scope": {checkedInstance{scope: "read", found: whole, writes: errors.New("invalid_scope")}, nil, []string{
			"ok: Global: logged in, scope read; 3 organizations",
			holds(field.Partner), searches, jobs, holds(field.Global),
			"problem: Global: the scopes that sync needs, read and write: invalid_scope",
		}},
		"no search": {checkedInstance{found: whole, search: errors.New("no search")}, nil, []string{
			"ok: Global: logged in; 3 organizations",
			holds(field.Partner), "problem: no search", jobs, holds(field.Global),
		}},
		"nobody can keep": {checkedInstance{}, nil, []string{
			"ok: Global: logged in; 3 organizations",
			holds(field.Partner), "warning: Global: " + stage.NobodyCanKeep, searches, jobs,
			holds(field.Global),
		}},
		"a field is missing": {checkedInstance{fields: errors.New("aar is missing")}, nil, []string{
			"ok: Global: logged in; 3 organizations",
			"problem: flow partner, Global: aar is missing", searches, jobs, "problem: flow global, Global: aar is missing",
		}},
		"no login": {checkedInstance{login: errors.New("unauthorized")}, nil, []string{
			"problem: unauthorized", "not asked: Global: organization fields, searches and jobs, because there is no login",
		}},
		"no count": {checkedInstance{count: errors.New("no count")}, nil, []string{
			"problem: no count", "not asked: Global: organization fields, searches and jobs, because there is no login",
		}},
		"no client": {checkedInstance{}, errors.New("no client"), []string{
			"problem: no client", "not asked: Global: organization fields, searches and jobs, because there is no login",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := checked(newWorld(t), func(c *stage.Checker) {
				c.Instance(t.Context(), "Global", flows, func(_ field.Flow, writes bool) (stage.CheckedInstance, error) {
					test.instance.toSync = writes
					return test.instance, test.of
				})
			})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckHoldsPlansAgainstWhatIsSold(t *testing.T) {
	plans := func(w *world, content string) []string {
		return checked(w, func(c *stage.Checker) { c.Plans(stage.Text{Name: "plans.yaml", Content: content}) })
	}
	w := processed(t)
	want := []string{
		"ok: plans.yaml maps 1 charge name to 1 type",
		`warning: plans.yaml does not have the charge name "Quantum", which is current for 1 account`,
		"ok: plans.yaml has 1 of the 2 charge names that are current in the data folder",
	}
	if diff := cmp.Diff(want, plans(w, plansText)); diff != "" {
		t.Error(diff)
	}
	want = []string{
		"ok: plans.yaml maps 1 charge name to 1 type",
		`warning: plans.yaml does not have the charge name "Premium", which is current for 1 account`,
		`warning: plans.yaml does not have the charge name "Quantum", which is current for 1 account`,
		"ok: plans.yaml has 1 charge name that no account has", "Other",
		"ok: plans.yaml has 0 of the 2 charge names that are current in the data folder",
	}
	if diff := cmp.Diff(want, plans(w, "subscriptions:\n  sub_edu:\n    support_level: community\n    charges:\n      - Other\n")); diff != "" {
		t.Error(diff)
	}
	want = []string{
		"ok: plans.yaml maps 1 charge name to 1 type",
		"not asked: plans.yaml against what is sold, because the data folder has no customers: run `zd-sfdc-sync salesforce customer` first",
	}
	if diff := cmp.Diff(want, plans(newWorld(t), plansText)); diff != "" {
		t.Error(diff)
	}
	w.write(artifact.SalesforceAccounts(artifact.Customers), "{}")
	if got := plans(w, plansText); len(got) != 2 || got[1][:8] != "problem:" {
		t.Errorf("an unreadable artifact: %q", got)
	}
	if got := plans(w, "- x"); len(got) != 1 || got[0][:8] != "problem:" {
		t.Errorf("broken plans: %q", got)
	}
}

func TestCheckWarnsOfPastExpirationDates(t *testing.T) {
	content := "- salesforce_id: " + string(birch) + "\n  expiration_date: 2026-11-20\n" +
		"- salesforce_id: " + string(maple) + "\n  expiration_date: 2026-11-21\n"
	got := checked(newWorld(t), func(c *stage.Checker) { c.Overrides(stage.Text{Name: "overrides.yaml", Content: content}) })
	want := []string{
		"warning: overrides.yaml:1: the expiration_date of " + string(birch) + ", 2026-11-20, is in the past; check that this is meant",
		"ok: overrides.yaml holds 2 overrides, 0 of them expired",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCheckReadsTheOverrides(t *testing.T) {
	content := "- salesforce_id: " + string(birch) + "\n  expires_on: 2026-11-20\n  sub_sm_premium: true\n" +
		"- salesforce_id: " + string(maple) + "\n  sub_sm_premium: true\n"
	got := checked(newWorld(t), func(c *stage.Checker) {
		c.Overrides(stage.Text{Name: "overrides.yaml", Content: content, Commit: "abc"})
		c.Overrides(stage.Text{Name: "overrides.yaml", Content: "x: 1"})
	})
	if len(got) != 2 || got[0] != "ok: overrides.yaml holds 2 overrides, 1 of them expired, of commit abc" || got[1][:8] != "problem:" {
		t.Errorf("%q", got)
	}
}
