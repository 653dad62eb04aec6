package entitlement

import (
	"strconv"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
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

// AppendJSON writes the object as a record of accounts.json.
func (object *Object) AppendJSON(out []byte) []byte {
	out = append(out, '{')
	out = object.Record.AppendMembers(out, field.MarkForDeletion)
	for _, key := range extraKeys(object.Record.Schema.Flow) {
		out = append(out, `,"`...)
		out = append(out, key...)
		out = append(out, `":`...)
		out = object.appendExtra(out, key)
	}
	return append(out, '}')
}

func (object *Object) appendExtra(out []byte, key string) []byte {
	switch key {
	case keySoldTos:
		return appendList(out, object.SoldTos, appendContact)
	case keyUnmappedCharges:
		return appendList(out, object.UnmappedCharges, field.AppendText)
	case keyInOtherInstance:
		return strconv.AppendBool(out, object.InOtherInstance)
	case keyAwaitsOtherInstance:
		return strconv.AppendBool(out, object.AwaitsOtherInstance)
	case keySchedule:
		return field.AppendText(out, object.Schedule)
	default:
		return strconv.AppendBool(out, object.FedRAMP)
	}
}

// LeftOut is an account without an object in an instance: a record of
// left_out.json.
type LeftOut struct {
	ID     account.ID
	Name   string
	Reason Reason
}

// AppendJSON writes a record of left_out.json.
func (left LeftOut) AppendJSON(out []byte) []byte {
	out = append(out, `{"salesforce_id":`...)
	out = field.AppendText(out, string(left.ID))
	out = append(out, `,"name":`...)
	out = field.AppendText(out, left.Name)
	out = append(out, `,"reason":`...)
	out = field.AppendText(out, string(left.Reason))
	return append(out, '}')
}

func appendContact(out []byte, contact account.Contact) []byte {
	out = append(out, `{"name":`...)
	out = field.AppendText(out, contact.Name)
	out = append(out, `,"email":`...)
	out = field.AppendText(out, contact.Email)
	return append(out, '}')
}

func appendList[T any](out []byte, list []T, appendItem func([]byte, T) []byte) []byte {
	out = append(out, '[')
	for i, item := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendItem(out, item)
	}
	return append(out, ']')
}
