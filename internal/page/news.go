package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// mostNamed is how many rows of a topic a message names at most.
const mostNamed = 10

// Message is the news as one short message, in Slack's markup. The link may be
// empty.
func Message(news *report.News, link string) string {
	var out strings.Builder
	title := "*zd-sfdc-sync: somebody has to look*"
	if news.Failed != "" {
		title = "*zd-sfdc-sync: " + slackText(news.Failed) + " failed; what is red was not carried out*"
	}
	out.WriteString(title)
	if link != "" {
		fmt.Fprintf(&out, " <%s|open it>", slackText(link))
	}
	out.WriteString("\n")
	for _, flow := range news.Flows {
		for _, line := range flowLines(flow) {
			out.WriteString(line + "\n")
		}
	}
	return out.String()
}

func flowLines(news report.FlowNews) []string {
	lines := []string{"*" + string(news.Flow) + "*: " + slackText(strings.Join(verdict(news.Plan).lines, " "))}
	if news.Since == nil {
		return append(lines, totals(news))
	}
	if len(news.Since.NewlyExceeded) > 0 {
		lines = append(lines, "• new: over the limit of "+strings.Join(news.Since.NewlyExceeded, ", ")+"; what is over it is left out until the plan is accepted")
	}
	if more := news.Since.MoreWithoutOrganization; more > 0 {
		lines = append(lines, "• new: "+report.Many(more, "customer")+" with support and without an organization")
	}
	for _, topic := range news.Topics {
		if len(topic.New) > 0 {
			lines = append(lines, fmt.Sprintf("• %s, %d new: %s", topic.Name, len(topic.New), named(topic.New)))
		}
	}
	if standing := standing(news); standing != "" {
		lines = append(lines, standing)
	}
	return lines
}

// named lists the first rows by name, grouped by cause, with the cause.
func named(rows []report.Row) string {
	var causes []string
	names := map[string][]string{}
	for i, row := range rows {
		about := about(row)
		if _, known := names[about]; !known {
			causes = append(causes, about)
		}
		if i < mostNamed {
			names[about] = append(names[about], "*"+slackText(row.Name)+"*")
		} else {
			names[about] = append(names[about], "")
		}
	}
	var parts []string
	for i, cause := range causes {
		if i == mostNamed {
			parts = append(parts, fmt.Sprintf("and %d other causes", len(causes)-mostNamed))
			break
		}
		parts = append(parts, strings.TrimSpace(ofOneCause(names[cause])+" "+slackText(cause)))
	}
	return strings.Join(parts, "; ")
}

// ofOneCause lists names; empty ones are only counted.
func ofOneCause(names []string) string {
	shown := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == "" })
	switch rest := len(names) - len(shown); {
	case rest == 0:
	case len(shown) == 0:
		shown = []string{strconv.Itoa(rest)}
	default:
		shown = append(shown, fmt.Sprintf("and %d more", rest))
	}
	return strings.Join(shown, ", ")
}

// totals are shown if there is no earlier run to compare with.
func totals(news report.FlowNews) string {
	var counts []string
	for _, topic := range news.Topics {
		if topic.Total > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", topic.Total, topic.Name))
		}
	}
	if len(counts) == 0 {
		return "• nothing that needs a person"
	}
	return "• without an earlier run to compare with: " + strings.Join(counts, ", ")
}

// standing counts rows that the earlier run had too, and rows that are gone.
func standing(news report.FlowNews) string {
	var parts []string
	for _, topic := range news.Topics {
		if old := topic.Total - len(topic.New); old > 0 {
			part := fmt.Sprintf("%d %s", old, topic.Name)
			if topic.Oldest != "" {
				part += " (the oldest since " + string(topic.Oldest) + ")"
			}
			parts = append(parts, part)
		}
		if topic.Gone > 0 {
			parts = append(parts, fmt.Sprintf("%d %s gone", topic.Gone, topic.Name))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("• since the plan of %s: %s", news.Since.Date, strings.Join(parts, ", "))
}

// longestText is how much of one name or one service's message is shown, in characters.
const longestText = 200

// slackText makes a text harmless in Slack: without these characters it can neither
// mention people nor contain links.
func slackText(text string) string {
	letters := []rune(Plain(text))
	if len(letters) > longestText {
		letters = append(letters[:longestText-1], '…')
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(string(letters))
}

// sinceBefore shows what differs from an earlier plan to people who look at this one.
func sinceBefore(p *report.Plan) []section {
	if p.Since == nil {
		return nil
	}
	counts := section{title: "Since the plan of " + string(p.Since.Date), columns: columns("what", "new", "gone", "there before", sinceTitle)}
	rows := section{title: "New since then", columns: columns("name", "what", "why", idTitle, accountIDTitle)}
	for _, topic := range p.Since.Topics {
		counts.add(of(topic.Name), of(strconv.Itoa(len(topic.New))), of(strconv.Itoa(topic.Gone)), of(strconv.Itoa(topic.Total-len(topic.New))),
			of(orDash(string(topic.Oldest))))
		for _, row := range topic.New {
			rows.add(of(row.Name), of(topic.Name), of(about(row)), of(organization(row.ID)), of(string(row.AccountID)))
		}
	}
	if more := p.Since.MoreWithoutOrganization; more > 0 {
		counts.say(report.Many(more, "more customer") + " with support and without an organization.")
	}
	return []section{counts, rows}
}

// about returns the subject of a row that needs a person.
func about(row report.Row) string {
	switch {
	case row.Outcome != nil && row.Outcome.Unfinished():
		return row.Outcome.Words()
	case row.Loses != nil:
		return strings.Join(lossLines(row), "; ")
	}
	return because(row)
}
