package stage

import (
	"context"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// ImpactOptions are the files of the rules before and after a change. Nil is
// the text of the processor's last run.
type ImpactOptions struct {
	PlansBefore, PlansAfter *Text
	OverridesAfter          *Text
	// AllowEdited takes artifacts that differ from their manifest.
	AllowEdited bool
}

// Impact applies the processor's rules to the artifacts twice, with the files
// before and after a change, for the day of the processor's last run.
func Impact(ctx context.Context, run *Run, options ImpactOptions) (*report.Impact, error) {
	s := run.open(options.AllowEdited)
	before, after, err := s.readBothRules(options)
	if err != nil {
		return nil, err
	}
	impact := report.NewImpact(s.run.Day)
	return impact, s.readCustomers(func(customer *account.Account) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		impact.Add(customer, before.Decide(customer, nil), after.Decide(customer, nil))
		return nil
	})
}

// readBothRules makes the lookup structures of both versions of the files.
func (s *session) readBothRules(options ImpactOptions) (before, after *entitlement.Lookups, err error) {
	document, err := s.readProcessed()
	if err != nil {
		return nil, nil, err
	}
	savedPlans, savedEntries := savedTexts(document)
	plansBefore, err := orSaved(options.PlansBefore, savedPlans).ParsePlans()
	if err != nil {
		return nil, nil, err
	}
	plansAfter, err := orSaved(options.PlansAfter, savedPlans).ParsePlans()
	if err != nil {
		return nil, nil, err
	}
	entriesBefore, err := savedEntries.ParseOverrides()
	if err != nil {
		return nil, nil, err
	}
	entriesAfter, err := orSaved(options.OverridesAfter, savedEntries).ParseOverrides()
	if err != nil {
		return nil, nil, err
	}
	inputs, err := s.readLookupInputs(plansBefore, entriesBefore)
	if err != nil {
		return nil, nil, err
	}
	before = entitlement.NewLookups(inputs)
	inputs.Plans, inputs.Overrides = plansAfter, entriesAfter
	return before, entitlement.NewLookups(inputs), nil
}

func orSaved(given *Text, saved Text) Text {
	if given != nil {
		return *given
	}
	return saved
}
