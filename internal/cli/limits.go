package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

var errOverLimit = errors.New("the plan exceeds a limit")

// limitFlags are the limits' flags as texts.
type limitFlags map[plan.LimitName]*string

func (f limitFlags) addTo(set *pflag.FlagSet) {
	for _, limit := range plan.DefaultLimits(field.Global) {
		f[limit.Name] = set.String("max-"+strings.ReplaceAll(string(limit.Name), "_", "-"), "",
			fmt.Sprintf("limit for %s: `share` of the organizations and floor (default %s%%/%d)", limit.Name, limit.Share, limit.Floor))
	}
}

// of returns the limits of the flow.
func (f limitFlags) of(flow field.Flow) ([]plan.Limit, error) {
	limits := plan.DefaultLimits(flow)
	for i, limit := range limits {
		text := *f[limit.Name]
		if text == "" {
			continue
		}
		var err error
		if limits[i], err = limit.Parse(text); err != nil {
			return nil, usageError(err)
		}
	}
	return limits, nil
}

// overLimit is the error of a command whose plan exceeds a limit.
func overLimit(made *plan.Plan, planID string) error {
	if !made.Exceeded() {
		return nil
	}
	return &codedError{ExitLimit, fmt.Errorf("%w: sync skips the rows over it unless it is given --accept-plan %s", errOverLimit, planID)}
}
