package report

import (
	"cmp"
	"fmt"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// answers say, in a sentence for each instance, what the account gets there and why,
// with dates.
func (c *Customer) answers(today account.Date) []string {
	var answers []string
	for _, instance := range c.Instances {
		answer := instance.Instance.Title() + ": " + c.answer(instance, today)
		if len(instance.Holds) > 0 {
			var holds []string
			for _, each := range instance.Holds {
				holds = append(holds, each.String())
			}
			answer += "; nothing is taken away for now: " + strings.Join(holds, ", ")
		}
		answers = append(answers, answer)
	}
	return answers
}

func (c *Customer) answer(instance Instance, today account.Date) string {
	if instance.LeftOut != "" {
		return fmt.Sprintf("left out (%s): %s", instance.LeftOut, instance.Ground)
	}
	level := instance.last(field.SupportLevel)
	switch {
	case level.Rule == entitlement.RuleOverride:
		return level.After + ": " + strings.TrimSuffix(instance.Override.sentence(), ",")
	case level.After == string(field.Expired):
		return "expired: " + c.whyExpired(instance, today)
	}
	attribute := instance.last(level.From)
	if attribute.Rule == entitlement.RuleOverride {
		return fmt.Sprintf("%s: %s turns %s on", level.After, instance.Override.sentence(), level.From)
	}
	if charge, ok := c.latest(instance.Instance, func(charge Charge) bool { return charge.Current && charge.Type == level.From }); ok {
		return fmt.Sprintf("%s: its charge %s %s", level.After, charge.Name, charge.term())
	}
	return fmt.Sprintf("%s: %s is on", level.After, level.From)
}

func (o *Override) sentence() string {
	text := fmt.Sprintf("the override of line %d (%s)", o.Line, cmp.Or(o.Reason, "no reason given"))
	if o.ExpiresOn != "" {
		text += fmt.Sprintf(", in force until %s,", o.ExpiresOn)
	}
	return text
}

// term says until when a current charge counts.
func (c Charge) term() string {
	if c.EndDate == "" {
		return "has no end"
	}
	return fmt.Sprintf("ends on %s and counts until %s", c.EndDate, c.CountsUntil)
}

// whyExpired names the last charge that included support, or says why there is none.
func (c *Customer) whyExpired(instance Instance, today account.Date) string {
	charge, ok := c.latest(instance.Instance, func(charge Charge) bool { return charge.Meaning == entitlement.Mapped })
	switch {
	case ok && charge.StartDate > today:
		return fmt.Sprintf("its charge %s starts on %s", charge.Name, charge.StartDate)
	case ok && charge.Current && instance.Override != nil:
		return fmt.Sprintf("%s turns %s off", instance.Override.sentence(), charge.Type)
	case ok:
		ended := fmt.Sprintf("its last charge, %s, ended on %s and counted until %s", charge.Name, charge.EndDate, charge.CountsUntil)
		return strings.Join(append([]string{ended}, c.unknown()...), "; ")
	case len(c.unknown()) > 0:
		return strings.Join(c.unknown(), "; ")
	}
	return c.whyNothing(instance.Instance)
}

// unknown returns the first current charge that is not in plans.yaml, nil if there is
// none.
func (c *Customer) unknown() []string {
	for _, charge := range c.Charges {
		switch {
		case charge.Current && charge.Meaning == entitlement.Unmapped:
			return []string{fmt.Sprintf("its charge %s is not in plans.yaml", charge.Name)}
		case charge.Current && charge.Meaning == entitlement.Orphaned:
			return []string{fmt.Sprintf("the subscription of its charge %s is not in the account's list", charge.Name)}
		}
	}
	return nil
}

// whyNothing says what an account has in place of a charge that includes support in the
// instance.
func (c *Customer) whyNothing(instance field.Instance) string {
	here := 0
	for _, subscription := range c.Subscriptions {
		if subscription.Instance != instance {
			continue
		}
		if subscription.WithoutCharges {
			return fmt.Sprintf("its subscription %s runs without a single charge", subscription.Name)
		}
		here++
	}
	switch {
	case len(c.Subscriptions) == 0:
		return "it has no subscription"
	case here == 0:
		return "none of its subscriptions belongs here"
	}
	return "none of its charges here entitles to support"
}

// latest returns the charge of the instance that ends last among those selected.
func (c *Customer) latest(instance field.Instance, wanted func(Charge) bool) (Charge, bool) {
	of := map[string]field.Instance{}
	for _, subscription := range c.Subscriptions {
		of[subscription.ID] = subscription.Instance
	}
	var latest Charge
	found := false
	for _, charge := range c.Charges {
		if of[charge.Subscription] == instance && wanted(charge) && (!found || endsLater(charge.EndDate, latest.EndDate)) {
			latest, found = charge, true
		}
	}
	return latest, found
}

// endsLater compares ends; no end is later than any.
func endsLater(a, b account.Date) bool { return b != "" && (a == "" || a > b) }
