package data

// partners are the plain cases of the partner flow.
func (c *curation) partners() {
	alliance := c.partner("", "Alliance Cloud", "", "the alliance account: named by its id, of any type and track; its subscription is not the customer flow's business")
	alliance.ID, alliance.Type, alliance.CARR, alliance.PartnerStatus = AllianceID, "Customer", "50000.00", ""
	c.subscribe(alliance, -100, 265, sold(smUltimate, "40"))
	c.inGlobal(alliance.Name, partnerFields(alliance))

	open := c.partner("P0001", "Open Partner in Step", "Open", "an open partner that is equal")
	c.inGlobal(open.Name, partnerFields(open)).Notes = "written by an agent, never sent"

	selected := c.partner("P0002", "Select Partner in Step", "Select", "a select partner that is equal, and has subscriptions that are not the customer flow's business")
	c.subscribe(selected, -10, 355, sold(saasPremium, "12"))
	c.inGlobal(selected.Name, partnerFields(selected)).Tags = []string{"vip", "select_partner"}

	c.partner("P0003", "Partner without Organization", "Open", "to be created")

	owner := c.partner("P0004", "Partner with a New Owner", "Select", "to be updated: account_owner")
	c.inGlobal(owner.Name, with(partnerFields(owner), map[string]any{"account_owner": "Former Owner"}))

	restricted := c.partner("P0005", "Restricted Partner", "Open", "to be updated: restricted_account is true for Restricted Party alone")
	restricted.Restricted = "Restricted Party"
	c.inGlobal(restricted.Name, with(partnerFields(restricted), map[string]any{"restricted_account": false}))

	review := c.partner("P0006", "Partner under Review", "Open", "equal: another word than Restricted Party restricts nothing, nor does At Risk escalate")
	review.Restricted, review.RiskLevel = "Under Review", "At Risk"
	c.inGlobal(review.Name, partnerFields(review))

	hold := c.partner("P0007", "Partner without a Hold", "Select", "equal: a Support_Hold__c of null is false, and so is a check box of null")
	hold.SupportHold = nil
	c.inGlobal(hold.Name, with(partnerFields(hold), map[string]any{
		"support_hold": nil, "restricted_account": nil, "org_in_escalated_state": nil, "mark_for_deletion": nil}))

	risk := c.partner("P0008", "Escalated Partner", "Open", "equal: At Risk - Escalated escalates")
	risk.RiskLevel, risk.SupportHold = "At Risk - Escalated", new(true)
	c.inGlobal(risk.Name, partnerFields(risk))

	architect := c.partner("P0009", "Partner without an Architect", "Open", "to be updated: the whole relationship is null, so the field is cleared")
	architect.SolutionsArchitect = nil
	c.inGlobal(architect.Name, with(partnerFields(architect), map[string]any{"solutions_architect": "Sasha Architect"}))

	track := c.partner("P0010", "Partner that Changed Track", "Select", "to be updated: account_type")
	c.inGlobal(track.Name, with(partnerFields(track), map[string]any{"account_type": "open_partner"}))
}

// partnerHazards are partners with unusual organizations.
func (c *curation) partnerHazards() {
	spaces := c.partner("P0011", "\u00a0 Partner in White Space\t", "Open", "equal: text is trimmed, Unicode white space too")
	spaces.Owner = " Avery Owner\u2003"
	c.inGlobal("Partner in White Space", partnerFields(spaces))

	short := c.partner("P0012", "Partner by its Short Id", "Select", "to be updated: a 15-character salesforce_id counts as its 18-character form")
	c.inGlobal(short.Name, with(partnerFields(short), map[string]any{"salesforce_id": " " + shortID(short.ID)}))

	back := c.partner("P0013", "Partner that Came Back", "Open", "to be updated: mark_for_deletion is wanted false")
	c.inGlobal(back.Name, with(partnerFields(back), map[string]any{"mark_for_deletion": true}))

	twice := c.partner("P0014", "Partner with Two Organizations", "Open", "a conflict: two organizations have the id, neither is touched")
	c.inGlobal(twice.Name, partnerFields(twice))
	c.inGlobal("Partner with Two Organizations (2)", with(partnerFields(twice), map[string]any{"account_owner": "Former Owner"}))

	once := c.partner("P0015", "Partner with One Organization Left", "Select", "equal: of two organizations with the id one is marked, the other is meant")
	c.inGlobal(once.Name, partnerFields(once))
	c.inGlobal("Partner with One Organization Left (old)", with(partnerFields(once), map[string]any{"mark_for_deletion": true}))

	c.partner("P0016", "Taken Name Limited", "Open", "a conflict: the create's name is held by an unmanaged organization in other letters")
	c.inGlobal("TAKEN NAME LIMITED", map[string]any{"account_type": "open_partner"})

	c.partner("P0017", "Two of a Name", "Open", "a conflict: two creates want one name")
	c.partner("P0018", "two of a name ", "Select", "a conflict: two creates want one name, case and white space aside")

	unicode := c.partner("P0019", `Müller & Söhne <"Zürich">`, "Open", "equal: names come through as they are")
	c.inGlobal(unicode.Name, partnerFields(unicode)).DomainNames = []string{"mueller.example"}

	large := c.partner("P0020", "Partner with a Large Number", "Select", "to be updated: an organization id beyond 2^53 keeps all its digits")
	c.inGlobal(large.Name, with(partnerFields(large), map[string]any{"technical_account_manager": "Former Manager"})).ID = 9_007_199_254_740_993

	became := c.partner("P0021", "Customer that Became a Partner", "Open", "to be updated by partner: the organization is still a customer's, and keeps its level")
	c.inGlobal(became.Name, with(partnerFields(became), map[string]any{
		"account_type": "customer", "support_level": "premium", "sub_sm_premium": true}))

	c.partner("P0022", "Terminated Partner", "Open", "not selected: no longer authorized").PartnerStatus = "Terminated"
	c.partner("P0023", "Distributor", "Distributor", "not selected: neither open nor select")
	c.partner("P0024", "Prospective Partner", "Open", "not selected: no partner by type").Type = "Prospect"
}

// partnerOrganizations are organizations of a partner type without a partner.
func (c *curation) partnerOrganizations() {
	stranded := func(code, name string, more map[string]any) {
		gone := &Account{ID: curatedID(code), PartnerTrack: "Open", Owner: "Avery Owner"}
		c.inGlobal(name, with(partnerFields(gone), more))
	}
	stranded("G0001", "Partner No More", nil) // to be marked: not_a_partner
	stranded("G0002", "Partner to be Ignored", map[string]any{"ignore_deletion": true})
	stranded("G0003", "Partner to be Protected", nil)
	c.world.Protected = append(c.world.Protected, curatedID("G0003"))
	stranded("G0004", "Partner without an Id", map[string]any{"salesforce_id": "", "sfdc_short_id": nil})
	stranded("G0005", "Partner with Half an Id", map[string]any{"salesforce_id": "0014M00002"})
	stranded("G0006", "Partner with a Wrong Checksum", map[string]any{"salesforce_id": "0014M00002G0006AAA"})
	c.inGlobal("Organization without Fields", nil)
}
