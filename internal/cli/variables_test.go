package cli

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/flags"
)

func TestVariablesThatNoCommandHasAreRefused(t *testing.T) {
	tests := []struct{ rule, setting, want string }{
		{"one of this command", "ZDSYNC_DRY_RUN=true", "<nil>"},
		{"one of another command", "ZDSYNC_MAX_MARKS=1%", "<nil>"},
		{"one of all commands", "ZDSYNC_DATA_DIR=x", "<nil>"},
		{"a missing underscore", "ZDSYNC_DRYRUN=true", "ZDSYNC_DRYRUN is not a variable of any command: the nearest is ZDSYNC_DRY_RUN"},
		{"a missing letter", "ZDSYNC_MAX_MARK=1%", "ZDSYNC_MAX_MARK is not a variable of any command: the nearest is ZDSYNC_MAX_MARKS"},
		{"small letters", "ZDSYNC_dry_run=true", "ZDSYNC_dry_run is not a variable of any command: the nearest is ZDSYNC_DRY_RUN"},
		{"an override of a check", "ZDSYNC_ALLOW_STALE=true", "ZDSYNC_ALLOW_STALE has no effect: an option that overrides a safety check must be given as a flag, on every run"},
		{"one that is empty", "ZDSYNC_DRYRUN=", "<nil>"},
		{"somebody else's", "ZDSYNCHRO=true", "<nil>"},
	}
	for _, test := range tests {
		a := &app{}
		root, cancel := a.root()
		cancel()
		if diff := cmp.Diff(test.want, fmt.Sprint(flags.RefuseUnknown(root, []string{"PATH=/bin", test.setting}))); diff != "" {
			t.Errorf("%s:\n%s", test.rule, diff)
		}
	}
}
