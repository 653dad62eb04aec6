package cli

import (
	"cmp"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/summary"
)

// explanation prints the rules' own trace of one account.
type explanation struct {
	*stage
	customer *account.Account
	trace    *entitlement.Trace
}

func (e explanation) print(decision entitlement.Decision) {
	e.printf("\n%s  %s  (%s, US Government exception: %s)", e.customer.ID, summary.Plain(e.customer.Name),
		cmp.Or(summary.Plain(e.customer.Type), "no type"), yesNo(e.customer.Exception))
	e.printf("\nsubscriptions:")
	for _, subscription := range e.trace.Subscriptions {
		e.subscription(subscription)
	}
	if len(e.trace.Subscriptions) == 0 {
		e.printf("  none")
	}
	e.printf("\ncharges:")
	for _, charge := range e.trace.Charges {
		e.charge(charge)
	}
	if len(e.trace.Charges) == 0 {
		e.printf("  none")
	}
	if len(decision.UnmappedCharges) > 0 {
		e.printf("\nunmapped, so compare holds what would take support away: %s", summary.Plain(strings.Join(decision.UnmappedCharges, ", ")))
	}
	e.instance(e.trace.Global)
	e.instance(e.trace.USGov)
}

func (e explanation) subscription(traced entitlement.SubscriptionTrace) {
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
	e.printf("  %s  %s  %s to %s  goes to %s: %s", subscription.ID, summary.Plain(subscription.Name),
		day(subscription.StartDate), day(subscription.EndDate), traced.Instance.Title(), judged)
}

func (e explanation) charge(traced entitlement.ChargeTrace) {
	state := "not current"
	if traced.Current {
		state = "current until " + day(traced.CurrentUntil)
	}
	charge := traced.Charge
	meaning := string(traced.Meaning)
	switch traced.Meaning {
	case entitlement.Mapped:
		meaning += " to " + traced.Type
	case entitlement.Orphaned:
		meaning = "entitles to nothing, as its subscription is not in the account's list"
	}
	e.printf("  %s  %q  of %s  %s to %s  quantity %s: %s, %s", charge.ID, traced.Name, cmp.Or(charge.Subscription, "no subscription"),
		day(charge.StartDate), day(charge.EndDate), charge.Quantity, meaning, state)
}

func (e explanation) instance(traced *entitlement.InstanceTrace) {
	e.printf("\n%s:", traced.Instance.Title())
	if traced.Reason != "" {
		e.printf("  left out (%s): %s", traced.Reason, traced.Ground)
	} else {
		e.printf("  has an object: %s", traced.Ground)
	}
	if traced.Override != nil {
		e.printf("  override of line %d is in force (%s)", traced.Override.Line, cmp.Or(summary.Plain(traced.Override.Reason), "no reason given"))
	}
	schema := field.SchemaOf(field.Flow(traced.Instance))
	for _, step := range traced.Steps {
		// What is no managed field is shown as it is.
		kind := field.Text
		if position, ok := schema.Index(step.Attribute); ok {
			kind = schema.Fields[position].Kind
		}
		from := ""
		if step.From != "" {
			from = ", from " + summary.Plain(step.From)
		}
		change := valueText(kind, step.After)
		if step.Before != "" {
			change = valueText(kind, step.Before) + " → " + change
		}
		e.printf("  %-32s %s  (%s%s)", step.Attribute, change, step.Rule, from)
	}
}

// printPlanned prints what the plan holds of the account, and tells whether
// that is anything.
func (s *stage) printPlanned(id account.ID, rows apply.Rows, document *planDocument) bool {
	found := false
	tell := func(format string, arguments ...any) {
		found = true
		s.printf("  "+format, arguments...)
	}
	for _, row := range rows.Creates {
		if row.ID == id {
			tell("create%s", leftOutFor(rows.Gate.Create()))
		}
	}
	for _, row := range rows.Updates {
		if row.AccountID == id {
			_, limit := rows.Gate.Update(row)
			tell("update organization %d: %s%s", row.ID, changesText(row.Changes), leftOutFor(limit))
		}
	}
	for _, row := range rows.Marks {
		if row.AccountID == id {
			tell("mark organization %d for deletion: %s%s", row.ID, row.Reason, leftOutFor(rows.Gate.Mark(row)))
		}
	}
	for _, row := range document.Held {
		if row.AccountID == id {
			reason := string(row.Reason)
			if len(row.UnmappedCharges) > 0 {
				reason += ": " + summary.Plain(strings.Join(row.UnmappedCharges, ", "))
			}
			tell("held, %s: %s", row.Action, reason)
		}
	}
	for _, row := range document.Orphans {
		if row.AccountID == id {
			tell("organization %d is an orphan: %s", row.ID, row.Reason)
		}
	}
	for _, row := range document.Conflicts {
		if row.AccountID == id {
			tell("conflict, %s: with organizations %v, accounts %v", row.Reason, row.OrganizationIDs, row.AccountIDs)
		}
	}
	return found
}

func leftOutFor(limit plan.LimitName) string {
	if limit == "" {
		return ""
	}
	return " (over the limit of " + string(limit) + " unless the plan is accepted)"
}

func changesText(changes []field.Change) string {
	var texts []string
	for _, change := range changes {
		kind := change.Field.Kind
		texts = append(texts, change.Field.Key+" "+valueText(kind, change.From)+" → "+valueText(kind, change.To))
	}
	return strings.Join(texts, ", ")
}

// valueText is a value for people: nothing is false for a check box, and empty
// for everything else.
func valueText(kind field.Kind, value field.Value) string {
	if kind == field.Check {
		return strconv.FormatBool(value == field.True)
	}
	return cmp.Or(summary.Plain(string(value)), "empty")
}

func day(date account.Date) string { return cmp.Or(string(date), "open") }

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
