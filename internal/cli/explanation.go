package cli

import (
	"cmp"
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
	e.printf("  %s  %q  of %s  %s to %s  quantity %s: %s %s, %s", charge.ID, traced.Name, cmp.Or(charge.Subscription, "no subscription"),
		day(charge.StartDate), day(charge.EndDate), charge.Quantity, traced.Meaning, traced.Type, state)
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
	for _, step := range traced.Steps {
		from := ""
		if step.From != "" {
			from = ", from " + summary.Plain(step.From)
		}
		change := valueText(step.After)
		if step.Before != "" {
			change = valueText(step.Before) + " → " + change
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
			tell("held, %s: %s %s", row.Action, row.Reason, summary.Plain(strings.Join(row.UnmappedCharges, ", ")))
		}
	}
	for _, row := range document.Orphans {
		if row.AccountID == id {
			tell("organization %d is an orphan: %s", row.ID, row.Reason)
		}
	}
	for _, row := range document.Conflicts {
		if row.AccountID == id {
			tell("conflict, %s: organizations %v", row.Reason, row.OrganizationIDs)
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
		texts = append(texts, change.Field.Key+" "+valueText(change.From)+" → "+valueText(change.To))
	}
	return strings.Join(texts, ", ")
}

func valueText(value field.Value) string { return cmp.Or(summary.Plain(string(value)), "empty") }

func day(date account.Date) string { return cmp.Or(string(date), "open") }

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
