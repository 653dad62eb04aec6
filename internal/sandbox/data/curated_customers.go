package data

import (
	"fmt"
	"time"
)

// many are customers without changes, so that the changes of the others stay within the
// limits of a plan.
func (c *curation) many() {
	for number := range 100 {
		account := c.customer(fmt.Sprintf("M%04d", number), fmt.Sprintf("Customer No. %d", number+1), "equal: one of many")
		c.subscribe(account, -number, 300, sold(smPremium, "20"))
		c.inGlobal(account.Name, GlobalFields(account, Entitlement{"premium", c.day(300), 20, []string{"sub_sm_premium"}}))
	}
}

// customerDates are the boundaries of time.
func (c *curation) customerDates() {
	until := func(days int) Entitlement {
		return Entitlement{"premium", c.day(days), 20, []string{"sub_sm_premium"}}
	}
	ended := func(days int) Entitlement { return Entitlement{Level: expired, Until: c.day(days)} }
	single := func(code, name, why string, from, to int) *Account {
		account := c.customer(code, name, why)
		c.subscribe(account, from, to, sold(smPremium, "20"))
		return account
	}

	running := single("D0001", "Customer in Step", "equal", -65, 300)
	c.inGlobal(running.Name, GlobalFields(running, until(300))).Details = "an agent's details"

	today := single("D0002", "Customer on the Day of Expiry", "equal: the last day is a day of support", -364, 0)
	c.inGlobal(today.Name, GlobalFields(today, until(0)))

	grace := single("D0003", "Customer on the Last Day of Grace", "equal: 15 days after expiry is still current", -379, -15)
	c.inGlobal(grace.Name, GlobalFields(grace, until(-15)))

	over := single("D0004", "Customer after Grace", "to be updated, support lost: 16 days after expiry is expired", -380, -16)
	over.Type = "Former Customer"
	c.inGlobal(over.Name, GlobalFields(over, until(-16)))

	single("D0005", "Expired Customer without Organization", "not to be created: its level is expired", -400, -40)

	out := int(threeYearsOut(c.today).Sub(c.today) / (24 * time.Hour)) // days; UTC has no other days
	three := single("D0006", "Customer Expired for Three Years", "equal: three years are not beyond three years", out-364, out+1)
	c.inGlobal(three.Name, GlobalFields(three, ended(out+1)))

	edge := single("D0007", "Customer Expired for Three Years and a Day", "equal: the last day that stays, and that the query still gives", out-365, out)
	c.inGlobal(edge.Name, GlobalFields(edge, ended(out)))

	beyond := single("D0008", "Customer Expired for Three Years and Two Days", "to be marked: the query gives none of its children, its own date is beyond three years", out-366, out-1)
	c.inGlobal(beyond.Name, GlobalFields(beyond, ended(out-1)))

	leap := c.customer("D0009", "Customer until a Leap Day", "equal: a term that ends on 29 February")
	end := c.nextLeapDay()
	c.subscribe(leap, -30, int(end.Sub(c.today)/(24*time.Hour)), sold("Self-Managed - Premium - 3 Year", "20"))
	c.inGlobal(leap.Name, GlobalFields(leap, Entitlement{"premium", end, 20, []string{"sub_sm_premium"}}))

	renewal := single("D0010", "Customer with a Renewal", "equal: the renewal has not begun, but its end is the expiration date", -355, 10)
	c.subscribe(renewal, 11, 375, sold(smUltimate, "25"))
	c.inGlobal(renewal.Name, GlobalFields(renewal, until(375)))

	open := single("D0011", "Customer without a Start", "equal: no start date counts as started", -30, 335)
	open.Subscriptions[0].Start, open.Charges[0].Start = time.Time{}, time.Time{}
	c.inGlobal(open.Name, GlobalFields(open, until(335)))

	begun := single("D0012", "Customer Starting Today", "to be created: the first day is a day of support", 0, 364)
	begun.SoldTo = nil
}

// nextLeapDay is the next 29 February, today included.
func (c *curation) nextLeapDay() time.Time {
	for year := c.today.Year(); ; year++ {
		day := time.Date(year, time.February, 29, 0, 0, 0, 0, time.UTC)
		if day.Day() == 29 && !day.Before(c.today) {
			return day
		}
	}
}

// customerCharges are unusual subscriptions and charges.
func (c *curation) customerCharges() {
	premium := Entitlement{"premium", c.day(300), 20, []string{"sub_sm_premium"}}

	bare := c.customer("E0001", "Customer without Charges", "held: a subscription that runs without a single charge is unmapped as (no charges)")
	c.subscribe(bare, -65, 300)
	c.inGlobal(bare.Name, GlobalFields(bare, premium))

	c.customer("E0002", "Customer without Subscriptions", "left out: no_subscriptions").Type = "Former Customer"

	addOn := c.customer("E0003", "Customer without its Add-on", "to be updated: the add-on ended, its plan goes on")
	c.subscribe(addOn, -65, 300, sold(smPremium, "20"), sold(duo, "20").during(-395, -30))
	c.inGlobal(addOn.Name, with(GlobalFields(addOn, premium), map[string]any{"sub_consumption_duo_enterprise": true}))

	spaced := c.customer("E0004", "Customer with White Space in a Charge Name", "equal: runs of white space count as one space")
	c.subscribe(spaced, -65, 300, sold("  Self-Managed -  Premium\u00a0- 1 Year ", "20"))
	c.inGlobal(spaced.Name, GlobalFields(spaced, premium))

	lower := c.customer("E0005", "Customer with a Charge Name in Other Letters", "held: charge names match case included, so this one is unmapped")
	c.subscribe(lower, -65, 300, sold("self-managed - premium - 1 year", "20"))
	c.inGlobal(lower.Name, GlobalFields(lower, premium))

	beside := c.customer("E0006", "Customer with an Unmapped Name beside a Mapped One", "held: what the organization has beyond the mapped charge is not taken away")
	c.subscribe(beside, -65, 300, sold(smPremium, "20"), sold("Galactic Support Plus - 1 Year", "1"))
	c.inGlobal(beside.Name, with(GlobalFields(beside, premium), map[string]any{
		"support_level": "ultimate", "sub_sm_ultimate": true, "seats_decimal": 25.0}))

	created := c.customer("E0007", "Customer with Nothing but an Unmapped Name", "held: a create whose level would be expired for an unmapped name")
	c.subscribe(created, -65, 300, sold("Galactic Support Plus - 1 Year", "1"))

	cancelled := c.customer("E0008", "Customer with a Cancelled Subscription", "held: the charge's own status lags behind, its subscription is not in the list, so it is unmapped")
	c.subscribe(cancelled, -65, 300, sold(smPremium, "20")).Status = "Cancelled"
	c.inGlobal(cancelled.Name, GlobalFields(cancelled, premium))

	none := c.customer("E0009", "Customer with Everything Cancelled", "an orphan: neither its subscription nor its charge is given; its organization expired a year ago")
	c.subscribe(none, -65, 300, sold(smPremium, "20")).Status = "Cancelled"
	none.Charges[0].SubscriptionStatus = "Cancelled"
	c.inGlobal(none.Name, GlobalFields(none, Entitlement{Level: expired, Until: c.day(-365)}))

	travel := c.customer("E0010", "Customer of Nothing but Travel", "equal: an ignored charge entitles to nothing and is not unmapped")
	c.subscribe(travel, -65, 300, sold("Travel Expenses", ""))
	c.inGlobal(travel.Name, GlobalFields(travel, Entitlement{Level: expired, Until: c.day(300)}))
}

// customerProducts are what the product names give.
func (c *curation) customerProducts() {
	best := c.customer("F0001", "Customer of Two Plans", "equal: the highest level counts, and the largest number of seats")
	c.subscribe(best, -65, 300, sold(smUltimate, "20"))
	c.subscribe(best, -165, 200, sold(saasPremium, "300"), sold("One Time Discount", "1000"))
	c.inGlobal(best.Name, GlobalFields(best, Entitlement{"ultimate", c.day(300), 300, []string{"sub_sm_ultimate", "sub_dotcom_premium"}}))

	for _, one := range []struct {
		code, name, product, level string
		seats                      float64
		flags                      []string
	}{
		{"F0002", "Customer of SaaS Ultimate", saasUltimate, "gold", 5, []string{"sub_dotcom_ultimate"}},
		{"F0003", "Customer of SaaS Premium", saasPremium, "silver", 5, []string{"sub_dotcom_premium"}},
		{"F0004", "Customer of Dedicated", "GitLab Dedicated - Ultimate - 1 Year", "ultimate", 5, []string{"sub_gitlab_dedicated"}},
		{"F0005", "Customer of Compute Minutes", "1,000 Compute Minutes", "consumption_only", 0, []string{"sub_consumption_cicd_minutes"}},
		{"F0006", "Customer of a Signature", "Success Signature - 1 Year", "custom", 0, []string{"sub_ss_enterprise", "sub_ss_ase"}},
		{"F0007", "University of Education", "[EDU Program] SaaS - Ultimate - 1 Year", "community", 5, []string{"sub_edu"}},
		{"F0008", "Open Source Foundation", "[OSS Program] Self-Managed - Ultimate - 1 Year", "community", 5, []string{"sub_oss"}},
		{"F0009", "Startup of the Year", "[Startups Program] SaaS - Ultimate - 1 Year", "community", 5, []string{"sub_community_other"}},
	} {
		account := c.customer(one.code, one.name, "equal: "+one.product+" gives the level "+one.level)
		c.subscribe(account, -65, 300, sold(one.product, "5"))
		c.inGlobal(account.Name, GlobalFields(account, Entitlement{one.level, c.day(300), one.seats, one.flags}))
	}

	many := c.customer("F0010", "Customer of Many Children", "equal: six subscriptions and twelve charges, so that child lists page on their own")
	for year := range 6 {
		from := -65 - 150*year
		c.subscribe(many, from, from+365, sold(smPremium, "20"), sold("Trueup", "3").during(from, from+200))
	}
	c.inGlobal(many.Name, GlobalFields(many, Entitlement{"premium", c.day(300), 20, []string{"sub_sm_premium"}}))
}
