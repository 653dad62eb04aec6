package artifact

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
)

// AppendAccount writes a record of customer/salesforce_accounts.json.
func AppendAccount(out []byte, customer *account.Account) ([]byte, error) {
	return appendRecord(out, customer)
}

// AppendPartner writes a record of partner/salesforce_accounts.json.
func AppendPartner(out []byte, partner *account.Partner) ([]byte, error) {
	return appendRecord(out, partner)
}

// ParseAccount reads a record of customer/salesforce_accounts.json. An unknown
// key, or an id that is none, is an error.
func ParseAccount(raw jsontext.Value) (*account.Account, error) {
	customer := &account.Account{}
	if err := json.Unmarshal(raw, customer, json.RejectUnknownMembers(true)); err != nil {
		return nil, jsonfault.Plain(err)
	}
	if customer.ARR == "" || customer.Subscriptions == nil || customer.Charges == nil {
		return nil, errors.New("arr, subs or charges is missing")
	}
	return customer, checkIDs(customer.ID, customer.ShortID)
}

// ParsePartner reads a record of partner/salesforce_accounts.json.
func ParsePartner(raw jsontext.Value) (*account.Partner, error) {
	partner := &account.Partner{}
	if err := json.Unmarshal(raw, partner, json.RejectUnknownMembers(true)); err != nil {
		return nil, jsonfault.Plain(err)
	}
	return partner, checkIDs(partner.ID, partner.ShortID)
}

func appendRecord(out []byte, record any) ([]byte, error) {
	content, err := json.Marshal(record)
	return append(out, content...), err
}

func checkIDs(id account.ID, short string) error {
	if _, err := account.ParseFullID(string(id)); err != nil {
		return err
	}
	if id.Short() != short {
		return fmt.Errorf("sfdc_short_id %q does not belong to %s", short, id)
	}
	return nil
}
