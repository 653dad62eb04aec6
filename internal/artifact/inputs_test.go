package artifact

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

func readInput(inputs *Inputs, name, manifestName string) error {
	return ReadInput(inputs, name, manifestName, textOf, func(string) error { return nil })
}

func TestAFileIsWhatItsManifestSays(t *testing.T) {
	folder := Folder(t.TempDir())
	written := write(t, folder, orgs, gather, Manifest{Date: today}, record{"a", 1, `{"id":1}`})
	inputs := Inputs{Folder: folder}
	if err := readInput(&inputs, orgs, gather); err != nil {
		t.Fatal(err)
	}
	inputs.Add(File{Path: "plans.yaml", SHA256: "abc"})
	if diff := cmp.Diff(append(written, File{Path: "plans.yaml", SHA256: "abc"}), inputs.Files()); diff != "" {
		t.Error(diff)
	}
}

func TestWhatNoManifestVouchesForIsRefusedUnlessAllowed(t *testing.T) {
	tests := []struct {
		rule          string
		change        func(t *testing.T, folder Folder)
		name, problem string
		allowed       bool
	}{
		{"an edited file", func(t *testing.T, folder Folder) { put(t, folder, orgs, "[\n{\"id\":2}\n]\n") },
			orgs, "does not match " + gather, true},
		{"a file with a blank more", func(t *testing.T, folder Folder) { put(t, folder, orgs, "[\n{\"id\":1}\n]\n\n") },
			orgs, "does not match " + gather, true},
		{"an empty manifest", func(t *testing.T, folder Folder) { put(t, folder, gather, "") }, gather, "is not a readable manifest", false},
		{"a manifest that is no JSON", func(t *testing.T, folder Folder) { put(t, folder, gather, "{") }, gather, "is not a readable manifest: ", false},
		{"a manifest of another version", func(t *testing.T, folder Folder) { put(t, folder, gather, `{"schema_version":1}`) },
			gather, "has schema version 1, and this version of the program reads 2", false},
		{"a manifest of no version", func(t *testing.T, folder Folder) { put(t, folder, gather, `{}`) }, gather, "has schema version 0, and this version of the program reads 2", false},
		{"a manifest that does not name the file", func(t *testing.T, folder Folder) { put(t, folder, gather, `{"schema_version":2,"outputs":[]}`) },
			orgs, "is not among the outputs of " + gather, true},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			folder := Folder(t.TempDir())
			write(t, folder, orgs, gather, Manifest{}, record{"a", 1, `{"id":1}`})
			test.change(t, folder)
			wantProblem(t, readInput(&Inputs{Folder: folder}, orgs, gather), test.name, test.problem)
			err := readInput(&Inputs{Folder: folder, AllowEdited: true}, orgs, gather)
			if (err == nil) != test.allowed {
				t.Errorf("allowed to be edited: %v", err)
			}
		})
	}
}

func TestMissingFilesAndManifests(t *testing.T) {
	folder := Folder(t.TempDir())
	inputs := Inputs{Folder: folder}
	if !inputs.Missing(orgs) {
		t.Error("what is not there is there")
	}
	wantProblem(t, readInput(&inputs, orgs, gather), orgs, "is missing")
	wantProblem(t, readInput(&Inputs{Folder: folder, AllowEdited: true}, orgs, gather), orgs, "is missing")
	put(t, folder, orgs, "[]\n")
	if inputs.Missing(orgs) {
		t.Error("what is there is missing")
	}
	wantProblem(t, readInput(&inputs, orgs, gather), gather, "is missing")
	edited := Inputs{Folder: folder, AllowEdited: true}
	if err := readInput(&edited, orgs, gather); err != nil {
		t.Error(err)
	}
	if err := edited.CheckDates(today); err != nil || !edited.GatheredAt().IsZero() {
		t.Errorf("%v, gathered %s", err, edited.GatheredAt())
	}
}

// withManifests are inputs that rest on these manifests.
func withManifests(t *testing.T, manifests map[string]Manifest) *Inputs {
	t.Helper()
	folder := Folder(t.TempDir())
	inputs := &Inputs{Folder: folder}
	for _, name := range []string{GatherManifest("global"), SalesforceManifest(Partners), SalesforceManifest(Customers), ProcessorManifest} {
		manifest, ok := manifests[name]
		if !ok {
			continue
		}
		if err := folder.NewBatch().Commit(name, &manifest); err != nil {
			t.Fatal(err)
		}
		if _, err := inputs.Manifest(name); err != nil {
			t.Fatal(err)
		}
	}
	return inputs
}

func TestInputsAreOfTheDay(t *testing.T) {
	inputs := withManifests(t, map[string]Manifest{gather: {Date: today}, ProcessorManifest: {Date: today}})
	if err := inputs.CheckDates(today); err != nil {
		t.Error(err)
	}
	for _, other := range []account.Date{"2026-11-20", "2026-11-22"} {
		wantProblem(t, inputs.CheckDates(other), gather, "is of 2026-11-21, not of "+string(other))
	}
	inputs = withManifests(t, map[string]Manifest{gather: {Date: today}, ProcessorManifest: {Date: "2026-11-20"}})
	wantProblem(t, inputs.CheckDates(today), ProcessorManifest, "is of 2026-11-20, not of 2026-11-21")
}

func TestInputsRestOnOneVersionOfEachFile(t *testing.T) {
	partners := SalesforceAccounts(Partners)
	version := func(sha string) []File { return []File{{Path: partners, SHA256: sha}} }
	tests := []struct {
		rule      string
		manifests map[string]Manifest
		read      string
		problem   string
	}{
		{"all the same", map[string]Manifest{
			SalesforceManifest(Partners): {Outputs: version("1")}, gather: {Inputs: version("1")}, ProcessorManifest: {Inputs: version("1")},
		}, "1", ""},
		{"other files do not matter", map[string]Manifest{gather: {Outputs: []File{{Path: "other", SHA256: "2"}}}}, "1", ""},
		{"the gather read another", map[string]Manifest{gather: {Inputs: version("2")}}, "1",
			"has changed: this run and " + gather + " rest on different versions of it"},
		{"the processor read another than the gather", map[string]Manifest{gather: {Inputs: version("1")}, ProcessorManifest: {Inputs: version("2")}}, "",
			"has changed: " + gather + " and " + ProcessorManifest + " rest on different versions of it"},
		{"it was written again since", map[string]Manifest{gather: {Inputs: version("1")}, SalesforceManifest(Partners): {Outputs: version("2")}}, "",
			"has changed: " + gather + " and " + SalesforceManifest(Partners) + " rest on different versions of it"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			inputs := withManifests(t, test.manifests)
			if test.read != "" {
				inputs.Add(version(test.read)[0])
			}
			err := inputs.CheckVersions()
			if test.problem != "" {
				wantProblem(t, err, partners, test.problem)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestGatheredAtIsTheEarliest(t *testing.T) {
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	inputs := withManifests(t, map[string]Manifest{
		gather: {GatheredAt: noon}, SalesforceManifest(Partners): {GatheredAt: noon.Add(-time.Hour)},
		SalesforceManifest(Customers): {GatheredAt: noon.Add(time.Hour)}, ProcessorManifest: {},
	})
	if got := inputs.GatheredAt(); !got.Equal(noon.Add(-time.Hour)) {
		t.Error(got)
	}
	if got := (&Inputs{}).GatheredAt(); !got.IsZero() {
		t.Error(got)
	}
}
