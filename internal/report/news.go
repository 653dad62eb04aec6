package report

import (
	"slices"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// News is what people should know of a run of all flows, and what of it is new
// since an earlier one (design.md, Attention, once).
type News struct {
	// Failed names what ended in failure; empty when nothing did.
	Failed string
	Flows  []FlowNews
}

// FlowNews are those of one flow.
type FlowNews struct {
	*Plan
	// Since is the day of the earlier plan; empty without one, when nothing can
	// be told to be new.
	Since account.Date
	// Exceeded are the limits that the plan exceeds, NewlyExceeded those of them
	// that the earlier plan kept.
	Exceeded      []string
	NewlyExceeded []string
	// MoreWithoutOrganization is how many more customers with support have no
	// organization than in the earlier plan.
	MoreWithoutOrganization int
	Topics                  []Topic
}

// Topic is one kind of row that needs a person.
type Topic struct {
	Name string
	// Total is how many there are, New are those that the earlier run had not,
	// and Gone is how many it had that are not there any more.
	Total int
	New   []Row
	Gone  int
	// Oldest is since when the one waits that has waited longest; empty where
	// rows have no such day.
	Oldest account.Date
}

// The topics, in the order in which they are told.
const (
	TopicLost      = "losing support or an entitlement"
	TopicFailed    = "failed or left"
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
		{TopicFailed, func(row Row) bool { return row.Outcome != nil && row.Outcome.Left() }},
		{TopicHeld, kind(Held)}, {TopicConflicts, kind(Conflict)}, {TopicOrphans, kind(Orphan)},
	}
}

// NewsOf returns what is new in a flow since an earlier plan of it, nil without
// one.
func NewsOf(now, before *Plan) FlowNews {
	news := FlowNews{Plan: now, Exceeded: now.Exceeded()}
	if before != nil {
		news.Since = before.Date
		news.MoreWithoutOrganization = max(0, now.Counts.WithoutOrganization-before.Counts.WithoutOrganization)
		for _, limit := range news.Exceeded {
			if !slices.Contains(before.Exceeded(), limit) {
				news.NewlyExceeded = append(news.NewlyExceeded, limit)
			}
		}
	}
	for _, topic := range topics() {
		news.Topics = append(news.Topics, topicOf(topic.name, topic.of, now, before))
	}
	return news
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
	if n.Since != "" {
		return len(n.NewlyExceeded) > 0 || n.MoreWithoutOrganization > 0 || slices.ContainsFunc(n.Topics, func(topic Topic) bool { return len(topic.New) > 0 })
	}
	return len(n.Exceeded) > 0 || slices.ContainsFunc(n.Topics, func(topic Topic) bool { return topic.Total > 0 })
}
