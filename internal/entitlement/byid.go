package entitlement

import (
	"strconv"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// OrganizationsByID has the organization of each account. There may be a million
// entries, so an entry has no pointers and takes about thirty bytes.
type OrganizationsByID map[accountKey]compact

// accountKey is an account's id without its constant beginning and its checksum.
type accountKey [12]byte

func keyOf(id account.ID) accountKey { return accountKey([]byte(id[3:15])) }

// compact is an Organization.
type compact struct {
	zendeskID int64
	// day is the expiration date as a number of eight digits, 0 for none.
	day    uint32
	rank   int8
	marked bool
}

// Of returns the organization of the account, and whether it has one.
func (o OrganizationsByID) Of(id account.ID) (Organization, bool) {
	if len(id) < len("001")+len(accountKey{}) {
		return Organization{}, false
	}
	known, ok := o[keyOf(id)]
	return Organization{ZendeskID: known.zendeskID, ExpirationDate: known.date(), Rank: int(known.rank), Marked: known.marked}, ok
}

func (o OrganizationsByID) set(id account.ID, org Organization) {
	kept := compact{zendeskID: org.ZendeskID, rank: int8(org.Rank), marked: org.Marked}
	if date := string(org.ExpirationDate); date != "" {
		// A date is eight digits and two hyphens.
		digits, _ := strconv.ParseUint(date[:4]+date[5:7]+date[8:], 10, 32)
		kept.day = uint32(digits)
	}
	o[keyOf(id)] = kept
}

func (c compact) date() account.Date {
	if c.day == 0 {
		return ""
	}
	digits := strconv.FormatUint(uint64(c.day)+1e8, 10)[1:]
	return account.Date(digits[:4] + "-" + digits[4:6] + "-" + digits[6:])
}
