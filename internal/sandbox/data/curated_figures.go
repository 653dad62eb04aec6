package data

// customerFigures are numbers and words that are easy to misread.
func (c *curation) customerFigures() {
	premium := func(seats float64) Entitlement {
		return Entitlement{"premium", c.day(300), seats, []string{"sub_sm_premium"}}
	}
	single := func(code, name, why, quantity string) *Account {
		account := c.customer(code, name, why)
		c.subscribe(account, -65, 300, sold(smPremium, quantity))
		return account
	}

	half := single("H0001", "Customer with Half a Seat", "equal: seats_decimal keeps the decimal", "12.50")
	c.inGlobal(half.Name, GlobalFields(half, premium(12.5)))

	rounded := single("H0002", "Customer with a Third Decimal", "equal: revenue is rounded half away from zero", "20")
	rounded.CARR = "1234.565"
	c.inGlobal(rounded.Name, with(GlobalFields(rounded, premium(20)), map[string]any{"aar": 1234.57}))

	negative := single("H0003", "Customer with a Credit", "equal: away from zero below zero, too", "20")
	negative.CARR = "-0.005"
	c.inGlobal(negative.Name, with(GlobalFields(negative, premium(20)), map[string]any{"aar": -0.01}))

	free := single("H0004", "Customer without Revenue", "to be updated: no revenue is 0, which is not the null of Zendesk", "")
	free.CARR = ""
	c.inGlobal(free.Name, with(GlobalFields(free, premium(0)), map[string]any{"aar": nil}))

	large := single("H0005", "Customer with Large Revenue", "equal: every digit counts", "123456789")
	large.CARR = "90071992547409.93"
	c.inGlobal(large.Name, GlobalFields(large, premium(123456789)))

	region := single("H0006", "Customer of a Region", "equal: the region stands in for a geo of another name", "20")
	region.Geo, region.Region = "Worldwide", "AMER"
	c.inGlobal(region.Name, GlobalFields(region, premium(20)))

	nowhere := single("H0007", "Customer of No Region", "to be updated: neither geo nor region is known, so the field is cleared; an empty segment is unknown", "20")
	nowhere.Geo, nowhere.Region, nowhere.Segment = "Europe", "LATAM", ""
	c.inGlobal(nowhere.Name, with(GlobalFields(nowhere, premium(20)), map[string]any{"org_region": "emea", "sales_segmentation": nil}))

	grown := single("H0008", "Customer that Grew", "to be updated: revenue, seats and hold", "45")
	grown.SupportHold = new(true)
	c.inGlobal(grown.Name, with(GlobalFields(grown, premium(40)), map[string]any{"aar": 11000.0, "support_hold": nil}))

	unknown := single("H0009", "Customer of an Old Level", "to be updated, support lost: an unknown level in Zendesk ranks highest", "20")
	c.inGlobal(unknown.Name, with(GlobalFields(unknown, premium(20)), map[string]any{"support_level": "starter"}))

	empty := single("H0010", "Customer of No Level", "to be updated: an empty level in Zendesk ranks lowest, check boxes of null are off", "20")
	c.inGlobal(empty.Name, with(GlobalFields(empty, premium(20)), map[string]any{
		"support_level": nil, "sub_sm_premium": nil, "sub_sm_ultimate": nil, "expiration_date": nil}))

	for _, twin := range []struct{ code, name string }{{"Twin1", "Customer by the First Twin Id"}, {"tWIN1", "Customer by the Second Twin Id"}} {
		account := single(twin.code, twin.name, "equal: two ids that differ in case alone are two accounts", "20")
		c.inGlobal(account.Name, GlobalFields(account, premium(20)))
	}
}

// customerNames are names that are not free.
func (c *curation) customerNames() {
	premium := Entitlement{"premium", c.day(300), 20, []string{"sub_sm_premium"}}
	single := func(code, name, why string) *Account {
		account := c.customer(code, name, why)
		c.subscribe(account, -65, 300, sold(smPremium, "20"))
		return account
	}

	renamed := single("K0001", "Customer by its New Name", "to be updated: name")
	c.inGlobal("Customer by its Old Name", GlobalFields(renamed, premium))

	holder := single("K0002", "Shared Name Incorporated", "equal: holds the name that another account has, too")
	c.inGlobal(holder.Name, GlobalFields(holder, premium))
	single("K0003", "shared name incorporated", "a conflict: the create's name is held by the organization of another account")

	single("K0004", "Name of Two New Customers", "a conflict: two creates want one name")
	single("K0005", "NAME OF TWO NEW CUSTOMERS", "a conflict: two creates want one name in different letters")

	wanting := single("K0006", "Shared Name Incorporated ", "a conflict of the name alone: the new owner is written all the same")
	c.inGlobal("Customer that Keeps its Name", with(GlobalFields(wanting, premium), map[string]any{"account_owner": "Former Owner"}))

	twice := single("K0007", "Customer with Two Organizations", "a conflict: two organizations have the id")
	c.inGlobal(twice.Name, GlobalFields(twice, premium))
	c.inGlobal("Customer with Two Organizations (merged)", with(GlobalFields(twice, premium), map[string]any{
		"salesforce_id": shortID(twice.ID)}))

	became := single("K0008", "Partner that Became a Customer", "to be updated by global: the organization is still a partner's")
	c.inGlobal(became.Name, with(GlobalFields(became, premium), map[string]any{"account_type": "open_partner",
		"support_level": nil, "expiration_date": nil, "aar": nil, "seats_decimal": nil, "sub_sm_premium": nil}))
}

// customerOrganizations are organizations of the customer flows without an
// account.
func (c *curation) customerOrganizations() {
	stranded := func(code, name, level string, days int, more map[string]any) {
		gone := &Account{ID: curatedID(code), Type: "Customer", Owner: "Avery Owner", Segment: "SMB", Geo: "APJ"}
		fields := GlobalFields(gone, Entitlement{Level: level, Until: c.day(days)})
		c.inGlobal(name, with(fields, more))
	}
	stranded("N0001", "Merged Customer", "premium", 100, nil)                  // an orphan: it has support
	stranded("N0002", "Merged and Expired Customer", expired, -700, nil)       // an orphan: expired, but within three years
	stranded("N0003", "Merged and Long Expired Customer", expired, -1500, nil) // to be marked: expired_three_years
	stranded("N0004", "Long Expired Customer to be Ignored", expired, -1500, map[string]any{"ignore_deletion": true})
	stranded("N0005", "Long Expired Customer to be Protected", expired, -1500, nil)
	c.world.Protected = append(c.world.Protected, curatedID("N0005"))
	stranded("N0006", "Customer with a Broken Id", "premium", 100, map[string]any{"salesforce_id": "see notes"})

	prospect := c.account("N0007", "Prospective Customer", "not selected: neither customer nor former customer")
	prospect.Type = "Prospect"
}
