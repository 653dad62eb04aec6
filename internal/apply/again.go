package apply

import (
	"context"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/zendesk"
)

// diedJob is a job that died, with the rows that it said nothing about.
type diedJob struct {
	rows []*planRow
	// of is how many rows it had.
	of int
}

// finish records the result of each row of a job that ended. Rows without a
// result are sent again if the job died; otherwise they are read at the end.
func (r *run) finish(rows []*planRow, last zendesk.Job) {
	known := "the job " + last.Status + " without a result for this organization"
	if last.Message != "" {
		known += ": " + last.Message
	}
	r.wrote = r.Clock.Now()
	var unmentioned []*planRow
	for i, row := range rows {
		result, ok := resultOf(last, row.outcome.ID, i)
		switch {
		case !ok:
			row.open(silent, "", known)
			unmentioned = append(unmentioned, row)
		case result.Updated:
			row.open(written, "", "")
			r.progressed, r.diedAlone = true, 0
		case row.dropName(result.Error, result.Details):
			r.withoutName = append(r.withoutName, row)
		default:
			r.fail(row, Failed, result.Error, result.Details)
		}
	}
	if last.Died() && len(unmentioned) > 0 {
		r.diedJobs = append(r.diedJobs, diedJob{unmentioned, len(rows)})
	}
}

// resultOf finds the job's result for an organization: by its id, or by its
// position if an item has no id.
func resultOf(last zendesk.Job, id int64, index int) (zendesk.JobResult, bool) {
	for _, result := range last.Results {
		if result.ID == id || (result.ID == 0 && result.Index == index) {
			return result, result.Updated || result.Error+result.Details != ""
		}
	}
	return zendesk.JobResult{}, false
}

// sendAgain sends the unfinished rows of ended jobs: without their name, if it was
// refused, and the rows that a job did not reach before it died.
func (r *run) sendAgain(ctx context.Context) error {
	for len(r.withoutName)+len(r.diedJobs) > 0 {
		rows := r.withoutName
		r.withoutName = nil
		for chunk := range slices.Chunk(rows, zendesk.PageSize) {
			if err := r.sendChunk(ctx, chunk); err != nil {
				return err
			}
		}
		for _, died := range r.takeDied() {
			if err := r.resend(ctx, died); err != nil {
				return err
			}
		}
		if err := r.queue.follow(ctx, 0); err != nil {
			return err
		}
	}
	return nil
}

// takeDied takes the jobs whose rows are sent again next: all of them if a job has made
// progress, otherwise one, and none if too many consecutive rows died in jobs of their
// own.
func (r *run) takeDied() []diedJob {
	if r.diedAlone >= sameRows {
		r.Logger.Warn("no longer sending rows again", "because", "every job with them fails")
		r.diedJobs = nil
		return nil
	}
	from := 0
	if !r.progressed {
		from = max(len(r.diedJobs)-1, 0)
	}
	taken := slices.Clone(r.diedJobs[from:])
	r.diedJobs, r.progressed = r.diedJobs[:from], false
	return taken
}

// resend reads the organizations of the rows and sends those that are not done.
// If the job wrote some rows, it died at the first of these: that one is sent
// alone.
func (r *run) resend(ctx context.Context, died diedJob) error {
	due, err := r.look(ctx, died.rows)
	if err != nil {
		return err
	}
	due = slices.DeleteFunc(due, func(row *planRow) bool { return row.sends >= mostSends })
	if len(due) == 0 {
		return nil
	}
	parts := [][]*planRow{due}
	switch first := due[0]; {
	case died.of == 1 && first.alone > 1 && !first.dropName(first.code, first.known):
		r.diedAlone++
		return nil
	case len(due) == 1:
	case len(due) < died.of:
		parts = [][]*planRow{due[:1], due[1:]}
	default:
		half := (len(due) + 1) / 2
		parts = [][]*planRow{due[:half], due[half:]}
	}
	refused, err := r.sendLooked(ctx, parts...)
	for _, part := range refused {
		if err == nil {
			err = r.split(ctx, part, 1, false)
		}
	}
	return err
}
