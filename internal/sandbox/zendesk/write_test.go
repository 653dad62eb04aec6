package zendesk_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/zendesk"
)

const organizations = "/api/v2/organizations.json"

func TestNamesAreTrimmedAndUniqueWithoutRegardToCase(t *testing.T) {
	i := start(t, zendesk.Options{})
	created := i.send("POST", organizations, `{"organization":{"name":"  Acme Ltd "}}`).want(t, 201)
	if got := at(t, created.body, "organization", "name"); got != "Acme Ltd" {
		t.Errorf("name %q, want it trimmed", got)
	}
	taken := i.send("POST", organizations, `{"organization":{"name":"ACME LTD"}}`).want(t, 422)
	want := map[string]any{
		"error": "RecordInvalid", "description": "Record validation errors",
		"details": map[string]any{"name": []any{map[string]any{
			"description": "Name: ACME LTD has already been taken", "error": "DuplicateValue",
		}}},
	}
	if diff := cmp.Diff(want, taken.body); diff != "" {
		t.Errorf("taken name (-want +got):\n%s", diff)
	}
	i.send("POST", organizations, `{"organization":{"name":"Other"}}`).want(t, 201)
	i.send("PUT", "/api/v2/organizations/6164125400730", `{"organization":{"name":"acme ltd"}}`).want(t, 422)
	i.send("PUT", "/api/v2/organizations/6164125400602", `{"organization":{"name":"acme LTD"}}`).want(t, 200)
	i.send("PUT", "/api/v2/organizations/6164125400602", `{"organization":{"name":"Third"}}`).want(t, 200)
	i.send("PUT", "/api/v2/organizations/6164125400730", `{"organization":{"name":"Acme Ltd"}}`).want(t, 200)
}

func TestWritesThatCannotBeAreRefused(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(1)})
	for name, test := range map[string]struct {
		method, path, body string
		wantStatus         int
		want               string
	}{
		"no name":         {"POST", organizations, `{"organization":{}}`, 422, "Name: cannot be blank"},
		"blank name":      {"POST", organizations, `{"organization":{"name":"  "}}`, 422, "Name: cannot be blank"},
		"cleared name":    {"PUT", "/api/v2/organizations/1", `{"organization":{"name":null}}`, 422, "Name: cannot be blank"},
		"odd notes":       {"PUT", "/api/v2/organizations/1", `{"organization":{"notes":[]}}`, 422, "Notes: is invalid"},
		"no object":       {"POST", organizations, `{"name":"A"}`, 400, "organization must be an object"},
		"no JSON":         {"POST", organizations, `{`, 400, "organization must be an object"},
		"two values":      {"POST", organizations, `{"organization":{"name":"A"}}{}`, 400, "organization must be an object"},
		"unknown option":  {"PUT", "/api/v2/organizations/1", `{"organization":{"organization_fields":{"support_level":"best"}}}`, 422, "Support level: best is invalid"},
		"no rows":         {"PUT", "/api/v2/organizations/update_many", `{"organizations":[]}`, 400, "organizations must be an array"},
		"unknown by path": {"PUT", "/api/v2/organizations/2", `{"organization":{"name":"A"}}`, 404, "RecordNotFound"},
	} {
		t.Run(name, func(t *testing.T) {
			got := i.send(test.method, test.path, test.body).want(t, test.wantStatus)
			if !strings.Contains(got.text, test.want) {
				t.Errorf("answer %s, want %q in it", got.text, test.want)
			}
		})
	}
	if got := i.Audit(); len(got) != 0 {
		t.Errorf("refused writes had an effect: %v", got)
	}
}

func TestFieldKeepsWhatItsTypeAccepts(t *testing.T) {
	for name, test := range map[string]struct {
		key, sent, want string
		refused         bool
	}{
		"check box":             {key: "support_hold", sent: `true`, want: `true`},
		"check box unset":       {key: "support_hold", sent: `null`, want: `null`},
		"check box as text":     {key: "support_hold", sent: `"true"`, want: `true`},
		"check box odd":         {key: "support_hold", sent: `"maybe"`, refused: true},
		"drop-down":             {key: "support_level", sent: `"gold"`, want: `"gold"`},
		"drop-down cleared":     {key: "support_level", sent: `""`, want: `null`},
		"drop-down by name":     {key: "support_level", sent: `"Gold"`, refused: true},
		"drop-down number":      {key: "support_level", sent: `1`, refused: true},
		"date":                  {key: "expiration_date", sent: `"2018-11-04"`, want: `"2018-11-04T00:00:00+00:00"`},
		"date from timestamp":   {key: "expiration_date", sent: `"2018-11-04T00:00:00+00:00"`, want: `"2018-11-04T00:00:00+00:00"`},
		"date cleared":          {key: "expiration_date", sent: `null`, want: `null`},
		"no date":               {key: "expiration_date", sent: `"2018-11-31"`, refused: true},
		"date number":           {key: "expiration_date", sent: `20181104`, refused: true},
		"decimal to the digit":  {key: "aar", sent: `123456789012345678.10`, want: `123456789012345678.10`},
		"decimal whole":         {key: "aar", sent: `100`, want: `100`},
		"decimal negative":      {key: "aar", sent: `-0.5`, want: `-0.5`},
		"decimal as text":       {key: "aar", sent: `"12.30"`, want: `12.30`},
		"decimal odd":           {key: "aar", sent: `"1,5"`, refused: true},
		"decimal with exponent": {key: "aar", sent: `1e999999999`, refused: true},
		"decimal null":          {key: "aar", sent: `null`, want: `null`},
		"text":                  {key: "account_owner", sent: `"Ann <a> & Bob"`, want: `"Ann \u003ca\u003e \u0026 Bob"`},
		"text cleared":          {key: "account_owner", sent: `""`, want: `null`},
		"text from number":      {key: "account_owner", sent: `12.50`, want: `"12.50"`},
		"text from list":        {key: "account_owner", sent: `[]`, refused: true},
		"multi-select":          {key: "preferred_languages", sent: `["language_french"]`, want: `["language_french"]`},
		"multi-select odd":      {key: "preferred_languages", sent: `["french"]`, refused: true},
		"text area":             {key: "am_project_notes", sent: `"a\nb"`, want: `"a\nb"`},
	} {
		t.Run(name, func(t *testing.T) {
			i := start(t, zendesk.Options{Organizations: named(1)})
			wantStatus := 200
			if test.refused {
				wantStatus = 422
			}
			got := i.send("PUT", "/api/v2/organizations/1",
				`{"organization":{"organization_fields":{"`+test.key+`":`+test.sent+`}}}`).want(t, wantStatus)
			if want := `"` + test.key + `":` + test.want; !strings.Contains(got.text, want) && !test.refused {
				t.Errorf("answer %s, want %s in it", got.text, want)
			}
		})
	}
}

func TestIntegerTakesWholeNumbersOnly(t *testing.T) {
	i := start(t, zendesk.Options{Fields: zendesk.USGovFields(), Organizations: named(1)})
	for sent, wantStatus := range map[string]int{`12`: 200, `12.0`: 422, `"7"`: 200, `1e3`: 422, `true`: 422} {
		i.send("PUT", "/api/v2/organizations/1",
			`{"organization":{"organization_fields":{"number_of_seats":`+sent+`}}}`).want(t, wantStatus)
	}
}

func TestUnknownAndInactiveFieldsAreIgnored(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(1), Fields: []zendesk.Field{
		{Key: "known", Type: zendesk.Text, Title: "Known"},
		{Key: "retired", Type: zendesk.Text, Title: "Retired", Inactive: true},
	}})
	got := i.send("PUT", "/api/v2/organizations/1",
		`{"organization":{"colour":"red","organization_fields":{"known":"a","retired":"b","misspelt":"c"}}}`).want(t, 200)
	want := map[string]any{"known": "a"}
	if diff := cmp.Diff(any(want), at(t, got.body, "organization", "organization_fields")); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]zendesk.Change{"known": {From: nil, To: "a"}}, i.Audit()[0].Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestEveryActiveFieldAnswersSetOrNot(t *testing.T) {
	i := start(t, zendesk.Options{Fields: zendesk.GlobalFields(), Organizations: named(1)})
	got := i.send("GET", "/api/v2/organizations/1", "")
	fields := at(t, got.body, "organization", "organization_fields").(map[string]any)
	if value, answers := fields["sub_sm_ultimate"]; !answers || value != nil {
		t.Errorf("an unset check box answers %v, %v; want null", value, answers)
	}
}

func TestTagsShowDropDownsAndCheckBoxes(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: []zendesk.Organization{{ID: 1, Name: "A", Tags: []string{"vip"}}}})
	got := i.send("PUT", "/api/v2/organizations/1", `{"organization":{"organization_fields":{"support_level":"gold",
		"sub_sm_premium":true,"support_hold":false,"preferred_languages":["language_french"]}}}`).want(t, 200)
	want := []any{"gold", "language_french", "sub_sm_premium", "vip"}
	if diff := cmp.Diff(any(want), at(t, got.body, "organization", "tags")); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	got = i.send("PUT", "/api/v2/organizations/1", `{"organization":{"tags":["new"],"domain_names":["a.example"]}}`).want(t, 200)
	want = []any{"gold", "language_french", "new", "sub_sm_premium"}
	if diff := cmp.Diff(any(want), at(t, got.body, "organization", "tags")); diff != "" {
		t.Errorf("tags after the list was replaced (-want +got):\n%s", diff)
	}
}

func TestDatesCanComeBackInZulu(t *testing.T) {
	i := start(t, zendesk.Options{ZuluDates: true, Organizations: []zendesk.Organization{
		{ID: 1, Name: "A", Fields: map[string]any{"expiration_date": "2018-11-04"}},
	}})
	got := i.send("GET", "/api/v2/organizations/1", "")
	if got := at(t, got.body, "organization", "organization_fields", "expiration_date"); got != "2018-11-04T00:00:00Z" {
		t.Errorf("date %v", got)
	}
}

func TestAuditListsWritesWithTheirChanges(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: []zendesk.Organization{
		{ID: 1, Name: "A", Notes: "by hand", Fields: map[string]any{"aar": 100, "support_level": "gold", "odd": "kept"}},
	}})
	begin := i.Now()
	i.send("POST", organizations, `{"organization":{"name":"B","organization_fields":{"aar":1.50,"support_hold":null}}}`).want(t, 201)
	i.advance(time.Second)
	i.send("PUT", "/api/v2/organizations/1", `{"organization":{"organization_fields":{"aar":100.00,"support_level":"gold"}}}`).want(t, 200)
	i.send("PUT", "/api/v2/organizations/1", `{"organization":{"name":"C","organization_fields":{"aar":0,"support_level":null}}}`).want(t, 200)
	want := []zendesk.Write{
		{Seq: 1, At: begin, Action: zendesk.Create, OrganizationID: 6164125400602, Name: "B", Changes: map[string]zendesk.Change{
			"name": {From: nil, To: "B"}, "aar": {From: nil, To: json.Number("1.50")}}},
		{Seq: 2, At: begin.Add(time.Second), Action: zendesk.Update, OrganizationID: 1, Name: "A", Changes: map[string]zendesk.Change{}},
		{Seq: 3, At: begin.Add(time.Second), Action: zendesk.Update, OrganizationID: 1, Name: "C", Changes: map[string]zendesk.Change{
			"name": {From: "A", To: "C"}, "aar": {From: json.Number("100.00"), To: json.Number("0")},
			"support_level": {From: "gold", To: nil}}},
	}
	if diff := cmp.Diff(want, i.Audit()); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
	if got := i.Organizations()[0].Notes; got != "by hand" {
		t.Errorf("notes %q, want them left alone", got)
	}
}

func TestEditsByHandAreSeenButNotAudited(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: named(2)})
	i.advance(time.Minute)
	if !i.Edit(1, func(organization *zendesk.Organization) {
		organization.Name = " Renamed "
		organization.Fields["aar"] = 1.5
		organization.ID = 7
	}) {
		t.Fatal("organization 1 is not there")
	}
	added := i.Insert(zendesk.Organization{Name: "Added"})
	if !i.Remove(2) || i.Remove(2) || i.Edit(2, func(*zendesk.Organization) {}) {
		t.Error("organization 2 was not removed exactly once")
	}
	i.Insert(zendesk.Organization{ID: added, Name: "Replaced"})
	want := []zendesk.Organization{
		{ID: 1, Name: "Renamed", Fields: map[string]any{"aar": json.Number("1.5")},
			CreatedAt: i.Now().Add(-time.Minute), UpdatedAt: i.Now()},
		{ID: added, Name: "Replaced", CreatedAt: i.Now(), UpdatedAt: i.Now()},
	}
	if diff := cmp.Diff(want, i.Organizations()); diff != "" {
		t.Errorf("organizations (-want +got):\n%s", diff)
	}
	i.send("POST", organizations, `{"organization":{"name":"organization 1"}}`).want(t, 201)
	i.send("POST", organizations, `{"organization":{"name":"Added"}}`).want(t, 201)
	i.send("POST", organizations, `{"organization":{"name":"renamed"}}`).want(t, 422)
	if got := len(i.Audit()); got != 2 {
		t.Errorf("%d writes, want only the two creates", got)
	}
}

func TestSeededOrganizationsMayHoldWhatTheServiceWouldRefuse(t *testing.T) {
	i := start(t, zendesk.Options{Organizations: []zendesk.Organization{
		{Name: "A", Fields: map[string]any{"support_level": "legacy", "aar": int64(9007199254740993)}},
		{ID: 6164125400602, Name: "B"},
	}})
	got := i.send("GET", "/api/v2/organizations/6164125400730", "").want(t, 200)
	for _, want := range []string{`"support_level":"legacy"`, `"aar":9007199254740993`} {
		if !strings.Contains(got.text, want) {
			t.Errorf("answer %s, want %s in it", got.text, want)
		}
	}
}
