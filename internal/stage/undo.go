package stage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// UndoOptions say where to write the reverse plan, and which artifacts to accept.
type UndoOptions struct {
	// Out is the folder of the new plan; empty is the data folder's name with
	// -undo- and the plan_id.
	Out artifact.Folder
	// Limits are those to check, see plan.DefaultLimits.
	Limits []plan.Limit
	// AllowEdited accepts artifacts that differ from their manifest.
	AllowEdited bool
}

// Undo makes a plan that reverses the syncs of the flow's plan, for the current day,
// in a new folder, and returns the folder. The data folder does not change.
func Undo(ctx context.Context, run *Run, flow field.Flow, options UndoOptions) (artifact.Folder, *PlanDocument, *plan.Plan, error) {
	source := run.open(options.AllowEdited)
	saved, err := source.readPlan(flow, "")
	if err != nil {
		return "", nil, nil, err
	}
	done, err := source.readDone(saved)
	if err != nil {
		return "", nil, nil, err
	}
	input := plan.UndoInput{
		Schema: field.SchemaOf(flow), Updates: saved.Rows.Updates, Marks: saved.Rows.Marks, Sent: done.fieldsOf, Limits: options.Limits,
	}
	reverse, err := source.makeUndo(input)
	if err != nil || ctx.Err() != nil {
		return "", nil, nil, errors.Join(err, context.Cause(ctx))
	}
	to, err := run.undoing(options.Out, saved.PlanID)
	if err != nil {
		return "", nil, nil, err
	}
	document := &PlanDocument{}
	id := identity{stage: "undo", flow: string(flow), manifest: artifact.PlanManifest(flow)}
	return to.Folder, document, reverse, to.write(id, document, func(s *session) error {
		for _, file := range source.inputs.Files() {
			file.Path = filepath.Join(string(run.Folder), file.Path)
			s.inputs.Add(file)
		}
		// An undo of this plan needs the same organizations.
		for _, name := range []string{artifact.ZendeskOrgs(flow), artifact.GatherManifest(flow)} {
			if err := run.Folder.Copy(name, to.Folder); err != nil {
				return err
			}
		}
		if err := s.writeRows(flow, reverse); err != nil {
			return err
		}
		for _, org := range done.created {
			s.warn(artifact.Warning{
				Code: "undo_keeps_create", SalesforceID: org.AccountID, ID: org.ID,
				Message: "the organization was created by the sync and stays: if it should go, remove it by hand in Zendesk",
			})
		}
		document.fill(reverse, saved.Instance)
		document.GatheredAt = saved.GatheredAt
		return nil
	})
}

// makeUndo makes the reverse plan from the gathered organizations.
func (s *session) makeUndo(input plan.UndoInput) (*plan.Plan, error) {
	orgs, err := organizations(input.Schema).open(s)
	if err != nil {
		return nil, err
	}
	defer orgs.Close()
	input.Organizations = orgs
	reverse, err := plan.Undo(input)
	if err != nil {
		return nil, err
	}
	return reverse, orgs.Finish()
}

// undoing is the run in the folder of the new plan, on the current day.
func (r *Run) undoing(out artifact.Folder, planID string) (*Run, error) {
	if out == "" {
		out = artifact.Folder(filepath.Clean(string(r.Folder)) + "-undo-" + planID)
	}
	if filepath.Clean(string(out)) == filepath.Clean(string(r.Folder)) {
		return nil, usageError(fmt.Errorf("--out %s is the data folder itself: its plan and its receipts would be lost; name another folder", out))
	}
	to := *r
	to.Folder, to.Day = out, account.DateOf(r.Clock.Now().UTC())
	return &to, nil
}

// done is what the runs of a plan did.
type done struct {
	sent    map[plan.Action]map[int64][]string
	created []apply.Outcome
}

func (d *done) fieldsOf(action plan.Action, id int64) []string { return d.sent[action][id] }

func (d *done) add(outcome apply.Outcome) {
	if outcome.Action == plan.ActionCreate {
		known := slices.ContainsFunc(d.created, func(other apply.Outcome) bool { return other.ID == outcome.ID })
		if outcome.ID != 0 && len(outcome.Sent) > 0 && !known {
			d.created = append(d.created, outcome)
		}
		return
	}
	if d.sent[outcome.Action] == nil {
		d.sent[outcome.Action] = map[int64][]string{}
	}
	d.sent[outcome.Action][outcome.ID] = append(d.sent[outcome.Action][outcome.ID], outcome.Sent...)
}

// readDone reads what was sent, from the plan's journal, which a killed run leaves
// too, and its results.
func (s *session) readDone(saved *SavedPlan) (*done, error) {
	flow := field.Flow(saved.Flow)
	did := &done{sent: map[plan.Action]map[int64][]string{}}
	name := artifact.SyncJournal(flow)
	planID, receipts, err := apply.ReadReceipts(s.run.Folder.Path(name))
	if err != nil {
		return nil, err
	}
	for _, receipt := range receipts {
		did.add(receipt)
	}
	results, err := s.readResults(saved, did)
	switch {
	case err != nil:
		return nil, err
	case planID == "" && !results:
		return nil, &artifact.Error{Name: name, Problem: "is missing", Hint: "no sync has carried out this plan here, so there is nothing to undo", Err: fs.ErrNotExist}
	case planID != "" && planID != saved.PlanID:
		return nil, &artifact.Error{
			Name: name, Problem: fmt.Sprintf("belongs to plan %s, but plan.json is plan %s", planID, saved.PlanID),
			Hint: "undo in the data folder as it was when that plan was carried out (`zd-sfdc-sync download` fetches it)",
		}
	}
	return did, nil
}

// readResults adds the results, and reports whether there are any of this plan.
func (s *session) readResults(saved *SavedPlan, did *done) (bool, error) {
	flow := field.Flow(saved.Flow)
	if s.inputs.Missing(artifact.SyncResults(flow)) {
		return false, nil
	}
	manifest, err := s.inputs.Manifest(artifact.SyncManifest(flow))
	if err != nil {
		return false, err
	}
	if !carriedOut(saved, manifest) {
		return false, nil
	}
	return true, artifact.ReadInput(&s.inputs, artifact.SyncResults(flow), artifact.SyncManifest(flow), parseOutcome, func(outcome apply.Outcome) error {
		did.add(outcome)
		return nil
	})
}
