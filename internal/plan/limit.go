package plan

import (
	"fmt"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// LimitName names what a limit counts.
type LimitName string

// The four limits (domain.md, Limits).
const (
	LimitCreates     LimitName = "creates"
	LimitUpdates     LimitName = "updates"
	LimitSupportLost LimitName = "support_lost"
	LimitMarks       LimitName = "marks"
)

// Limit is how much of one kind a plan may do without being accepted: it is
// exceeded above the floor and above the share of the organizations.
type Limit struct {
	Name  LimitName `json:"name"`
	Share Percent   `json:"share"`
	Floor int       `json:"floor"`
}

// LimitCheck is a limit held against a plan.
type LimitCheck struct {
	Limit
	// Count is what the limit counts in this plan.
	Count    int  `json:"count"`
	Exceeded bool `json:"exceeded"`
}

// DefaultLimits returns the flow's limits (domain.md, Limits). The partner
// flow manages no support level, so it has no limit of its loss.
func DefaultLimits(flow field.Flow) []Limit {
	limits := []Limit{
		{LimitCreates, 10 * onePercent, 25},
		{LimitUpdates, 50 * onePercent, 25},
	}
	if flow.ManagesLevel() {
		limits = append(limits, Limit{LimitSupportLost, 1 * onePercent, 3})
	}
	return append(limits, Limit{LimitMarks, 3 * onePercent, 3})
}

// Parse returns the limit with the share, and the floor if there is one, of a
// text like 10% or 10%/25.
func (limit Limit) Parse(text string) (Limit, error) {
	share, floor, hasFloor := strings.Cut(text, "/")
	parsed, err := ParsePercent(share)
	if err != nil {
		return limit, fmt.Errorf("limit %q of %s: %w", text, limit.Name, err)
	}
	limit.Share = parsed
	if !hasFloor {
		return limit, nil
	}
	count, err := strconv.ParseUint(floor, 10, 31)
	if err != nil {
		return limit, fmt.Errorf("limit %q of %s: the floor %q is no whole number: write it as 10%%/25", text, limit.Name, floor)
	}
	limit.Floor = int(count)
	return limit, nil
}

// Allowed is the largest count that does not exceed the limit, among so many
// organizations.
func (limit Limit) Allowed(organizations int) int {
	return max(limit.Floor, int(int64(limit.Share)*int64(organizations)/int64(100*onePercent)))
}

// check holds the count against the limit; leavesOut tells whether a row of
// the plan would be left out for it.
func (limit Limit) check(count, organizations int, leavesOut bool) LimitCheck {
	return LimitCheck{Limit: limit, Count: count, Exceeded: leavesOut && count > limit.Allowed(organizations)}
}

// Percent is a share in thousandths of a percent, so that it is compared
// without rounding.
type Percent int64

const onePercent Percent = 1000

// ParsePercent reads a text like 10% or 0.5%, of at most three decimals.
func ParsePercent(text string) (Percent, error) {
	number, ok := strings.CutSuffix(text, "%")
	if !ok {
		return 0, fmt.Errorf("%q does not end in %%: write it as 10%% or 10%%/25", text)
	}
	whole, fraction, hasFraction := strings.Cut(number, ".")
	if len(fraction) > 3 || (hasFraction && fraction == "") {
		return 0, fmt.Errorf("%q needs one to three digits behind its point", text)
	}
	thousandths, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", 3-len(fraction)), 10, 31)
	if err != nil || whole == "" || Percent(thousandths) > 100*onePercent {
		return 0, fmt.Errorf("%q is no share from 0%% to 100%%", text)
	}
	return Percent(thousandths), nil
}

// String writes the share without its percent sign, as in 0.5.
func (share Percent) String() string {
	text := fmt.Sprintf("%d.%03d", share/onePercent, share%onePercent)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// MarshalJSON writes the share as a number of percent.
func (share Percent) MarshalJSON() ([]byte, error) { return []byte(share.String()), nil }

// UnmarshalJSON reads a number of percent.
func (share *Percent) UnmarshalJSON(raw []byte) error {
	parsed, err := ParsePercent(string(raw) + "%")
	*share = parsed
	return err
}
