package entitlement

import (
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// Entitlement has the values of an account's organization in one instance: a record
// of accounts.json (docs/artifacts.md, accounts.json).
type Entitlement struct {
	ID account.ID
	// Record holds the instance's managed fields; mark_for_deletion is empty.
	Record field.Record
	// SoldTos are the sold-to contacts of the account and its subscriptions; Global
	// only.
	SoldTos []account.Contact
	// Holds are the reasons why nothing may be taken away from it now, sorted.
	Holds []hold.Hold
	// InOtherInstance reports whether the account has an organization in the other
	// instance.
	InOtherInstance bool
	// Schedule is 24x7 or 12x5; US Government only.
	Schedule string
	// FedRAMP reports whether the account has US Government Dedicated; US
	// Government only.
	FedRAMP bool
}

func (e *Entitlement) expired() bool {
	return e.Record.Get(field.SupportLevel) == field.Value(field.Expired)
}

// Keys of accounts.json that are not managed fields.
const (
	keySoldTos         = "sold_tos"
	keyHolds           = "holds"
	keyInOtherInstance = "in_other_instance"
	keySchedule        = "schedule"
)

// extraKeys returns the keys that follow the managed fields, in order.
func extraKeys(flow field.Flow) []string {
	if flow == field.USGov {
		return []string{keyHolds, keyInOtherInstance, keySchedule, field.FedRAMP}
	}
	return []string{keySoldTos, keyHolds, keyInOtherInstance}
}

// MarshalJSONTo writes the object as a record of accounts.json.
func (e *Entitlement) MarshalJSONTo(encoder *jsontext.Encoder) error {
	out := e.Record.AppendMembers([]byte{'{'}, field.MarkForDeletion)
	for _, key := range extraKeys(e.Record.Schema.Flow) {
		value, err := strictjson.Marshal(e.extra(key))
		if err != nil {
			return err
		}
		out = append(out, `,"`+key+`":`...)
		out = append(out, value...)
	}
	return encoder.WriteValue(append(out, '}'))
}

func (e *Entitlement) extra(key string) any {
	switch key {
	case keySoldTos:
		return e.SoldTos
	case keyHolds:
		return e.Holds
	case keyInOtherInstance:
		return e.InOtherInstance
	case keySchedule:
		return e.Schedule
	default:
		return e.FedRAMP
	}
}

// LeftOut is an account without an object in an instance: a record of
// left_out.json.
type LeftOut struct {
	ID     account.ID `json:"salesforce_id"`
	Name   string     `json:"name"`
	Reason Reason     `json:"reason"`
	// CurrentCharge reports that the account has a current charge: its organization
	// is never marked or ended.
	CurrentCharge bool `json:"current_charge"`
}
