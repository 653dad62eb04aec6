package cli

import (
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/page"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// readRows reads the three files of the plan, each as plan.json has it.
func (s *stage) readRows(schema *field.Schema) (apply.Rows, error) {
	var rows apply.Rows
	manifest := artifact.PlanManifest(schema.Flow)
	err := artifact.ReadInput(&s.inputs, artifact.Creates(schema.Flow), manifest,
		func(raw jsontext.Value) (plan.Create, error) { return parseCreate(raw, schema) }, appendTo(&rows.Creates))
	if err != nil {
		return rows, err
	}
	err = artifact.ReadInput(&s.inputs, artifact.Updates(schema.Flow), manifest,
		func(raw jsontext.Value) (plan.Update, error) { return plan.ParseUpdate(raw, schema) }, appendTo(&rows.Updates))
	if err != nil {
		return rows, err
	}
	return rows, artifact.ReadInput(&s.inputs, artifact.NotInSync(schema.Flow), manifest,
		func(raw jsontext.Value) (plan.Mark, error) { return plan.ParseMark(raw, schema) }, appendTo(&rows.Marks))
}

func appendTo[T any](rows *[]T) func(T) error {
	return func(row T) error {
		*rows = append(*rows, row)
		return nil
	}
}

// parseCreate reads a wanted record: of Salesforce for partners, of the
// processor for the others.
func parseCreate(raw jsontext.Value, schema *field.Schema) (plan.Create, error) {
	if schema.Flow == field.Partner {
		partner, err := artifact.ParsePartner(raw)
		if err != nil {
			return plan.Create{}, err
		}
		return plan.Create{ID: partner.ID, Record: schema.FromPartner(partner)}, nil
	}
	object, err := entitlement.ParseObject(raw, schema)
	return plan.Create{ID: object.ID, Record: object.Record}, err
}

// printOffline tells what a plan would do, from its files alone. Rows over a
// limit end it with the code that sync would end with.
func (s *stage) printOffline(rows apply.Rows) error {
	creates, updates, marks, over := 0, 0, 0, 0
	for range rows.Creates {
		if rows.Gate.Create() != "" {
			over++
		} else {
			creates++
		}
	}
	for _, update := range rows.Updates {
		if pass, _ := rows.Gate.Update(update); len(pass) == 0 {
			over++
		} else {
			updates++
		}
	}
	for _, mark := range rows.Marks {
		if rows.Gate.Mark(mark) != "" {
			over++
		} else {
			marks++
		}
	}
	s.printf("dry run from the files alone, no instance is configured: %d creates, %d updates, %d marks would be looked at and sent; %d rows are over a limit",
		creates, updates, marks, over)
	if over > 0 {
		return leftOutForLimit(over, "")
	}
	return nil
}

// printOutcomes tells how many rows of each action came to what, and names
// those that did not get through.
func (s *stage) printOutcomes(outcomes []apply.Outcome) {
	for _, action := range []plan.Action{plan.ActionCreate, plan.ActionUpdate, plan.ActionMark} {
		counts := map[apply.Status]int{}
		for _, outcome := range outcomes {
			if outcome.Action == action {
				counts[outcome.Outcome]++
			}
		}
		s.printf("%-17s  applied %d  planned %d  skipped %d  failed %d  unknown %d", action,
			counts[apply.Applied], counts[apply.Planned], counts[apply.Skipped], counts[apply.Failed], counts[apply.Unknown])
	}
	shown := 0
	for _, outcome := range outcomes {
		if !outcome.Left() {
			continue
		}
		if shown++; shown > shownRows {
			s.printf("… and more: sync_results.json lists all")
			return
		}
		s.printf("  %s %s %s %s: %s %s %s", outcome.Outcome, outcome.Action, outcome.AccountID, page.Plain(outcome.Name),
			page.Plain(outcome.Reason), page.Plain(outcome.Error), page.Plain(outcome.Description))
	}
}

// What the manifest of sync counts beside its rows by action and outcome.
const (
	countFailed    = "failed"
	countOverLimit = "over_limit"
	countLeft      = "left"
)

// count adds the outcome to what the manifest counts.
func (s *stage) count(outcome apply.Outcome) {
	counts := s.manifest.Counts
	counts[string(outcome.Action)+"_"+string(outcome.Outcome)]++
	if outcome.Outcome == apply.Failed || outcome.Outcome == apply.Unknown {
		counts[countFailed]++
	}
	if outcome.OverLimit() {
		counts[countOverLimit]++
	}
	if outcome.Left() {
		counts[countLeft]++
	}
}

// shownRows bounds lists on the screen.
const shownRows = 20

func (s *stage) writeResults(flow field.Flow, outcomes []apply.Outcome) error {
	file, err := s.batch.Create(artifact.SyncResults(flow))
	if err != nil {
		return err
	}
	// 0 is written too, so that a metric never goes missing.
	for _, name := range []string{countFailed, countOverLimit, countLeft} {
		s.manifest.Counts[name] = 0
	}
	var line []byte
	for _, outcome := range outcomes {
		if line, err = outcome.AppendJSON(line[:0]); err != nil {
			return err
		}
		if err := file.Append(string(outcome.AccountID), outcome.ID, line); err != nil {
			return err
		}
		s.count(outcome)
	}
	if err := s.finish(); err != nil {
		return err
	}
	return s.commit(artifact.SyncManifest(flow), &s.manifest)
}
