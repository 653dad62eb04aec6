package zendesk_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

// ids picks the ids of a list answer, in its order.
func ids(t *testing.T, got reply, key string) []string {
	t.Helper()
	list := []string{}
	for _, entry := range at(t, got.body, key).([]any) {
		list = append(list, at(t, entry, "id").(json.Number).String())
	}
	return list
}

func TestCursorPagesEndWithHasMoreAlone(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(5)})
	type seen struct {
		IDs     []string
		HasMore any
		Cursors bool
	}
	var pages []seen
	query := "page%5Bsize%5D=2"
	for range 4 {
		got := i.send("GET", "/api/v2/organizations.json?"+query, "").want(t, 200)
		after, set := at(t, got.body, "meta", "after_cursor").(string)
		next, linked := at(t, got.body, "links", "next").(string)
		pages = append(pages, seen{ids(t, got, "organizations"), at(t, got.body, "meta", "has_more"), set && linked})
		if linked && !strings.HasPrefix(next, i.url+"/api/v2/organizations.json?page%5Bafter%5D=") {
			t.Errorf("next link %s does not name the host that was asked", next)
		}
		query = "page%5Bsize%5D=2&page%5Bafter%5D=" + url.QueryEscape(after)
		if !set {
			break
		}
	}
	want := []seen{
		{[]string{"1", "2"}, true, true},
		{[]string{"3", "4"}, true, true},
		{[]string{"5"}, false, true},
		{[]string{}, false, false},
	}
	if diff := cmp.Diff(want, pages); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

func TestCursorPageBeforeIsTheOneThatPrecedes(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(5)})
	last := i.send("GET", "/api/v2/organizations?page[size]=4", "")
	next, _ := url.Parse(at(t, last.body, "links", "next").(string))
	fifth := i.send("GET", next.RequestURI(), "")
	prev, _ := url.Parse(at(t, fifth.body, "links", "prev").(string))
	got := i.send("GET", prev.RequestURI(), "").want(t, 200)
	if diff := cmp.Diff([]string{"1", "2", "3", "4"}, ids(t, got, "organizations")); diff != "" {
		t.Errorf("page before (-want +got):\n%s", diff)
	}
}

func TestCursorIsTheRecordedOne(t *testing.T) {
	// The first recorded page begins with this id and this cursor.
	i := start(t, zendesk.Options{Organizations: []zendesk.Organization{{ID: 6130869157658, Name: "A"}}})
	got := i.send("GET", "/api/v2/organizations?page[size]=100", "")
	if diff := cmp.Diff(any("eyJvIjoiaWQiLCJ2IjoiYVJvL1IzU1RCUUFBIn0="), at(t, got.body, "meta", "before_cursor")); diff != "" {
		t.Errorf("cursor (-want +got):\n%s", diff)
	}
}

func TestPagingParametersThatCannotBeAreRefused(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(1)})
	for _, query := range []string{"page[size]=101", "page[size]=0", "page[size]=x", "page[size]=1&page[after]=%21",
		"page[size]=1&page[before]=bm90aGluZw==", "page=0", "per_page=x", "page=101", "page=9223372036854775807"} {
		got := i.send("GET", "/api/v2/organizations?"+query, "")
		if got.status != 400 {
			t.Errorf("%s: status %d, want 400", query, got.status)
		}
	}
}

func TestPagesCanBeShorterThanAsked(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(5), PageSizeMax: 2})
	got := i.send("GET", "/api/v2/organizations?page[size]=100", "")
	if diff := cmp.Diff([]string{"1", "2"}, ids(t, got, "organizations")); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
	if got := at(t, got.body, "meta", "has_more"); got != true {
		t.Errorf("has_more is %v, want true", got)
	}
}

func TestOffsetPagingStopsAtTenThousand(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(10_050)})
	first := i.send("GET", "/api/v2/organizations", "").want(t, 200)
	if got := len(ids(t, first, "organizations")); got != 100 {
		t.Errorf("%d organizations on a page, want 100", got)
	}
	if got := at(t, first.body, "next_page"); got != i.url+"/api/v2/organizations.json?page=2&per_page=100" {
		t.Errorf("next page %v", got)
	}
	last := i.send("GET", "/api/v2/organizations?page=100", "").want(t, 200)
	if got := at(t, last.body, "next_page"); got != nil {
		t.Errorf("next page %v after 10,000, want none", got)
	}
	i.send("GET", "/api/v2/organizations?page=101", "").want(t, 400)
	counted := i.send("GET", "/api/v2/organizations/count", "").want(t, 200)
	if got := at(t, counted.body, "count", "value"); got != json.Number("10050") {
		t.Errorf("count %v, want 10050", got)
	}
}

func TestShowManyOmitsUnknownIDsAndSortsByName(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: []zendesk.Organization{
		{ID: 1, Name: "b"}, {ID: 2, Name: "A"}, {ID: 3, Name: "C"},
	}})
	got := i.send("GET", "/api/v2/organizations/show_many?ids=3,1,99,2,1", "").want(t, 200)
	if diff := cmp.Diff([]string{"2", "1", "3"}, ids(t, got, "organizations")); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if got := at(t, got.body, "count"); got != json.Number("3") {
		t.Errorf("count %v, want 3", got)
	}
	i.send("GET", "/api/v2/organizations/show_many?ids="+strings.Repeat("1,", 100)+"1", "").want(t, 400)
	i.send("GET", "/api/v2/organizations/show_many?ids=x", "").want(t, 400)
	i.send("GET", "/api/v2/organizations/show_many", "").want(t, 400)
}

func TestSearchIsExactWithoutRegardToCase(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: []zendesk.Organization{
		{ID: 1, Name: "Acme", ExternalID: "X-1"}, {ID: 2, Name: "Acme Two", ExternalID: "x-2"},
	}})
	for query, want := range map[string][]string{
		"name=aCME": {"1"}, "name=acm": {}, "name=acme%20two": {"2"}, "external_id=X-2": {"2"}, "external_id=x": {},
	} {
		got := i.send("GET", "/api/v2/organizations/search.json?"+query, "").want(t, 200)
		if diff := cmp.Diff(want, ids(t, got, "organizations")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	i.send("GET", "/api/v2/organizations/search", "").want(t, 400)
	i.send("GET", "/api/v2/organizations/search?name=a&external_id=b", "").want(t, 400)
}

func TestIDsBeyondDoublePrecisionAreKept(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: []zendesk.Organization{{ID: 9007199254740993, Name: "A"}}})
	got := i.send("GET", "/api/v2/organizations/9007199254740993", "").want(t, 200)
	if !strings.Contains(got.text, `"id":9007199254740993`) {
		t.Errorf("id lost digits: %s", got.text)
	}
	var made []string
	for number := range 4 {
		created := i.send("POST", "/api/v2/organizations", fmt.Sprintf(`{"organization":{"name":"N%d"}}`, number)).want(t, 201)
		made = append(made, at(t, created.body, "organization", "id").(json.Number).String())
	}
	want := []string{"6164125400602", "6164125400730", "6164125400858", "9013363380141953"}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Errorf("ids made (-want +got):\n%s", diff)
	}
}

func TestFieldsAreListedInPagesWithTheirOptions(t *testing.T) {
	fields := zendesk.USGovFields()
	i := start(t, zendesk.Options{Fields: fields})
	keys := []string{}
	query := ""
	for {
		got := i.send("GET", "/api/v2/organization_fields?page[size]=10"+query, "").want(t, 200)
		for _, field := range at(t, got.body, "organization_fields").([]any) {
			keys = append(keys, at(t, field, "type").(string)+" "+at(t, field, "key").(string))
			if at(t, field, "key") == "account_type" {
				option := at(t, field, "custom_field_options", 1)
				if at(t, option, "value") != "former_customer" || at(t, option, "name") != "Former customer" || at(t, option, "id") == json.Number("0") {
					t.Errorf("second option of account_type: %v", option)
				}
			}
			if active := at(t, field, "key") != "legacy_plan"; at(t, field, "active") != active {
				t.Errorf("%v: active is %v", at(t, field, "key"), !active)
			}
		}
		if at(t, got.body, "meta", "has_more") == false {
			break
		}
		query = "&page[after]=" + url.QueryEscape(at(t, got.body, "meta", "after_cursor").(string))
	}
	want := []string{}
	for _, field := range fields {
		want = append(want, fmt.Sprint(field.Type)+" "+field.Key)
	}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}
