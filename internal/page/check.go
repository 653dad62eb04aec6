package page

import (
	"fmt"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// mostDetails is how many details of a finding are shown.
const mostDetails = 5

func checkSheet(check *report.Check) sheet {
	s := sheet{title: "Check", verdict: checkVerdict(check)}
	var found section
	for _, finding := range check.Findings {
		tone := map[report.State]tone{report.OK: good, report.Warning: warn, report.NotAsked: warn, report.Problem: bad}[finding.State]
		found.lines = append(found.lines, of(string(finding.State)+": "+finding.Text).in(tone))
		for i, detail := range finding.Details {
			if i == mostDetails {
				found.lines = append(found.lines, of(fmt.Sprintf("    … and %d more: --format json lists all", len(finding.Details)-i)))
				break
			}
			found.lines = append(found.lines, of("    "+detail))
		}
	}
	s.sections = []section{found}
	return s
}

func checkVerdict(check *report.Check) cell {
	counts := map[report.State]int{}
	for _, finding := range check.Findings {
		counts[finding.State]++
	}
	parts, tone := []string{"No problems"}, good
	if warnings := counts[report.Warning]; warnings > 0 {
		parts, tone = append(parts, report.Many(warnings, "warning")), warn
	}
	if skipped := counts[report.NotAsked]; skipped > 0 {
		parts, tone = append(parts, report.Many(skipped, "check")+" not possible"), warn
	}
	if check.Problems > 0 {
		parts[0], tone = report.Many(check.Problems, "problem")+" to fix", bad
	}
	return of(strings.Join(parts, ", ") + ".").in(tone)
}
