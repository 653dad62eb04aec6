package endtoend

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// smallWorld has two creates, two updates and a mark for each flow, and an
// account whose charges come on pages of their own.
func smallWorld() sandbox.Options {
	b := &builder{today: noon()}
	b.partners()
	b.customers()
	b.agencies()
	b.world.Overrides = "# nothing agreed\n- salesforce_id: " + accountID("C0001") + "\n  reason: contract amendment\n  seats_decimal: 60\n"
	return sandbox.Options{World: b.world, BatchSize: 6, ChildPage: 2}
}

// builder collects a world by hand.
type builder struct {
	today   time.Time
	world   data.World
	records int
}

func accountID(code string) string { return data.LongID("0014M00003" + code) }

func (b *builder) account(id, name, kind string) *data.Account {
	made := &data.Account{ID: id, Name: name, Type: kind, Owner: "Avery Owner"}
	b.world.Accounts = append(b.world.Accounts, made)
	return made
}

func (b *builder) partner(code, name string) *data.Account {
	made := b.account(accountID(code), name, "Partner")
	made.PartnerTrack, made.PartnerStatus = "Open", "Authorized"
	return made
}

// customer is an account with charges for the products until so many days
// from today.
func (b *builder) customer(code, name string, days int, products ...string) *data.Account {
	made := b.account(accountID(code), name, "Customer")
	made.CARR, made.Segment, made.Geo = "1200.50", "Large", "EMEA"
	b.records++
	subscription := data.Subscription{
		ID: fmt.Sprintf("a0s%015d", b.records), Name: "A-S1", Status: "Active",
		Start: b.today.AddDate(-1, 0, 0), End: b.today.AddDate(0, 0, days),
	}
	made.Subscriptions = append(made.Subscriptions, subscription)
	for _, product := range products {
		b.records++
		made.Charges = append(made.Charges, data.Charge{
			ID: fmt.Sprintf("a0c%015d", b.records), Name: "C-1", ChargeName: product, SubscriptionID: subscription.ID,
			SubscriptionStatus: "Active", Start: subscription.Start, End: subscription.End, Quantity: "50",
		})
	}
	return made
}

// organization is one with the account's id and what else the fields say.
func (b *builder) organization(into *[]data.Organization, id, name string, fields map[string]any) {
	all := map[string]any{"salesforce_id": id, "sfdc_short_id": id[:15], "account_owner": "Avery Owner"}
	maps.Copy(all, fields)
	*into = append(*into, data.Organization{
		ID: 360_001_000_001 + int64(len(b.world.Global)+len(b.world.USGov)), Name: name, Fields: all,
	})
}

func (b *builder) partners() {
	alliance := b.account(data.AllianceID, "Alliance Cloud", "Partner")
	b.organization(&b.world.Global, alliance.ID, alliance.Name, map[string]any{"account_type": "alliance_partner"})
	b.partner("P0001", "New Partner One")
	b.partner("P0002", "New Partner Two")
	for _, code := range []string{"P0003", "P0004", "P0005", "P0006", "P0007"} {
		known := b.partner(code, "Partner "+code)
		fields := map[string]any{"account_type": "open_partner"}
		if code <= "P0004" {
			fields["account_owner"] = "Former Owner"
		}
		b.organization(&b.world.Global, known.ID, known.Name, fields)
	}
	b.organization(&b.world.Global, accountID("P0009"), "Partner No More", map[string]any{"account_type": "open_partner"})
}

const (
	ultimate = "Self-Managed - Ultimate - 1 Year"
	hours24  = "24x7 US Citizen Support - 1 Year"
)

func (b *builder) customers() {
	b.customer("C0001", "New Customer One", 300, ultimate)
	b.customer("C0002", "New Customer Two", 300, ultimate, "Travel Expenses", "Travel Expenses", "Travel Expenses", "Travel Expenses")
	for _, code := range []string{"C0003", "C0004", "C0005", "C0006"} {
		known := b.customer(code, "Customer "+code, 300, ultimate)
		fields := map[string]any{
			"account_type": "customer", "support_level": "ultimate", "sub_sm_ultimate": true, "seats_decimal": 50,
			"aar": json.Number("1200.5"), "sales_segmentation": "large", "org_region": "emea",
			"expiration_date": b.today.AddDate(0, 0, 300).Format(time.DateOnly),
		}
		if code <= "C0004" {
			fields["seats_decimal"], fields["aar"] = 40, json.Number("1000")
		}
		b.organization(&b.world.Global, known.ID, known.Name, fields)
	}
	b.organization(&b.world.Global, accountID("C0009"), "Customer Long Gone", map[string]any{
		"account_type": "former_customer", "support_level": "expired", "expiration_date": "2020-01-31"})
}

func (b *builder) agencies() {
	b.customer("U0001", "New Agency One", 300, ultimate, hours24)
	b.customer("U0002", "New Agency Two", 300, ultimate, hours24)
	for _, code := range []string{"U0003", "U0004"} {
		known := b.customer(code, "Agency "+code, 300, ultimate, hours24)
		b.organization(&b.world.USGov, known.ID, known.Name, map[string]any{
			"account_type": "customer", "support_level": "ultimate", "sub_sm_ultimate": true, "sub_usgov_24x7": true,
			"emergency_support_24x7": true, "number_of_seats": 50, "arr": json.Number("1000"), "market_segment": "large",
			"expiration_date": b.today.AddDate(0, 0, 300).Format(time.DateOnly),
		})
	}
	b.organization(&b.world.USGov, accountID("U0009"), "Agency Long Gone", map[string]any{
		"account_type": "former_customer", "support_level": "expired", "expiration_date": "2020-01-31"})
}
