package entitlement

import (
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// soldTos lists the contacts to whom the account and its Global subscriptions with a
// current charge were sold, each e-mail address once (docs/artifacts.md,
// accounts.json).
func (f *facts) soldTos() []account.Contact {
	var contacts []account.Contact
	add := func(contact account.Contact) {
		known := func(other account.Contact) bool { return strings.EqualFold(other.Email, contact.Email) }
		if contact.Email != "" && !slices.ContainsFunc(contacts, known) {
			contacts = append(contacts, contact)
		}
	}
	if f.SoldTo != nil {
		add(*f.SoldTo)
	}
	for i := range f.subscriptions {
		subscription := &f.subscriptions[i]
		if subscription.instance == field.GlobalInstance && subscription.hasCurrent {
			add(account.Contact{Email: subscription.SoldToEmail})
		}
	}
	return contacts
}
