package apply

import (
	"context"
	"fmt"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

const (
	// mostSends is how often one row is sent in a run.
	mostSends = 10
	// sameRows is how many consecutive rows, refused in the same way, end their
	// action.
	sameRows = 5
	// mostUnanswered is how many consecutive writes without an answer mean that the
	// connection is broken.
	mostUnanswered = 10
)

// streak counts consecutive rows of one action that were each sent alone and
// refused in the same way.
type streak struct {
	kind string
	rows int
	// succeeded says that a write of the action was accepted.
	succeeded bool
	// ended is why the action ended early; nil when it did not.
	ended *refusal
}

// add notes a row that was refused alone and reports whether it was one too
// many.
func (s *streak) add(r *refusal) bool {
	if r.kind != s.kind || r.blame != theRow {
		s.kind, s.rows = r.kind, 0
	}
	if r.blame == theRow {
		s.rows++
	}
	return s.rows >= sameRows
}

// success breaks the streak.
func (s *streak) success() { s.rows, s.succeeded = 0, true }

// accepted notes that a write of the action was taken.
func (r *run) accepted(action plan.Action) {
	r.withoutAnswer = 0
	r.streakOf(action).success()
}

// unanswered counts consecutive writes without an answer. Too many mean that the
// connection is broken, which ends the run.
func (r *run) unanswered(why *refusal) error {
	if !why.unanswered {
		r.withoutAnswer = 0
		return nil
	}
	if r.withoutAnswer++; r.withoutAnswer < mostUnanswered {
		return nil
	}
	return fmt.Errorf("%d consecutive writes were not answered: %w", mostUnanswered, why.err)
}

func (r *run) streakOf(action plan.Action) *streak {
	if r.streaks[action] == nil {
		r.streaks[action] = &streak{}
	}
	return r.streaks[action]
}

// endedEarly reports whether the action ended before its last row.
func (r *run) endedEarly(action plan.Action) bool { return r.streakOf(action).ended != nil }

// noteRefusedAlone notes that a row was refused in a request of its own. If five
// consecutive rows and the last row are refused in the same way, the action ends; if
// the first five rows of the next action are too, an error ends the run.
func (r *run) noteRefusedAlone(ctx context.Context, row *planRow, why *refusal) error {
	action := row.outcome.Action
	s := r.streakOf(action)
	if s.ended != nil || !s.add(why) {
		return nil
	}
	for _, other := range plan.Actions() {
		before := r.streakOf(other)
		if other != action && before.ended != nil && before.ended.kind == why.kind && !s.succeeded {
			s.ended = why
			return fmt.Errorf("the actions %s and %s failed in the same way, %d consecutive rows each: %w", other, action, sameRows, why.err)
		}
	}
	same, err := r.tryLastRow(ctx, action, why)
	if err != nil || !same {
		return err
	}
	s.ended = why
	r.Logger.Warn("ending the action early: its rows fail in the same way", "action", action, "because", why.err)
	return nil
}

// tryLastRow sends the last row of the action that was not sent alone, and reports
// whether it is refused in the same way; true if there is no such row.
func (r *run) tryLastRow(ctx context.Context, action plan.Action, why *refusal) (same bool, err error) {
	for _, last := range slices.Backward(r.rows) {
		if last.outcome.Action != action || last.alone > 0 || (last.state != unsent && last.state != silent) {
			continue
		}
		again, err := r.try(ctx, last)
		if err != nil || again == nil {
			return false, err
		}
		r.giveUp(last, again)
		return again.kind == why.kind, nil
	}
	return true, nil
}

// try sends a row once, by itself, and returns why it was refused.
func (r *run) try(ctx context.Context, row *planRow) (*refusal, error) {
	if row.outcome.Action == plan.ActionCreate {
		ids, err := r.instance.FindByAccount(ctx, row.outcome.AccountID)
		return r.tryCreate(ctx, searched{row, ids, err})
	}
	if _, err := r.look(ctx, []*planRow{row}); err != nil {
		return nil, err
	}
	return r.sendPart(ctx, []*planRow{row})
}
