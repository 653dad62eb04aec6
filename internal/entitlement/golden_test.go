package entitlement

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// goldenCase is a file of testdata/golden, written by hand: the records are
// the bytes that the artifacts are to hold.
type goldenCase struct {
	About               string          `json:"about"`
	Date                account.Date    `json:"date"`
	Overrides           []string        `json:"overrides"`
	GlobalOrganizations []string        `json:"global_organizations"`
	USGovOrganizations  []string        `json:"usgov_organizations"`
	Account             account.Account `json:"account"`
	Global              json.RawMessage `json:"global"`
	USGov               json.RawMessage `json:"usgov"`
}

func readGolden(t testing.TB) map[string]goldenCase {
	t.Helper()
	files, err := filepath.Glob("testdata/golden/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	cases := map[string]goldenCase{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var golden goldenCase
		if err := json.Unmarshal(content, &golden); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		cases[filepath.Base(file)] = golden
	}
	return cases
}

func TestGoldenRecords(t *testing.T) {
	for file, golden := range readGolden(t) {
		t.Run(file, func(t *testing.T) {
			lookups := world{
				today:     golden.Date,
				overrides: strings.Join(golden.Overrides, "\n"),
				global:    gathered(golden.GlobalOrganizations),
				usgov:     gathered(golden.USGovOrganizations),
			}.lookups(t)
			decision := lookups.Decide(&golden.Account, nil)
			if diff := cmp.Diff(string(golden.Global), recordOf(decision.In(field.GlobalInstance))); diff != "" {
				t.Errorf("%s\nGlobal (-want +got):\n%s", golden.About, diff)
			}
			if diff := cmp.Diff(string(golden.USGov), recordOf(decision.In(field.USGovInstance))); diff != "" {
				t.Errorf("%s\nUS Government (-want +got):\n%s", golden.About, diff)
			}
		})
	}
}

// gathered are organizations as zendesk-gather leaves them: the id as it
// stands in Zendesk, of 15 or 18 characters.
func gathered(ids []string) []organization.Organization {
	var known []organization.Organization
	for i, id := range ids {
		known = append(known, org(int64(i+1), account.ID(id)))
	}
	return known
}

func recordOf(outcome Outcome) string {
	if outcome.LeftOut != nil {
		return written(outcome.LeftOut)
	}
	return written(outcome.Object)
}

// written returns the record as its artifact has it.
func written(record any) string {
	line, err := strictjson.Marshal(record)
	if err != nil {
		return err.Error()
	}
	return string(line)
}

func TestRecordsAreReadAsTheyWereWritten(t *testing.T) {
	for file, golden := range readGolden(t) {
		for flow, record := range map[field.Flow]json.RawMessage{field.Global: golden.Global, field.USGov: golden.USGov} {
			if got := readBack(t, jsontext.Value(record), flow); got != string(record) {
				t.Errorf("%s, %s:\n got %s\nwant %s", file, flow, got, record)
			}
		}
	}
}

func readBack(t *testing.T, record jsontext.Value, flow field.Flow) string {
	t.Helper()
	if left, err := LeftOutReader()(record); err == nil {
		return written(left)
	}
	object, err := ObjectReader(field.SchemaOf(flow))(record)
	if err != nil {
		t.Fatal(err)
	}
	if field.Value(object.ID) != object.Record.Get(field.SalesforceID) {
		t.Errorf("the object of %s has the id %q", object.Record.Get(field.SalesforceID), object.ID)
	}
	return written(&object)
}
