package stage

import (
	"context"
	"errors"
	"fmt"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// ImpactOptions are plans.yaml and the overrides file before and after a change. Nil
// is the text of the processor's last run.
type ImpactOptions struct {
	PlansBefore, PlansAfter *Text
	OverridesAfter          *Text
	// AllowEdited accepts artifacts that differ from their manifest.
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
	impact, found := report.NewImpact(s.run.Day), newFindings(after)
	err = s.readCustomers(func(customer *account.Account) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		decided := after.Decide(customer, nil)
		impact.Add(customer, before.Decide(customer, nil), decided)
		found.add(customer, decided)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return impact, s.checkAdded(before, after, found)
}

// checkAdded warns about overrides without effect. Those that the change adds for a
// partner or a nonexistent account are errors: a mistyped id of 15 characters has
// no checksum that shows it.
func (s *session) checkAdded(before, after *entitlement.Lookups, found *findings) error {
	known := map[field.Instance]map[account.ID]bool{}
	for _, instance := range field.Instances() {
		known[instance] = map[account.ID]bool{}
	}
	for _, entry := range before.OverridesByID.All() {
		known[entry.Instance][entry.ID] = true
	}
	var refused []error
	for _, entry := range after.OverridesByID.All() {
		warning, idle := found.idle(entry, after)
		switch {
		case !idle:
		case !known[entry.Instance][entry.ID] && (warning.Code == overrideOfPartner || warning.Code == overrideWithoutAccount):
			refused = append(refused, fmt.Errorf("%s: %s; check the id", entry.ID, warning.Message))
		default:
			s.warn(warning)
		}
	}
	if refused != nil {
		return usageError(errors.Join(refused...))
	}
	return nil
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
