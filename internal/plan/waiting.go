package plan

import (
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
)

// Held is a create, or some changes of an update, that would take support away and
// are not planned for now.
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

// OrphanReason says why an organization without a wanted account is listed and not
// marked: why its account is not wanted, or what a mark lacks.
type OrphanReason string

// The reasons that do not come from left_out.json.
const (
	// OrphanUnknown: no artifact has the account. It was merged, retyped or hidden
	// in Salesforce.
	OrphanUnknown OrphanReason = "not_in_salesforce"
	// OrphanPartnersMissing and OrphanCustomersMissing: without the artifact of the
	// other flow nothing is marked (docs/rules.md, Ownership).
	OrphanPartnersMissing  OrphanReason = "partner_artifact_missing"
	OrphanCustomersMissing OrphanReason = "customer_artifact_missing"
	// OrphanReadsOverlap: an account retyped between two Salesforce reads that
	// overlap is in neither, so no partner is marked.
	OrphanReadsOverlap OrphanReason = "salesforce_reads_overlap"
	// OrphanCurrentCharge: the account has a current charge, and is left out only
	// because an override gives it an old expiration date.
	OrphanCurrentCharge OrphanReason = "expired_with_current_charge"
)

// Orphan is an organization whose account is not wanted, but that is not known to
// be expired for three years: people decide.
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
	// SalesforceID is the text in Zendesk, unchanged.
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
	// NameTaken: another organization has the wanted name, or other planned rows
	// want it too.
	NameTaken ConflictReason = "name_taken"
	// NameEmpty: the account has no name, and Zendesk needs one.
	NameEmpty ConflictReason = "name_empty"
	// IdentityLost: an organization whose id belongs to no account has the name or
	// nearly the id of the account: the id was mistyped, or the account recreated.
	IdentityLost ConflictReason = "identity_lost"
)

// Conflict is an account whose create, name or whole row is not planned.
type Conflict struct {
	// ID is the organization that would be renamed; 0 for a create and for
	// duplicate ids.
	ID        int64          `json:"id,omitzero"`
	AccountID account.ID     `json:"salesforce_id"`
	Name      string         `json:"name"`
	Reason    ConflictReason `json:"reason"`
	// OrganizationIDs have the same salesforce_id, have the name, or have lost the
	// id.
	OrganizationIDs []int64 `json:"organization_ids"`
	// AccountIDs are the other accounts that want the same name, at most ten.
	AccountIDs []account.ID `json:"salesforce_ids"`
	// PresentID is the unchanged salesforce_id of an organization that has lost its
	// id.
	PresentID string       `json:"present_salesforce_id,omitzero"`
	FirstSeen account.Date `json:"first_seen"`
}
