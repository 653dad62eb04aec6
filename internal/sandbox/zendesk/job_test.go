package zendesk_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

func TestJobQueuesWorksAndTakesEffectWhenItCompletes(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(1)})
	begin := i.Now()
	id := i.updateMany(`{"id":1,"notes":"new"}`)
	type seen struct {
		Status, Message, Progress any
		Notes                     string
	}
	var states []seen
	for range 4 {
		job := i.job(id)
		states = append(states, seen{at(t, job, "status"), at(t, job, "message"), at(t, job, "progress"), i.Organizations()[0].Notes})
		i.advance(2 * time.Second)
	}
	want := []seen{
		{"queued", nil, nil, ""},
		{"working", "Updating Organizations", json.Number("0"), ""},
		{"working", "Updating Organizations", json.Number("0"), ""},
		{"completed", "Completed at 2026-11-21 12:00:06 +0000", json.Number("1"), "new"},
	}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	wantAudit := []zendesk.Write{{Seq: 1, At: begin.Add(6 * time.Second), Action: zendesk.Update, OrganizationID: 1,
		JobID: id, Name: "Organization 1", Changes: map[string]zendesk.Change{"notes": {From: nil, To: "new"}}}}
	if diff := cmp.Diff(wantAudit, i.Audit()); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
	if got := i.Organizations()[0].UpdatedAt; !got.Equal(begin.Add(6 * time.Second)) {
		t.Errorf("updated at %s, want the time of completion", got)
	}
}

func TestCompletedJobMayHoldFailedRows(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(4)})
	i.FailOrganization(4, "PermissionDenied", "You cannot edit this organization")
	id := i.updateMany(`{"id":1,"name":"Same"},{"id":2,"name":"same"},{"id":99,"notes":"n"},{"notes":"n"},` +
		`{"id":3,"organization_fields":{"support_level":"best"}},{"id":4,"notes":"n"},{"id":"2","notes":"n"}`)
	i.advance(6 * time.Second)
	job := i.job(id)
	failed := func(index, id int, code, details string) any {
		return map[string]any{"index": json.Number(fmt.Sprint(index)), "error": code,
			"id": json.Number(fmt.Sprint(id)), "details": details}
	}
	updated := func(id int) any {
		return map[string]any{"action": "update", "id": json.Number(fmt.Sprint(id)), "status": "Updated", "success": true}
	}
	want := []any{
		updated(1),
		failed(1, 2, "OrganizationUpdateFailed", "Name:  same has already been taken"),
		failed(2, 99, "OrganizationUpdateFailed", "Organization:  does not exist"),
		failed(3, 0, "OrganizationUpdateFailed", "Id:  is missing or invalid"),
		failed(4, 3, "OrganizationUpdateFailed", "Support level:  best is invalid"),
		failed(5, 4, "PermissionDenied", "You cannot edit this organization"),
		updated(2),
	}
	if diff := cmp.Diff(any(want), at(t, job, "results")); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if at(t, job, "status") != "completed" {
		t.Errorf("status %v, want completed", at(t, job, "status"))
	}
	i.HealOrganization(4)
	i.updateMany(`{"id":4,"notes":"n"}`)
	i.advance(6 * time.Second)
	if got := i.Organizations()[3].Notes; got != "n" {
		t.Errorf("notes %q after healing, want n", got)
	}
}

func TestJobThatFailsHasNoEffect(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(1)})
	i.FailNextJobs(1, "Something went wrong")
	failing, completing := i.updateMany(`{"id":1,"notes":"first"}`), i.updateMany(`{"id":1,"notes":"second"}`)
	i.advance(6 * time.Second)
	want := map[string]any{
		"id": failing, "url": i.url + "/api/v2/job_statuses/" + failing + ".json",
		"total": json.Number("1"), "progress": json.Number("0"), "status": "failed",
		"message": "Something went wrong", "results": nil,
	}
	if diff := cmp.Diff(any(want), i.job(failing)); diff != "" {
		t.Errorf("failed job (-want +got):\n%s", diff)
	}
	if got := at(t, i.job(completing), "status"); got != "completed" {
		t.Errorf("the next job is %v, want completed", got)
	}
	if got := len(i.Audit()); got != 1 {
		t.Errorf("%d writes, want 1", got)
	}
}

func TestJobsTakeEffectInTheOrderTheyCameDue(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(1)})
	for number := range 3 {
		i.updateMany(fmt.Sprintf(`{"id":1,"notes":"%d"}`, number))
		i.advance(time.Second)
	}
	i.advance(4 * time.Second)
	if got := i.Organizations()[0].Notes; got != "1" {
		t.Errorf("notes %q when two of three jobs are due, want 1", got)
	}
	i.advance(time.Second)
	if got := i.Organizations()[0].Notes; got != "2" {
		t.Errorf("notes %q when all are due, want 2", got)
	}
}

func TestThirtyJobsAreTheMost(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(1)})
	var accepted []any
	for range 30 {
		accepted = append(accepted, i.updateMany(`{"id":1,"notes":"n"}`))
	}
	got := i.send("PUT", "/api/v2/organizations/update_many", `{"organizations":[{"id":1,"notes":"x"}]}`).want(t, 429)
	if got.body["error"] != "TooManyJobs" || got.header.Get("Retry-After") != "" {
		t.Errorf("error %v, Retry-After %q; want TooManyJobs without one", got.body["error"], got.header.Get("Retry-After"))
	}
	if diff := cmp.Diff(any(accepted), got.body["current_job_ids"]); diff != "" {
		t.Errorf("current jobs (-want +got):\n%s", diff)
	}
	if got := got.header.Get("zendesk-ratelimit-inflight-jobs"); got != "total=30; remaining=0; resets=60" {
		t.Errorf("in-flight header %q", got)
	}
	i.advance(6 * time.Second)
	again := i.send("PUT", "/api/v2/organizations/update_many", `{"organizations":[{"id":1,"notes":"x"}]}`).want(t, 200)
	if got := again.header.Get("zendesk-ratelimit-inflight-jobs"); got != "total=30; remaining=29; resets=60" {
		t.Errorf("in-flight header %q", got)
	}
	if i.MaxOutstandingJobs() != 30 || i.JobsCreated() != 31 {
		t.Errorf("at most %d outstanding of %d, want 30 of 31", i.MaxOutstandingJobs(), i.JobsCreated())
	}
}

func TestJobsAreShownTogetherAndForgottenAfterADay(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(1)})
	first := i.updateMany(`{"id":1,"notes":"n"}`)
	i.advance(time.Hour)
	second := i.updateMany(`{"id":1,"notes":"n"}`)
	if !strings.HasPrefix(first, "V3-") || len(first) != 35 || first == second {
		t.Errorf("job ids %q and %q, want two of V3- and 32 digits", first, second)
	}
	statuses := func(path string) []string {
		list := []string{}
		for _, job := range at(t, i.send("GET", path, "").want(t, 200).body, "job_statuses").([]any) {
			list = append(list, at(t, job, "id").(string)+" "+at(t, job, "status").(string))
		}
		return list
	}
	both := "/api/v2/job_statuses/show_many.json?ids=" + first + "," + second + ",V3-unknown"
	if diff := cmp.Diff([]string{first + " completed", second + " queued"}, statuses(both)); diff != "" {
		t.Errorf("show many (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{second + " queued", first + " completed"}, statuses("/api/v2/job_statuses")); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	i.advance(23*time.Hour + 10*time.Second)
	i.send("GET", "/api/v2/job_statuses/"+first, "").want(t, 404)
	if diff := cmp.Diff([]string{second + " completed"}, statuses(both)); diff != "" {
		t.Errorf("show many a day later (-want +got):\n%s", diff)
	}
	i.send("GET", "/api/v2/job_statuses/show_many?ids="+strings.Repeat("a,", 100)+"b", "").want(t, 400)
}

func TestConcurrentClientsLoseNoWrite(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(20), JobDuration: time.Nanosecond})
	var wg sync.WaitGroup
	for number := range 20 {
		wg.Go(func() {
			i.send("POST", organizations, fmt.Sprintf(`{"organization":{"name":"New %d"}}`, number))
			i.send("PUT", "/api/v2/organizations/update_many", fmt.Sprintf(`{"organizations":[{"id":%d,"notes":"n"}]}`, number+1))
			i.advance(time.Millisecond)
			i.send("GET", "/api/v2/organizations?page[size]=100", "")
			i.Edit(int64(number+1), func(organization *zendesk.Organization) { organization.Details = "d" })
		})
	}
	wg.Wait()
	i.advance(time.Second)
	complete := 0
	for _, organization := range i.Organizations() {
		if organization.Notes == "n" && organization.Details == "d" || strings.HasPrefix(organization.Name, "New ") {
			complete++
		}
	}
	if complete != 40 || len(i.Audit()) != 40 {
		t.Errorf("%d organizations and %d writes, want 40 and 40", complete, len(i.Audit()))
	}
}

func BenchmarkListingFiftyThousandOrganizations(b *testing.B) {
	server := zendesk.New(zendesk.Options{Fields: zendesk.GlobalFields(), Organizations: named(50_000),
		Email: "agent@example.com", APIToken: "api-token"})
	b.ReportAllocs()
	for b.Loop() {
		if got := listAll(b, server); got != 50_000 {
			b.Fatalf("%d organizations listed, want 50,000", got)
		}
	}
}
