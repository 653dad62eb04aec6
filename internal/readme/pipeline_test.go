package readme

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

// job is what is looked at of a job of .gitlab-ci.yml.
type job struct {
	Extends   string                   `yaml:"extends"`
	Timeout   string                   `yaml:"timeout"`
	Variables map[string]any           `yaml:"variables"`
	Artifacts struct{ Paths []string } `yaml:"artifacts"`
}

func jobs(t *testing.T) map[string]job {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, ".gitlab-ci.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var nodes map[string]yaml.Node
	if err := yaml.Unmarshal(content, &nodes); err != nil {
		t.Fatal(err)
	}
	found := map[string]job{}
	for name, node := range nodes {
		var read job
		if slices.Contains([]string{"stages", "workflow", "variables", "default"}, name) {
			continue
		}
		if err := node.Decode(&read); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found[name] = read
	}
	return found
}

// kept are the paths that a job keeps, its own or those of what it extends.
func (j job) kept(all map[string]job) []string {
	paths := j.Artifacts.Paths
	if len(paths) == 0 && j.Extends != "" {
		paths = all[j.Extends].Artifacts.Paths
	}
	flow, _ := j.Variables["FLOW"].(string)
	var kept []string
	for _, name := range paths {
		kept = append(kept, strings.ReplaceAll(name, "$FLOW", flow))
	}
	return kept
}

// What download puts together is what the jobs keep: every file of the data
// folder, by one job.
func TestEveryFileIsKeptByOneJob(t *testing.T) {
	all := jobs(t)
	keepers := map[string][]string{}
	for _, name := range stage.PipelineJobs() {
		for _, pattern := range all[name].kept(all) {
			for _, file := range append(artifact.Files(), artifact.Manifests()...) {
				if matched, err := path.Match(pattern, "data/"+file); matched && err == nil {
					keepers[file] = append(keepers[file], name)
				}
			}
		}
	}
	for _, file := range append(artifact.Files(), artifact.Manifests()...) {
		if len(keepers[file]) != 1 {
			t.Errorf("%s is kept by %v", file, keepers[file])
		}
	}
}

// A job without a timeout of its own has that of the project, which may be
// shorter than ZDSYNC_TIMEOUT.
func TestEveryJobHasATimeout(t *testing.T) {
	all := jobs(t)
	var without []string
	for name, read := range all {
		if strings.HasPrefix(name, ".") {
			continue
		}
		timeout := read.Timeout
		for extends := read.Extends; timeout == "" && extends != ""; extends = all[extends].Extends {
			timeout = all[extends].Timeout
		}
		if timeout == "" {
			without = append(without, name)
		}
	}
	if diff := cmp.Diff([]string(nil), without); diff != "" || len(all) < 20 {
		t.Errorf("jobs without a timeout, of %d (-want +got):\n%s", len(all), diff)
	}
}
