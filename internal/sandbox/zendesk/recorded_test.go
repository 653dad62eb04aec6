package zendesk_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// recording is one real answer, long arrays cut to four entries.
type recording struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    any               `json:"body"`
}

func readRecordings(t *testing.T) map[string]recording {
	t.Helper()
	data, err := os.ReadFile("../../../testdata/zendesk-recorded.json")
	if err != nil {
		t.Fatal(err)
	}
	var recordings map[string]recording
	if err := json.Unmarshal(data, &recordings); err != nil {
		t.Fatal(err)
	}
	return recordings
}

// shape replaces every value by the name of its JSON type, and lists by their
// first two entries.
func shape(value any) any {
	switch value := value.(type) {
	case map[string]any:
		shaped := make(map[string]any, len(value))
		for key, inner := range value {
			shaped[key] = shape(inner)
		}
		return shaped
	case []any:
		shaped := []any{}
		for _, inner := range value[:min(2, len(value))] {
			shaped = append(shaped, shape(inner))
		}
		return shaped
	case string:
		return "text"
	case json.Number, float64:
		return "number"
	case bool:
		return "boolean"
	}
	return value
}

func TestAnswersHaveTheRecordedShape(t *testing.T) {
	i := start(t, zendesk.Options{Fields: []zendesk.Field{{Key: "namespace", Title: "Namespace", Type: zendesk.Text, Inactive: true}},
		Organizations: named(3)})
	got := map[string]reply{
		"list_first": i.send("GET", "/api/v2/organizations.json?page%5Bsize%5D=2", ""),
		"list_last":  i.send("GET", "/api/v2/organizations.json?page%5Bsize%5D=100", ""),
		"create":     i.send("POST", "/api/v2/organizations.json", `{"organization":{"name":"New"}}`),
		"update":     i.send("PUT", "/api/v2/organizations/1.json", `{"organization":{"id":1,"name":"Renamed"}}`),
		"missing":    i.send("PUT", "/api/v2/organizations/9223372036854775807.json", `{"organization":{"name":"X"}}`),
		"show_many":  i.send("GET", "/api/v2/organizations/show_many.json?ids=2,3", ""),
		"update_many": i.send("PUT", "/api/v2/organizations/update_many.json",
			`{"organizations":[{"id":1,"name":"Same"},{"id":2,"name":"Same"}]}`),
	}
	failing := "/api/v2/job_statuses/" + at(t, got["update_many"].body, "job_status", "id").(string) + ".json"
	completing := "/api/v2/job_statuses/" + i.updateMany(`{"id":3,"notes":"x"}`) + ".json"
	got["job_queued"] = i.send("GET", failing, "")
	i.advance(3 * time.Second)
	got["job_working"] = i.send("GET", failing, "")
	i.advance(3 * time.Second)
	got["job_with_failures"] = i.send("GET", failing, "")
	got["job_updated"] = i.send("GET", completing, "")
	got["too_many_values"] = i.send("PUT", "/api/v2/organizations/update_many.json", manyRows(101))

	recordings := readRecordings(t)
	for name, got := range got {
		t.Run(name, func(t *testing.T) {
			want := recordings[name]
			if got.status != want.Status {
				t.Errorf("status %d, recorded %d: %s", got.status, want.Status, got.text)
			}
			for _, header := range []string{"content-type", "cache-control"} {
				if got.header.Get(header) != want.Headers[header] {
					t.Errorf("header %s is %q, recorded %q", header, got.header.Get(header), want.Headers[header])
				}
			}
			if diff := cmp.Diff(shape(want.Body), shape(got.body)); diff != "" {
				t.Errorf("shape (-recorded +got):\n%s", diff)
			}
		})
	}
	t.Run("field", func(t *testing.T) {
		fields := i.send("GET", "/api/v2/organization_fields.json?page%5Bsize%5D=100", "").want(t, 200)
		want := shape(at(t, recordings["field"].Body, "organization_field"))
		if diff := cmp.Diff(want, shape(at(t, fields.body, "organization_fields", 0))); diff != "" {
			t.Errorf("shape (-recorded +got):\n%s", diff)
		}
	})
}

func TestErrorsUseTheRecordedWords(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(2)})
	recordings := readRecordings(t)
	tooMany := i.send("PUT", "/api/v2/organizations/update_many.json", manyRows(101)).want(t, 400)
	if diff := cmp.Diff(at(t, recordings["too_many_values"].Body, "description"), at(t, tooMany.body, "description")); diff != "" {
		t.Errorf("too many values (-recorded +got):\n%s", diff)
	}
	unknown := i.send("PUT", "/api/v2/organizations/99.json", `{"organization":{}}`).want(t, 404)
	if diff := cmp.Diff(recordings["missing"].Body, any(unknown.body)); diff != "" {
		t.Errorf("unknown organization (-recorded +got):\n%s", diff)
	}
}
