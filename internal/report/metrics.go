package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// Metrics returns the counts in a stage's manifest as OpenMetrics text
// (artifacts:reports:metrics). Limits are those of a plan, none for other stages.
func Metrics(manifest *artifact.Manifest, limits []plan.LimitCheck) []byte {
	m := metrics{manifest: manifest}
	for _, family := range families() {
		m.family(family)
	}
	m.limits(limits)
	m.declare("warnings", "", "What the stage warned of.")
	m.sample("warnings", "", strconv.Itoa(len(manifest.Warnings)))
	m.declare("stage_seconds", "seconds", "How long the stage took.")
	m.sample("stage_seconds", "", strconv.FormatFloat(manifest.FinishedAt.Sub(manifest.StartedAt).Seconds(), 'f', 3, 64))
	m.out.WriteString("# EOF\n")
	return []byte(m.out.String())
}

// family is a metric with the counts that it shows.
type family struct {
	name, unit, help string
	counts           []count
}

// count is a key in a manifest's counts, and the label that distinguishes its sample.
type count struct{ key, label string }

func families() []family {
	return []family{
		{"accounts", "", "Accounts that the stage read or decided.", []count{
			{"accounts", ""}, {"global_accounts", `for="global"`}, {"usgov_accounts", `for="usgov"`},
		}},
		{"organizations", "", "Organizations that the stage read.", []count{{"organizations", ""}, {"listed", ""}}},
		{"creates", "", "Organizations to create, or their outcomes.", actionCounts("creates", plan.ActionCreate)},
		{"updates", "", "Organizations to update, or their outcomes.", actionCounts("updates", plan.ActionUpdate)},
		{"marks", "", "Organizations to mark for deletion, or their outcomes.", actionCounts("marks_for_deletion", plan.ActionMark)},
		{"support_gained", "", "Rows that raise the level.", []count{{"support_gained", ""}}},
		{"support_lost", "", "Rows that take support away.", []count{{"support_lost", ""}}},
		{"without_organization", "", "Customers with support that have no organization.", []count{{"without_organization", ""}}},
		{"held", "", "Rows held back for people.", []count{{"held", ""}}},
		{"orphans", "", "Organizations without an account.", []count{{"orphans", ""}}},
		{"conflicts", "", "Names and ids that contradict each other.", []count{{"conflicts", ""}}},
		{"unmanaged", "", "Organizations without a valid salesforce_id.", []count{{"unmanaged", ""}}},
		{"failed", "", "Rows that failed, or whose outcome is unknown.", []count{{"failed", ""}}},
		{"over_limit", "", "Rows left out for a limit.", []count{{"over_limit", ""}}},
		{"left", "", "Rows that should have been carried out and were not.", []count{{"left", ""}}},
		{"requests", "", "Requests to the services.", []count{{"requests", ""}}},
		{"repeated_requests", "", "Requests that were made again.", []count{{"repeated_requests", ""}}},
		{"waited_seconds", "seconds", "Time spent waiting for the services' limits.", []count{{"waited_seconds", ""}}},
	}
}

// actionCounts are the counts of a plan, and of its rows by outcome.
func actionCounts(planned string, action plan.Action) []count {
	counts := []count{{planned, ""}}
	for _, outcome := range []string{"applied", "skipped", "failed", "unknown"} {
		counts = append(counts, count{string(action) + "_" + outcome, `outcome="` + outcome + `"`})
	}
	return counts
}

// metrics is the text being written.
type metrics struct {
	manifest *artifact.Manifest
	out      strings.Builder
}

// family writes the counts that the manifest has.
func (m *metrics) family(f family) {
	counts := slices.DeleteFunc(f.counts, func(count count) bool {
		_, ok := m.manifest.Counts[count.key]
		return !ok
	})
	if len(counts) == 0 {
		return
	}
	m.declare(f.name, f.unit, f.help)
	for _, count := range counts {
		m.sample(f.name, count.label, strconv.Itoa(m.manifest.Counts[count.key]))
	}
}

func (m *metrics) limits(limits []plan.LimitCheck) {
	if len(limits) == 0 {
		return
	}
	m.declare("limit_exceeded", "", "1 when the plan exceeds the limit.")
	for _, limit := range limits {
		value := "0"
		if limit.Exceeded {
			value = "1"
		}
		m.sample("limit_exceeded", `limit="`+string(limit.Name)+`"`, value)
	}
}

// declare begins a family.
func (m *metrics) declare(name, unit, help string) {
	fmt.Fprintf(&m.out, "# TYPE zdsync_%s gauge\n", name)
	if unit != "" {
		fmt.Fprintf(&m.out, "# UNIT zdsync_%s %s\n", name, unit)
	}
	fmt.Fprintf(&m.out, "# HELP zdsync_%s %s\n", name, help)
}

// sample writes one value with the labels of the stage.
func (m *metrics) sample(name, label, value string) {
	labels := []string{`stage="` + m.manifest.Stage + `"`}
	if m.manifest.Flow != "" {
		labels = append(labels, `flow="`+m.manifest.Flow+`"`)
	}
	if label != "" {
		labels = append(labels, label)
	}
	fmt.Fprintf(&m.out, "zdsync_%s{%s} %s\n", name, strings.Join(labels, ","), value)
}
