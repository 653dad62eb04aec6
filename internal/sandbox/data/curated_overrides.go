package data

import (
	"fmt"
	"time"
)

// overrides are accounts with an entry in the overrides file.
func (c *curation) overrides() {
	premium := func(more ...string) Entitlement {
		return Entitlement{"premium", c.day(300), 20, append([]string{"sub_sm_premium"}, more...)}
	}
	c.world.Overrides = "# entitlements that are not in Salesforce\n"

	odd := c.customer("R0001", "Customer of an Odd Override", "to be marked: the override's date is beyond three years, so it is left out as expired_three_years")
	c.subscribe(odd, -465, -100, sold(smPremium, "20"))
	c.inGlobal(odd.Name, GlobalFields(odd, Entitlement{Level: expired, Until: c.day(-100)}))
	c.override(odd.ID, "expiration_date: "+threeYearsOut(c.today).AddDate(0, 0, -1).Format(time.DateOnly))

	level := c.customer("R0002", "Customer of an Agreed Level", "to be updated: the override names support_level, which decides it")
	c.subscribe(level, -65, 300, sold(smPremium, "20"))
	c.inGlobal(level.Name, GlobalFields(level, premium()))
	c.override(level.ID, "support_level: ultimate")

	off := c.customer("R0003", "Customer without the Add-on It Pays", "equal: the override turns the add-on off")
	c.subscribe(off, -65, 300, sold(smPremium, "20"), sold(duo, "20"))
	c.inGlobal(off.Name, GlobalFields(off, premium()))
	c.override(off.ID, "sub_consumption_duo_enterprise: false")

	yesterday := c.customer("R0004", "Customer of an Override that Ended", "equal: the override expired yesterday and is ignored with a warning")
	c.subscribe(yesterday, -65, 300, sold(smPremium, "20"))
	c.inGlobal(yesterday.Name, GlobalFields(yesterday, premium()))
	c.override(yesterday.ID, "expires_on: "+c.day(-1).Format(time.DateOnly), "support_level: ultimate")

	today := c.customer("R0005", "Customer of an Override that Ends Today", "equal: the override is in force on its last day")
	c.subscribe(today, -65, 300, sold(smPremium, "20"))
	c.inGlobal(today.Name, with(GlobalFields(today, premium()), map[string]any{"support_level": "gold"}))
	c.override(today.ID, "expires_on: "+c.day(0).Format(time.DateOnly), "support_level: gold")

	agency := c.customer("R0006", "Agency with Agreed Hours", "equal: an override of US Government gives 24x7, and with it emergency support")
	c.subscribe(agency, -65, 300, sold(smPremium, "20"), sold(support12x5, "1"))
	c.inUSGov(agency.Name, usgovFields(agency, premium("sub_usgov_12x5", "sub_usgov_24x7", "emergency_support_24x7")))
	c.override(agency.ID, "instance: usgov", "sub_usgov_24x7: true")

	bare := c.customer("R0007", "Customer by Override Alone", "to be created: no subscription and no charge, but an override in force, under the 15-character id")
	c.override(shortID(bare.ID), "sub_sm_ultimate: true", "seats_decimal: 10", "expiration_date: "+c.day(200).Format(time.DateOnly))

	c.override(curatedID("R0008"), "support_level: premium") // no such account: a warning
}

// override adds an entry to the overrides file.
func (c *curation) override(id string, lines ...string) {
	c.world.Overrides += fmt.Sprintf("- salesforce_id: %s\n  reason: contract amendment\n", id)
	for _, line := range lines {
		c.world.Overrides += "  " + line + "\n"
	}
}
