package endtoend

import (
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

func TestAnOverrideThatExpiresACurrentCustomerIsWarnedOf(t *testing.T) {
	t.Parallel()
	options := curated()
	const id = "0014M00002E0003" // its plan goes on
	options.World.Overrides += "- salesforce_id: " + data.LongID(id) + "\n  expiration_date: 2020-01-31\n"
	w := startWorld(t, options)
	var last result
	for _, command := range customerStages() {
		last = w.must(command)
	}
	if !strings.Contains(last.stderr, "expired_with_current_charge") || !strings.Contains(last.stderr, data.LongID(id)) {
		t.Errorf("nobody is told of %s:\n%s", data.LongID(id), last.stderr)
	}
}

func TestAnAccountThatNobodyHasIsNoSuccess(t *testing.T) {
	t.Parallel()
	w := startWorld(t, curated())
	w.must("salesforce partner")
	w.must("zendesk-gather partner")
	got := w.must("compare partner --account "+data.LongID("0014M00002Z9999"), cli.ExitUsage)
	if !strings.Contains(got.stderr, "neither Salesforce nor Zendesk has this account in the partner flow") {
		t.Error(got.stderr)
	}
	if left := w.files()["partner/plan.json"]; left != "" {
		t.Error("a plan was written")
	}
}
