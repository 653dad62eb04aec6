package entitlement

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

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

func (g goldenCase) lookups(t *testing.T) *Lookups {
	t.Helper()
	return world{
		today: g.Date, overrides: strings.Join(g.Overrides, "\n"),
		global: gathered(g.GlobalOrganizations), usgov: gathered(g.USGovOrganizations),
	}.lookups(t)
}

func TestGoldenRecords(t *testing.T) {
	for file, golden := range readGolden(t) {
		t.Run(file, func(t *testing.T) {
			decision := golden.lookups(t).Decide(&golden.Account, nil)
			for instance, want := range map[field.Instance]json.RawMessage{field.GlobalInstance: golden.Global, field.USGovInstance: golden.USGov} {
				if diff := cmp.Diff(string(want), ofKeys(t, want, recordOf(decision.In(instance)))); diff != "" {
					t.Errorf("%s\n%s (-want +got):\n%s", golden.About, instance, diff)
				}
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
	return written(outcome.Entitlement)
}

// written returns the record as its artifact has it.
func written(record any) string {
	line, err := strictjson.Marshal(record)
	if err != nil {
		return err.Error()
	}
	return string(line)
}

// ofKeys leaves the false members out that a golden record does not have: which
// fields there are is the field table's to say, and tested there.
func ofKeys(t *testing.T, golden json.RawMessage, record string) string {
	t.Helper()
	var listed map[string]json.RawMessage
	if err := json.Unmarshal(golden, &listed); err != nil {
		t.Fatal(err)
	}
	for _, key := range field.SubscriptionTypes() {
		if _, has := listed[key]; !has {
			record = strings.Replace(record, `"`+key+`":false,`, "", 1)
		}
	}
	return record
}
