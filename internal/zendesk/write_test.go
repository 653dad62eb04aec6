package zendesk

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

func recordOf(schema *field.Schema, values map[string]field.Value) field.Record {
	record := schema.NewRecord()
	for key, value := range values {
		record.Set(key, value)
	}
	return record
}

// create sends what a plan sends of the record.
func (i *instance) create(record field.Record) (int64, error) {
	var write Write
	for at, managed := range record.Schema.Fields {
		if value := record.Values[at]; value != "" || managed.Kind == field.Check {
			write.Changes = append(write.Changes, field.Change{Field: managed, To: value})
		}
	}
	created, err := i.Create(i.t.Context(), write)
	return created.ID, err
}

func TestACreateSendsWhatIsNotEmptyAndNothingElse(t *testing.T) {
	i := start(t, field.USGov, recorded(t, "create"))
	schema := field.SchemaOf(field.USGov)
	id, err := i.create(recordOf(schema, map[string]field.Value{
		"name": "Acme & Söhne", "salesforce_id": "0014M00001sDiGEQA0", "arr": "123456789012345678.9", "number_of_seats": "0",
		"expiration_date": "2026-12-31", "support_level": "gold", "sub_usgov_24x7": "true",
	}))
	if err != nil || id != 6164125400602 {
		t.Fatalf("%d, %v", id, err)
	}
	want := `{"organization":{"name":"Acme \u0026 Söhne","organization_fields":{"arr":123456789012345678.9,"emergency_support_24x7":false,` +
		`"expiration_date":"2026-12-31","mark_for_deletion":false,"number_of_seats":0,"org_in_escalated_state":false,"restricted_account":false,` +
		`"salesforce_id":"0014M00001sDiGEQA0","sub_consumption_duo_amazon_q":false,"sub_consumption_duo_enterprise":false,` +
		`"sub_consumption_duo_premium":false,"sub_gitlab_dedicated":false,"sub_sm_premium":false,"sub_sm_ultimate":false,"sub_ss_ase":false,` +
		`"sub_usgov_12x5":false,"sub_usgov_24x7":true,"support_hold":false,"support_level":"gold"}}}`
	if diff := cmp.Diff(want, i.bodies[0]); diff != "" || i.requests[0] != "POST /api/v2/organizations.json" {
		t.Errorf("%s %s", i.requests[0], diff)
	}
}

func taken(name string) http.HandlerFunc {
	return status(422, `{"error":"RecordInvalid","description":"Record validation errors","details":{"name":[{"description":"Name: `+name+
		` has already been taken","error":"DuplicateValue"}]}}`)
}

func TestATakenNameIsToldFromOtherFaults(t *testing.T) {
	tests := []struct {
		rule   string
		answer http.HandlerFunc
		taken  bool
		want   string
	}{
		{"a name", taken("Acme"), true, "Zendesk Global answered POST /api/v2/organizations.json with 422 Unprocessable Entity " +
			"(RecordInvalid: Record validation errors; DuplicateValue: Name: Acme has already been taken); fix what the answer names, then run again"},
		{"a long name", taken(strings.Repeat("ä", 255)), true, ""},
		{"without a code", status(422, `{"error":"RecordInvalid","details":{"name":[{"description":"Name: X has already been taken"}]}}`), true, ""},
		{"another field", status(422, `{"error":"RecordInvalid","description":"Record validation errors","details":{"base":[{"description":"Date is not valid"}]}}`), false,
			"Zendesk Global answered POST /api/v2/organizations.json with 422 Unprocessable Entity " +
				"(RecordInvalid: Record validation errors; Date is not valid); fix what the answer names, then run again"},
		{"another status", status(400, `{"error":"DuplicateValue"}`), false, ""},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			i := start(t, field.Partner, test.answer)
			_, err := i.create(recordOf(field.SchemaOf(field.Partner), map[string]field.Value{"name": "Acme"}))
			if err == nil || NameTaken(err) != test.taken || len(i.requests) != 1 {
				t.Errorf("taken %t after %d requests: %v", NameTaken(err), len(i.requests), err)
			}
			if test.want != "" {
				wantError(t, err, `creating organization "Acme": `+test.want)
			}
		})
	}
	if NameTaken(nil) || NameTaken(errors.New("already been taken")) {
		t.Error("what Zendesk did not say is taken for its word")
	}
}

func TestACreateIsSentOnceWhateverComesBack(t *testing.T) {
	for want, answer := range map[string]http.HandlerFunc{
		"503":           status(503, ""),
		"429":           status(429, ""),
		"not JSON":      status(201, "<html>"),
		"holds no id":   status(201, `{"organization":{"name":"Acme"}}`),
		"was closed":    func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"unreadable an": status(201, `{"organization":[]}`),
	} {
		i := start(t, field.Partner, answer)
		_, err := i.create(recordOf(field.SchemaOf(field.Partner), map[string]field.Value{"name": "Acme"}))
		if err == nil || !strings.Contains(err.Error(), want) || i.asked() != 1 || i.clock.Slept() != 0 {
			t.Errorf("%s: %d requests, waited %s: %v", want, i.asked(), i.clock.Slept(), err)
		}
	}
}

// changes are the fields of the record that are to become what is given.
func changes(schema *field.Schema, values map[string]field.Value) []field.Change {
	var changes []field.Change
	for _, managed := range schema.Fields {
		if to, ok := values[managed.Key]; ok {
			changes = append(changes, field.Change{Field: managed, To: to})
		}
	}
	return changes
}

func TestAnUpdateSendsTheChangedFieldsOnly(t *testing.T) {
	i := start(t, field.Global, recorded(t, "update_many"))
	schema := field.SchemaOf(field.Global)
	job, err := i.UpdateMany(t.Context(), []Write{
		{ID: 9007199254740993, Changes: changes(schema, map[string]field.Value{
			"name": "New <name>", "aar": "0", "seats_decimal": "", "expiration_date": "", "org_region": "", "account_owner": "",
			"support_level": "expired", "sub_edu": "", "mark_for_deletion": "true",
		})},
		{ID: 2, Changes: changes(schema, map[string]field.Value{"name": "Only this"})},
		{ID: 3, Changes: changes(schema, map[string]field.Value{"mark_for_deletion": ""})},
	})
	if err != nil || job.ID != "V3-ffeda191e5930dbdd60038ab658da2bf" || job.Status != "queued" || job.Done() {
		t.Fatalf("%+v, %v", job, err)
	}
	want := `{"organizations":[{"id":9007199254740993,"name":"New \u003cname\u003e","organization_fields":{"aar":0,"account_owner":null,` +
		`"expiration_date":null,"mark_for_deletion":true,"org_region":null,"seats_decimal":null,"sub_edu":false,"support_level":"expired"}},` +
		`{"id":2,"name":"Only this"},{"id":3,"organization_fields":{"mark_for_deletion":false}}]}`
	if diff := cmp.Diff(want, i.bodies[0]); diff != "" || i.requests[0] != "PUT /api/v2/organizations/update_many.json" {
		t.Errorf("%s %s", i.requests[0], diff)
	}
}

func TestTooManyJobsIsKnownByItsCode(t *testing.T) {
	const words = `{"error":"TooManyJobs","description":"Too many jobs are currently queued or running. Try again later.","current_job_ids":["V3-1"]}`
	for _, code := range []int{200, 400, 403, 409, 422, 429, 500, 503} {
		i := start(t, field.Partner, status(code, words))
		_, err := i.UpdateMany(t.Context(), []Write{{ID: 1}})
		if !errors.Is(err, ErrTooManyJobs) || len(i.requests) != 1 || i.clock.Slept() != 0 {
			t.Errorf("%d: %d requests, waited %s: %v", code, len(i.requests), i.clock.Slept(), err)
		}
	}
}

func TestAnUpdateIsSentOnceWhateverComesBack(t *testing.T) {
	tests := []struct {
		answer  http.HandlerFunc
		want    string
		notDone bool
	}{
		{recorded(t, "too_many_values"), "updating 1 organizations: Zendesk Global answered PUT /api/v2/organizations/update_many.json " +
			"with 400 Bad Request (TooManyValues: Parameter  cannot specify more than 100 values); fix what the answer names, then run again", true},
		{recorded(t, "missing"), "updating 1 organizations: Zendesk Global answered PUT /api/v2/organizations/update_many.json " +
			"with 404 Not Found (RecordNotFound: Not found); check ZENDESK_GLOBAL_URL", true},
		{status(503, ""), "updating 1 organizations: Zendesk Global answered PUT /api/v2/organizations/update_many.json " +
			"with 503 Service Unavailable; run again later, or check the service's status page", false},
		{body(`{}`), "updating 1 organizations: the answer holds no job", false},
		{body(`[]`), "unreadable answer to /organizations/update_many.json from Zendesk: array is not an object; run again", false},
	}
	for _, test := range tests {
		i := start(t, field.Partner, test.answer)
		_, err := i.UpdateMany(t.Context(), []Write{{ID: 1}})
		if test.want != "" {
			wantError(t, err, test.want)
		}
		if failure := transport.AsError(err); (failure != nil && failure.Effect == transport.None) != test.notDone || len(i.requests) != 1 {
			t.Errorf("%d requests: %v", len(i.requests), err)
		}
	}
}

// jobs answers with recorded jobs, as show_many of job statuses lists them.
func jobs(t *testing.T, i *instance) []Job {
	t.Helper()
	got, err := i.Jobs(t.Context(), []string{"V3-1", "V3-2"})
	if err != nil {
		t.Fatal(err)
	}
	if i.requests[0] != "GET /api/v2/job_statuses/show_many.json?ids=V3-1%2CV3-2" {
		t.Errorf("asked %s", i.requests[0])
	}
	return got
}

// listed puts a recorded job into a list.
func listed(t *testing.T, name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		inner := &catcher{header: http.Header{}}
		recorded(t, name)(inner, r)
		text := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(inner.text.String()), "{"), "}")
		job := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), `"job_status":`))
		fmt.Fprintf(w, `{"job_statuses":[%s]}`, job)
	}
}

type catcher struct {
	header http.Header
	text   strings.Builder
}

func (c *catcher) Header() http.Header               { return c.header }
func (c *catcher) WriteHeader(int)                   {}
func (c *catcher) Write(content []byte) (int, error) { return c.text.Write(content) }

func TestRecordedJobsAreFollowedToTheResultOfEachRow(t *testing.T) {
	const name = "testOrganizationa4603c3a2f5a511f9f71f9aa5bc1ef0048807e8c"
	failed := func(index int, id int64) JobResult {
		return JobResult{ID: id, Index: index, Error: "OrganizationUpdateFailed", Details: "Name:  " + name + " has already been taken"}
	}
	tests := []struct {
		recording, status string
		done              bool
		results           []JobResult
	}{
		{"job_queued", "queued", false, nil},
		{"job_working", "working", false, nil},
		{"job_with_failures", "completed", true, []JobResult{
			{ID: 6164110654490, Index: -1, Updated: true}, failed(1, 6164110666394), failed(2, 6164110653978), failed(3, 6164110664602),
		}},
		{"job_updated", "completed", true, []JobResult{{ID: 6164094900506, Index: -1, Updated: true}}},
		{"job_created", "completed", true, []JobResult{
			{ID: 6164094807578, Index: -1}, {ID: 6164094806298, Index: -1}, {ID: 6164094806938, Index: -1}, {ID: 6164094806682, Index: -1},
		}},
	}
	for _, test := range tests {
		t.Run(test.recording, func(t *testing.T) {
			got := jobs(t, start(t, field.Partner, listed(t, test.recording)))
			if len(got) != 1 || got[0].Status != test.status || got[0].Done() != test.done {
				t.Fatalf("%+v", got)
			}
			if diff := cmp.Diff(test.results, got[0].Results); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOnlyAnEndThatIsKnownIsOne(t *testing.T) {
	got := jobs(t, start(t, field.Partner, body(`{"job_statuses":[{"id":"V3-1","status":"pondering","results":{"success":true}},
		{"id":"V3-2","status":"failed","message":["no","never"]},{"id":"V3-3","status":"killed"}]}`)))
	want := []Job{{ID: "V3-1", Status: "pondering"}, {ID: "V3-2", Status: "failed", Message: "no; never"}, {ID: "V3-3", Status: "killed"}}
	if diff := cmp.Diff(want, got); diff != "" || got[0].Done() || !got[1].Died() || !got[2].Done() || !got[2].Died() {
		t.Error(diff)
	}
	if got := jobs(t, start(t, field.Partner, body(`{"job_statuses":[]}`))); len(got) != 0 {
		t.Errorf("jobs that are forgotten are %v", got)
	}
	_, err := start(t, field.Partner, body(`{}`)).Jobs(t.Context(), []string{"V3-1"})
	wantError(t, err, "polling 1 jobs: the answer holds no job_statuses; run again")
}

func TestAForgottenJobHidesNoOther(t *testing.T) {
	i := start(t, field.Partner, recorded(t, "missing"), recorded(t, "missing"), body(`{"job_statuses":[{"id":"V3-2","status":"working"}]}`))
	got := jobs(t, i)
	if diff := cmp.Diff([]Job{{ID: "V3-2", Status: "working"}}, got); diff != "" || len(i.requests) != 3 {
		t.Errorf("%d requests: %s", len(i.requests), diff)
	}
}

func TestItemsOfJobsAreReadInEveryShape(t *testing.T) {
	const words = "Name:  wird bereits verwendet"
	failed := JobResult{ID: 7, Index: 3, Error: "OrganizationUpdateFailed", Details: words}
	for item, want := range map[string]JobResult{
		`{"index":3,"error":"OrganizationUpdateFailed","id":7,"details":"` + words + `"}`:                                                failed,
		`{"index":"3","error":"OrganizationUpdateFailed","id":"7","details":"` + words + `"}`:                                            failed,
		`{"index":3,"error":"OrganizationUpdateFailed","id":7,"details":["` + words + `"]}`:                                              failed,
		`{"index":3,"error":"OrganizationUpdateFailed","id":7,"errors":["` + words + `"]}`:                                               failed,
		`{"index":3,"error":"OrganizationUpdateFailed","id":7,"details":[{"description":"` + words + `"}]}`:                              failed,
		`{"index":3,"id":7,"errors":[{"code":"OrganizationUpdateFailed","title":"` + words + `"}]}`:                                      failed,
		`{"index":3,"id":7,"error":{"title":"OrganizationUpdateFailed","message":"` + words + `"}}`:                                      failed,
		`{"index":3,"error":"OrganizationUpdateFailed","details":"` + words + `"}`:                                                       {Index: 3, Error: failed.Error, Details: failed.Details},
		`{"id":7,"error":"OrganizationUpdateFailed","details":{"name":[{"error":"DuplicateValue","description":"x"}],"base":["y","z"]}}`: {ID: 7, Index: -1, Error: failed.Error, Details: "base: y; base: z; DuplicateValue: x"},
		`{"id":7,"status":"Failed","success":false}`:                                                                                     {ID: 7, Index: -1, Error: "Failed"},
		`{"id":7,"status":"Updated"}`:                        {ID: 7, Index: -1, Updated: true},
		`{"id":7,"success":true,"errors":[],"details":null}`: {ID: 7, Index: -1, Updated: true},
		`{"id":7,"success":true,"errors":["but the name"]}`:  {ID: 7, Index: -1, Details: "but the name"},
	} {
		got := jobs(t, start(t, field.Partner, body(`{"job_statuses":[{"id":"V3-1","status":"completed","results":[`+item+`,5,{"id":"x"}]}]}`)))
		if diff := cmp.Diff([]JobResult{want}, got[0].Results); diff != "" {
			t.Errorf("%s: %s", item, diff)
		}
	}
}

func TestUnfinishedJobsAreThoseThatMayWriteOrganizations(t *testing.T) {
	i := start(t, field.Partner,
		body(`{"job_statuses":[{"id":"V3-1","status":"queued","job_type":"OrganizationBulkUpdateJob"},{"id":"V3-2","status":"working","job_type":"Bulk Update Ticket"}],
			"meta":{"has_more":true,"after_cursor":"x"}}`),
		body(`{"job_statuses":[{"id":"V3-3","status":"working","job_type":"Bulk Update Organization"},{"id":"V3-4","status":"pondering"},
			{"id":"V3-5","status":"working","job_type":"Bulk Update"},{"id":"V3-6","status":"completed"}],"meta":{"has_more":true,"after_cursor":"y"}}`))
	got, err := i.UnfinishedJobs(t.Context())
	if diff := cmp.Diff([]string{"V3-1", "V3-3", "V3-4", "V3-5"}, got); diff != "" || err != nil || len(i.requests) != 2 {
		t.Errorf("%d requests, %v: %s", len(i.requests), err, diff)
	}
	_, err = start(t, field.Partner, body(`{}`)).UnfinishedJobs(t.Context())
	wantError(t, err, "listing the instance's jobs: the answer holds no job_statuses; run again")
}

func TestTheSearchGivesTheIDsOfOrganizations(t *testing.T) {
	i := start(t, field.Partner, body(`{"results":[{"id":7,"result_type":"organization"},{"id":8,"result_type":"ticket"},{"id":9}],"count":3}`), body(`{"results":null}`))
	got, err := i.FindByAccount(t.Context(), "0014M00001sDiGEQA0")
	if diff := cmp.Diff([]int64{7, 9}, got); diff != "" || err != nil {
		t.Errorf("%v: %s", err, diff)
	}
	if want := "GET /api/v2/search.json?query=type%3Aorganization+salesforce_id%3A0014M00001sDiGEQA0"; i.requests[0] != want {
		t.Errorf("asked %s, want %s", i.requests[0], want)
	}
	if _, err := i.FindByAccount(t.Context(), "0014M00001sDiGEQA0"); err == nil {
		t.Error("an answer without results is an empty one")
	}
}
