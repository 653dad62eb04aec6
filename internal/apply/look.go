package apply

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// look reads the organizations of the rows. It settles the rows that are done or
// must not be done any more, and returns the others with what is to be sent.
func (r *run) look(ctx context.Context, rows []*planRow) ([]*planRow, error) {
	rows = unsettled(rows)
	if len(rows) == 0 {
		return nil, nil
	}
	orgs, err := r.show(ctx, rows)
	if err != nil {
		return nil, err
	}
	for _, row := range unsettled(rows) {
		look := row.look(find(orgs, row.outcome.ID))
		row.send = look.Send
		switch {
		case look.Applied:
			r.foundDone(row)
		case look.Skip != "" && row.state != unsent:
			// The row was sent, so it may have been applied before somebody changed the
			// organization.
			r.fail(row, Unknown, row.code, row.known+"; "+look.Skip)
		case look.Skip != "":
			r.settle(row, Skipped, look.Skip)
		case r.DryRun:
			row.outcome.Sent = union(r.Schema, nil, look.Send)
			r.settle(row, Planned, "")
		}
	}
	return unsettled(rows), nil
}

// mostUnreadable is how many organizations a run may fail to read before it
// considers the answers, and not the organizations, to be wrong.
const mostUnreadable = 20

// oneToBlame reports whether one organization may be to blame for a read that
// failed at once: its answer cannot be understood, or is refused.
func oneToBlame(err error) bool {
	failure := transport.AsError(err)
	return failure == nil || (!failure.Temporary() && fatal(err) == nil)
}

// show reads the organizations of the rows as they are now. If the answer cannot
// be read, it requests fewer and fewer, until the one to blame is alone: its row
// fails, the others continue.
func (r *run) show(ctx context.Context, rows []*planRow) (map[int64]organization.Organization, error) {
	if err := r.Journal.flush(); err != nil {
		return nil, err
	}
	orgs, err := r.instance.ShowMany(ctx, idsOf(rows))
	if err == nil || ctx.Err() != nil || !oneToBlame(err) {
		return orgs, err
	}
	if len(rows) == 1 {
		status := Failed
		if rows[0].state != unsent {
			status = Unknown
		}
		r.fail(rows[0], status, "", err.Error()+"; fix the organization in Zendesk, then run again")
		if r.unread++; r.unread > mostUnreadable {
			return nil, fmt.Errorf("more than %d organizations cannot be read, most recently: %w; fix them in Zendesk, then run again", mostUnreadable, err)
		}
		return nil, nil
	}
	orgs = map[int64]organization.Organization{}
	for half := range slices.Chunk(rows, (len(rows)+1)/2) {
		found, err := r.show(ctx, half)
		if err != nil {
			return nil, err
		}
		maps.Copy(orgs, found)
	}
	return orgs, nil
}
