package endtoend

import (
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// An instance may tag its options with the field's key before the value. What
// is read, planned, looked at and written is the same all the same.
func TestAnInstanceMayTagItsOptionsOtherwise(t *testing.T) {
	t.Parallel()
	plain, tagged := startWorld(t, curated()), startWorld(t, curated())
	for _, service := range []string{"global", "usgov"} {
		tagged.Faults()[service].Add(fault.Fault{Kind: fault.TaggedOptions})
	}
	for range 2 {
		for _, w := range []*world{plain, tagged} {
			w.hour()
		}
		for _, flow := range []string{"partner", "global", "usgov"} {
			for _, name := range []string{"/zendesk_orgs.json", "/creates.json", "/updates.json", "/not_in_sync.json"} {
				// A level that nobody writes is read as it stands.
				got := strings.ReplaceAll(tagged.read(flow+name), "support_level_starter", "starter")
				if want := plain.read(flow + name); want != got {
					t.Errorf("%s%s differs:\n%.2000s\nwant\n%.2000s", flow, name, got, want)
				}
			}
		}
	}
}
