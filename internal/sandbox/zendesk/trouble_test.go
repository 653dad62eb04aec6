package zendesk_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// lost sends a request whose answer must not come.
func (i *instance) lost(method, path, body string) {
	i.t.Helper()
	request, err := http.NewRequestWithContext(i.t.Context(), method, i.url+path, strings.NewReader(body))
	if err != nil {
		i.t.Fatal(err)
	}
	request.SetBasicAuth("agent@example.com/token", "api-token")
	response, err := http.DefaultClient.Do(request)
	if err == nil {
		response.Body.Close()
		i.t.Fatalf("answered %s", response.Status)
	}
	if !errors.Is(err, io.EOF) {
		i.t.Fatal(err)
	}
}

// run sends rows and returns their job when it has ended.
func (i *instance) run(rows string) map[string]any {
	i.t.Helper()
	id := i.updateMany(rows)
	i.advance(6 * time.Second)
	return i.job(id).(map[string]any)
}

// notes are those of the organizations, by their place.
func (i *instance) notes() []string {
	var notes []string
	for _, o := range i.Organizations() {
		notes = append(notes, o.Notes)
	}
	return notes
}

func TestPoisonRefusesTheWholeRequest(t *testing.T) {
	const both = `{"organizations":[{"id":1,"notes":"n"},{"id":2,"notes":"bad emoji"}]}`
	for _, test := range []struct {
		name   string
		fault  fault.Fault
		status int
		says   string
	}{
		{"by id", fault.Fault{Row: "2"}, 500, `"error":"InternalError"`},
		{"by name", fault.Fault{Row: "Organization 2", Status: 422}, 422, `"error":"RecordInvalid"`},
		{"by what is sent", fault.Fault{Value: "emoji", Status: 403}, 403, "<html>"},
		{"by field", fault.Fault{Field: "notes", Status: 409}, 409, `"error":"DatabaseConflict"`},
		{"with words", fault.Fault{Row: "2", Status: 404, Body: "no such thing"}, 404, "no such thing"},
		{"too large", fault.Fault{Row: "2", Status: 413}, 413, `"error":"PayloadTooLarge"`},
		{"deadlock", fault.Fault{Row: "2", Status: 503}, 503, `"error":"DatabaseDeadlock"`},
		{"another row", fault.Fault{Row: "3"}, 200, "queued"},
		{"another field", fault.Fault{Field: "details"}, 200, "queued"},
		{"another route", fault.Fault{Route: "POST /api/v2/organizations"}, 200, "queued"},
	} {
		t.Run(test.name, func(t *testing.T) {
			i := start(t, zendesk.Options{Organizations: named(3)})
			test.fault.Kind = fault.Poison
			i.Faults().Add(test.fault)
			got := i.send("PUT", "/api/v2/organizations/update_many.json", both).want(t, test.status)
			if !strings.Contains(got.text, test.says) {
				t.Errorf("answer %s lacks %s", got.text, test.says)
			}
			i.advance(time.Minute)
			if diff := cmp.Diff(test.status == 200, i.notes()[0] == "n"); diff != "" {
				t.Errorf("effect (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValuesAreNotKeptAsSent(t *testing.T) {
	for kind, want := range map[fault.Kind][2]any{
		fault.ValueDropped: {nil, nil},
		fault.ValueCut:     {"Enter", json.Number("12.75")},
		fault.ValueRounded: {"Enterprise", json.Number("12")},
	} {
		t.Run(string(kind), func(t *testing.T) {
			i := start(t, zendesk.Options{Organizations: named(1)})
			i.Faults().Add(fault.Fault{Kind: kind})
			ended := i.run(`{"id":1,"organization_fields":{"sales_segmentation":"Enterprise","aar":12.75}}`)
			if got := at(t, ended, "results", 0, "status"); got != "Updated" {
				t.Errorf("the job says %v", got)
			}
			shown := i.send("GET", "/api/v2/organizations/1.json", "").want(t, 200).body
			got := [2]any{
				at(t, shown, "organization", "organization_fields", "sales_segmentation"),
				at(t, shown, "organization", "organization_fields", "aar"),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValueIsShownLate(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(1)})
	i.Faults().Add(fault.Fault{Kind: fault.ValueLate, Delay: 30 * time.Second})
	i.run(`{"id":1,"name":"Renamed"}`)
	name := func() any {
		return at(t, i.send("GET", "/api/v2/organizations/show_many.json?ids=1", "").want(t, 200).body, "organizations", 0, "name")
	}
	if got := name(); got != "Organization 1" {
		t.Errorf("at once it is %v", got)
	}
	i.advance(30 * time.Second)
	if got := name(); got != "Renamed" {
		t.Errorf("after 30 seconds it is %v", got)
	}
}

func TestLostCreateLandsLaterBesideItsTwin(t *testing.T) {
	i := start(t, zendesk.Options{})
	i.Faults().Add(fault.Fault{Kind: fault.LateCreate, Times: 1})
	i.lost("POST", "/api/v2/organizations.json", `{"organization":{"name":"New"}}`)
	if got := len(i.Organizations()); got != 0 {
		t.Errorf("%d organizations at once", got)
	}
	i.send("POST", "/api/v2/organizations.json", `{"organization":{"name":"New"}}`).want(t, 201)
	i.advance(5 * time.Second)
	if got := len(i.Organizations()); got != 2 {
		t.Errorf("%d organizations after five seconds, want the one sent again and its twin", got)
	}
	i.Faults().Add(fault.Fault{Kind: fault.TwinCreate, Times: 1})
	i.send("POST", "/api/v2/organizations.json", `{"organization":{"name":"New"}}`).want(t, 201)
	i.send("POST", "/api/v2/organizations.json", `{"organization":{"name":"New"}}`).want(t, 422)
}

func TestLostJobBeginsLater(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(1)})
	i.Faults().Add(fault.Fault{Kind: fault.LostJob, Times: 1})
	i.lost("PUT", "/api/v2/organizations/update_many.json", `{"organizations":[{"id":1,"notes":"lost"}]}`)
	// A newer job overtakes it, and it then puts its older value back.
	i.run(`{"id":1,"notes":"newer"}`)
	listed := at(t, i.send("GET", "/api/v2/job_statuses.json", "").want(t, 200).body, "job_statuses", 0)
	if got := at(t, listed, "status"); got != "queued" {
		t.Errorf("the lost job is listed as %v", got)
	}
	var notes []string
	for range 2 {
		notes = append(notes, i.notes()...)
		i.advance(40 * time.Second)
	}
	if diff := cmp.Diff([]string{"newer", "lost"}, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

func TestJobDiesAtARow(t *testing.T) {
	for kind, want := range map[fault.Kind]string{fault.JobFailed: "failed", fault.JobKilled: "killed"} {
		t.Run(want, func(t *testing.T) {
			i := start(t, zendesk.Options{Organizations: named(3)})
			i.Faults().Add(fault.Fault{Kind: kind, Row: "2"})
			ended := i.run(`{"id":1,"notes":"n"},{"id":2,"notes":"n"},{"id":3,"notes":"n"}`)
			if ended["status"] != want || ended["results"] != nil {
				t.Errorf("the job ended as %v", ended)
			}
			if diff := cmp.Diff([]string{"n", "", ""}, i.notes()); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestForgottenJobRunsAllTheSame(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(1)})
	id := i.updateMany(`{"id":1,"notes":"n"}`)
	i.Faults().Add(fault.Fault{Kind: fault.JobForgotten, After: 1, Times: 1})
	i.send("GET", "/api/v2/job_statuses/"+id+".json", "").want(t, 200)
	i.send("GET", "/api/v2/job_statuses/"+id+".json", "").want(t, 404)
	many := i.send("GET", "/api/v2/job_statuses/show_many.json?ids="+id, "").want(t, 200)
	if got := at(t, many.body, "count"); got != json.Number("0") {
		t.Errorf("%v jobs are shown", got)
	}
	i.advance(6 * time.Second)
	if diff := cmp.Diff([]string{"n"}, i.notes()); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

func TestJobsAreListedUnfinishedFirst(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(2)})
	first := i.updateMany(`{"id":1,"notes":"n"}`)
	i.advance(6 * time.Second)
	second := i.updateMany(`{"id":1,"notes":"m"}`)
	i.Faults().Add(fault.Fault{Kind: fault.ForeignJob, Body: "Ticket Bulk Update"})
	var listed []string
	path := "/api/v2/job_statuses.json?page[size]=2"
	for range 2 {
		page := i.send("GET", path, "").want(t, 200)
		for _, job := range at(t, page.body, "job_statuses").([]any) {
			name := map[any]string{first: "first", second: "second"}[at(t, job, "id")]
			listed = append(listed, fmt.Sprint(name, "/", at(t, job, "status"), "/", at(t, job, "job_type")))
		}
		path = "/api/v2/job_statuses.json?page[size]=2&page[after]=" + url.QueryEscape(at(t, page.body, "meta", "after_cursor").(string))
	}
	want := []string{"/queued/Ticket Bulk Update", "second/queued/Bulk Update Organization", "first/completed/Bulk Update Organization"}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
	i.Faults().Add(fault.Fault{Kind: fault.JobType})
	if got := at(t, i.send("GET", "/api/v2/job_statuses.json", "").want(t, 200).body, "job_statuses", 1, "job_type"); got != nil {
		t.Errorf("job_type is %v", got)
	}
}

func TestRefusalsHaveManyWordsAndShapes(t *testing.T) {
	const said = "Name:  Organization 2 wird bereits verwendet"
	inner := `[{"description":"` + said + `","error":"DuplicateValue"}]`
	for shape, want := range map[string]string{
		"text":    `{"index":0,"error":"OrganizationUpdateFailed","id":1,"details":"` + said + `"}`,
		"object":  `{"details":{"name":` + inner + `},"error":"OrganizationUpdateFailed","id":1,"index":0}`,
		"list":    `{"details":` + inner + `,"error":"OrganizationUpdateFailed","id":1,"index":0}`,
		"errors":  `{"errors":[{"code":"DuplicateValue","title":"` + said + `"}],"id":1,"index":0}`,
		"index":   `{"details":"` + said + `","error":"OrganizationUpdateFailed","index":0}`,
		"text-id": `{"details":"` + said + `","error":"OrganizationUpdateFailed","id":"1","index":0}`,
		"beside":  `{"error":"OrganizationUpdateFailed","errors":["` + said + `"],"id":1,"index":0}`,
	} {
		t.Run(shape, func(t *testing.T) {
			i := start(t, zendesk.Options{Organizations: named(2)})
			i.Faults().Add(fault.Fault{Kind: fault.Wording, Language: "de", Shape: shape})
			id := i.updateMany(`{"id":1,"name":"Organization 2"}`)
			i.advance(6 * time.Second)
			got := i.send("GET", "/api/v2/job_statuses/"+id+".json", "").want(t, 200)
			if !strings.Contains(got.text, `"results":[`+want+`]`) {
				t.Errorf("got  %s\nwant %s", got.text, want)
			}
			created := i.send("POST", "/api/v2/organizations.json", `{"organization":{"name":"Organization 2"}}`).want(t, 422)
			if !strings.Contains(created.text, "wird bereits verwendet") {
				t.Errorf("the create is refused by %s", created.text)
			}
		})
	}
}

func TestRowIsRefusedWhenAFieldIsSent(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(1)})
	i.Faults().Add(fault.Fault{Kind: fault.RowRefused, Field: "name", Body: "is too long"})
	if got := at(t, i.run(`{"id":1,"name":"Renamed","notes":"n"}`), "results", 0, "details"); got != "Name:  is too long" {
		t.Errorf("refused as %v", got)
	}
	if got := at(t, i.run(`{"id":1,"notes":"n"}`), "results", 0, "success"); got != true {
		t.Errorf("success is %v", got)
	}
}

func TestSearchLagsBehind(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(2)})
	i.advance(time.Hour)
	i.run(`{"id":2,"organization_fields":{"salesforce_id":"001B0000002Gcp0IAC"}}`)
	const query = "type:organization salesforce_id:001B0000002Gcp0IAC"
	if got := i.search(query); got != nil {
		t.Errorf("found at once: %v", got)
	}
	i.Faults().Add(fault.Fault{Kind: fault.SearchLag})
	if got := i.search(query); !slices.Equal(got, []string{"Organization 2"}) {
		t.Errorf("found without a lag: %v", got)
	}
	i.Faults().Clear()
	i.advance(time.Minute)
	for text, want := range map[string][]string{
		query: {"Organization 2"},
		`salesforce_id:"001B0000002Gcp0IAC" type:organization`: {"Organization 2"},
		"type:organization salesforce_id:001B0000002Gcp0IAX":   nil,
		"type:organization organization":                       {"Organization 1", "Organization 2"},
		`type:organization name:"organization 1"`:              {"Organization 1"},
	} {
		if diff := cmp.Diff(want, i.search(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	i.send("GET", "/api/v2/search.json?query=salesforce_id:1", "").want(t, 422)
}

// search are the names of the organizations that a search finds.
func (i *instance) search(query string) (names []string) {
	i.t.Helper()
	path := "/api/v2/search.json?query=" + url.QueryEscape(query)
	for _, result := range at(i.t, i.send("GET", path, "").want(i.t, 200).body, "results").([]any) {
		names = append(names, at(i.t, result, "name").(string))
	}
	return names
}

func TestSearchFollowsWhatAFieldSays(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(3)})
	const first, second = "type:organization salesforce_id:001B0000002Gcp0IAC", "type:organization salesforce_id:001b0000002gcp1iac"
	expect := func(step string, inFirst, inSecond []string) {
		t.Helper()
		i.advance(time.Minute)
		if diff := cmp.Diff([][]string{inFirst, inSecond}, [][]string{i.search(first), i.search(second)}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step, diff)
		}
	}
	expect("before", nil, nil)
	i.run(`{"id":1,"organization_fields":{"salesforce_id":"001B0000002Gcp0IAC"}}`)
	i.run(`{"id":3,"organization_fields":{"salesforce_id":"001B0000002Gcp0IAC"}}`)
	expect("two of one account", []string{"Organization 1", "Organization 3"}, nil)
	i.run(`{"id":1,"organization_fields":{"salesforce_id":"001B0000002Gcp1IAC"}}`)
	expect("one of another", []string{"Organization 3"}, []string{"Organization 1"})
	i.run(`{"id":3,"organization_fields":{"salesforce_id":null}}`)
	expect("none any more", nil, []string{"Organization 1"})
	i.Remove(1)
	expect("deleted", nil, nil)
}

func TestOptionsAreTaggedWithTheirKey(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: []zendesk.Organization{{ID: 1, Name: "A", Fields: map[string]any{"org_region": "amer"}}}})
	i.Faults().Add(fault.Fault{Kind: fault.TaggedOptions, Field: "org_region"})
	fields := i.send("GET", "/api/v2/organization_fields.json?page[size]=100", "").want(t, 200)
	for tag, want := range map[string]bool{`"org_region_amer"`: true, `"amer"`: false, `"premium"`: true} {
		if strings.Contains(fields.text, `"value":`+tag) != want {
			t.Errorf("option %s: want %v", tag, want)
		}
	}
	region := func() any {
		return at(t, i.send("GET", "/api/v2/organizations/1.json", "").want(t, 200).body, "organization", "organization_fields", "org_region")
	}
	if got := region(); got != "org_region_amer" {
		t.Errorf("it is %v", got)
	}
	i.run(`{"id":1,"organization_fields":{"org_region":"apj"}}`)
	if got := region(); got != "org_region_amer" {
		t.Errorf("after a tag that is not there it is %v", got)
	}
	i.run(`{"id":1,"organization_fields":{"org_region":"org_region_apj"}}`)
	if got := region(); got != "org_region_apj" {
		t.Errorf("after its tag it is %v", got)
	}
	i.Faults().Clear()
	if got := region(); got != "apj" {
		t.Errorf("without the fault it is %v", got)
	}
}
