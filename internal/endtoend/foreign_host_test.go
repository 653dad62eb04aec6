package endtoend

import (
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// Recorded answers name other hosts than the one that was asked: in the
// token's instance_url, in links and in the addresses of jobs. Credentials must
// not go there, and a run needs none of them.
func TestHostsThatAnswersNameAreNotAsked(t *testing.T) {
	t.Parallel()
	w := startWorld(t, curated())
	w.environment["ZDSYNC_MAX_UPDATES"] = "100%"
	for _, faults := range w.Faults() {
		faults.Add(fault.Fault{Kind: fault.ForeignHost})
	}
	w.hour()
	for service, requests := range w.Requests() {
		if len(requests) == 0 {
			t.Errorf("%s was not asked", service)
		}
	}
	if writes := len(w.Global.Audit()); writes < 10 {
		t.Errorf("%d writes, want those of a whole run", writes)
	}
}
