package plan

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
)

// Create is an organization to create, with the wanted record whole.
type Create struct {
	ID     account.ID
	Record field.Record
	// Source is what creates.json holds of it: the wanted record of the
	// artifact that it comes from. It is not there when creates.json was read.
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
	// Name is the organization's present name.
	Name   string       `json:"name"`
	Reason UpdateReason `json:"reason"`
	// Changes are in table order.
	Changes []field.Change `json:"changes"`
}

// UpdateReason says why an organization is updated other than to what its
// account is; empty for all others.
type UpdateReason string

// The reasons of updates.json (docs/artifacts.md, updates.json).
const (
	// EndedThreeYears ends an organization that the next run marks.
	EndedThreeYears UpdateReason = "expired_three_years"
	// EndedOrphan ends an orphan by --orphans expire.
	EndedOrphan UpdateReason = "not_in_salesforce"
	// UndoneUpdate puts back what a sync changed.
	UndoneUpdate UpdateReason = "undo"
)

// MarkReason says why an organization is to be marked for deletion.
type MarkReason string

// The reasons of not_in_sync.json (docs/artifacts.md, not_in_sync.json).
const (
	ExpiredThreeYears MarkReason = "expired_three_years"
	NotInSalesforce   MarkReason = "not_in_salesforce"
	NotAPartner       MarkReason = "not_a_partner"
	// UndoneMark puts back a mark that a sync took.
	UndoneMark MarkReason = "undo"
)

// Mark is a row of not_in_sync.json: an organization to mark for deletion.
type Mark struct {
	// ID is the Zendesk organization's.
	ID        int64      `json:"id"`
	AccountID account.ID `json:"salesforce_id"`
	// Name is the organization's present name.
	Name   string     `json:"name"`
	Reason MarkReason `json:"reason"`
	// Seen is what the mark is planned on: of name, account_type, support_level
	// and expiration_date what the flow manages.
	Seen field.Record `json:"seen"`
	// Changes is the one change of mark_for_deletion.
	Changes []field.Change `json:"changes"`
}

// seenKeys are the fields that a mark is planned on (docs/artifacts.md,
// not_in_sync.json), where the flow manages them.
func seenKeys() []string {
	return []string{field.Name, field.AccountType, field.SupportLevel, field.ExpirationDate}
}

// SeenOf returns what of the organization a mark is planned on.
func SeenOf(record field.Record) field.Record {
	seen := record.Schema.Part(seenKeys()...).NewRecord()
	for i, managed := range seen.Schema.Fields {
		seen.Values[i] = record.Get(managed.Key)
	}
	return seen
}

// Held is a create, or some changes of an update, that would take support
// away and are not planned for now.
type Held struct {
	// ID is the Zendesk organization's; 0 for a create.
	ID        int64      `json:"id,omitzero"`
	AccountID account.ID `json:"salesforce_id"`
	Name      string     `json:"name"`
	Action    Action     `json:"action"`
	// Holds are why; all that the account has.
	Holds []hold.Hold `json:"holds"`
	// Changes are those that are held; none for a create.
	Changes   []field.Changed `json:"changes"`
	FirstSeen account.Date    `json:"first_seen"`
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

// Actions returns all actions, in the order in which sync carries them out.
func Actions() []Action { return []Action{ActionCreate, ActionUpdate, ActionMark} }

// OrphanReason says why an organization without a wanted account is listed
// and not marked: where its account was last seen, or what a mark lacks.
type OrphanReason string

// The reasons that do not come from left_out.json.
const (
	// OrphanUnknown is an account that no artifact knows: merged, retyped or
	// hidden in Salesforce.
	OrphanUnknown OrphanReason = "not_in_salesforce"
	// OrphanPartnersMissing and OrphanCustomersMissing: without the other side's
	// artifact nothing is marked (docs/rules.md, Ownership).
	OrphanPartnersMissing  OrphanReason = "partner_artifact_missing"
	OrphanCustomersMissing OrphanReason = "customer_artifact_missing"
	// OrphanReadsOverlap: an account retyped between two Salesforce reads that
	// overlap is in neither, so no partner is marked.
	OrphanReadsOverlap OrphanReason = "salesforce_reads_overlap"
	// OrphanCurrentCharge is an account that an override alone has dated back.
	OrphanCurrentCharge OrphanReason = "expired_with_current_charge"
)

// Orphan is an organization whose account is not wanted, but which nothing
// shows to be expired for three years: people decide.
type Orphan struct {
	ID             int64        `json:"id"`
	AccountID      account.ID   `json:"salesforce_id"`
	Name           string       `json:"name"`
	Reason         OrphanReason `json:"reason"`
	AccountType    string       `json:"account_type"`
	SupportLevel   string       `json:"support_level"`
	ExpirationDate string       `json:"expiration_date"`
	FirstSeen      account.Date `json:"first_seen"`
}

// Unmanaged is an organization whose salesforce_id is not a valid id.
type Unmanaged struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// SalesforceID is the text as it stands.
	SalesforceID string `json:"salesforce_id"`
	// Reason says what is wrong with it.
	Reason string `json:"reason"`
}

// ConflictReason says why something cannot be planned before a person decides.
type ConflictReason string

// The reasons of conflicts (docs/rules.md, Salesforce ids; Identity lost;
// Names).
const (
	// DuplicateID: several organizations have the id.
	DuplicateID ConflictReason = "duplicate_id"
	// NameTaken: another organization holds the wanted name, or other planned
	// rows want it too.
	NameTaken ConflictReason = "name_taken"
	// NameEmpty: the account has no name, and Zendesk needs one.
	NameEmpty ConflictReason = "name_empty"
	// IdentityLost: an organization of an id that no account has looks like that
	// of the account: mistyped, or made anew in Salesforce.
	IdentityLost ConflictReason = "identity_lost"
)

// Conflict is an account of which a create, the name or the whole row is not
// planned.
type Conflict struct {
	// ID is the organization that would be renamed; 0 for a create and for
	// duplicate ids.
	ID        int64          `json:"id,omitzero"`
	AccountID account.ID     `json:"salesforce_id"`
	Name      string         `json:"name"`
	Reason    ConflictReason `json:"reason"`
	// OrganizationIDs have the same salesforce_id, hold the name, or have lost
	// the id.
	OrganizationIDs []int64 `json:"organization_ids"`
	// AccountIDs are the other accounts that want the same name, ten at most.
	AccountIDs []account.ID `json:"salesforce_ids"`
	// PresentID is the salesforce_id, as it stands, of an organization whose id
	// was lost.
	PresentID string       `json:"present_salesforce_id,omitzero"`
	FirstSeen account.Date `json:"first_seen"`
}

// Counts are the numbers of plan.json (docs/artifacts.md, plan.json).
type Counts struct {
	Organizations int
	Accounts      int
	Creates       int
	Updates       int
	Marks         int
	SupportGained int
	SupportLost   int
	// WithoutOrganization counts the accounts with support that have no
	// organization after this plan.
	WithoutOrganization int
	Held                int
	Orphans             int
	// Unmanaged counts empty and invalid ids.
	Unmanaged int
	Conflicts int
}

// numbers are all of them, by their names in plan.json and in the order in which
// they are shown.
func (c *Counts) numbers() []struct {
	name  string
	value *int
} {
	return []struct {
		name  string
		value *int
	}{
		{"organizations", &c.Organizations}, {"accounts", &c.Accounts},
		{"creates", &c.Creates}, {"updates", &c.Updates}, {"marks_for_deletion", &c.Marks},
		{"support_gained", &c.SupportGained}, {"support_lost", &c.SupportLost},
		{"without_organization", &c.WithoutOrganization},
		{"held", &c.Held}, {"orphans", &c.Orphans}, {"unmanaged", &c.Unmanaged}, {"conflicts", &c.Conflicts},
	}
}

// Count is one of the numbers, with its name in plan.json.
type Count struct {
	Name  string
	Value int
}

// Named returns the numbers in the order in which they are shown.
func (c Counts) Named() []Count {
	var named []Count
	for _, number := range c.numbers() {
		named = append(named, Count{number.name, *number.value})
	}
	return named
}

// CountsFrom returns the numbers by their names in plan.json; those that are
// missing are 0.
func CountsFrom(named map[string]int) Counts {
	var counts Counts
	for _, number := range counts.numbers() {
		*number.value = named[number.name]
	}
	return counts
}

// MarshalJSONTo writes the numbers with their names.
func (c Counts) MarshalJSONTo(encoder *jsontext.Encoder) error {
	if err := encoder.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, count := range c.Named() {
		if err := json.MarshalEncode(encoder, count.Name); err != nil {
			return err
		}
		if err := json.MarshalEncode(encoder, count.Value); err != nil {
			return err
		}
	}
	return encoder.WriteToken(jsontext.EndObject)
}

// Movement counts the updates that take an organization from one support
// level to another.
type Movement struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Count int    `json:"count"`
}

// FieldCount counts the updates that change a field.
type FieldCount struct {
	Field string `json:"field"`
	Count int    `json:"count"`
}

// Loss is a planned row that takes something away: a level, 24x7, an
// entitlement, all support while a hold is on, or the organization.
type Loss struct {
	ID        int64      `json:"id"`
	AccountID account.ID `json:"salesforce_id"`
	Name      string     `json:"name"`
	// From is the present level and To the new one; empty for a mark.
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
