package artifact

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAManifestIsWrittenToTheByte(t *testing.T) {
	folder := Folder(t.TempDir())
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	manifest := Manifest{
		Stage: "processor", Flow: "", ToolVersion: "1.0", Date: today, StartedAt: noon, FinishedAt: noon.Add(time.Second),
		Source: "https://example.zendesk.com/?a&b", Inputs: []File{{Path: "overrides.yaml", SHA256: "aa", Records: 2, Commit: "c1"}},
		Counts: map[string]int{"b": 2, "a": 1},
		Warnings: []Warning{
			{Code: "b", Message: "m"}, {Code: "a", Message: "m", SalesforceID: secondID}, {Code: "a", Message: "n", SalesforceID: firstID, ID: 7},
			{Code: "a", Message: "m", SalesforceID: firstID, ID: 7}, {Code: "a", Message: "m", SalesforceID: firstID, ID: 5},
		},
	}
	if err := folder.NewBatch().Commit(ProcessorManifest, &manifest); err != nil {
		t.Fatal(err)
	}
	want := `{
  "schema_version": 2,
  "stage": "processor",
  "flow": "",
  "tool_version": "1.0",
  "date": "2026-11-21",
  "started_at": "2026-11-21T12:00:00Z",
  "finished_at": "2026-11-21T12:00:01Z",
  "source": "https://example.zendesk.com/?a&b",
  "inputs": [
    {
      "path": "overrides.yaml",
      "sha256": "aa",
      "records": 2,
      "commit": "c1"
    }
  ],
  "outputs": [],
  "counts": {
    "a": 1,
    "b": 2
  },
  "warnings": [
    {
      "code": "a",
      "message": "m",
      "salesforce_id": "0014M00001sDiGEQA0",
      "id": 5
    },
    {
      "code": "a",
      "message": "m",
      "salesforce_id": "0014M00001sDiGEQA0",
      "id": 7
    },
    {
      "code": "a",
      "message": "n",
      "salesforce_id": "0014M00001sDiGEQA0",
      "id": 7
    },
    {
      "code": "a",
      "message": "m",
      "salesforce_id": "001B0000002Gcp0IAC"
    },
    {
      "code": "b",
      "message": "m"
    }
  ]
}
`
	if diff := cmp.Diff(want, content(t, folder, ProcessorManifest)); diff != "" {
		t.Error(diff)
	}
	var got Manifest
	if err := folder.ReadManifest(ProcessorManifest, &got); err != nil {
		t.Fatal(err)
	}
	manifest.Outputs = []File{}
	if diff := cmp.Diff(manifest, got); diff != "" {
		t.Error(diff)
	}
}

func TestNamesOutsideTheFolderStayWhatTheyAre(t *testing.T) {
	folder := Folder("data")
	if folder.Path("global/accounts.json") != "data/global/accounts.json" || folder.Path("/etc/plans.yaml") != "/etc/plans.yaml" {
		t.Error(folder.Path("global/accounts.json"), folder.Path("/etc/plans.yaml"))
	}
}

func TestArtifactsHaveTheirNames(t *testing.T) {
	got := []string{
		SalesforceAccounts(Customers), SalesforceManifest(Customers), ZendeskOrgs("global"), GatherManifest("global"), Accounts("global"),
		LeftOut("global"), Creates("global"), Updates("global"), NotInSync("global"), PlanManifest("global"), SyncResults("global"),
		SyncJournal("global"), SyncManifest("global"), ProcessorManifest, SalesforceAccounts(Partners), SalesforceManifest(Partners), ZendeskOrgs("partner"),
	}
	want := []string{
		"customer/salesforce_accounts.json", "customer/salesforce.manifest.json", "global/zendesk_orgs.json", "global/zendesk-gather.manifest.json",
		"global/accounts.json", "global/left_out.json", "global/creates.json", "global/updates.json", "global/not_in_sync.json", "global/plan.json",
		"global/sync_results.json", "global/sync.journal.jsonl", "global/sync.manifest.json", "processor.manifest.json",
		"partner/salesforce_accounts.json", "partner/salesforce.manifest.json", "partner/zendesk_orgs.json",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
