package readme

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// The table of docs/rules.md, Managed fields, is the second saying of the field
// table: which fields there are, of which kind, in which flows and order.
func TestManagedFieldsAreThoseOfTheRules(t *testing.T) {
	want := map[field.Flow][]string{}
	_, table, _ := strings.Cut(strings.Join(find(t, "docs/rules.md").lines, "\n"), "\n## Managed fields\n")
	table, _, _ = strings.Cut(table, "\n## ")
	for _, row := range regexp.MustCompile("(?m)^\\| (`.*`) \\| ([a-z ]+|[a-z]+-[a-z]+) \\| ([a-z, ]+) \\|").FindAllStringSubmatch(table, -1) {
		for key := range strings.SplitSeq(row[1], ", ") {
			for _, flow := range field.Flows() {
				if row[3] == "all" || slices.Contains(strings.Split(row[3], ", "), string(flow)) {
					want[flow] = append(want[flow], strings.Trim(key, "`")+" "+row[2])
				}
			}
		}
	}
	got := map[field.Flow][]string{}
	for _, flow := range field.Flows() {
		for _, managed := range field.SchemaOf(flow).Fields {
			got[flow] = append(got[flow], managed.Key+" "+managed.Kind.String())
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields by flow (-docs/rules.md +internal/field):\n%s", diff)
	}
}
