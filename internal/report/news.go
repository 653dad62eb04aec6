package report

import (
	"slices"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// News is what people should know of a run of all flows, and what of it is new
// since an earlier one (docs/commands.md, notify).
type News struct {
	// Failed names what ended in failure; empty when nothing did.
	Failed string
	Flows  []FlowNews
}

// FlowNews are those of one flow. A plan with no changes since an earlier one
// has none to be compared with, and nothing of it can be told to be new.
type FlowNews struct {
	*Plan
	// Exceeded are the limits that the plan exceeds.
	Exceeded []string
	// Topics are those of Since, or of the plan alone.
	Topics []Topic
}

// Changes are what is different from an earlier plan of the flow.
type Changes struct {
	// Date is the day of the earlier plan.
	Date account.Date `json:"date"`
	// NewlyExceeded are the limits that the earlier plan kept.
	NewlyExceeded []string `json:"newly_exceeded"`
	// MoreWithoutOrganization is how many more customers with support have no
	// organization.
	MoreWithoutOrganization int     `json:"more_without_organization"`
	Topics                  []Topic `json:"topics"`
}

// Topic is one kind of row that needs a person.
type Topic struct {
	Name string `json:"name"`
	// Total is how many there are, New are those that the earlier plan had not,
	// and Gone is how many it had that are not there any more.
	Total int   `json:"total"`
	New   []Row `json:"new"`
	Gone  int   `json:"gone"`
	// Oldest is since when the one waits that has waited longest; empty where
	// rows have no such day.
	Oldest account.Date `json:"oldest,omitzero"`
}

// The topics, in the order in which they are told.
const (
	TopicLost      = "losing support or an entitlement"
	TopicFailed    = "failed or unfinished"
	TopicHeld      = "held"
	TopicConflicts = "in conflict"
	TopicOrphans   = "orphaned"
)

// topics are the rows of each topic.
func topics() []struct {
	name string
	of   func(Row) bool
} {
	kind := func(kind Kind) func(Row) bool { return func(row Row) bool { return row.Kind == kind } }
	return []struct {
		name string
		of   func(Row) bool
	}{
		{TopicLost, func(row Row) bool { return row.Loses != nil }},
		{TopicFailed, func(row Row) bool { return row.Outcome != nil && row.Outcome.Unfinished() }},
		{TopicHeld, kind(Held)}, {TopicConflicts, kind(Conflict)}, {TopicOrphans, kind(Orphan)},
	}
}

// Against returns the plan with what is different from an earlier one of its
// flow; nil is none.
func (p *Plan) Against(before *Plan) *Plan {
	if before == nil {
		return p
	}
	with := *p
	with.Since = &Changes{
		Date:                    before.Date,
		MoreWithoutOrganization: max(0, p.Counts.WithoutOrganization-before.Counts.WithoutOrganization),
		Topics:                  topicsOf(p, before),
	}
	for _, limit := range p.Exceeded() {
		if !slices.Contains(before.Exceeded(), limit) {
			with.Since.NewlyExceeded = append(with.Since.NewlyExceeded, limit)
		}
	}
	return &with
}

// NewsOf returns what people should know of a flow.
func NewsOf(whole *Plan) FlowNews {
	news := FlowNews{Plan: whole, Exceeded: whole.Exceeded()}
	if whole.Since != nil {
		news.Topics = whole.Since.Topics
		return news
	}
	news.Topics = topicsOf(whole, nil)
	return news
}

func topicsOf(now, before *Plan) []Topic {
	var all []Topic
	for _, topic := range topics() {
		all = append(all, topicOf(topic.name, topic.of, now, before))
	}
	return all
}

func topicOf(name string, of func(Row) bool, now, before *Plan) Topic {
	topic := Topic{Name: name}
	known := map[string]bool{}
	if before != nil {
		for _, row := range before.Rows {
			if of(row) {
				known[row.key()] = true
			}
		}
	}
	topic.Gone = len(known)
	for _, row := range now.Rows {
		if !of(row) {
			continue
		}
		topic.Total++
		if row.FirstSeen != "" && (topic.Oldest == "" || row.FirstSeen < topic.Oldest) {
			topic.Oldest = row.FirstSeen
		}
		switch {
		case known[row.key()]:
			topic.Gone--
		case before != nil:
			topic.New = append(topic.New, row)
		}
	}
	return topic
}

// key is what makes two rows of two plans the same thing.
func (r Row) key() string {
	lost := ""
	if r.Loses != nil {
		lost = r.Loses.From + ">" + r.Loses.To + strings.Join(r.Loses.Fields, ",")
	}
	return strings.Join([]string{
		string(r.Kind), strconv.FormatInt(r.ID, 10), string(r.AccountID), r.Name, r.Reason, strings.Join(r.Details, ","), lost,
	}, "\x00")
}

// Due reports whether somebody should be told: something failed, or something
// is new; without an earlier run, if anything needs a person at all.
func (n *News) Due() bool {
	if n.Failed != "" {
		return true
	}
	return slices.ContainsFunc(n.Flows, FlowNews.due)
}

func (n FlowNews) due() bool {
	if n.Since != nil {
		return len(n.Since.NewlyExceeded) > 0 || n.Since.MoreWithoutOrganization > 0 || slices.ContainsFunc(n.Topics, func(topic Topic) bool { return len(topic.New) > 0 })
	}
	return len(n.Exceeded) > 0 || slices.ContainsFunc(n.Topics, func(topic Topic) bool { return topic.Total > 0 })
}
