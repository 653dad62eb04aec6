package report

import (
	"slices"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// News is what people should know about a run of all flows, and what is new since an
// earlier one (docs/commands.md, notify).
type News struct {
	// Failed names what failed; empty if nothing did.
	Failed string
	Flows  []FlowNews
}

// FlowNews are the news of one flow. If nothing has changed since an earlier plan, that
// plan is not there to compare with, and nothing can be called new.
type FlowNews struct {
	*Plan
	// Exceeded are the limits that the plan exceeds.
	Exceeded []string
	// Topics are those of Since, or of the plan alone.
	Topics []Topic
}

// Changes are the differences from an earlier plan of the flow.
type Changes struct {
	// Date is the day of the earlier plan.
	Date account.Date `json:"date"`
	// NewlyExceeded are the limits that the earlier plan did not exceed.
	NewlyExceeded []string `json:"newly_exceeded"`
	// MoreWithoutOrganization is how many more customers with support have no
	// organization.
	MoreWithoutOrganization int     `json:"more_without_organization"`
	Topics                  []Topic `json:"topics"`
}

// Topic is one kind of row that needs a person.
type Topic struct {
	Name string `json:"name"`
	// Total is the number of rows, New the number that the earlier plan did not have,
	// and Gone the number that only the earlier plan had.
	Total int   `json:"total"`
	New   []Row `json:"new"`
	Gone  int   `json:"gone"`
	// Oldest is the day since which the oldest row has been waiting; empty if rows have
	// no such day.
	Oldest account.Date `json:"oldest,omitzero"`
}

// The topics, in the order of the message.
const (
	TopicLost      = "losing support or an entitlement"
	TopicFailed    = "failed or unfinished"
	TopicHeld      = "held"
	TopicConflicts = "in conflict"
	TopicOrphans   = "orphaned"
)

// topics selects the rows of each topic.
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

// Against returns the plan with its differences from an earlier one of its flow, which
// may be nil.
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

// NewsOf returns the news of a flow.
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

// key is equal for rows of two plans that are about the same thing.
func (r Row) key() string {
	lost := ""
	if r.Loses != nil {
		lost = r.Loses.From + ">" + r.Loses.To + strings.Join(r.Loses.Fields, ",")
	}
	return strings.Join([]string{
		string(r.Kind), strconv.FormatInt(r.ID, 10), string(r.AccountID), r.Name, r.Reason, strings.Join(r.Details, ","), lost,
	}, "\x00")
}

// Due reports whether to notify people: if something failed or is new or, without an
// earlier run, if anything needs a person at all.
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
