package artifact

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

var (
	readAccount = strictjson.Reader[account.Account]()
	readPartner = strictjson.Reader[account.Partner]()
)

// ParseAccount reads a record of customer/salesforce_accounts.json. An unknown
// or missing key, or an id or date that is none, is an error.
func ParseAccount(raw jsontext.Value) (*account.Account, error) {
	customer, err := readAccount(raw)
	if err != nil {
		return nil, err
	}
	if customer.ARR == "" || slices.ContainsFunc(customer.Charges, func(charge account.Charge) bool { return charge.Quantity == "" }) {
		return nil, errors.New("arr or a quantity is null")
	}
	return &customer, checkIDs(customer.ID, customer.ShortID)
}

// ParsePartner reads a record of partner/salesforce_accounts.json.
func ParsePartner(raw jsontext.Value) (*account.Partner, error) {
	partner, err := readPartner(raw)
	if err != nil {
		return nil, err
	}
	return &partner, checkIDs(partner.ID, partner.ShortID)
}

func checkIDs(id account.ID, short string) error {
	if id.Short() != short {
		return fmt.Errorf("sfdc_short_id %q does not belong to %s", short, id)
	}
	return nil
}
