package entitlement

import (
	"fmt"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// BenchmarkDecide decides accounts of three subscriptions with six charges
// each. 100,000 of them, a large run, are to take well under a second.
func BenchmarkDecide(b *testing.B) {
	lookups := world{global: organizationOf(acme, "customer")}.lookups(b)
	accounts := make([]*account.Account, 1000)
	for i := range accounts {
		accounts[i] = customer(
			subscription("a0S1k00000SUB1aaaa", current("SM Premium"), current("Storage"), ended("SM Premium"), ended("Storage"), ended("Duo Enterprise"), current("Travel Expenses")),
			subscription("a0S1k00000SUB2aaaa", current("SaaS Ultimate"), ended("SaaS Premium"), ended("SaaS Premium"), ended("SaaS Ultimate"), future("SaaS Ultimate"), ended("Storage")),
			subscription("a0S1k00000SUB3aaaa", ended("SM Ultimate"), ended("SM Ultimate"), ended("12x5 US Citizen Support"), ended("Duo Enterprise"), ended("Success Signature"), ended("SM Premium")))
		accounts[i].Charges[0].Quantity = account.Decimal(fmt.Sprint(100 + i))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		lookups.Decide(accounts[i%len(accounts)], nil)
	}
}
