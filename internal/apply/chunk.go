package apply

import (
	"context"
	"slices"
)

// part is some rows of one action that go out as one job, and why they were
// refused the last time.
type part struct {
	rows []*planRow
	why  *refusal
}

// sendChunk sends up to a hundred rows as one job. What Zendesk refuses for its
// content, or again and again, is halved until the row to blame is alone
// (docs/rules.md, Failed rows). An error ends the run.
func (r *run) sendChunk(ctx context.Context, rows []*planRow) error {
	for attempt := 1; ; attempt++ {
		refused, err := r.sendParts(ctx, rows)
		if err != nil || len(refused) == 0 {
			return err
		}
		rows = refused[0].rows
		waited, err := r.pause(ctx, attempt, refused[0].why)
		if err != nil {
			return err
		}
		sent := slices.MaxFunc(rows, func(a, b *planRow) int { return a.sends - b.sends }).sends
		if !waited || sent+1+sendsToFind(len(rows)) > mostSends {
			return r.split(ctx, refused[0], attempt+1, waited)
		}
	}
}

// sendsToFind is the maximum number of times that a row in a part of this many rows is
// sent until it is alone, plus one more.
func sendsToFind(rows int) int {
	sends := 1
	for ; rows > 1; rows = (rows + 1) / 2 {
		sends++
	}
	return sends
}

// split sends the halves of a part that was refused, both of them before
// either is split.
func (r *run) split(ctx context.Context, whole part, attempt int, waited bool) error {
	if len(whole.rows) == 1 {
		return r.sendAlone(ctx, whole.rows[0], whole.why, waited)
	}
	half := (len(whole.rows) + 1) / 2
	refused, err := r.sendParts(ctx, whole.rows[:half], whole.rows[half:])
	for _, part := range refused {
		if err != nil || r.endedEarly(part.rows[0].outcome.Action) {
			break
		}
		if waited, err = r.pause(ctx, attempt, part.why); err == nil {
			err = r.split(ctx, part, attempt+1, waited)
		}
	}
	return err
}

// sendAlone tries a row that was refused by itself once more: without its new name if
// it has one, because a long name must not hold back support.
func (r *run) sendAlone(ctx context.Context, row *planRow, why *refusal, waited bool) error {
	if row.dropName(why.code, why.words) || row.alone < 2 {
		if waited || r.mayHaveLanded(why) {
			if _, err := r.look(ctx, []*planRow{row}); err != nil {
				return err
			}
		}
		again, err := r.sendPart(ctx, []*planRow{row})
		if err != nil || again == nil {
			return err
		}
		why = again
	}
	r.giveUp(row, why)
	return r.noteRefusedAlone(ctx, row, why)
}

// giveUp leaves a row to its failure. One that may have had an effect is looked
// at in the end.
func (r *run) giveUp(row *planRow, why *refusal) {
	if row.state == unsent {
		r.fail(row, Failed, why.code, why.words)
		return
	}
	row.code, row.known = why.code, why.words
}

// pause waits before what was refused is tried again, if it may pass and the
// retry policy allows another attempt.
func (r *run) pause(ctx context.Context, attempt int, why *refusal) (waited bool, err error) {
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	if why.failure == nil || !why.failure.Temporary() {
		return false, nil
	}
	err = r.instance.Pause(ctx, attempt, why.failure)
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	return err == nil, nil
}

// sendParts looks at the organizations of all parts, as one, and sends each
// part as a job. It returns those that were refused.
func (r *run) sendParts(ctx context.Context, parts ...[]*planRow) ([]part, error) {
	if _, err := r.queue.room(ctx); err != nil {
		return nil, err
	}
	if _, err := r.look(ctx, slices.Concat(parts...)); err != nil {
		return nil, err
	}
	return r.sendLooked(ctx, parts...)
}

func (r *run) sendLooked(ctx context.Context, parts ...[]*planRow) ([]part, error) {
	var refused []part
	for _, rows := range parts {
		waited, err := r.queue.room(ctx)
		if err == nil && waited {
			_, err = r.look(ctx, rows)
		}
		if err != nil {
			return nil, err
		}
		why, err := r.sendPart(ctx, rows)
		if err != nil {
			return nil, err
		}
		if why != nil {
			refused = append(refused, part{unsettled(rows), why})
		}
	}
	return refused, nil
}
