package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/entitlement"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/report"
)

// PlanDocument is plan.json: the manifest of compare, and everything about a plan
// except its rows.
type PlanDocument struct {
	artifact.Manifest
	PlanID         string            `json:"plan_id"`
	HasChanges     bool              `json:"has_changes"`
	Instance       string            `json:"instance"`
	Held           []plan.Held       `json:"held"`
	Orphans        []plan.Orphan     `json:"orphans"`
	Unmanaged      []plan.Unmanaged  `json:"unmanaged"`
	Conflicts      []plan.Conflict   `json:"conflicts"`
	LosesSupport   []plan.Loss       `json:"loses_support"`
	SupportLevels  []plan.Movement   `json:"support_levels"`
	ChangesByField []plan.FieldCount `json:"changes_by_field"`
	Limits         []plan.LimitCheck `json:"limits"`
}

// fill copies what compare decided.
func (d *PlanDocument) fill(made *plan.Plan, instance string) {
	d.HasChanges, d.Instance = made.HasChanges(), instance
	d.Held, d.Orphans, d.Unmanaged, d.Conflicts = made.Held, made.Orphans, made.Unmanaged, made.Conflicts
	d.LosesSupport = made.LosesSupport
	d.SupportLevels, d.ChangesByField, d.Limits = made.SupportLevels, made.ChangesByField, made.Limits
	for _, count := range made.Counts.Named() {
		d.Counts[count.Name] = count.Value
	}
}

// seal sets the plan_id when the files are complete.
func (d *PlanDocument) seal() { d.PlanID = d.planID() }

// planIDDigits is how many digits of the digest are the plan_id.
const planIDDigits = 16

// planID depends on the inputs, the rows and the limits of the plan, and not on the
// time.
func (d *PlanDocument) planID() string {
	digest := sha256.New()
	fmt.Fprintf(digest, "%s\n%s\n%s\n", d.Flow, d.Instance, d.Date)
	for _, files := range [][]artifact.File{d.Outputs, d.Inputs} {
		for _, file := range files {
			fmt.Fprintf(digest, "%s %s\n", file.Path, file.SHA256)
		}
	}
	fmt.Fprintf(digest, "%d organizations\n", plan.CountsFrom(d.Counts).Organizations)
	for _, limit := range d.Limits {
		fmt.Fprintf(digest, "%s %s%%/%d: %d, %d already, exceeded %t\n", limit.Name, limit.Share, limit.Floor, limit.Count, limit.Already, limit.Exceeded)
	}
	return hex.EncodeToString(digest.Sum(nil))[:planIDDigits]
}

// SavedPlan is a plan as read from its files: the rows, with the gate of their
// limits, as sync applies them and explain shows them.
type SavedPlan struct {
	*PlanDocument
	Rows apply.Rows
}

// readPlan reads the plan of the flow, checks each file against plan.json, and checks
// its rows against its limits again, because the files may have been edited. A
// plan_id that does not belong to this plan and its limits is an error. An accepted
// plan_id opens the gate; it must be exactly that of this plan.
func (s *session) readPlan(flow field.Flow, accepted string) (*SavedPlan, error) {
	name := artifact.PlanManifest(flow)
	saved := &SavedPlan{PlanDocument: &PlanDocument{}}
	if err := s.run.Folder.ReadManifest(name, saved.PlanDocument); err != nil {
		return nil, err
	}
	if saved.PlanID != saved.planID() || saved.Flow != string(flow) {
		return nil, &artifact.Error{
			Name: name, Problem: "does not match its plan_id: it or its limits were edited, or it belongs to another flow",
			Hint: "compare again; --allow-edited accepts edited record files, but not an edited plan.json",
		}
	}
	if err := s.readRows(saved, field.SchemaOf(flow)); err != nil {
		return nil, err
	}
	rows := &plan.Plan{Creates: saved.Rows.Creates, Updates: saved.Rows.Updates, Marks: saved.Rows.Marks}
	limits, err := plan.Recount(flow, saved.Limits, plan.CountsFrom(saved.Counts).Organizations, rows)
	if err != nil {
		return nil, &artifact.Error{Name: name, Problem: "has no valid limits", Err: err, Hint: "compare again"}
	}
	switch accepted {
	case "":
		saved.Rows.Gate = plan.GateOf(limits)
	case saved.PlanID:
	default:
		return nil, &artifact.Error{
			Name: name, Problem: fmt.Sprintf("is plan %s, not the accepted plan %s", saved.PlanID, accepted),
			Hint: "look at the plan that is here and accept that, or fetch the artifacts of the accepted one",
		}
	}
	return saved, nil
}

func (s *session) readRows(saved *SavedPlan, schema *field.Schema) error {
	rows := &saved.Rows
	err := readRowFile(s, artifact.Creates(schema.Flow), schema, createReader(schema), func(row plan.Create) {
		if s.reads(row.ID) {
			rows.Creates = append(rows.Creates, row)
		}
	})
	if err == nil {
		err = readRowFile(s, artifact.Updates(schema.Flow), schema, plan.UpdateReader(schema), func(row plan.Update) {
			if s.reads(row.AccountID) {
				rows.Updates = append(rows.Updates, row)
			}
		})
	}
	if err == nil {
		err = readRowFile(s, artifact.NotInSync(schema.Flow), schema, plan.MarkReader(schema), func(row plan.Mark) {
			if s.reads(row.AccountID) {
				rows.Marks = append(rows.Marks, row)
			}
		})
	}
	return err
}

// reads reports whether the rows of the account are read.
func (s *session) reads(id account.ID) bool { return s.rowsOf == nil || s.rowsOf[id] }

func readRowFile[T any](s *session, name string, schema *field.Schema, parse func(jsontext.Value) (T, error), take func(T)) error {
	return artifact.ReadInput(&s.inputs, name, artifact.PlanManifest(schema.Flow), parse, func(row T) error {
		take(row)
		return nil
	})
}

// createReader returns a function that reads the record of a create: a Salesforce
// record for partners, a record of the processor for the others.
func createReader(schema *field.Schema) func(jsontext.Value) (plan.Create, error) {
	if schema.Flow == field.Partner {
		read := artifact.PartnerReader()
		return func(raw jsontext.Value) (plan.Create, error) {
			partner, err := read(raw)
			if err != nil {
				return plan.Create{}, err
			}
			return plan.Create{ID: partner.ID, Record: schema.FromPartner(partner), Source: partner}, nil
		}
	}
	read := entitlement.Reader(schema)
	return func(raw jsontext.Value) (plan.Create, error) {
		object, err := read(raw)
		return plan.Create{ID: object.ID, Record: object.Record, Source: &object}, err
	}
}

// Report returns the plan's report for people.
func (p *SavedPlan) Report(folder artifact.Folder) *report.Plan {
	saved := &plan.Plan{
		Counts:  plan.CountsFrom(p.Counts),
		Creates: p.Rows.Creates, Updates: p.Rows.Updates, Marks: p.Rows.Marks,
		Held: p.Held, Orphans: p.Orphans, Unmanaged: p.Unmanaged, Conflicts: p.Conflicts,
		SupportLevels: p.SupportLevels, ChangesByField: p.ChangesByField, LosesSupport: p.LosesSupport, Limits: p.Limits,
	}
	for _, warning := range p.Warnings {
		saved.Warnings = append(saved.Warnings, plan.Warning{Code: warning.Code, Message: warning.Message})
	}
	return report.PlanOf(p.Subject(folder), saved)
}

// Subject identifies the plan.
func (d *PlanDocument) Subject(folder artifact.Folder) report.Subject {
	return report.Subject{Flow: field.Flow(d.Flow), Instance: d.Instance, Date: d.Date, PlanID: d.PlanID, GatheredAt: d.GatheredAt, DataDir: string(folder)}
}
