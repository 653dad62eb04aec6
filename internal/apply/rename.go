package apply

import (
	"context"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// butForTheName is the reason of a row whose new name is taken: a person has
// to decide about the name, nobody has to wait for the rest.
const butForTheName = "as planned but for the name"

func lookUpdate(update plan.Update) func(*organization.Organization) plan.Look {
	return func(present *organization.Organization) plan.Look {
		return plan.LookUpdate(update, present)
	}
}

// lookNameless is the look at an update without its new name; nil when it has
// none, or nothing else.
func lookNameless(update plan.Update) func(*organization.Organization) plan.Look {
	isName := func(change field.Change) bool { return change.Field.Key == field.Name }
	rest := slices.DeleteFunc(slices.Clone(update.Changes), isName)
	if len(rest) == 0 || len(rest) == len(update.Changes) {
		return nil
	}
	update.Changes = rest
	return lookUpdate(update)
}

// refuseName notes that the new name is taken, and that the rest of the row
// goes out without it: Zendesk refuses an organization whole, and the partner
// flow does not see who holds a name outside of its own organizations.
func (r *run) refuseName(next *row, result zendesk.JobResult) {
	next.outcome.Error, next.outcome.Description = result.Error, result.Details
	next.look, next.nameless = next.nameless, nil
	next.short = &verdict{Failed, butForTheName}
	next.open(silent, result.Details)
	r.nameless = append(r.nameless, next)
}

// sendNameless sends the rows whose name was refused once more, without it.
func (r *run) sendNameless(ctx context.Context) error {
	rows := r.nameless
	r.nameless = nil
	for chunk := range slices.Chunk(rows, zendesk.PageSize) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := r.sendChunk(ctx, chunk); err != nil {
			return err
		}
	}
	return r.queue.follow(ctx, 0)
}
