package endtoend

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
)

// unusable is a file of the data folder that somebody or something spoilt, and
// the one line that says so.
type unusable struct {
	name, command string
	spoil         func(string) string
	message       string
}

func swapped(old, new string) func(string) string {
	return func(content string) string { return strings.Replace(content, old, new, 1) }
}

func replacedBy(content string) func(string) string { return func(string) string { return content } }

func unusableInputs() []unusable {
	const (
		organizations = "partner/zendesk_orgs.json"
		accounts      = "partner/salesforce_accounts.json"
		compare       = "compare partner --allow-edited"
		unreadable    = " is not a readable artifact: "
		gatherAgain   = "; run `zd-sfdc-sync zendesk-gather partner` again"
		readAgain     = "; run `zd-sfdc-sync salesforce partner` again"
		alliance      = `record 1 (salesforce_id "0014M00001sDiGEQA0"): `
	)
	return []unusable{
		{organizations, compare, replacedBy(""), organizations + unreadable + "the file is cut off" + gatherAgain},
		{organizations, compare, replacedBy("<html>"), organizations + unreadable + "it is not JSON at byte 0" + gatherAgain},
		{organizations, compare, replacedBy("{}"), organizations + unreadable + "it is not a JSON array" + gatherAgain},
		{organizations, compare, swapped("]\n", "]\n[]\n"), organizations + unreadable + "unexpected data after the array" + gatherAgain},
		{organizations, compare, swapped(`"account_owner"`, `"account_owned"`),
			organizations + unreadable + `record 1 (salesforce_id ""): unknown key "account_owned"` + gatherAgain},
		{organizations, compare, swapped(`"support_hold":false`, `"support_hold":"perhaps"`),
			organizations + unreadable + `record 1 (salesforce_id ""): support_hold: "perhaps" is not a valid check box` + gatherAgain},
		{accounts, compare, swapped(`"account_owner"`, `"account_owned"`), accounts + unreadable + alliance + `unknown key "account_owned"` + readAgain},
		{accounts, compare, swapped(`"support_hold":false`, `"support_hold":"no"`), accounts + unreadable + alliance + "support_hold: a text is not true or false" + readAgain},
		{accounts, compare, swapped(`sDiGEQA0`, `sDiGEQA1`), accounts + unreadable + `record 1 (salesforce_id "0014M00001sDiGEQA1"): ` +
			`salesforce_id: salesforce id "0014M00001sDiGEQA1" has a wrong checksum: "QA0" belongs to its first 15 characters` + readAgain},
		{accounts, compare, replacedBy("[]\n"), accounts + " is empty" + readAgain + "; if it stays empty, check what the integration user may see"},
		{accounts, "compare partner", swapped("Avery", "Every"), accounts + " does not match partner/salesforce.manifest.json, so it was edited or belongs to another run" +
			readAgain + ", or pass --allow-edited if the change is meant"},
	}
}

func unusablePlans() []unusable {
	const (
		updates    = "partner/updates.json"
		plan       = "partner/plan.json"
		sync       = "sync partner --allow-edited"
		unreadable = " is not a readable artifact: "
		again      = "; run `zd-sfdc-sync compare partner` again"
		first      = `record 1 (salesforce_id "0014M00002P0004QAB"): `
	)
	return []unusable{
		{updates, sync, swapped(`"changes"`, `"change"`), updates + unreadable + first + `unknown key "change"` + again},
		{updates, sync, swapped(`"account_owner"`, `"notes"`), updates + unreadable + first + `changes: 0: the partner flow does not manage the field "notes"` + again},
		{updates, sync, swapped(`360001000004`, `"360001000004"`), updates + unreadable + first + `id: a text is not a whole number` + again},
		{plan, sync, replacedBy("[]"), plan + " is not a readable manifest: a list is not an object" + again},
		{plan, sync, swapped(`"limits": [`, `"limits": {`), plan + " is not a readable manifest: limits: an object is not a list" + again},
		{plan, sync, swapped(`"schema_version": 2`, `"schema_version": 1`), plan + " has schema version 1, and this version of the program reads 2; " +
			"run salesforce, zendesk-gather, processor and compare again with this version; data folders of other versions cannot be used"},
	}
}

func TestMessagesOfFilesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	w := plannedPartners(t)
	for _, test := range append(unusableInputs(), unusablePlans()...) {
		path, whole := filepath.Join(w.folder, test.name), w.read(test.name)
		if test.spoil(whole) == whole {
			t.Errorf("%s: nothing is spoilt for %s", test.name, test.message)
		}
		if err := os.WriteFile(path, []byte(test.spoil(whole)), 0o600); err != nil {
			t.Fatal(err)
		}
		got := w.must(test.command, cli.ExitArtifact)
		if line := lastLine(got.stderr); line != "error: "+test.message {
			t.Errorf("%s\n got %s\nwant error: %s", test.command, line, test.message)
		}
		checkReadable(t, got)
		if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if writes := w.Global.Audit(); len(writes) > 0 {
		t.Errorf("%d writes to Zendesk", len(writes))
	}
}
