package page

import (
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func checkSheet(check *report.Check) sheet {
	s := sheet{title: "Check", verdict: of("Everything is as it should be.").in(good)}
	if check.Problems > 0 {
		s.verdict = of(fmt.Sprintf("%s to fix.", report.Many(check.Problems, "problem"))).in(bad)
	}
	var found section
	for _, finding := range check.Findings {
		tone := map[report.State]tone{report.OK: good, report.Warning: warn, report.NotAsked: warn, report.Problem: bad}[finding.State]
		found.lines = append(found.lines, of(string(finding.State)+": "+finding.Text).in(tone))
	}
	s.sections = []section{found}
	return s
}
