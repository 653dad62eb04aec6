package page

import (
	"cmp"
	"fmt"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func explanationsSheet(all *report.Explanations) sheet {
	s := sheet{title: fmt.Sprintf("As of %s", all.Date), verdict: of(fmt.Sprintf("As of %s, the day of the artifacts:", all.Date)).in(faint)}
	if all.Date != all.Today {
		s.verdict = of(fmt.Sprintf("As of %s, the day of the artifacts; today is %s.", all.Date, all.Today)).in(warn)
	}
	for _, explanation := range all.All {
		s.sections = append(s.sections, explanationSections(explanation)...)
	}
	return s
}

// explanationSections start with the answer, then have the rules in order, and end with
// the plans' rows of the account.
func explanationSections(explanation *report.Explanation) []section {
	answer := section{title: strings.Join(filled(string(explanation.ID), explanation.Name), "  ")}
	answer.say(explanation.Answers...)
	if customer := explanation.Customer; customer != nil {
		answer.say(fmt.Sprintf("in Salesforce: %s, US Government exception: %s", cmp.Or(customer.Type, "no type"), yesNo(customer.Exception)))
	}
	for _, planned := range explanation.Plans {
		for _, row := range planned.Rows {
			answer.say(fmt.Sprintf("plan of %s: %s", planned.Flow, plannedLine(row)))
		}
	}
	sections := []section{answer}
	if explanation.Customer != nil {
		sections = append(sections, customerSections(explanation.Customer)...)
	}
	for _, planned := range explanation.Plans {
		sections = append(sections, plannedSection(planned))
	}
	return sections
}

// customerSections show what each rule did, in order.
func customerSections(customer *report.Customer) []section {
	subscriptions := section{title: "Subscriptions"}
	for _, subscription := range customer.Subscriptions {
		subscriptions.say(subscriptionLine(subscription))
	}
	charges := section{title: "Charges (each counts until 15 days after its end)"}
	for _, charge := range customer.Charges {
		charges.say(chargeLine(charge))
	}
	sections := []section{subscriptions, charges}
	for i := range sections {
		if len(sections[i].lines) == 0 {
			sections[i].say("none")
		}
	}
	for _, instance := range customer.Instances {
		sections = append(sections, instanceSection(instance))
	}
	return sections
}

func subscriptionLine(subscription report.Subscription) string {
	judged := "judged by all its charges, as none is current"
	switch {
	case subscription.WithoutCharges:
		judged = "runs without a single charge"
	case subscription.ByCurrentCharges:
		judged = "judged by its current charges"
	}
	if subscription.DecidedBy != "" {
		judged += ", decided by charge " + subscription.DecidedBy
	}
	return fmt.Sprintf("%s  %s  %s to %s  goes to %s: %s", subscription.ID, subscription.Name,
		day(subscription.StartDate), day(subscription.EndDate), subscription.Instance.Title(), judged)
}

func chargeLine(charge report.Charge) string {
	state := "not current"
	switch {
	case charge.Current:
		state = "current until " + day(charge.CountsUntil)
	case charge.CountsUntil != "":
		state = "not current, counts until " + day(charge.CountsUntil)
	}
	meaning := string(charge.Meaning)
	switch charge.Meaning {
	case entitlement.Mapped:
		meaning += " to " + charge.Type
	case entitlement.Orphaned:
		meaning = "entitles to nothing, as its subscription is not in the account's list"
	}
	return fmt.Sprintf("%s  %q  of %s  %s to %s  quantity %s: %s, %s", charge.ID, charge.Name, cmp.Or(charge.Subscription, "no subscription"),
		day(charge.StartDate), day(charge.EndDate), charge.Quantity, meaning, state)
}

func instanceSection(instance report.Instance) section {
	s := section{title: instance.Instance.Title()}
	if instance.LeftOut != "" {
		s.say(fmt.Sprintf("left out (%s): %s", instance.LeftOut, instance.Ground))
	} else {
		s.say(fmt.Sprintf("has an object: %s", instance.Ground))
	}
	if override := instance.Override; override != nil {
		s.say(fmt.Sprintf("override of line %d is in force (%s)", override.Line, cmp.Or(override.Reason, "no reason given")))
	}
	if ignored := instance.Ignored; ignored != nil {
		s.say(fmt.Sprintf("override of line %d does nothing here, as the account is US Government's: write instance: usgov, or instance: global if Global is meant", ignored.Line))
	}
	for _, each := range instance.Holds {
		s.say(fmt.Sprintf("what would take something away is held: %s; %s", each, each.Reason.Remedy()))
	}
	s.columns = columns("attribute", "value", "rule")
	for _, step := range instance.Steps {
		value := cmp.Or(step.After, "empty")
		if step.Before != "" {
			value = step.Before + " → " + value
		}
		rule := string(step.Rule)
		if step.From != "" {
			rule += ", from " + step.From
		}
		s.add(of(step.Attribute), of(value), of(rule))
	}
	return s
}

// plannedSection shows a plan's rows of the account.
func plannedSection(planned report.Planned) section {
	if planned.PlanID == "" {
		return section{title: fmt.Sprintf("Plan of %s", planned.Flow), lines: []cell{of("compare has not run on this folder")}}
	}
	s := section{title: fmt.Sprintf("Plan of %s, %s", planned.Flow, planned.PlanID)}
	for _, row := range planned.Rows {
		s.say(plannedLine(row))
		if row.Outcome != nil {
			s.say("sync: " + row.Outcome.Words())
		}
	}
	if len(s.lines) == 0 {
		s.say("nothing to do")
	}
	return s
}

func plannedLine(row report.Row) string {
	var line string
	changes := strings.Join(changeLines(row.Changes), ", ")
	switch row.Kind {
	case report.Create:
		line = "create: " + createLine(row)
	case report.Update:
		line = fmt.Sprintf("update organization %d: %s", row.ID, changes)
	case report.Mark:
		line = fmt.Sprintf("mark organization %d for deletion: %s", row.ID, row.Reason)
	case report.Held:
		line = fmt.Sprintf("held, %s: %s", row.Action, because(row))
		if changes != "" {
			line += ": " + changes
		}
	case report.Orphan:
		line = fmt.Sprintf("organization %d is an orphan: %s", row.ID, row.Reason)
	case report.Conflict:
		line = fmt.Sprintf("conflict, %s: with %s", row.Reason, orDash(strings.Join(row.Details, ", ")))
	default:
		line = fmt.Sprintf("organization %d is unmanaged: %s", row.ID, row.Reason)
	}
	if row.OverLimit != "" {
		line += fmt.Sprintf(" (held back: over the limit of %s, unless the plan is accepted)", row.OverLimit)
	}
	return line
}

func day(date account.Date) string { return cmp.Or(string(date), "open") }

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
