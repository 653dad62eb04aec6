package data

// instances are which subscriptions belong to which instance.
func (c *curation) instances() {
	year := func(level string, seats float64, flags ...string) Entitlement {
		return Entitlement{level, c.day(300), seats, flags}
	}
	lapsed := Entitlement{Level: expired, Until: c.day(300)}

	soon := c.customer("S0001", "Agency whose Support Begins Next Month", "equal: the US Government add-on is not current, so the subscription is still Global's")
	c.subscribe(soon, -65, 300, sold(smUltimate, "50"), sold(support12x5, "1").during(30, 300))
	c.inGlobal(soon.Name, GlobalFields(soon, year("ultimate", 50, "sub_sm_ultimate")))

	both := c.customer("S0002", "Agency with Both in One Subscription", "equal: a subscription goes whole to US Government for one of its charges; other_instance at Global")
	c.subscribe(both, -65, 300, sold(smUltimate, "50"), sold(support24x7, "1"))
	c.inUSGov(both.Name, usgovFields(both, year("ultimate", 50, "sub_sm_ultimate", "sub_usgov_24x7", "emergency_support_24x7")))

	exception := c.exception("S0003", "Agency by Exception", "equal: with the exception a self-managed plan is US Government's")
	c.subscribe(exception, -65, 300, sold(smPremium, "50"))
	c.inUSGov(exception.Name, usgovFields(exception, year("premium", 50, "sub_sm_premium")))

	saas := c.exception("S0004", "Agency by Exception on SaaS", "equal: US Government has no field for SaaS plans, so even with the exception they are Global's")
	c.subscribe(saas, -65, 300, sold(saasPremium, "50"))
	c.inGlobal(saas.Name, GlobalFields(saas, year("silver", 50, "sub_dotcom_premium")))

	left := c.customer("S0005", "Agency that Left", "equal: an organization without a subscription for its instance has no charges, and its date from all of them")
	c.subscribe(left, -65, 300, sold(smUltimate, "50"))
	c.inGlobal(left.Name, GlobalFields(left, year("ultimate", 50, "sub_sm_ultimate")))
	c.inUSGov(left.Name, usgovFields(left, lapsed))

	dedicated := c.customer("S0006", "Agency of Public Sector Dedicated", "equal: usgov_fedramp is Dedicated with 24x7 support")
	c.subscribe(dedicated, -65, 300, sold(fedramp, "80"))
	c.inUSGov(dedicated.Name, usgovFields(dedicated, year("ultimate", 80, "sub_gitlab_dedicated", "sub_usgov_24x7", "emergency_support_24x7")))

	half := c.customer("S0007", "Agency with Half a Seat", "equal: number_of_seats rounds up; 12x5 has no emergency support")
	c.subscribe(half, -65, 300, sold(smPremium, "12.5"), sold(support12x5, "1"))
	c.inUSGov(half.Name, usgovFields(half, year("premium", 13, "sub_sm_premium", "sub_usgov_12x5")))

	created := c.customer("S0008", "Agency without Organization", "to be created in US Government")
	c.subscribe(created, -65, 300, sold(smPremium, "10"), sold(support24x7, "1"))

	two := c.customer("S0009", "Agency of Two Instances", "equal: one subscription for each instance")
	c.subscribe(two, -65, 200, sold(saasUltimate, "30"))
	c.subscribe(two, -65, 300, sold(smPremium, "20"), sold(support12x5, "1"))
	c.inGlobal(two.Name, GlobalFields(two, Entitlement{"gold", c.day(200), 30, []string{"sub_dotcom_ultimate"}}))
	c.inUSGov(two.Name, usgovFields(two, year("premium", 20, "sub_sm_premium", "sub_usgov_12x5")))

	dotcom := c.customer("S0010", "Agency on SaaS with Support", "equal: a type of the other instance counts for the level, but has no field")
	c.subscribe(dotcom, -65, 300, sold(saasUltimate, "60"), sold(support24x7, "1"))
	c.inUSGov(dotcom.Name, usgovFields(dotcom, year("gold", 60, "sub_usgov_24x7", "emergency_support_24x7")))

	ended := c.customer("S0011", "Agency after its Support", "equal: without current charges a subscription is judged by all of them")
	c.subscribe(ended, -465, -100, sold(smPremium, "20"), sold(support24x7, "1"))
	c.inUSGov(ended.Name, usgovFields(ended, Entitlement{Level: expired, Until: c.day(-100)}))

	gone := &Account{ID: curatedID("S0012"), Owner: "Avery Owner"}
	c.inUSGov("Agency Long Gone", usgovFields(gone, Entitlement{Level: expired, Until: c.day(-1500)})) // to be marked
	c.inUSGov("Agency without an Id", map[string]any{"account_type": "customer"})                      // unmanaged
}

func (c *curation) exception(code, name, why string) *Account {
	account := c.customer(code, name, why)
	account.SupportInstance = "federal-support"
	return account
}

// moves are accounts that move from one instance to the other.
func (c *curation) moves() {
	premium := Entitlement{"premium", c.day(300), 20, []string{"sub_sm_premium"}}
	lapsed := Entitlement{Level: expired, Until: c.day(300)}

	added := c.exception("V0001", "Agency with a New Exception", "held: awaits its US Government organization, whose name an unmanaged one holds; until then Global keeps its level")
	c.subscribe(added, -65, 300, sold(smPremium, "20"))
	c.inGlobal(added.Name, GlobalFields(added, premium))
	c.inUSGov("agency with a new exception", map[string]any{})

	removed := c.customer("V0002", "Agency without its Exception", "to be updated in both: it has both organizations, so Global gets the level and US Government loses it")
	c.subscribe(removed, -65, 300, sold(smPremium, "20"))
	c.inGlobal(removed.Name, GlobalFields(removed, lapsed))
	c.inUSGov(removed.Name, usgovFields(removed, premium))

	held := c.customer("V0003", "Agency with an Unmapped Name", "held: not created at Global while it has a US Government organization and an unmapped charge")
	c.subscribe(held, -65, 300, sold(smPremium, "20"), sold(support12x5, "1"))
	c.subscribe(held, -65, 300, sold(saasPremium, "20"), sold("Galactic Support Plus - 1 Year", "1"))
	c.inUSGov(held.Name, usgovFields(held, Entitlement{"premium", c.day(300), 20, []string{"sub_sm_premium", "sub_usgov_12x5"}}))
}
