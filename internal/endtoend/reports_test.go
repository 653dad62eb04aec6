package endtoend

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
)

// reports returns a folder for reports beside the data.
func reports(t *testing.T) func(name string) string {
	folder := t.TempDir()
	return func(name string) string { return filepath.Join(folder, name) }
}

func content(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryStageWritesMetrics(t *testing.T) {
	t.Parallel()
	w, path := startWorld(t, curated()), reports(t)
	for _, command := range append(customerStages(), "compare usgov", "sync usgov") {
		name := path(strings.ReplaceAll(command, " ", "-"))
		w.must(command + " --metrics-file " + name)
		text := content(t, name)
		checkOpenMetrics(t, command, text)
		checkParsed(t, command, text)
	}
	for name, sample := range map[string]string{
		"salesforce-partner":    `zdsync_accounts{stage="salesforce",flow="partner"} 22`,
		"zendesk-gather-global": `zdsync_organizations{stage="zendesk-gather",flow="global"} 191`,
		"processor":             `zdsync_accounts{stage="processor",for="usgov"} 13`,
		"compare-usgov":         `zdsync_limit_exceeded{stage="compare",flow="usgov",limit="marks"} 0`,
		"sync-usgov":            `zdsync_failed{stage="sync",flow="usgov"} 0`,
	} {
		if !strings.Contains(content(t, path(name)), "\n"+sample+"\n") {
			t.Errorf("%s has no sample %s:\n%s", name, sample, content(t, path(name)))
		}
	}
}

// checkOpenMetrics checks the text against the format: every sample belongs to
// the family declared before it, none comes twice, and the text ends in EOF.
func checkOpenMetrics(t *testing.T, stage, text string) {
	t.Helper()
	body, ended := strings.CutSuffix(text, "\n# EOF\n")
	if !ended {
		t.Errorf("%s: the metrics do not end in EOF: %q", stage, text)
	}
	declared := regexp.MustCompile(`^# (TYPE|UNIT|HELP) ([a-z_]+) .+$`)
	sampled := regexp.MustCompile(`^([a-z_]+)\{([a-z]+="[^"\\]*")(,[a-z]+="[^"\\]*")*\} -?[0-9]+(\.[0-9]+)?$`)
	family, seen := "", map[string]bool{}
	for line := range strings.SplitSeq(body, "\n") {
		if match := declared.FindStringSubmatch(line); match != nil {
			if match[1] == "TYPE" {
				family = match[2]
			}
			if key := match[1] + match[2]; seen[key] || match[2] != family {
				t.Errorf("%s: %q is out of its place", stage, line)
			} else {
				seen[key] = true
			}
			continue
		}
		match := sampled.FindStringSubmatch(line)
		if match == nil || match[1] != family || seen[line[:strings.Index(line, " ")]] {
			t.Errorf("%s: %q is not a sample of %s", stage, line, family)
			continue
		}
		seen[line[:strings.Index(line, " ")]] = true
	}
}

// checkParsed checks the text against a parser that others use: each family is a
// gauge with samples, of the stage all of them.
func checkParsed(t *testing.T, command, text string) {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Errorf("%s: the metrics cannot be read: %v", command, err)
	}
	stage, _, _ := strings.Cut(command, " ")
	samples := 0
	for name, family := range families {
		if family.GetType() != dto.MetricType_GAUGE || family.GetHelp() == "" {
			t.Errorf("%s: %s is a %s, described as %q", command, name, family.GetType(), family.GetHelp())
		}
		for _, metric := range family.GetMetric() {
			samples++
			if label := metric.GetLabel()[0]; label.GetName() != "stage" || label.GetValue() != stage {
				t.Errorf("%s: %s is labelled %v", command, name, label)
			}
		}
	}
	if samples != strings.Count(text, "}") {
		t.Errorf("%s: %d samples were read:\n%s", command, samples, text)
	}
}

func TestComparesNumbersAndSyncsOutcomes(t *testing.T) {
	t.Parallel()
	w, path := startWorld(t, curated()), reports(t)
	for _, command := range partnerStagesWithOwners() {
		w.must(command)
	}
	w.environment["ZDSYNC_PROTECTED_IDS_FILE"] = path("protected.txt")
	if err := os.WriteFile(path("protected.txt"), []byte(strings.Join(curated().World.Protected, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	w.must("compare partner --max-updates 0%/2 --terraform-report-file "+path("numbers"), cli.ExitLimit)
	if diff := cmp.Diff("{\"create\":1,\"update\":8,\"delete\":1}\n", content(t, path("numbers"))); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
	w.must("sync partner --summary-file "+path("outcomes"), cli.ExitLimit)
	outcomes := content(t, path("outcomes"))
	for _, part := range []string{
		"# Sync of the partner flow to Zendesk Global\n", "| create | 1 | 0 | 0 |\n", "over limit: updates",
		"zd-sfdc-sync sync partner --accept-plan " + w.plan("partner").PlanID + " --data-dir ",
	} {
		if !strings.Contains(outcomes, part) {
			t.Errorf("the outcomes lack %q:\n%s", part, outcomes)
		}
	}
}

func TestAReportThatCannotBeWrittenLeavesThePlan(t *testing.T) {
	t.Parallel()
	w, path := startWorld(t, curated()), reports(t)
	for _, command := range partnerStages()[:2] {
		w.must(command)
	}
	got := w.must("compare partner --summary-file "+path("no/such/folder"), cli.ExitFailed)
	if !strings.Contains(got.stderr, "the stage's artifacts were written") {
		t.Errorf("stderr does not say that the plan is there: %s", got.stderr)
	}
	w.must("sync partner")
}

func TestImpactNamesWhoChangesAndWritesNoArtifact(t *testing.T) {
	t.Parallel()
	w, path := startWorld(t, curated()), reports(t)
	for _, command := range customerStages() {
		w.must(command)
	}
	plans := content(t, filepath.Join("..", "..", "plans.yaml"))
	mapped := strings.Replace(plans, "      - Self-Managed - Ultimate - 1 Year\n",
		"      - Self-Managed - Ultimate - 1 Year\n      - Galactic Support Plus - 1 Year\n", 1)
	if err := os.WriteFile(path("plans.yaml"), []byte(mapped), 0o600); err != nil {
		t.Fatal(err)
	}
	before := w.files()
	got := w.must("impact --plans " + path("plans.yaml") + " --summary-file " + path("impact.md") + " --terraform-report-file " + path("numbers"))
	if diff := cmp.Diff(before, w.files()); diff != "" {
		t.Errorf("impact changed artifacts:\n%s", diff)
	}
	const row = "| Customer with Nothing but an Unmapped Name | global | expired → ultimate | 0014M00002E0007QAB |\n"
	if page := content(t, path("impact.md")); !strings.Contains(page, row) {
		t.Errorf("the page lacks %q:\n%s", row, page)
	}
	if !strings.Contains(got.stdout, "Customer with Nothing but an Unmapped Name") {
		t.Errorf("nobody is named on the screen:\n%s", got.stdout)
	}
	if numbers := content(t, path("numbers")); !strings.HasPrefix(numbers, `{"create":0,"update":`) {
		t.Errorf("the numbers are %s", numbers)
	}
	if got := w.must("impact"); !strings.Contains(got.stdout, "Nobody's level changes.") {
		t.Errorf("the same plans.yaml changes levels:\n%s", got.stdout)
	}
}

func TestCompletionWorksWhateverTheVariables(t *testing.T) {
	t.Parallel()
	w := startWorld(t, curated())
	w.environment = map[string]string{"ZDSYNC_DATE": "nonsense", "ZDSYNC_TIMEOUT": "nonsense"}
	if got := w.must("completion bash"); !strings.Contains(got.stdout, "bash completion") {
		t.Errorf("no completion: %s", got.stdout)
	}
}
