package endtoend

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// named is an account of the tests of names; its owner tells the hours apart.
type named struct{ code, name, owner string }

func (n named) id() string { return data.LongID("0014M00004" + n.code) }

// livesNamed is a world of customers, and of partners whose codes begin with P,
// beside those to whom nothing happens.
func livesNamed(accounts []named) data.World {
	world := livesWith(gone)
	for _, each := range accounts {
		account := buyer(each.id(), each.name)
		account.Owner = each.owner
		if strings.HasPrefix(each.code, "P") {
			asPartner(&account)
		}
		world.Accounts = append(world.Accounts, &account)
	}
	return world
}

// toldNames tells the organizations of the named accounts, and whose each is.
func (w *watch) toldNames() []string {
	var told []string
	for _, o := range w.Global.Organizations() {
		if code, ok := strings.CutPrefix(longID(o), "0014M00004"); ok {
			told = append(told, fmt.Sprintf("%s %q of %s", code[:5], o.Name, heldText(o, "account_owner")))
		}
	}
	slices.Sort(told)
	return told
}

// toldTrouble tells the conflicts and failures of a run.
func (w *watch) toldTrouble() []string {
	var told []string
	code := func(row map[string]any) string { return fmt.Sprint(row["salesforce_id"])[10:15] }
	for _, flow := range []string{"global", "partner"} {
		for _, row := range w.plan(flow).Conflicts {
			told = append(told, fmt.Sprintf("%s conflict %v", code(row), row["reason"]))
		}
		for _, row := range w.failed(flow) {
			told = append(told, fmt.Sprintf("%s %v: %v", code(row), row["outcome"], row["description"]))
		}
	}
	slices.Sort(told)
	return told
}

// Names that are not free are reported or resolved; nobody else's organization
// is touched. Each case is given hour by hour.
func TestNames(t *testing.T) {
	t.Parallel()
	const alice, bob = "Alice Owner", "Bob Owner"
	before := []named{{"Alpha", "Alpha", alice}, {"Betaa", "Beta", alice}}
	for _, test := range []struct {
		rule    string
		hours   [][]named
		people  func(w *watch) // between the first hour and the second
		names   []string
		trouble []string
	}{
		{
			rule:    "two new accounts of one name: neither is created",
			hours:   [][]named{{{"Alpha", "Same", alice}, {"Betaa", "Same", alice}}},
			trouble: []string{"Alpha conflict name_taken", "Betaa conflict name_taken"},
		},
		{
			rule:    "two new accounts of one name but for case and blanks",
			hours:   [][]named{{{"Alpha", "Same", alice}, {"Betaa", " SAME\t", alice}}},
			trouble: []string{"Alpha conflict name_taken", "Betaa conflict name_taken"},
		},
		{
			rule:    "a new account of a name that is taken: the holder keeps it",
			hours:   [][]named{{{"Alpha", "Same", alice}}, {{"Alpha", "Same", bob}, {"Betaa", "same ", bob}}},
			names:   []string{`Alpha "Same" of Bob Owner`},
			trouble: []string{"Betaa conflict name_taken"},
		},
		{
			rule:    "a rename to a taken name: the rest of the row goes on",
			hours:   [][]named{before, {{"Alpha", "Beta", bob}, {"Betaa", "Beta", alice}}},
			names:   []string{`Alpha "Alpha" of Bob Owner`, `Betaa "Beta" of Alice Owner`},
			trouble: []string{"Alpha conflict name_taken"},
		},
		{
			rule:    "swapped names: both keep theirs",
			hours:   [][]named{before, {{"Alpha", "Beta", bob}, {"Betaa", "Alpha", bob}}},
			names:   []string{`Alpha "Alpha" of Bob Owner`, `Betaa "Beta" of Bob Owner`},
			trouble: []string{"Alpha conflict name_taken", "Betaa conflict name_taken"},
		},
		{
			rule:    "a rename to a name that this run frees waits for the next",
			hours:   [][]named{before, {{"Alpha", "Beta", alice}, {"Betaa", "Gamma", alice}}},
			names:   []string{`Alpha "Alpha" of Alice Owner`, `Betaa "Gamma" of Alice Owner`},
			trouble: []string{"Alpha conflict name_taken"},
		},
		{
			rule:  "and is done then",
			hours: [][]named{before, {{"Alpha", "Beta", alice}, {"Betaa", "Gamma", alice}}, {{"Alpha", "Beta", alice}, {"Betaa", "Gamma", alice}}},
			names: []string{`Alpha "Beta" of Alice Owner`, `Betaa "Gamma" of Alice Owner`},
		},
		{
			rule:  "blanks around a name are none",
			hours: [][]named{before, {{"Alpha", " Alpha \u00a0", alice}, {"Betaa", "Beta\n", alice}}},
			names: []string{`Alpha "Alpha" of Alice Owner`, `Betaa "Beta" of Alice Owner`},
		},
		{
			rule:  "case alone is a rename like any other",
			hours: [][]named{before, {{"Alpha", "ALPHA", alice}, {"Betaa", "beta", alice}}},
			names: []string{`Alpha "ALPHA" of Alice Owner`, `Betaa "beta" of Alice Owner`},
		},
		{
			rule:  "a rename to the name of an organization without an id",
			hours: [][]named{before, {{"Alpha", "Unmanaged", bob}, {"Betaa", "Beta", alice}}},
			people: func(w *watch) {
				w.Global.Insert(zendesk.Organization{Name: "unmanaged"})
			},
			names:   []string{`Alpha "Alpha" of Bob Owner`, `Betaa "Beta" of Alice Owner`},
			trouble: []string{"Alpha conflict name_taken"},
		},
		{
			rule:    "an account without a name",
			hours:   [][]named{before, {{"Alpha", "", bob}, {"Betaa", "Beta", alice}, {"Gamma", " ", alice}}},
			names:   []string{`Alpha "Alpha" of Bob Owner`, `Betaa "Beta" of Alice Owner`},
			trouble: []string{"Alpha conflict name_empty", "Gamma conflict name_empty"},
		},
		{
			rule:    "two accounts renamed to one name",
			hours:   [][]named{before, {{"Alpha", "Gamma", bob}, {"Betaa", "Gamma", bob}}},
			names:   []string{`Alpha "Alpha" of Bob Owner`, `Betaa "Beta" of Bob Owner`},
			trouble: []string{"Alpha conflict name_taken", "Betaa conflict name_taken"},
		},
		{
			rule:    "a new partner of a customer's name: Zendesk's own words",
			hours:   [][]named{{{"Alpha", "Alpha", alice}}, {{"Alpha", "Alpha", alice}, {"Pater", "ALPHA", bob}}},
			names:   []string{`Alpha "Alpha" of Alice Owner`},
			trouble: []string{"Pater failed: Record validation errors; DuplicateValue: Name: ALPHA has already been taken"},
		},
	} {
		t.Run(test.rule, func(t *testing.T) {
			w := &watch{world: startWorld(t, sandbox.Options{World: livesNamed(test.hours[0])})}
			w.liftLimits()
			for hour, accounts := range test.hours {
				if hour == 1 && test.people != nil {
					test.people(w)
				}
				w.serve(livesNamed(accounts))
				w.hour()
			}
			if diff := cmp.Diff(test.names, w.toldNames()); diff != "" {
				t.Errorf("organizations (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.trouble, w.toldTrouble()); diff != "" {
				t.Errorf("what is reported (-want +got):\n%s", diff)
			}
		})
	}
}
