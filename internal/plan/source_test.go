package plan_test

import (
	"cmp"
	"io"
	"maps"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// input is the input of a plan as values in any order.
type input struct {
	plan.Input
	Wanted        []plan.Wanted
	Organizations []organization.Organization
	LeftOut       map[account.ID]plan.LeftOut
	// PartnerIDs and CustomerIDs are the ids of the two Salesforce artifacts; nil
	// when that artifact is not there.
	PartnerIDs, CustomerIDs map[account.ID]bool
}

// listed is a source of values.
type listed[T any] struct{ values []T }

func (l *listed[T]) Next() (next T, err error) {
	if len(l.values) == 0 {
		return next, io.EOF
	}
	next, l.values = l.values[0], l.values[1:]
	return next, nil
}

func sorted[T any](values []T, compare func(a, b T) int) plan.Source[T] {
	return &listed[T]{slices.SortedStableFunc(slices.Values(values), compare)}
}

func sourceOfIDs(all map[account.ID]bool) plan.Source[account.ID] {
	if all == nil {
		return nil
	}
	var listedIDs []account.ID
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if all[id] {
			listedIDs = append(listedIDs, id)
		}
	}
	return &listed[account.ID]{listedIDs}
}

// make makes the plan from sorted sources, as record files are.
func (in input) make() *plan.Plan {
	in.Input.Wanted = sorted(in.Wanted, func(a, b plan.Wanted) int { return cmp.Compare(a.ID, b.ID) })
	in.Input.Organizations = sorted(in.Organizations, func(a, b organization.Organization) int {
		return cmp.Or(cmp.Compare(a.Record.Get(field.SalesforceID), b.Record.Get(field.SalesforceID)), cmp.Compare(a.ID, b.ID))
	})
	in.Others = sourceOfIDs(in.PartnerIDs)
	if in.Schema.Flow == field.Partner {
		in.Others = sourceOfIDs(in.CustomerIDs)
	} else {
		var all []plan.LeftOut
		for _, id := range slices.Sorted(maps.Keys(in.LeftOut)) {
			left := in.LeftOut[id]
			left.ID = id
			all = append(all, left)
		}
		in.Input.LeftOut = &listed[plan.LeftOut]{all}
	}
	in.Names = func(ids map[int64]bool) (map[int64]field.Value, error) {
		found := map[int64]field.Value{}
		for _, org := range in.Organizations {
			if ids[org.ID] {
				found[org.ID] = org.Record.Get(field.Name)
			}
		}
		return found, nil
	}
	made, err := plan.Make(in.Input)
	if err != nil {
		panic(err)
	}
	return made
}
