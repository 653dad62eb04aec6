package plan_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// Two people who implement the document plan the same rows.
func TestTwoReadingsOfComparePlanTheSame(t *testing.T) {
	worlds := 40
	if os.Getenv("ZDSYNC_SOAK") == "1" {
		worlds = 400
	}
	for seed := range worlds {
		c := drawing{rand.New(rand.NewPCG(uint64(seed), 7))}
		for _, flow := range []string{"global", "usgov", "partner"} {
			w := c.world(t, flow)
			if diff := cmp.Diff(w.plan(), w.program()); diff != "" {
				t.Fatalf("world %d, %s, policy %q, partners %v, customers %v (-document +program):\n%s", seed, flow, w.policy, w.partners != nil, w.customers != nil, diff)
			}
		}
	}
}

// drawing draws the worlds of one seed.
type drawing struct{ *rand.Rand }

func (d drawing) one(choices ...string) string { return choices[d.IntN(len(choices))] }

func (d drawing) often(percent int) bool { return d.IntN(100) < percent }

const drawnAccounts = 40

func (d drawing) world(t *testing.T, flow string) comparedWorld {
	w := comparedWorld{
		flow: flow, today: d.one("2026-11-21", "2027-03-01"), policy: d.one("list", "expire", "mark", ""), overlap: d.often(10),
		leftOut: map[account.ID]leftOut{}, partners: map[account.ID]bool{}, customers: map[account.ID]bool{}, protected: map[account.ID]bool{},
	}
	own, others := w.customers, w.partners
	if flow == "partner" {
		own, others = others, own
	}
	number := int64(0)
	for i := range drawnAccounts {
		id, err := account.ParseID(fmt.Sprintf("001aBc%09d", i))
		if err != nil {
			t.Fatal(err)
		}
		wanted := side{id: id, fields: d.fields(w, fmt.Sprint("Name ", d.IntN(2*drawnAccounts)))}
		wanted.fields["salesforce_id"], wanted.fields["sfdc_short_id"] = string(id), id.Short()
		switch {
		case d.often(60):
			wanted.holds, wanted.inOther = d.holds(flow), d.often(40)
			w.wanted = append(w.wanted, wanted)
			own[id] = true
		case d.often(60) && flow != "partner":
			w.leftOut[id] = leftOut{d.one("partner", "expired_three_years", "expired_three_years", "other_instance", "no_subscriptions"), d.often(30)}
			own[id] = true
		case d.often(20):
			others[id] = true
		}
		others[id] = others[id] || d.often(3)
		w.protected[id] = d.often(5)
		for range []int{0, 1, 1, 1, 1, 2, 3}[d.IntN(7)] {
			number++
			w.present = append(w.present, d.organization(w, wanted, number))
		}
	}
	switch d.IntN(8) {
	case 0:
		w.partners = without(w.partners, flow == "global")
	case 1:
		w.customers = without(w.customers, flow == "partner")
	}
	return w
}

// without is nil where the flow can do without the artifact.
func without(artifact map[account.ID]bool, can bool) map[account.ID]bool {
	if can {
		return nil
	}
	return artifact
}

func (d drawing) holds(flow string) []string {
	if flow == "partner" || d.often(60) {
		return nil
	}
	return strings.Fields(d.one("unmapped_charge", "awaits_other_instance", "subscriptions_gone", "awaits_other_instance unmapped_charge"))
}

// fields draws the fields that the flow manages.
func (d drawing) fields(w comparedWorld, name string) map[string]string {
	if w.flow == "partner" {
		return map[string]string{"name": name, "account_type": d.one("open_partner", "select_partner", ""), "account_owner": d.one("", "Olga"), "support_hold": d.one("", "true")}
	}
	fields := map[string]string{
		"name": name, "account_type": d.one("customer", "former_customer", "customer"), "support_level": d.one("expired", "premium", "premium", "ultimate", "custom"),
		"expiration_date": d.one("", w.daysAgo(15), w.daysAgo(16), w.daysAgo(-100), w.threeYearsOut(), "2020-01-01"),
		"account_owner":   d.one("", "Olga"), "support_hold": d.one("", "true"), "sub_sm_premium": d.one("", "true"),
	}
	if w.flow == "global" {
		fields["aar"], fields["seats_decimal"] = d.one("0", "10"), d.one("0", "5.5")
	} else {
		fields["arr"], fields["number_of_seats"], fields["emergency_support_24x7"] = d.one("0", "10"), d.one("0", "5"), d.one("", "true")
	}
	return fields
}

func (d drawing) organization(w comparedWorld, of side, number int64) side {
	org := side{number: number, ignored: d.often(10), fields: map[string]string{}}
	for key, value := range of.fields {
		org.fields[key] = value
	}
	for key, value := range d.fields(w, fmt.Sprint("Name ", d.IntN(2*drawnAccounts))) {
		if d.often(40) {
			org.fields[key] = value
		}
	}
	switch d.IntN(12) {
	case 0:
		org.fields["account_type"] = d.one("", "open_partner", "customer")
	case 1:
		org.fields["name"] = strings.ToUpper(of.fields["name"])
	}
	if w.flow != "partner" && d.often(10) {
		org.fields["support_level"], org.fields["expiration_date"] = d.one("", "platinum"), d.one("never", "", "2020-01-01")
	}
	long, short := string(of.id), of.id.Short()
	org.fields["salesforce_id"] = d.one(long, long, long, long, short, "", "see notes", long[:17]+"5", strings.ToUpper(short), strings.ToLower(long), long+"x")
	org.fields["mark_for_deletion"] = d.one("", "", "", "true")
	return org
}

// program is the plan that the program makes.
func (w comparedWorld) program() []string {
	schema := field.SchemaOf(field.Flow(w.flow))
	recordOf := func(fields map[string]string) field.Record {
		record := schema.NewRecord()
		for key, value := range fields {
			record.Set(key, field.Value(value))
		}
		return record
	}
	input := input{
		Input: plan.Input{
			Schema: schema, Today: account.Date(w.today), ReadsOverlap: w.overlap, Protected: w.protected,
			Orphans: plan.OrphanPolicy(w.policy), Limits: plan.DefaultLimits(schema.Flow),
		},
		LeftOut: map[account.ID]plan.LeftOut{}, PartnerIDs: w.partners, CustomerIDs: w.customers,
	}
	for id, left := range w.leftOut {
		input.LeftOut[id] = plan.LeftOut{Reason: left.reason, CurrentCharge: left.current}
	}
	for _, each := range w.wanted {
		row := plan.Wanted{ID: each.id, Record: recordOf(each.fields), InOtherInstance: each.inOther}
		for _, reason := range each.holds {
			row.Holds = append(row.Holds, hold.Hold{Reason: hold.Reason(reason)})
		}
		input.Wanted = append(input.Wanted, row)
	}
	for _, each := range w.present {
		input.Organizations = append(input.Organizations, organization.Organization{ID: each.number, Record: recordOf(each.fields), IgnoreDeletion: each.ignored})
	}
	return linesOf(input.make())
}

func linesOf(made *plan.Plan) []string {
	var lines []string
	say := func(format string, words ...any) { lines = append(lines, fmt.Sprintf(format, words...)) }
	changesOf := func(changes []field.Change) string {
		all := map[string][2]string{}
		for _, change := range changes {
			all[change.Field.Key] = [2]string{string(change.From), string(change.To)}
		}
		return written(told(all))
	}
	for _, row := range made.Creates {
		say("create %s", row.ID)
	}
	for _, row := range made.Updates {
		reason := string(row.Reason)
		if reason != "" {
			reason += " "
		}
		say("update %d %s%s", row.ID, reason, changesOf(row.Changes))
	}
	for _, row := range made.Marks {
		say("mark %d %s", row.ID, row.Reason)
	}
	for _, row := range made.Held {
		if row.Action == plan.ActionCreate {
			say("held create %s", row.AccountID)
			continue
		}
		all := map[string][2]string{}
		for _, change := range row.Changes {
			all[change.Field] = [2]string{textOf(change.From), textOf(change.To)}
		}
		say("held update %d %s", row.ID, written(told(all)))
	}
	for _, row := range made.Orphans {
		say("orphan %d %s", row.ID, row.Reason)
	}
	for _, row := range made.Unmanaged {
		say("unmanaged %d", row.ID)
	}
	for _, row := range made.Conflicts {
		if row.Reason == plan.IdentityLost {
			say("conflict identity_lost %s with %d %s", row.AccountID, row.OrganizationIDs[0], row.PresentID)
			continue
		}
		say("conflict %s %s", row.Reason, row.AccountID)
	}
	sort.Strings(lines)
	return lines
}

// textOf is a value of plan.json as this reading has it.
func textOf(value jsontext.Value) string {
	switch value.Kind() {
	case 'n', 'f':
		return ""
	case '"':
		return strings.Trim(string(value), `"`)
	}
	return string(value)
}
