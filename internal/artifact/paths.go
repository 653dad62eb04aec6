// Package artifact reads and writes the JSON files that stages pass to each other:
// record files and manifests, each written completely or not at all
// (docs/artifacts.md).
package artifact

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Folder is the data folder of a run.
type Folder string

// Path returns the path of the named artifact. An absolute name is a file outside the
// folder.
func (f Folder) Path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(string(f), filepath.FromSlash(name))
}

// Side is a set of Salesforce accounts.
type Side string

// The two queries of Salesforce.
const (
	Partners  Side = "partner"
	Customers Side = "customer"
)

// ProcessorManifest is the name of the processor's manifest.
const ProcessorManifest = "processor.manifest.json"

// SalesforceAccounts names the record file of salesforce.
func SalesforceAccounts(side Side) string { return string(side) + "/salesforce_accounts.json" }

// SalesforceManifest names the manifest of salesforce.
func SalesforceManifest(side Side) string { return string(side) + "/salesforce.manifest.json" }

// ZendeskOrgs names the record file of zendesk-gather.
func ZendeskOrgs(flow field.Flow) string { return string(flow) + "/zendesk_orgs.json" }

// GatherManifest names the manifest of zendesk-gather.
func GatherManifest(flow field.Flow) string { return string(flow) + "/zendesk-gather.manifest.json" }

// Accounts names the record file of the processor.
func Accounts(flow field.Flow) string { return string(flow) + "/accounts.json" }

// LeftOut names the list of accounts that the processor left out.
func LeftOut(flow field.Flow) string { return string(flow) + "/left_out.json" }

// Creates names the list of organizations to create.
func Creates(flow field.Flow) string { return string(flow) + "/creates.json" }

// Updates names the list of organizations to change.
func Updates(flow field.Flow) string { return string(flow) + "/updates.json" }

// NotInSync names the list of organizations to mark for deletion.
func NotInSync(flow field.Flow) string { return string(flow) + "/not_in_sync.json" }

// PlanManifest names the manifest of compare.
func PlanManifest(flow field.Flow) string { return string(flow) + "/plan.json" }

// SyncResults names the outcomes of sync.
func SyncResults(flow field.Flow) string { return string(flow) + "/sync_results.json" }

// SyncJournal names the receipt that sync writes while it runs.
func SyncJournal(flow field.Flow) string { return string(flow) + "/sync.journal.jsonl" }

// SyncManifest names the manifest of sync.
func SyncManifest(flow field.Flow) string { return string(flow) + "/sync.manifest.json" }

// Command returns the command that writes the named file, in the form an operator types
// it.
func Command(name string) string {
	folder, base := path.Split(name)
	stages := map[string]string{
		"salesforce_accounts.json": "salesforce", "salesforce.manifest.json": "salesforce",
		"zendesk_orgs.json": "zendesk-gather", "zendesk-gather.manifest.json": "zendesk-gather",
		"creates.json": "compare", "updates.json": "compare", "not_in_sync.json": "compare", "plan.json": "compare",
		"sync_results.json": "sync", "sync.manifest.json": "sync",
	}
	if stage, ok := stages[base]; ok {
		return "`zd-sfdc-sync " + stage + " " + strings.TrimSuffix(folder, "/") + "`"
	}
	return "`zd-sfdc-sync processor`"
}

// Manifests names all manifests that a data folder can hold.
func Manifests() []string {
	names := []string{SalesforceManifest(Partners), SalesforceManifest(Customers), ProcessorManifest}
	for _, flow := range field.Flows() {
		names = append(names, GatherManifest(flow), PlanManifest(flow), SyncManifest(flow))
	}
	return names
}

// Files names all record files that a data folder can hold.
func Files() []string {
	names := []string{SalesforceAccounts(Partners), SalesforceAccounts(Customers)}
	for _, flow := range field.Flows() {
		names = append(names, ZendeskOrgs(flow), Creates(flow), Updates(flow), NotInSync(flow), SyncResults(flow))
		if flow != field.Partner {
			names = append(names, Accounts(flow), LeftOut(flow))
		}
	}
	return names
}

// Known reports whether a data folder can hold a file of the name; receipts of syncs
// count.
func Known(name string) bool {
	return slices.Contains(Manifests(), name) || slices.Contains(Files(), name) ||
		slices.ContainsFunc(field.Flows(), func(flow field.Flow) bool { return SyncJournal(flow) == name })
}
