package plan

import (
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// back is a change of a plan of undo, as a line.
func back(changes []field.Change) []string {
	var lines []string
	for _, change := range changes {
		lines = append(lines, change.Field.Key+" "+string(change.From)+"→"+string(change.To))
	}
	return lines
}

// organizations is a source of them.
type organizations []organization.Organization

func (o *organizations) Next() (next organization.Organization, err error) {
	if len(*o) == 0 {
		return next, io.EOF
	}
	next, *o = (*o)[0], (*o)[1:]
	return next, nil
}

func TestUndoReversesExactlyWhatWasSent(t *testing.T) {
	schema := field.SchemaOf(field.Global)
	of := func(key string) field.Field {
		position, ok := schema.Index(key)
		if !ok {
			t.Fatalf("no field %s", key)
		}
		return schema.Fields[position]
	}
	org := func(id int64, values map[string]field.Value) organization.Organization {
		record := schema.NewRecord()
		for key, value := range values {
			record.Set(key, value)
		}
		return organization.Organization{ID: id, Record: record}
	}
	const maple = "001M000000qfPySIAU"
	mark := func(from, to field.Value) field.Change {
		return field.Change{Field: of(field.MarkForDeletion), From: from, To: to}
	}
	present := organizations{
		org(1, map[string]field.Value{field.Name: "Maple", field.SalesforceID: "001M000000qfPyS", field.SupportLevel: "premium"}),
		org(2, map[string]field.Value{field.Name: "Birch", field.SupportLevel: "expired", field.ExpirationDate: "2020-01-01"}),
		org(3, map[string]field.Value{field.Name: "Tulip", field.SupportLevel: "expired", field.MarkForDeletion: field.True}),
		org(4, map[string]field.Value{field.Name: "Not sent"}),
	}
	first := present[0]
	input := UndoInput{
		Schema: schema, Limits: DefaultLimits(field.Global),
		Organizations: &present,
		Updates: []Update{
			{ID: 1, AccountID: maple, Name: "Maple", Changes: []field.Change{
				{Field: of(field.Name), From: "Maple", To: "Maple Inc"},
				{Field: of(field.SalesforceID), From: "001M000000qfPyS", To: maple},
				{Field: of(field.SupportLevel), From: "premium", To: "expired"},
				{Field: of("aar"), From: "100", To: "0"},
			}},
			{ID: 3, AccountID: "001T0000007AkXZIA0", Name: "Tulip", Changes: []field.Change{
				{Field: of(field.SupportLevel), From: "expired", To: "gold"}, mark(field.True, ""),
			}},
			{ID: 4, AccountID: "0014M00001sDiGEQA0", Name: "Not sent", Changes: []field.Change{{Field: of("aar"), From: "", To: "1"}}},
		},
		Marks: []Mark{{ID: 2, AccountID: "001B0000002Gcp0IAC", Name: "Birch", Changes: []field.Change{mark("", field.True)}}},
		Sent: func(action Action, id int64) []string {
			return map[int64][]string{
				1: {field.Name, field.SalesforceID, field.SupportLevel}, 2: {field.MarkForDeletion}, 3: {field.SupportLevel, field.MarkForDeletion},
			}[id]
		},
	}
	made, err := Undo(input)
	if err != nil {
		t.Fatal(err)
	}
	got := map[int64][]string{}
	for _, update := range made.Updates {
		if update.Reason != UndoneUpdate {
			t.Errorf("update of %d has reason %q", update.ID, update.Reason)
		}
		got[update.ID] = back(update.Changes)
	}
	want := map[int64][]string{
		// aar was found done and not sent: it stays.
		1: {"name Maple Inc→Maple", "salesforce_id " + maple + "→001M000000qfPyS", "support_level expired→premium"},
		2: {"mark_for_deletion true→"},
		3: {"support_level gold→expired"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(made.Marks) != 1 || made.Marks[0].ID != 3 || made.Marks[0].Reason != UndoneMark || made.Marks[0].Seen.Get(field.SupportLevel) != "expired" {
		t.Errorf("marks %+v", made.Marks)
	}
	if at := slices.IndexFunc(made.Updates, func(update Update) bool { return update.ID == 1 }); made.Updates[at].Name != "Maple Inc" {
		t.Errorf("the row is named %q, not as the sync left the organization", made.Updates[at].Name)
	}
	wantCounts := Counts{Organizations: 4, Updates: 3, Marks: 1, SupportLost: 1, SupportGained: 1}
	if diff := cmp.Diff(wantCounts, made.Counts); diff != "" {
		t.Error(diff)
	}
	if before := first.Record.Get(field.Name); before != "Maple" {
		t.Errorf("the input was changed: %s", before)
	}
}
