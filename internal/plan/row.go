package plan

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// Create is an organization to create, with the complete record of its account.
type Create struct {
	ID     account.ID
	Record field.Record
	// Source is the record in creates.json: that of the artifact. It is nil in a
	// create that was read from creates.json.
	Source any
}

// MarshalJSONTo writes the create as a record of creates.json.
func (c Create) MarshalJSONTo(encoder *jsontext.Encoder) error {
	return json.MarshalEncode(encoder, c.Source)
}

// Update is a row of updates.json: the fields of one organization that differ.
type Update struct {
	// ID is the Zendesk organization's.
	ID        int64      `json:"id"`
	AccountID account.ID `json:"salesforce_id"`
	// Name is the organization's current name.
	Name   string       `json:"name"`
	Reason UpdateReason `json:"reason"`
	// Changes are in table order.
	Changes []field.Change `json:"changes"`
}

// UpdateReason is the reason of an update that does not come from the account's
// values; empty for all others.
type UpdateReason string

// The reasons of updates.json (docs/artifacts.md, updates.json).
const (
	// EndedThreeYears sets to expired an organization that the next run will mark.
	EndedThreeYears UpdateReason = "expired_three_years"
	// EndedOrphan sets an orphan to expired because of --orphans expire.
	EndedOrphan UpdateReason = "not_in_salesforce"
	// UndoneUpdate restores what a sync changed.
	UndoneUpdate UpdateReason = "undo"
)

// MarkReason says why an organization is to be marked for deletion.
type MarkReason string

// The reasons of not_in_sync.json (docs/artifacts.md, not_in_sync.json).
const (
	ExpiredThreeYears MarkReason = "expired_three_years"
	NotInSalesforce   MarkReason = "not_in_salesforce"
	NotAPartner       MarkReason = "not_a_partner"
	// UndoneMark restores a mark that a sync removed.
	UndoneMark MarkReason = "undo"
)

// Mark is a row of not_in_sync.json: an organization to mark for deletion.
type Mark struct {
	// ID is the Zendesk organization's.
	ID        int64      `json:"id"`
	AccountID account.ID `json:"salesforce_id"`
	// Name is the organization's current name.
	Name   string     `json:"name"`
	Reason MarkReason `json:"reason"`
	// Seen are the values on which the mark was planned: name, account_type,
	// support_level and expiration_date, if the flow manages them.
	Seen field.Record `json:"seen"`
	// Changes is the one change of mark_for_deletion.
	Changes []field.Change `json:"changes"`
}

// seenKeys are the fields on which a mark is planned (docs/artifacts.md,
// not_in_sync.json), if the flow manages them.
func seenKeys() []string {
	return []string{field.Name, field.AccountType, field.SupportLevel, field.ExpirationDate}
}

// SeenOf returns the fields of the organization on which a mark is planned.
func SeenOf(record field.Record) field.Record {
	seen := record.Schema.Part(seenKeys()...).NewRecord()
	for i, f := range seen.Schema.Fields {
		seen.Values[i] = record.Get(f.Key)
	}
	return seen
}

// Action is what a row does to its organization (docs/artifacts.md,
// sync_results.json).
type Action string

// The actions of planned rows.
const (
	ActionCreate Action = "create"
	ActionUpdate Action = "update"
	ActionMark   Action = "mark_for_deletion"
)

// Actions returns all actions, in the order in which sync applies them.
func Actions() []Action { return []Action{ActionCreate, ActionUpdate, ActionMark} }

// Loss is a planned row that takes something away: a level, 24x7, an
// entitlement, all support while a hold is on, or the organization.
type Loss struct {
	ID        int64      `json:"id"`
	AccountID account.ID `json:"salesforce_id"`
	Name      string     `json:"name"`
	// From is the current level and To the new one; empty for a mark.
	From string `json:"from"`
	To   string `json:"to"`
	// Fields are the entitlements that go from true to false.
	Fields []string `json:"fields"`
}

// Warning is something that a person should know about the plan.
type Warning struct {
	Code    string
	Message string
}
