package zendesk

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

func TestRecordedPagesAreListedToTheLast(t *testing.T) {
	i := start(t, field.Partner, count(4), recorded(t, "list_last"))
	got, listed, err := i.list()
	if err != nil || listed != 4 {
		t.Fatalf("%d listed, %v", listed, err)
	}
	var ids []int64
	for _, present := range got {
		ids = append(ids, present.ID)
	}
	if diff := cmp.Diff([]int64{6130869157658, 6295841670298, 6716780427418, 6716780427546}, ids); diff != "" {
		t.Error(diff)
	}
	want := []string{"GET /api/v2/organizations/count.json", "GET /api/v2/organizations.json?page%5Bsize%5D=100"}
	if diff := cmp.Diff(want, i.requests); diff != "" {
		t.Error(diff)
	}
}

func TestRecordedPagesAreFollowedByCursor(t *testing.T) {
	i := start(t, field.Partner, count(5), recorded(t, "list_first"), page("", named(1)))
	if _, listed, err := i.list(); err != nil || listed != 5 {
		t.Errorf("%d listed, %v", listed, err)
	}
	if got := i.requests[2]; got != "GET /api/v2/organizations.json?page%5Bsize%5D=100&page%5Bafter%5D=eyJvIjoiaWQiLCJ2IjoiYVJxZ3IraWFCUUFBIn0%3D" {
		t.Errorf("asked %s", got)
	}
}

func TestEmptyPagesAreFollowedTenTimes(t *testing.T) {
	pages := func(empty int) []http.HandlerFunc {
		answers := []http.HandlerFunc{count(1)}
		for i := range empty {
			answers = append(answers, page(fmt.Sprintf("c%d", i)))
		}
		return append(answers, page("", named(1)))
	}
	if _, listed, err := start(t, field.Partner, pages(10)...).list(); err != nil || listed != 1 {
		t.Errorf("%d listed, %v", listed, err)
	}
	_, _, err := start(t, field.Partner, pages(11)...).list()
	wantError(t, err, "listing organizations: zendesk says that /organizations.json has more after 11 empty pages in a row; run again")
}

func TestInvalidUnicodeIsReplacedInManagedFields(t *testing.T) {
	i := start(t, field.Partner, count(1), page("", `{"id":7,"name":"Caf`+"\xe9"+`","notes":"`+"\xff"+`","organization_fields":{"agents_note":"\udead`+"\xff"+`",
		"agents_note":1,"account_owner":"half \ud800 a pair","solutions_architect":"ok"}}`))
	log := &strings.Builder{}
	i.logger = slog.New(slog.NewTextHandler(log, nil))
	got, _, err := i.list()
	if err != nil || got[0].Record.Get("name") != "Caf\ufffd" || got[0].Record.Get("account_owner") != "half \ufffd a pair" || got[0].Record.Get("solutions_architect") != "ok" {
		t.Fatalf("%v, %+v", err, got)
	}
	if told := log.String(); strings.Count(told, "invalid Unicode was replaced") != 2 || !strings.Contains(told, "organization=7 field=name") || !strings.Contains(told, "organization=7 field=account_owner") {
		t.Error(told)
	}
}

func TestAListThatCannotProveItIsWholeFails(t *testing.T) {
	const circle = "listing organizations: zendesk pages /organizations.json in a loop: a cursor came twice; run again"
	const nowhere = "listing organizations: zendesk says that /organizations.json has more pages, but not where they are; run again"
	const noEnd = "listing organizations: zendesk answered /organizations.json without meta.has_more, so whether the list is complete is unknown; run again"
	tests := []struct {
		rule    string
		answers []http.HandlerFunc
		want    string
	}{
		{"an id that comes twice", []http.HandlerFunc{count(2), page("c", named(1)), page("", named(1))},
			"listing organizations: organization 1 came twice, so another may be missing; run again"},
		{"a cursor that comes twice", []http.HandlerFunc{count(9), page("c", named(1)), page("c", named(2))}, circle},
		{"cursors that come in turn", []http.HandlerFunc{count(9), page("c", named(1)), page("d", named(2)), page("c", named(3))}, circle},
		{"an empty page that comes again", []http.HandlerFunc{count(9), page("c", named(1)), page("d")}, circle},
		{"more without a cursor", []http.HandlerFunc{count(9), body(`{"organizations":[` + named(1) + `],"meta":{"has_more":true,"after_cursor":null}}`)}, nowhere},
		{"no meta", []http.HandlerFunc{count(1), body(`{"organizations":[` + named(1) + `],"next_page":null}`)}, noEnd},
		{"a meta of null", []http.HandlerFunc{count(1), body(`{"organizations":[` + named(1) + `],"meta":null}`)}, noEnd},
		{"no has_more", []http.HandlerFunc{count(1), body(`{"organizations":[` + named(1) + `],"meta":{"after_cursor":"c"}}`)}, noEnd},
		{"no list", []http.HandlerFunc{count(1), body(`{"meta":{"has_more":false}}`)}, "listing organizations: the answer holds no organizations; run again"},
		{"a list of null", []http.HandlerFunc{count(1), body(`{"organizations":null,"meta":{"has_more":false}}`)},
			"listing organizations: the answer holds no organizations; run again"},
		{"an organization without an id", []http.HandlerFunc{count(1), page("", `{"name":"Nobody"}`)},
			`listing organizations: organization "Nobody" has the invalid id 0; run again`},
		{"an organization with a negative id", []http.HandlerFunc{count(1), page("", `{"id":-7,"name":"N"}`)},
			`listing organizations: organization "N" has the invalid id -7; run again`},
		{"a managed field that comes twice", []http.HandlerFunc{count(1), page("", `{"id":7,"name":"N","organization_fields":{"support_hold":true,"support_hold":false}}`)},
			`listing organizations: organization 7 ("N"): support_hold comes twice`},
		{"no count", []http.HandlerFunc{body(`{}`)}, "counting organizations: the answer holds no count; run again"},
		{"a field of another type", []http.HandlerFunc{count(1), page("", `{"id":7,"name":"N","organization_fields":{"support_hold":"yes"}}`)},
			`listing organizations: organization 7 ("N"): support_hold: "yes" is not a valid check box`},
		{"a keeper of another type", []http.HandlerFunc{count(1), page("", `{"id":7,"name":"N","organization_fields":{"ignore_deletion":"yes"}}`)},
			`listing organizations: organization 7 ("N"): ignore_deletion: "yes" is not a valid check box`},
		{"fields that are a list", []http.HandlerFunc{count(1), page("", `{"id":7,"name":"N","organization_fields":[]}`)},
			`listing organizations: organization 7 ("N"): organization_fields is not an object`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			_, _, err := start(t, field.Partner, test.answers...).list()
			wantError(t, err, test.want)
		})
	}
}

func TestAListMayBeShortByTenOrOnePercent(t *testing.T) {
	for _, test := range []struct{ count, allowed int }{{0, 10}, {9, 10}, {1000, 10}, {1099, 10}, {1100, 11}, {5000, 50}} {
		if got := Shortfall(test.count); got != test.allowed {
			t.Errorf("of %d may miss %d, not %d", test.count, got, test.allowed)
		}
	}
	var some []string
	for id := range int64(90) {
		some = append(some, named(id+1))
	}
	if _, listed, err := start(t, field.Partner, count(100), page("", some...)).list(); err != nil || listed != 90 {
		t.Errorf("%d listed, %v", listed, err)
	}
	_, _, err := start(t, field.Partner, count(101), page("", some...)).list()
	wantError(t, err, "listing organizations: zendesk listed 90 of 101 organizations: the read is incomplete and nothing was written; run again")
	if _, listed, err := start(t, field.Partner, count(3), page("", some...)).list(); err != nil || listed != 90 {
		t.Errorf("more than the count of yesterday: %d listed, %v", listed, err)
	}
	if _, listed, err := start(t, field.Partner, count(0), page("")).list(); err != nil || listed != 0 {
		t.Errorf("an empty instance: %d listed, %v", listed, err)
	}
}

func TestAListWithoutEndIsEnded(t *testing.T) {
	pages := 0
	endless := func(w http.ResponseWriter, r *http.Request) {
		var some []string
		for id := range int64(PageSize) {
			some = append(some, named(int64(pages*PageSize)+id+1))
		}
		pages++
		page(fmt.Sprintf("c%d", pages), some...)(w, r)
	}
	_, _, err := start(t, field.Partner, count(0), endless).list()
	wantError(t, err, "listing organizations: zendesk counted 0 organizations but listed 10100 or more; run again")
}

func TestOrganizationsBecomeRecordsOfTheFlow(t *testing.T) {
	fields := `{"salesforce_id":" 0014M00001sDiGE ","aar":12.50,"seats_decimal":null,"expiration_date":"2018-11-04T00:00:00+00:00",` +
		`"support_level":"gold","sub_edu":true,"sub_oss":null,"support_hold":false,"number_of_seats":"of another flow","colour":{"deep":[1]},` +
		`"ignore_deletion":true,"name":"a field of this key","mark_for_deletion":null}`
	i := start(t, field.Global, count(3), page("",
		`{"id":9007199254740993,"name":" Acme & Söhne ","tags":["gold"],"notes":"private","organization_fields":`+fields+`}`,
		`{"id":9223372036854775807,"name":"Null","organization_fields":null}`, `{"id":3,"name":"Absent"}`))
	got, _, err := i.list()
	if err != nil {
		t.Fatal(err)
	}
	schema := field.SchemaOf(field.Global)
	record := func(values map[string]field.Value) field.Record {
		record := schema.NewRecord()
		for key, value := range values {
			record.Set(key, value)
		}
		return record
	}
	want := []organization.Organization{
		{ID: 9007199254740993, IgnoreDeletion: true, Record: record(map[string]field.Value{
			"name": "Acme & Söhne", "salesforce_id": "0014M00001sDiGE", "aar": "12.5", "expiration_date": "2018-11-04", "support_level": "gold", "sub_edu": "true",
		})},
		{ID: 9223372036854775807, Record: record(map[string]field.Value{"name": "Null"})},
		{ID: 3, Record: record(map[string]field.Value{"name": "Absent"})},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestShowManyReadsTheRecordedAnswer(t *testing.T) {
	i := start(t, field.Partner, recorded(t, "show_many"))
	got, err := i.ShowMany(t.Context(), []int64{6164110487322, 9007199254740993})
	if err != nil || len(got) != 4 || got[6164110487322].ID != 6164110487322 {
		t.Errorf("%d organizations, %v", len(got), err)
	}
	if i.requests[0] != "GET /api/v2/organizations/show_many.json?ids=6164110487322,9007199254740993" {
		t.Errorf("asked %s", i.requests[0])
	}
	if _, gone := got[9007199254740993]; gone {
		t.Error("one that is gone is in the answer")
	}
	_, err = start(t, field.Partner, body(`{}`)).ShowMany(t.Context(), []int64{1})
	wantError(t, err, "reading 1 organizations: the answer holds no organizations; run again")
}

func TestFindByNameTakesZendesksWordForEqualNames(t *testing.T) {
	i := start(t, field.Partner, body(`{"organizations":[{"id":1,"name":"ACME & co "},{"id":2,"name":"Acme and Co"}]}`))
	got, err := i.FindByName(t.Context(), " Acme & Co")
	if err != nil || len(got) != 2 || i.requests[0] != "GET /api/v2/organizations/search.json?name=+Acme+%26+Co" {
		t.Errorf("%v, %v, asked %s", got, err, i.requests[0])
	}
}

func TestWhoeverTakesTheListMayEndIt(t *testing.T) {
	stop := errors.New("stop")
	i := start(t, field.Partner, count(2), page("c", named(1)), page("", named(2)))
	if _, err := i.List(t.Context(), func(organization.Organization) error { return stop }); !errors.Is(err, stop) || len(i.requests) != 2 {
		t.Errorf("%v after %q", err, i.requests)
	}
}
