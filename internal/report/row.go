package report

import (
	"slices"
	"strconv"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/apply"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// Kind is the kind of a plan's row.
type Kind string

// A sync applies the first three kinds of rows; the others are for people to decide.
const (
	Create    Kind = Kind(plan.ActionCreate)
	Update    Kind = Kind(plan.ActionUpdate)
	Mark      Kind = Kind(plan.ActionMark)
	Held      Kind = "held"
	Conflict  Kind = "conflict"
	Orphan    Kind = "orphan"
	Unmanaged Kind = "unmanaged"
)

// Kinds returns all kinds in the order of a plan's rows.
func Kinds() []Kind { return []Kind{Create, Update, Mark, Held, Conflict, Orphan, Unmanaged} }

// Row is one row of a plan, of any kind.
type Row struct {
	Kind Kind `json:"kind"`
	// ID is the Zendesk organization's; 0 if there is none.
	ID        int64      `json:"id,omitzero"`
	AccountID account.ID `json:"salesforce_id"`
	Name      string     `json:"name"`
	// Action is the action that is held, for a held row.
	Action plan.Action `json:"action,omitzero"`
	// Reason is one of the plan's reasons; empty for creates and most updates.
	Reason string `json:"reason,omitzero"`
	// Details are the subject of the reason: the ids of organizations and accounts, or
	// the text that is not an id.
	Details []string `json:"details,omitempty"`
	// Holds are all the account's causes for holding the row.
	Holds []hold.Hold `json:"holds,omitempty"`
	// FirstSeen is the day since which a held row, a conflict or an orphan has been
	// waiting.
	FirstSeen account.Date `json:"first_seen,omitzero"`
	// Changes are those planned or held; for a create, all fields that are not empty.
	Changes []field.Changed `json:"changes"`
	// Seen is what marks and orphans have in Zendesk now.
	Seen *Seen `json:"seen,omitempty"`
	// Loses is what a planned row takes away; nil if nothing.
	Loses *Loss `json:"loses,omitempty"`
	// OverLimit is the limit because of which the row, or part of it, is not applied
	// unless the plan is accepted; empty if there is none.
	OverLimit plan.LimitName `json:"over_limit,omitzero"`
	// Outcome is what a sync did with the row; nil before the first one.
	Outcome *apply.Outcome `json:"outcome,omitempty"`
	// Why explains lost and held rows, if the artifacts for it are there.
	Why *Explanation `json:"why,omitempty"`
}

// Seen is what an organization has in Zendesk now; what the flow does not manage is
// empty.
type Seen struct {
	AccountType    string `json:"account_type"`
	SupportLevel   string `json:"support_level"`
	ExpirationDate string `json:"expiration_date"`
}

// Loss is what a row takes away.
type Loss struct {
	// Support reports that the level, 24x7 or the organization itself is lost, and not
	// only entitlements.
	Support bool `json:"support"`
	// From and To are the levels if they change; To is empty for a mark.
	From string `json:"from,omitzero"`
	To   string `json:"to,omitzero"`
	// OnHold reports that support_hold is turned on.
	OnHold bool `json:"on_hold"`
	// Fields are the entitlements that are turned off.
	Fields []string `json:"fields"`
}

// rowsOf returns the plan's rows, kind by kind.
func rowsOf(flow field.Flow, made *plan.Plan) []Row {
	gate := plan.GateOf(made.Limits)
	var rows []Row
	for _, create := range made.Creates {
		rows = append(rows, Row{
			Kind: Create, AccountID: create.ID, Name: string(create.Record.Get(field.Name)),
			Changes: changed(create.Record.Schema.NewRecord().Diff(create.Record)), OverLimit: gate.Create(),
		})
	}
	for _, update := range made.Updates {
		_, limit := gate.Update(update)
		rows = append(rows, Row{
			Kind: Update, ID: update.ID, AccountID: update.AccountID, Name: update.Name, Reason: string(update.Reason),
			Changes: changed(update.Changes), Loses: lossOf(flow, update), OverLimit: limit,
		})
	}
	for _, mark := range made.Marks {
		row := Row{
			Kind: Mark, ID: mark.ID, AccountID: mark.AccountID, Name: mark.Name, Reason: string(mark.Reason),
			Changes: changed(mark.Changes), OverLimit: gate.Mark(mark),
			Seen: &Seen{
				string(mark.Seen.Get(field.AccountType)), string(mark.Seen.Get(field.SupportLevel)), string(mark.Seen.Get(field.ExpirationDate)),
			},
		}
		if flow.ManagesLevel() && mark.LosesSupport() {
			row.Loses = &Loss{Support: true, From: row.Seen.SupportLevel}
		}
		rows = append(rows, row)
	}
	for _, held := range made.Held {
		rows = append(rows, Row{
			Kind: Held, ID: held.ID, AccountID: held.AccountID, Name: held.Name, Action: held.Action,
			Holds: held.Holds, Changes: held.Changes, FirstSeen: held.FirstSeen,
		})
	}
	return append(rows, rowsForPeople(made)...)
}

// rowsForPeople are rows for which nothing is planned.
func rowsForPeople(made *plan.Plan) []Row {
	var rows []Row
	for _, conflict := range made.Conflicts {
		row := Row{Kind: Conflict, ID: conflict.ID, AccountID: conflict.AccountID, Name: conflict.Name, Reason: string(conflict.Reason), FirstSeen: conflict.FirstSeen}
		for _, id := range conflict.OrganizationIDs {
			row.Details = append(row.Details, strconv.FormatInt(id, 10))
		}
		for _, id := range conflict.AccountIDs {
			row.Details = append(row.Details, string(id))
		}
		if conflict.PresentID != "" {
			row.Details = append(row.Details, conflict.PresentID)
		}
		rows = append(rows, row)
	}
	for _, orphan := range made.Orphans {
		rows = append(rows, Row{
			Kind: Orphan, ID: orphan.ID, AccountID: orphan.AccountID, Name: orphan.Name, Reason: string(orphan.Reason),
			Seen: &Seen{orphan.AccountType, orphan.SupportLevel, orphan.ExpirationDate}, FirstSeen: orphan.FirstSeen,
		})
	}
	for _, unmanaged := range made.Unmanaged {
		rows = append(rows, Row{
			Kind: Unmanaged, ID: unmanaged.ID, Name: unmanaged.Name, Reason: unmanaged.Reason, Details: []string{unmanaged.SalesforceID},
		})
	}
	return rows
}

// lossOf returns what the update takes away, nil if nothing. A flow that manages no
// level cannot take support away (docs/rules.md, Limits).
func lossOf(flow field.Flow, update plan.Update) *Loss {
	loss := &Loss{Support: update.LosesSupport(), Fields: update.TurnsOff()}
	if !flow.ManagesLevel() || !loss.Support && len(loss.Fields) == 0 {
		return nil
	}
	for _, change := range update.Changes {
		switch change.Field.Key {
		case field.SupportLevel:
			loss.From, loss.To = string(change.From), string(change.To)
		case field.SupportHold:
			loss.OnHold = change.To == field.True
		}
	}
	return loss
}

// changed returns the changes in the form of artifacts.
func changed(changes []field.Change) []field.Changed {
	var all []field.Changed
	for _, change := range changes {
		all = append(all, change.Changed())
	}
	return all
}

// changes reports whether the row changes the field.
func (r Row) changes(key string) bool {
	return slices.ContainsFunc(r.Changes, func(change field.Changed) bool { return change.Field == key })
}
