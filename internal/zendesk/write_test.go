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

func TestACreateSendsWhatIsNotEmptyAndNothingElse(t *testing.T) {
	i := start(t, field.USGov, recorded(t, "create"))
	schema := field.SchemaOf(field.USGov)
	id, err := i.Create(t.Context(), recordOf(schema, map[string]field.Value{
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
			_, err := i.Create(t.Context(), recordOf(field.SchemaOf(field.Partner), map[string]field.Value{"name": "Acme"}))
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
		_, err := i.Create(t.Context(), recordOf(field.SchemaOf(field.Partner), map[string]field.Value{"name": "Acme"}))
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

func TestTooManyJobsIsKnownByItsWordWhateverTheStatus(t *testing.T) {
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
			"with 503 Service Unavailable; run again later; the service's status page may know more", false},
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
	failed := func(id int64) JobResult {
		return JobResult{ID: id, Error: "OrganizationUpdateFailed", Details: "Name:  " + name + " has already been taken"}
	}
	tests := []struct {
		recording, status string
		done              bool
		results           []JobResult
		updated           int
	}{
		{"job_queued", "queued", false, nil, 0},
		{"job_working", "working", false, nil, 0},
		{"job_with_failures", "completed", true, []JobResult{
			{ID: 6164110654490, Status: "Updated", Success: true}, failed(6164110666394), failed(6164110653978), failed(6164110664602),
		}, 1},
		{"job_updated", "completed", true, []JobResult{{ID: 6164094900506, Status: "Updated", Success: true}}, 1},
		{"job_created", "completed", true, []JobResult{
			{ID: 6164094807578, Status: "Created"}, {ID: 6164094806298, Status: "Created"},
			{ID: 6164094806938, Status: "Created"}, {ID: 6164094806682, Status: "Created"},
		}, 0},
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
			updated := 0
			for _, result := range got[0].Results {
				if result.Updated() {
					updated++
				}
			}
			if updated != test.updated {
				t.Errorf("%d updated, want %d", updated, test.updated)
			}
		})
	}
}

func TestJobsOfUnknownStateAreNotDone(t *testing.T) {
	got := jobs(t, start(t, field.Partner, body(`{"job_statuses":[{"id":"V3-1","status":"killed","results":{"success":true}},{"id":"V3-2","status":"failed","message":"no"}]}`)))
	want := []Job{{ID: "V3-1", Status: "killed"}, {ID: "V3-2", Status: "failed", Message: "no"}}
	if diff := cmp.Diff(want, got); diff != "" || got[0].Done() || !got[1].Done() {
		t.Error(diff)
	}
	if got := jobs(t, start(t, field.Partner, body(`{"job_statuses":[]}`))); len(got) != 0 {
		t.Errorf("jobs that are forgotten are %v", got)
	}
	_, err := start(t, field.Partner, body(`{}`)).Jobs(t.Context(), []string{"V3-1"})
	wantError(t, err, "polling 1 jobs: the answer holds no job_statuses; run again")
}
