package entitlement

import (
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// Object is what an account's organization should be in one instance: a record
// of accounts.json (artifacts.md).
type Object struct {
	ID account.ID
	// Record holds the instance's managed fields; mark_for_deletion is empty.
	Record field.Record
	// SoldTos are whom it was sold to; Global only.
	SoldTos []account.Contact
	// UnmappedCharges are the distinct normal names of the account's current
	// unmapped charges, sorted, the same in both instances.
	UnmappedCharges []string
	// InOtherInstance tells whether the account has an organization in the other
	// instance.
	InOtherInstance bool
	// AwaitsOtherInstance tells that the account is moving: no subscription
	// here, support in the other instance, and no organization there yet.
	AwaitsOtherInstance bool
	// Schedule is 24x7 or 12x5; US Government only.
	Schedule string
	// FedRAMP tells whether the account has US Government Dedicated; US
	// Government only.
	FedRAMP bool
}

// Keys of accounts.json that are no managed fields.
const (
	keySoldTos             = "sold_tos"
	keyUnmappedCharges     = "unmapped_charges"
	keyInOtherInstance     = "in_other_instance"
	keyAwaitsOtherInstance = "awaits_other_instance"
	keySchedule            = "schedule"
)

// extraKeys returns the keys that follow the managed fields, in order.
func extraKeys(flow field.Flow) []string {
	if flow == field.USGov {
		return []string{keyUnmappedCharges, keyInOtherInstance, keyAwaitsOtherInstance, keySchedule, field.FedRAMP}
	}
	return []string{keySoldTos, keyUnmappedCharges, keyInOtherInstance, keyAwaitsOtherInstance}
}

// MarshalJSONTo writes the object as a record of accounts.json.
func (object *Object) MarshalJSONTo(encoder *jsontext.Encoder) error {
	out := object.Record.AppendMembers([]byte{'{'}, field.MarkForDeletion)
	for _, key := range extraKeys(object.Record.Schema.Flow) {
		value, err := strictjson.Marshal(object.extra(key))
		if err != nil {
			return err
		}
		out = append(out, `,"`+key+`":`...)
		out = append(out, value...)
	}
	return encoder.WriteValue(append(out, '}'))
}

func (object *Object) extra(key string) any {
	switch key {
	case keySoldTos:
		return object.SoldTos
	case keyUnmappedCharges:
		return object.UnmappedCharges
	case keyInOtherInstance:
		return object.InOtherInstance
	case keyAwaitsOtherInstance:
		return object.AwaitsOtherInstance
	case keySchedule:
		return object.Schedule
	default:
		return object.FedRAMP
	}
}

// LeftOut is an account without an object in an instance: a record of
// left_out.json.
type LeftOut struct {
	ID     account.ID `json:"salesforce_id"`
	Name   string     `json:"name"`
	Reason Reason     `json:"reason"`
}
