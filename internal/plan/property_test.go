package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/hold"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

func accounts() []account.ID { return []account.ID{alliance, birch, maple, tulip} }

func drawIDs(t *rapid.T, label string) map[account.ID]bool {
	return ids(rapid.SliceOfDistinct(rapid.SampledFrom(accounts()), rapid.ID[account.ID]).Draw(t, label)...)
}

// drawValues draws values of the fields that rules go by.
func drawValues(t *rapid.T, label string) set {
	return set{
		field.AccountType:    rapid.SampledFrom([]field.Value{"customer", "former_customer", "open_partner", ""}).Draw(t, label+" type"),
		field.SupportLevel:   rapid.SampledFrom([]field.Value{"ultimate", "premium", "expired", "", "platinum"}).Draw(t, label+" level"),
		field.ExpirationDate: rapid.SampledFrom([]field.Value{"2020-01-01", "2026-12-31", "", "soon"}).Draw(t, label+" date"),
		"account_owner":      rapid.SampledFrom([]field.Value{"", "Someone"}).Draw(t, label+" owner"),
	}
}

// managed leaves the values that the flow manages.
func managed(flow field.Flow, values set) set {
	kept := set{}
	for key, value := range values {
		if _, ok := field.SchemaOf(flow).Index(key); ok {
			kept[key] = value
		}
	}
	return kept
}

func drawWanted(t *rapid.T, flow field.Flow) []plan.Wanted {
	var wanted []plan.Wanted
	for _, id := range accounts() {
		if !rapid.Bool().Draw(t, "wanted "+string(id)) {
			continue
		}
		label := "wanted " + string(id)
		row := wants(flow, id, rapid.SampledFrom([]string{"Ash", "ASH", "Elm", "Oak", "Fir", ""}).Draw(t, label+" name"), managed(flow, drawValues(t, label)))
		if flow != field.Partner {
			row.Holds = rapid.SampledFrom([][]hold.Hold{
				nil, nil, {{Reason: hold.UnmappedCharge, Detail: "Quantum"}}, {{Reason: hold.AwaitsOtherInstance}}, {{Reason: hold.SubscriptionsGone}},
			}).Draw(t, label+" holds")
			row.InOtherInstance = rapid.Bool().Draw(t, label+" elsewhere")
		}
		wanted = append(wanted, row)
	}
	return wanted
}

// drawnOrganization is an organization before a flow's eyes.
type drawnOrganization struct {
	id     int64
	name   string
	values set
	keep   bool
}

func drawOrganizations(t *rapid.T) []drawnOrganization {
	names := rapid.Permutation([]string{"ash", "Elm", "Oak", "Fir", "Yew", ""}).Draw(t, "names")
	var drawn []drawnOrganization
	for i, name := range names[:rapid.IntRange(0, len(names)).Draw(t, "organizations")] {
		label := fmt.Sprint("organization ", i)
		values := drawValues(t, label)
		id := rapid.SampledFrom(accounts()).Draw(t, label+" account")
		values[field.SalesforceID] = field.Value(rapid.SampledFrom([]string{string(id), id.Short(), string(id), "", "nonsense", strings.ToUpper(id.Short()), string(id)[:17] + "5"}).Draw(t, label+" id"))
		values[field.MarkForDeletion] = field.Checkbox(rapid.Bool().Draw(t, label+" marked"))
		drawn = append(drawn, drawnOrganization{int64(i + 1), name, values, rapid.Bool().Draw(t, label+" ignored")})
	}
	return drawn
}

// seenBy returns the organizations as the flow gathers them.
func seenBy(flow field.Flow, drawn []drawnOrganization, partners map[account.ID]bool) []organization.Organization {
	var present []organization.Organization
	for _, organization := range drawn {
		id, err := account.ParseID(string(organization.values[field.SalesforceID]))
		isPartner := field.IsPartnerType(organization.values[field.AccountType]) || (err == nil && partners[id])
		if flow == field.Partner && !isPartner {
			continue
		}
		seen := has(flow, organization.id, "", organization.name, managed(flow, organization.values))
		seen.IgnoreDeletion = organization.keep
		present = append(present, seen)
	}
	return present
}

func drawInput(t *rapid.T) input {
	flow := rapid.SampledFrom(field.Flows()).Draw(t, "flow")
	wanted := drawWanted(t, flow)
	input := inputOf(flow, wanted, nil)
	if flow != field.Partner {
		input.PartnerIDs = rapid.SampledFrom([]map[account.ID]bool{drawIDs(t, "partners"), nil}).Draw(t, "partner artifact")
		for _, id := range accounts() {
			if reason := rapid.SampledFrom([]string{"", "partner", "expired_three_years"}).Draw(t, "left out "+string(id)); reason != "" {
				input.LeftOut[id] = plan.LeftOut{Reason: reason, CurrentCharge: rapid.Bool().Draw(t, "a current charge of "+string(id))}
			}
		}
	}
	if flow != field.Global {
		input.CustomerIDs = rapid.SampledFrom([]map[account.ID]bool{drawIDs(t, "customers"), nil}).Draw(t, "customer artifact")
	}
	input.Organizations = seenBy(flow, drawOrganizations(t), input.PartnerIDs)
	input.Protected = drawIDs(t, "protected")
	input.Orphans = rapid.SampledFrom([]plan.OrphanPolicy{"", plan.ListOrphans, plan.ExpireOrphans, plan.MarkOrphans}).Draw(t, "orphans")
	input.ReadsOverlap = rapid.Bool().Draw(t, "reads overlap")
	return input
}

// applied returns the organizations after the plan was carried out.
func applied(t *rapid.T, input input, made *plan.Plan) []organization.Organization {
	present := map[int64]*organization.Organization{}
	var after []organization.Organization
	for _, before := range input.Organizations {
		before.Record = before.Record.Clone()
		after = append(after, before)
	}
	for _, create := range made.Creates {
		after = append(after, organization.Organization{ID: int64(100 + len(after)), Record: create.Record.Clone()})
	}
	for i := range after {
		present[after[i].ID] = &after[i]
	}
	carryOut := func(id int64, changes []field.Change) {
		for _, change := range changes {
			if now := present[id].Record.Get(change.Field.Key); now != change.From {
				t.Fatalf("organization %d: %s is %q, planned from %q", id, change.Field.Key, now, change.From)
			}
			present[id].Record.Set(change.Field.Key, change.To)
		}
	}
	for _, update := range made.Updates {
		carryOut(update.ID, update.Changes)
	}
	for _, mark := range made.Marks {
		carryOut(mark.ID, mark.Changes)
	}
	return after
}

// TestNothingIsLeftToDoAfterAPlan: only rows that waited for a name go on with
// the next runs, until nothing is left but held, conflicting and orphaned rows.
func TestNothingIsLeftToDoAfterAPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		input := drawInput(t)
		made := input.make()
		for range len(accounts()) + 1 {
			input.Organizations = applied(t, input, made)
			checkNames(t, input)
			next := input.make()
			waiting := map[account.ID]bool{}
			for _, conflict := range made.Conflicts {
				waiting[conflict.AccountID] = true
			}
			for _, update := range made.Updates {
				// What is ended may be old enough to be marked then.
				waiting[update.AccountID] = waiting[update.AccountID] || update.Reason != ""
			}
			for _, id := range touched(next) {
				if !waiting[id] {
					t.Fatalf("%s is planned again:\n%s\nthen\n%s", id, strings.Join(describe(made), "\n"), strings.Join(describe(next), "\n"))
				}
			}
			made = next
		}
		if made.HasChanges() {
			t.Fatalf("still to do:\n%s", strings.Join(describe(made), "\n"))
		}
	})
}

func checkNames(t *rapid.T, input input) {
	holders := map[string]int64{}
	for _, present := range input.Organizations {
		key := field.NameKey(present.Record.Get(field.Name))
		if other := holders[key]; other != 0 {
			t.Fatalf("organizations %d and %d are both named %q", other, present.ID, key)
		}
		holders[key] = present.ID
	}
}

// touched returns the account of every planned row.
func touched(made *plan.Plan) []account.ID {
	var all []account.ID
	for _, row := range made.Creates {
		all = append(all, row.ID)
	}
	for _, row := range made.Updates {
		all = append(all, row.AccountID)
	}
	for _, row := range made.Marks {
		all = append(all, row.AccountID)
	}
	return all
}

func TestNoAccountIsInTwoRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		made := drawInput(t).make()
		rows := map[account.ID]bool{}
		for _, id := range touched(made) {
			if rows[id] {
				t.Fatalf("%s is planned twice:\n%s", id, strings.Join(describe(made), "\n"))
			}
			rows[id] = true
		}
	})
}

// everything writes the whole plan.
func everything(made *plan.Plan) []string {
	return append(describe(made), fmt.Sprint(made.Counts, made.SupportLevels, made.ChangesByField, made.LosesSupport, made.Limits))
}

func TestTheOrderOfInputsNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		input := drawInput(t)
		want := everything(input.make())
		input.Wanted = rapid.Permutation(input.Wanted).Draw(t, "wanted")
		input.Organizations = rapid.Permutation(input.Organizations).Draw(t, "present")
		if diff := cmp.Diff(want, everything(input.make())); diff != "" {
			t.Fatalf("another order, another plan (-want +got):\n%s", diff)
		}
	})
}

func TestSelectedAccountsArePlannedAsInTheFullPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		input := drawInput(t)
		full := describe(input.make())
		input.Only = drawIDs(t, "only")
		var want []string
		for _, line := range full {
			if id := rowOf(line); id != "" && !input.Only[id] {
				continue
			}
			want = append(want, line)
		}
		if diff := cmp.Diff(want, describe(input.make())); diff != "" {
			t.Fatalf("plan (-want +got):\n%s", diff)
		}
	})
}

// rowOf returns the first id of the line, which is the row's.
func rowOf(line string) account.ID {
	for word := range strings.FieldsSeq(line) {
		if id, err := account.ParseFullID(word); err == nil {
			return id
		}
	}
	return ""
}

func TestNothingIsTakenAwayWhileAnythingHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		input := drawInput(t)
		unclear := map[account.ID]bool{}
		for _, wanted := range input.Wanted {
			unclear[wanted.ID] = len(wanted.Holds) > 0
		}
		for _, loss := range input.make().LosesSupport {
			if unclear[loss.AccountID] {
				t.Fatalf("%s goes from %q to %q", loss.AccountID, loss.From, loss.To)
			}
		}
	})
}

// TestTwoFlowsNeverTouchTheSameOrganization: on the instance that they share,
// with both Salesforce artifacts there.
func TestTwoFlowsNeverTouchTheSameOrganization(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		partners, customers := drawWanted(t, field.Partner), drawWanted(t, field.Global)
		organizations := drawOrganizations(t)
		partnerInput := inputOf(field.Partner, partners, nil)
		globalInput := inputOf(field.Global, customers, nil)
		partnerInput.CustomerIDs, globalInput.PartnerIDs = globalInput.CustomerIDs, partnerInput.PartnerIDs
		globalInput.Orphans = rapid.SampledFrom([]plan.OrphanPolicy{plan.ExpireOrphans, plan.MarkOrphans}).Draw(t, "orphans")
		partnerInput.Organizations = seenBy(field.Partner, organizations, partnerInput.PartnerIDs)
		globalInput.Organizations = seenBy(field.Global, organizations, partnerInput.PartnerIDs)
		byPartner, byGlobal := partnerInput.make(), globalInput.make()
		rows := map[int64]bool{}
		for _, made := range []*plan.Plan{byPartner, byGlobal} {
			for _, update := range made.Updates {
				claimOnce(t, rows, update.ID)
			}
			for _, mark := range made.Marks {
				claimOnce(t, rows, mark.ID)
			}
		}
		for _, create := range byGlobal.Creates {
			if partnerInput.PartnerIDs[create.ID] {
				t.Fatalf("the global flow creates the partner %s", create.ID)
			}
		}
	})
}

func claimOnce(t *rapid.T, rows map[int64]bool, id int64) {
	if rows[id] {
		t.Fatalf("organization %d is touched by both flows", id)
	}
	rows[id] = true
}

func BenchmarkMake(b *testing.B) {
	flow := field.Global
	var wanted []plan.Wanted
	var present []organization.Organization
	for i := range 50_000 {
		id := numbered(b, i)
		wanted = append(wanted, wants(flow, id, fmt.Sprint("account ", i), nil))
		present = append(present, has(flow, int64(i+1), id, fmt.Sprint("account ", i%49_000), nil))
	}
	input := inputOf(flow, wanted, present)
	for b.Loop() {
		input.make()
	}
}
