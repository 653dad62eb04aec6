package endtoend

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// decidedFiles are the record files of the processor.
func decidedFiles() []string {
	return []string{"global/accounts.json", "global/left_out.json", "usgov/accounts.json", "usgov/left_out.json"}
}

// gatheredWorld has everything that the processor reads.
func gatheredWorld(t *testing.T, options sandbox.Options) *world {
	t.Helper()
	w := startWorld(t, options)
	for _, command := range customerStages() {
		if command != "processor" {
			w.must(command)
		}
	}
	return w
}

// files are all files of the data folder, by name.
func (w *world) files() map[string]string {
	w.t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(w.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		found[strings.TrimPrefix(path, w.folder+string(filepath.Separator))] = string(content)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

// decided are the processor's record files.
func (w *world) decided() map[string]string {
	w.t.Helper()
	read := map[string]string{}
	for _, name := range decidedFiles() {
		read[name] = w.read(name)
	}
	return read
}

// writeFile writes a file outside the data folder, and returns its path.
func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func largeWorld() sandbox.Options {
	generated := data.Generate(data.Options{Accounts: 300, Partners: 40, Seed: 7, Today: noon()})
	return sandbox.Options{World: data.Merge(data.Curated(noon()), generated)}
}

func TestEveryAccountIsDecidedOncePerInstance(t *testing.T) {
	t.Parallel()
	w := gatheredWorld(t, largeWorld())
	w.must("processor")
	var customers []struct {
		ID string `json:"salesforce_id"`
	}
	w.readJSON("customer/salesforce_accounts.json", &customers)
	if len(customers) < 400 {
		t.Fatalf("%d accounts are too few to show anything", len(customers))
	}
	for _, flow := range []string{"global", "usgov"} {
		told := w.toldObjects(flow) // fails for an account that comes twice
		for _, customer := range customers {
			if told[customer.ID] == "" {
				t.Errorf("%s: account %s is neither in accounts.json nor left out", flow, customer.ID)
			}
		}
		if len(told) != len(customers) {
			t.Errorf("%s: %d accounts are decided, want %d", flow, len(told), len(customers))
		}
	}
}

// The order in which accounts, subscriptions and charges come decides nothing.
func TestShuffledAccountsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	w := gatheredWorld(t, largeWorld())
	w.must("processor")
	want := w.decided()
	const name = "customer/salesforce_accounts.json"
	random := rand.New(rand.NewPCG(1, 2))
	var records []map[string]json.RawMessage
	w.readJSON(name, &records)
	lines := make([]string, len(records))
	for at, place := range random.Perm(len(records)) {
		for _, key := range []string{"subs", "charges"} {
			var children []json.RawMessage
			if err := json.Unmarshal(records[at][key], &children); err != nil {
				t.Fatal(err)
			}
			random.Shuffle(len(children), func(i, j int) { children[i], children[j] = children[j], children[i] })
			records[at][key] = marshal(t, children)
		}
		lines[place] = string(marshal(t, records[at]))
	}
	shuffled := "[\n" + strings.Join(lines, ",\n") + "\n]\n"
	if err := os.WriteFile(filepath.Join(w.folder, name), []byte(shuffled), 0o600); err != nil {
		t.Fatal(err)
	}
	if refused := w.must("processor", 4); !strings.Contains(refused.stderr, "--allow-edited") {
		t.Errorf("an edited artifact was refused without a hint: %s", refused.stderr)
	}
	w.must("processor --allow-edited")
	if diff := cmp.Diff(want, w.decided()); diff != "" {
		t.Errorf("after shuffling (-want +got):\n%s", diff)
	}
}

func marshal(t *testing.T, value any) json.RawMessage {
	t.Helper()
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return json.RawMessage(strings.TrimSpace(out.String()))
}

// The same input gives the same bytes and the same plans, whenever it is run.
func TestRunningTwiceGivesTheSameBytesAndPlans(t *testing.T) {
	t.Parallel()
	w := gatheredWorld(t, curated())
	run := func() (map[string]string, []string) {
		var ids []string
		w.must("processor")
		for _, flow := range []string{"global", "usgov"} {
			w.must("compare "+flow, 0, 3)
			ids = append(ids, w.plan(flow).PlanID)
		}
		files := w.decided()
		for _, flow := range []string{"global", "usgov"} {
			for _, name := range []string{"creates", "updates", "not_in_sync"} {
				files[flow+name] = w.read(flow + "/" + name + ".json")
			}
		}
		return files, ids
	}
	files, ids := run()
	w.clock.Advance(17 * time.Minute)
	again, sameIDs := run()
	if diff := cmp.Diff(files, again); diff != "" {
		t.Errorf("record files of the second run (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(ids, sameIDs); diff != "" {
		t.Errorf("plan ids of the second run (-first +second):\n%s", diff)
	}
	if ids[0] == ids[1] || len(ids[0]) != 16 {
		t.Errorf("plan ids %q, want two of 16 digits", ids)
	}
}

// What the processor cannot read stops it, and the files of its last success
// stay as they were.
func TestProcessorWritesNothingWhenItStops(t *testing.T) {
	t.Parallel()
	const entry = "- salesforce_id: 0014M00001sDiGEQA0\n"
	for _, test := range []struct {
		rule  string
		spoil func(w *world) string // what is wrong; returns further flags
		code  int
		says  string
	}{
		{"GitLab is unreachable", func(w *world) string { w.environment["GITLAB_URL"] = "http://127.0.0.1:1"; return "" }, 1, "support is unchanged"},
		{"GitLab refuses the token", func(w *world) string { w.environment["GITLAB_TOKEN"] = "wrong"; return "" }, 1, "support is unchanged"},
		{"the overrides file is gone", func(w *world) string { w.GitLab.RemoveFile(sandbox.OverridesPath); return "" }, 1, "support is unchanged"},
		{"an override has an unknown key", func(w *world) string {
			w.GitLab.SetFile(sandbox.OverridesPath, entry+"  sub_sm_ultimat: true\n")
			return ""
		}, 2, "overrides.yaml:2"},
		{"an account has two overrides", func(w *world) string {
			w.GitLab.SetFile(sandbox.OverridesPath, entry+entry)
			return ""
		}, 2, "overrides.yaml:2"},
		{"the overrides file is not a list", func(w *world) string { w.GitLab.SetFile(sandbox.OverridesPath, "a: b\n"); return "" }, 2, "overrides.yaml:1"},
		{"a local overrides file is not there", func(*world) string { return "--overrides-file nowhere.yaml" }, 2, "nowhere.yaml"},
		{"plans.yaml is not there", func(*world) string { return "--plans nowhere.yaml" }, 2, "--plans"},
		{"plans.yaml has a name twice", func(w *world) string {
			return "--plans " + writeFile(w.t, "plans.yaml", "subscriptions:\n  sub_edu:\n    support_level: community\n    charges:\n      - A\nignored:\n  - A\n")
		}, 2, "plans.yaml:7"},
		{"the customers are missing", func(w *world) string {
			if err := os.Remove(filepath.Join(w.folder, "customer/salesforce_accounts.json")); err != nil {
				w.t.Fatal(err)
			}
			return ""
		}, 4, "customer/salesforce_accounts.json"},
		{"the customers were read for a later day", func(w *world) string {
			w.must("salesforce customer --date 2026-12-01")
			return ""
		}, 4, "2023-11-30"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			w := gatheredWorld(t, sandbox.Options{World: livesWith(asCustomer)})
			w.must("processor")
			flags := test.spoil(w)
			before := w.files()
			stopped := w.run(strings.Fields("processor " + flags)...)
			if int(stopped.code) != test.code || !strings.Contains(stopped.stderr, test.says) {
				t.Errorf("exit code %d, want %d and %q in:\n%s", stopped.code, test.code, test.says, stopped.stderr)
			}
			if diff := cmp.Diff(before, w.files()); diff != "" {
				t.Errorf("the data folder has changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestLocalOverridesReplayTheRunFromGitLab(t *testing.T) {
	t.Parallel()
	w := gatheredWorld(t, curated())
	w.must("processor")
	want := w.decided()
	w.environment["GITLAB_URL"] = "http://127.0.0.1:1"
	w.must("processor --overrides-file " + writeFile(t, "overrides.yaml", data.Curated(noon()).Overrides))
	if diff := cmp.Diff(want, w.decided()); diff != "" {
		t.Errorf("with the local file (-GitLab +local):\n%s", diff)
	}
}

func TestProcessorManifestSaysWhatItRestsOn(t *testing.T) {
	t.Parallel()
	w := gatheredWorld(t, curated())
	commit := w.GitLab.SetFile(sandbox.OverridesPath, data.Curated(noon()).Overrides+"# changed\n")
	w.must("processor")
	var manifest struct {
		EndDate string `json:"end_date"`
		Source  string
		Inputs  []struct {
			Path, SHA256, Commit string
			Records              int
		}
		Counts map[string]int
	}
	w.readJSON("processor.manifest.json", &manifest)
	if manifest.EndDate != "2023-11-20" {
		t.Errorf("end_date %s, want three years and one day ago", manifest.EndDate)
	}
	if want := w.environment["GITLAB_URL"]; manifest.Source != want {
		t.Errorf("source %q, want %q, where the overrides came from", manifest.Source, want)
	}
	if asked := w.Requests()["gitlab"]; manifest.Counts["requests"] == 0 || len(asked) == 0 {
		t.Errorf("%d requests are counted, GitLab was asked %v", manifest.Counts["requests"], asked)
	}
	sums := map[string]string{}
	for _, input := range manifest.Inputs {
		name := input.Path
		switch filepath.Base(name) {
		case "plans.yaml":
			name = "plans.yaml"
		case "overrides.yaml":
			name = "overrides.yaml"
			if input.Commit != commit || input.Records != 8 {
				t.Errorf("overrides are of commit %q with %d entries, want %q with 8", input.Commit, input.Records, commit)
			}
		}
		sums[name] = input.SHA256
	}
	plans, err := os.ReadFile(w.environment["ZDSYNC_PLANS"])
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"plans.yaml": sha256Of(string(plans)), "overrides.yaml": sha256Of(data.Curated(noon()).Overrides + "# changed\n"),
	}
	for _, name := range []string{
		"customer/salesforce_accounts.json", "partner/salesforce_accounts.json", "global/zendesk_orgs.json", "usgov/zendesk_orgs.json",
	} {
		want[name] = sha256Of(w.read(name))
	}
	if diff := cmp.Diff(want, sums); diff != "" {
		t.Errorf("inputs and their sha256 (-want +got):\n%s", diff)
	}
	for name, want := range map[string]int{
		"global_left_out_partner": 1, "usgov_left_out_partner": 1, "global_left_out_no_subscriptions": 1, "global_left_out_expired_three_years": 2,
	} {
		if manifest.Counts[name] != want {
			t.Errorf("%s is %d, want %d of %v", name, manifest.Counts[name], want, manifest.Counts)
		}
	}
}

func sha256Of(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// Without the partner artifact, the organizations' account_type tells who is a
// partner; the run warns of it.
func TestWithoutThePartnerArtifactOrganizationsTellThePartners(t *testing.T) {
	t.Parallel()
	w := startWorld(t, curated())
	for _, command := range customerStages()[1:] {
		w.must(command)
	}
	told := w.toldObjects("global")
	becameCustomer := data.LongID("0014M00002K0008") // its organization is still a partner's
	for id, want := range map[string]string{becameCustomer: "out: partner", data.AllianceID: "out: partner", data.LongID("0014M00002D0001"): premium20} {
		if told[id] != want {
			t.Errorf("%s is %q, want %q", id, told[id], want)
		}
	}
	codes := fmt.Sprint(w.warnings("processor.manifest.json"))
	if !strings.Contains(codes, "no_partner_artifact") {
		t.Errorf("no warning of the missing artifact in %s", codes)
	}
}
