package flags

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// Limits are the limits' flags as texts.
type Limits map[plan.LimitName]*string

// AddTo adds the flags to the set.
func (f Limits) AddTo(set *pflag.FlagSet) {
	for _, limit := range plan.DefaultLimits(field.Global) {
		f[limit.Name] = set.String("max-"+strings.ReplaceAll(string(limit.Name), "_", "-"), "",
			fmt.Sprintf("limit for %s: `share` of the organizations and floor (default %s%%/%d)", limit.Name, limit.Share, limit.Floor))
	}
}

// Of returns the limits of the flow.
func (f Limits) Of(flow field.Flow) ([]plan.Limit, error) {
	limits := plan.DefaultLimits(flow)
	for i, limit := range limits {
		text := *f[limit.Name]
		if text == "" {
			continue
		}
		var err error
		if limits[i], err = limit.Parse(text); err != nil {
			return nil, err
		}
	}
	return limits, nil
}
