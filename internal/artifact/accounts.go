package artifact

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictjson"
)

// AccountReader returns a function that reads records of
// customer/salesforce_accounts.json. An unknown or missing key, or an invalid id or
// date, is an error.
func AccountReader() func(raw jsontext.Value) (*account.Account, error) {
	read := strictjson.Reader[account.Account]()
	return func(raw jsontext.Value) (*account.Account, error) {
		customer, err := read(raw)
		if err != nil {
			return nil, err
		}
		if customer.ARR == "" || slices.ContainsFunc(customer.Charges, func(charge account.Charge) bool { return charge.Quantity == "" }) {
			return nil, errors.New("arr or a quantity is null")
		}
		return &customer, checkIDs(customer.ID, customer.ShortID)
	}
}

// PartnerReader returns a function that reads records of
// partner/salesforce_accounts.json, as strictly as AccountReader.
func PartnerReader() func(raw jsontext.Value) (*account.Partner, error) {
	read := strictjson.Reader[account.Partner]()
	return func(raw jsontext.Value) (*account.Partner, error) {
		partner, err := read(raw)
		if err != nil {
			return nil, err
		}
		return &partner, checkIDs(partner.ID, partner.ShortID)
	}
}

func checkIDs(id account.ID, short string) error {
	if id.Short() != short {
		return fmt.Errorf("sfdc_short_id %.60q does not belong to %s", short, id)
	}
	return nil
}
