package plan_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/plan"
)

// A 15-character id stands before its 18-character form, and what is not an id may
// stand between them.
func TestTheJoinMatchesBothFormsOfAnID(t *testing.T) {
	short := has(field.Global, 9, maple, "Maple", set{"salesforce_id": field.Value(maple.Short())})
	between := has(field.Global, 5, maple, "Typo", set{"salesforce_id": field.Value(maple.Short() + "IAA")})
	long := has(field.Global, 7, maple, "Maple too", nil)
	made := inputOf(field.Global, []plan.Wanted{wants(field.Global, maple, "Maple", nil)}, []organization.Organization{long, between, short}).make()
	if len(made.Conflicts) != 1 || fmt.Sprint(made.Conflicts[0].OrganizationIDs) != "[7 9]" || len(made.Unmanaged) != 1 || made.Unmanaged[0].ID != 5 {
		t.Errorf("conflicts %+v, unmanaged %+v", made.Conflicts, made.Unmanaged)
	}
}

// failing is a source that breaks off.
type failing struct{ err error }

func (f failing) Next() (account.ID, error) { return "", f.err }

func TestAnUnsortedOrShortSourceIsAnError(t *testing.T) {
	schema := field.SchemaOf(field.Global)
	source := func() plan.Input {
		return plan.Input{Schema: schema, Today: today, Wanted: &listed[plan.Wanted]{}, Organizations: &listed[organization.Organization]{}}
	}
	broken := errors.New("the disk is gone")
	for rule, test := range map[string]struct {
		set  func(*plan.Input)
		want string
	}{
		"wanted the wrong way round": {func(input *plan.Input) {
			input.Wanted = &listed[plan.Wanted]{[]plan.Wanted{wants(field.Global, maple, "M", nil), wants(field.Global, birch, "B", nil)}}
		}, string(birch) + " comes after " + string(maple)},
		"wanted twice": {func(input *plan.Input) {
			input.Wanted = &listed[plan.Wanted]{[]plan.Wanted{wants(field.Global, birch, "B", nil), wants(field.Global, birch, "B", nil)}}
		}, string(birch) + " comes after " + string(birch)},
		"organizations the wrong way round": {func(input *plan.Input) {
			input.Organizations = &listed[organization.Organization]{[]organization.Organization{
				has(field.Global, 1, tulip, "T", nil), has(field.Global, 2, "", "N", nil), has(field.Global, 3, birch, "B", nil),
			}}
		}, string(birch) + " comes after " + string(tulip)},
		"a source breaks off": {func(input *plan.Input) { input.Others = failing{broken} }, "the disk is gone"},
	} {
		input := source()
		test.set(&input)
		if made, err := plan.Make(input); err == nil || made != nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", rule, err)
		}
	}
}

func TestOnlyNamesOfTheSameKeyAreCompared(t *testing.T) {
	var asked []int64
	input := func(wanted ...plan.Wanted) plan.Input {
		return plan.Input{
			Schema: field.SchemaOf(field.Global), Today: today, Wanted: &listed[plan.Wanted]{wanted},
			Organizations: &listed[organization.Organization]{[]organization.Organization{
				has(field.Global, 3, "", "Oak", nil), has(field.Global, 4, "", " TULIP ", nil), has(field.Global, 1, birch, "Birch", nil), has(field.Global, 2, maple, "Maple", nil),
			}},
			Names: func(ids map[int64]bool) (map[int64]field.Value, error) {
				for id := range ids {
					asked = append(asked, id)
				}
				return map[int64]field.Value{4: " TULIP "}, nil
			},
		}
	}
	if _, err := plan.Make(input(wants(field.Global, birch, "Birch renamed", nil), wants(field.Global, maple, "Maple", nil))); err != nil || asked != nil {
		t.Errorf("asked for %d, %v", asked, err)
	}
	made, err := plan.Make(input(wants(field.Global, birch, "Birch", nil), wants(field.Global, tulip, "Tulip", nil)))
	if err != nil || fmt.Sprint(asked) != "[4]" || len(made.Conflicts) != 1 || made.Conflicts[0].Reason != plan.NameTaken {
		t.Errorf("asked for %d, %v, %+v", asked, err, made)
	}
}
