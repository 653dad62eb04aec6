package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// LimitName names what a limit counts.
type LimitName string

// The limits (docs/rules.md, Limits).
const (
	LimitCreates       LimitName = "creates"
	LimitUpdates       LimitName = "updates"
	LimitSupportGained LimitName = "support_gained"
	LimitSupportLost   LimitName = "support_lost"
	LimitMarks         LimitName = "marks"
)

// limitRule is one limit: its default, and the planned rows that it counts and,
// if it is exceeded, stops.
type limitRule struct {
	Limit
	// ofLevels is a limit of flows that manage support_level.
	ofLevels bool
	creates  bool
	update   func(Update) bool
	mark     func(Mark) bool
	// standing counts organizations that are in this state already, without a row.
	standing func(*comparison) int
}

// limitTable is the one table of limits, in the order of plan.json.
func limitTable() []limitRule {
	return []limitRule{
		{Limit: Limit{LimitCreates, 10 * onePercent, 25}, creates: true},
		{Limit: Limit{LimitUpdates, 50 * onePercent, 25}, update: func(Update) bool { return true }},
		{Limit: Limit{LimitSupportGained, 5 * onePercent, 25}, ofLevels: true, update: Update.gainsSupport},
		{Limit: Limit{LimitSupportLost, 1 * onePercent, 3}, ofLevels: true, update: Update.LosesSupport, mark: Mark.LosesSupport},
		{Limit: Limit{LimitMarks, 3 * onePercent, 3}, mark: func(Mark) bool { return true }, standing: (*comparison).standing},
	}
}

func ruleOf(name LimitName) limitRule {
	for _, rule := range limitTable() {
		if rule.Name == name {
			return rule
		}
	}
	return limitRule{}
}

func (l limitRule) countsUpdate(update Update) bool {
	return l.update != nil && l.update(update)
}

func (l limitRule) countsMark(mark Mark) bool { return l.mark != nil && l.mark(mark) }

// Limit is how many rows of one kind a plan may have without being accepted. It is
// exceeded by a count above both the floor and the share of the organizations.
type Limit struct {
	Name  LimitName `json:"name"`
	Share Percent   `json:"share"`
	Floor int       `json:"floor"`
}

// LimitCheck is a limit checked against a plan.
type LimitCheck struct {
	Limit
	// Count is what the limit counts: the rows of this plan, and Already, such as
	// organizations that are marked already.
	Count    int  `json:"count"`
	Already  int  `json:"already,omitzero"`
	Exceeded bool `json:"exceeded"`
}

// DefaultLimits returns the flow's limits (docs/rules.md, Limits). The partner
// flow manages no support level, so it has no limit for losing it.
func DefaultLimits(flow field.Flow) []Limit {
	var limits []Limit
	for _, rule := range limitTable() {
		if flow.ManagesLevel() || !rule.ofLevels {
			limits = append(limits, rule.Limit)
		}
	}
	return limits
}

// Parse returns the limit with the share, and the floor if there is one, of a
// text like 10% or 10%/25.
func (l Limit) Parse(text string) (Limit, error) {
	share, floor, hasFloor := strings.Cut(text, "/")
	parsed, err := ParsePercent(share)
	if err != nil {
		return l, fmt.Errorf("limit %q of %s: %w", text, l.Name, err)
	}
	l.Share = parsed
	if !hasFloor {
		return l, nil
	}
	count, err := strconv.ParseUint(floor, 10, 31)
	if err != nil {
		return l, fmt.Errorf("limit %q of %s: the floor %q is not a whole number: write it as 10%%/25", text, l.Name, floor)
	}
	l.Floor = int(count)
	return l, nil
}

// Allowed is the largest count that does not exceed the limit, among the given
// number of organizations.
func (l Limit) Allowed(organizations int) int {
	return max(l.Floor, int(int64(l.Share)*int64(organizations)/int64(100*onePercent)))
}

// planned counts the rows of the plan that the limit counts.
func (l limitRule) planned(plan *Plan) int {
	count := countOf(plan.Updates, l.countsUpdate) + countOf(plan.Marks, l.countsMark)
	if l.creates {
		count += len(plan.Creates)
	}
	return count
}

// check checks the limit against the finished plan.
func (c *comparison) check(limit Limit) LimitCheck {
	already := 0
	if rule := ruleOf(limit.Name); rule.standing != nil {
		already = rule.standing(c)
	}
	return limit.check(c.plan, already, c.plan.Counts.Organizations)
}

// check checks the limit against the rows of a plan and the organizations that are
// in this state already. It is exceeded only if it would stop a row.
func (l Limit) check(plan *Plan, already, organizations int) LimitCheck {
	rule := ruleOf(l.Name)
	count := rule.planned(plan) + already
	gate := Gate{exceeded: []limitRule{rule}}
	exceeded := count > l.Allowed(organizations) && gate.leavesOut(plan)
	return LimitCheck{Limit: l, Count: count, Already: already, Exceeded: exceeded}
}

// Recount checks the rows that a sync is about to apply against the limits of its
// plan again, because the files may have been edited. Limits that are not exactly
// those of the flow are an error.
func Recount(flow field.Flow, limits []LimitCheck, organizations int, rows *Plan) ([]LimitCheck, error) {
	var names []LimitName
	var again []LimitCheck
	for _, limit := range limits {
		names = append(names, limit.Name)
		again = append(again, limit.check(rows, limit.Already, organizations))
	}
	var want []LimitName
	for _, limit := range DefaultLimits(flow) {
		want = append(want, limit.Name)
	}
	if !slices.Equal(names, want) {
		return nil, fmt.Errorf("it has the limits %v, not %v", names, want)
	}
	return again, nil
}

func countOf[T any](rows []T, counts func(T) bool) int {
	count := 0
	for _, row := range rows {
		if counts(row) {
			count++
		}
	}
	return count
}

// staysMarked reports whether the organization is marked and may be deleted: it is
// neither protected nor kept by ignore_deletion.
func (c *comparison) staysMarked(org *organization.Organization) bool {
	id, _ := org.AccountID()
	return org.Marked() && !org.IgnoreDeletion && !c.Protected[id]
}

// standing counts the organizations that are marked already and that the plan does
// not unmark.
func (c *comparison) standing() int {
	return c.marked - countOf(c.plan.Updates, func(update Update) bool { return update.unmarks() && c.stays[update.ID] })
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
		return 0, fmt.Errorf("%q needs one to three digits after its decimal point", text)
	}
	thousandths, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", 3-len(fraction)), 10, 31)
	if err != nil || whole == "" || Percent(thousandths) > 100*onePercent {
		return 0, fmt.Errorf("%q is not a share from 0%% to 100%%", text)
	}
	return Percent(thousandths), nil
}

// String writes the share without its percent sign, as in 0.5.
func (p Percent) String() string {
	text := fmt.Sprintf("%d.%03d", p/onePercent, p%onePercent)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// MarshalJSON writes the share as a number of percent.
func (p Percent) MarshalJSON() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalJSON reads a number of percent.
func (p *Percent) UnmarshalJSON(raw []byte) error {
	parsed, err := ParsePercent(string(raw) + "%")
	*p = parsed
	return err
}
