package page

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

func explanationSheet(explanation *report.Explanation) sheet {
	s := sheet{}
	switch {
	case explanation.Unmanaged != "":
		s.title = explanation.Unmanaged + " has no valid salesforce_id: no flow manages it"
	case explanation.Customer != nil:
		customer := explanation.Customer
		s.title = fmt.Sprintf("%s  %s  (%s, US Government exception: %s)", customer.ID, customer.Name, cmp.Or(customer.Type, "no type"), yesNo(customer.Exception))
		s.sections = rulesSections(explanation)
	case explanation.Partner:
		s.title = fmt.Sprintf("%s is a partner: the partner flow takes its organization over as Salesforce has it", explanation.ID)
	default:
		s.title = fmt.Sprintf("%s has an organization, and is neither a customer nor a partner of the Salesforce artifacts: merged, retyped or hidden there", explanation.ID)
	}
	for _, planned := range explanation.Plans {
		s.sections = append(s.sections, plannedSection(planned))
	}
	return s
}

// rulesSections are what the rules did, in their order.
func rulesSections(explanation *report.Explanation) []section {
	subscriptions := section{title: "subscriptions:"}
	for _, subscription := range explanation.Trace.Subscriptions {
		subscriptions.lines = append(subscriptions.lines, subscriptionLine(subscription))
	}
	charges := section{title: "charges:"}
	for _, charge := range explanation.Trace.Charges {
		charges.lines = append(charges.lines, chargeLine(charge))
	}
	if len(explanation.Decision.UnmappedCharges) > 0 {
		charges.lines = append(charges.lines, "unmapped, so compare holds what would take support away: "+strings.Join(explanation.Decision.UnmappedCharges, ", "))
	}
	sections := []section{subscriptions, charges}
	for i := range sections {
		if len(sections[i].lines) == 0 {
			sections[i].lines = []string{"none"}
		}
	}
	for _, traced := range explanation.Trace.Instances {
		sections = append(sections, instanceSection(traced))
	}
	return sections
}

func subscriptionLine(traced entitlement.SubscriptionTrace) string {
	judged := "judged by all its charges, as none is current"
	switch {
	case traced.WithoutCharges:
		judged = "runs without a single charge, which counts as unmapped"
	case traced.ByCurrentCharges:
		judged = "judged by its current charges"
	}
	if traced.DecidedBy != "" {
		judged += ", decided by charge " + traced.DecidedBy
	}
	subscription := traced.Subscription
	return fmt.Sprintf("%s  %s  %s to %s  goes to %s: %s", subscription.ID, subscription.Name,
		day(subscription.StartDate), day(subscription.EndDate), traced.Instance.Title(), judged)
}

func chargeLine(traced entitlement.ChargeTrace) string {
	state := "not current"
	if traced.Current {
		state = "current until " + day(traced.CurrentUntil)
	}
	meaning := string(traced.Meaning)
	switch traced.Meaning {
	case entitlement.Mapped:
		meaning += " to " + traced.Type
	case entitlement.Orphaned:
		meaning = "entitles to nothing, as its subscription is not in the account's list"
	}
	charge := traced.Charge
	return fmt.Sprintf("%s  %q  of %s  %s to %s  quantity %s: %s, %s", charge.ID, traced.Name, cmp.Or(charge.Subscription, "no subscription"),
		day(charge.StartDate), day(charge.EndDate), charge.Quantity, meaning, state)
}

func instanceSection(traced *entitlement.InstanceTrace) section {
	s := section{title: traced.Instance.Title() + ":"}
	if traced.Reason != "" {
		s.lines = append(s.lines, fmt.Sprintf("left out (%s): %s", traced.Reason, traced.Ground))
	} else {
		s.lines = append(s.lines, fmt.Sprintf("has an object: %s", traced.Ground))
	}
	if traced.Override != nil {
		s.lines = append(s.lines, fmt.Sprintf("override of line %d is in force (%s)", traced.Override.Line, cmp.Or(traced.Override.Reason, "no reason given")))
	}
	schema := field.SchemaOf(field.Flow(traced.Instance))
	for _, step := range traced.Steps {
		s.lines = append(s.lines, stepLine(schema, step))
	}
	return s
}

func stepLine(schema *field.Schema, step entitlement.Step) string {
	// What is not a managed field is shown as it is.
	kind := field.Text
	if position, ok := schema.Index(step.Attribute); ok {
		kind = schema.Fields[position].Kind
	}
	shown := func(value field.Value) string {
		if kind == field.Check {
			return strconv.FormatBool(value == field.True)
		}
		return cmp.Or(string(value), "empty")
	}
	from := ""
	if step.From != "" {
		from = ", from " + step.From
	}
	change := shown(step.After)
	if step.Before != "" {
		change = shown(step.Before) + " → " + change
	}
	return fmt.Sprintf("%-32s %s  (%s%s)", step.Attribute, change, step.Rule, from)
}

// plannedSection is what a plan holds of the account.
func plannedSection(planned report.Planned) section {
	if planned.PlanID == "" {
		return section{title: fmt.Sprintf("compare %s:", planned.Flow), lines: []string{"has not run on this folder"}}
	}
	s := section{title: fmt.Sprintf("compare %s (plan %s):", planned.Flow, planned.PlanID)}
	for _, row := range planned.Rows {
		s.lines = append(s.lines, plannedLine(row))
	}
	if len(s.lines) == 0 {
		s.lines = []string{"nothing to do"}
	}
	return s
}

func plannedLine(row report.Row) string {
	line := ""
	switch row.Kind {
	case report.Create:
		line = "create"
	case report.Update:
		line = fmt.Sprintf("update organization %d: %s", row.ID, changesText(row.Changes))
	case report.Mark:
		line = fmt.Sprintf("mark organization %d for deletion: %s", row.ID, row.Reason)
	case report.Held:
		line = fmt.Sprintf("held, %s: %s", row.Action, because(row))
	case report.Orphan:
		line = fmt.Sprintf("organization %d is an orphan: %s", row.ID, row.Reason)
	case report.Conflict:
		line = fmt.Sprintf("conflict, %s: with %s", row.Reason, orDash(strings.Join(row.Details, ", ")))
	default:
		line = fmt.Sprintf("organization %d is unmanaged: %s", row.ID, row.Reason)
	}
	if row.OverLimit != "" {
		line += fmt.Sprintf(" (over the limit of %s: held back unless the plan is accepted)", row.OverLimit)
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
