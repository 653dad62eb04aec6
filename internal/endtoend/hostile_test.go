package endtoend

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
)

// tripwire is a host that nobody may ever ask for anything.
func tripwire(t *testing.T) (address string, asked *atomic.Int64) {
	t.Helper()
	asked = &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		t.Errorf("somebody asked another host for %s, with Authorization %q and PRIVATE-TOKEN %q", r.URL, r.Header.Get("Authorization"), r.Header.Get("PRIVATE-TOKEN"))
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

// refused runs a command that has to end with exit code 1, one line that
// helps, and every file as it was.
func (w *hostileWorld) refused(t *testing.T, what, command string, words ...string) {
	t.Helper()
	before := w.everyFile()
	got := w.run(strings.Fields(command)...)
	if got.code != cli.ExitFailed {
		t.Errorf("%s: %s: exit code %d, want 1\n%.600s", what, command, got.code, got.stderr)
		return
	}
	line := got.stderr[strings.LastIndex(strings.TrimSuffix(got.stderr, "\n"), "\n")+1:]
	if !strings.HasPrefix(line, "error: ") || len(line) > 3000 || shown(line) != "" {
		t.Errorf("%s: %s: the error is not a readable line: %q", what, command, line)
	}
	for _, word := range words {
		if !strings.Contains(line, word) {
			t.Errorf("%s: %s: the error does not say %q: %s", what, command, word, line)
		}
	}
	if diff := cmp.Diff(before, w.everyFile()); diff != "" && !strings.HasPrefix(command, "sync") {
		t.Errorf("%s: %s failed and changed files:\n%s", what, command, diff)
	}
}

// hostileRoutes are all routes by the commands that ask for them.
func hostileRoutes() []struct{ command, service, method, ending string } {
	type route = struct{ command, service, method, ending string }
	routes := []route{
		{"salesforce customer", "salesforce", "POST", "/oauth2/token"}, {"salesforce customer", "salesforce", "GET", "/query"},
		{"salesforce partner", "salesforce", "GET", "/query"},
		{"processor", "gitlab", "GET", "/raw"},
	}
	for _, ending := range []string{"/oauth/tokens", "/organization_fields", "/organizations/count", "/organizations"} {
		method := "GET"
		if ending == "/oauth/tokens" {
			method = "POST"
		}
		routes = append(routes, route{"zendesk-gather global", "global", method, ending}, route{"zendesk-gather usgov", "usgov", method, ending})
	}
	return append(routes, route{"sync global", "global", "POST", "/oauth/tokens"}, route{"sync global", "global", "POST", "/organizations"},
		route{"sync global --only updates", "global", "GET", "/show_many"}, route{"sync global --only updates", "global", "PUT", "/update_many"})
}

// A redirect is never followed, wherever it leads: what it is answered with
// would travel there with it.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	w := startHostile(t)
	w.must("compare global")
	address, _ := tripwire(t)
	for number, route := range hostileRoutes() {
		statuses := []int{301, 302, 303, 307, 308}
		status := statuses[number%len(statuses)]
		w.forgers[route.service].begin(on(route.method, route.ending, func(writer http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) bool {
			http.Redirect(writer, r, address+r.URL.RequestURI(), status)
			return true
		}))
		w.refused(t, fmt.Sprintf("%s %s %d", route.method, route.ending, status), route.command, "redirects are not followed")
		w.forgers[route.service].begin(nil)
	}
	if writes := w.Global.Audit(); len(writes) > 0 {
		t.Errorf("organizations were written: %v", writes)
	}
}

// What is not JSON, or does not end, or is too deep, is not an answer.
func TestAnswersThatAreNoAnswersAreRefused(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		"nothing": "", "a page": "<html>", "half an object": `{"access_token":"abcdef"`, "two objects": `{"a":1}{"b":2}`, "NUL": "\x00", "NUL in JSON": "{\"a\":\"\x00\"}",
		"a number": "1", "null": "null", "a text": `"x"`, "a list": "[]", "an object": "{}", "no UTF-8": "{\"error\":\"\xff\xfe\"}",
		"deep lists": strings.Repeat("[", 20_000), "closed deep lists": strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000),
		"deep objects":      strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000),
		"a record too deep": `{"totalSize":1,"done":true,"meta":{"has_more":false},"organizations":[` + strings.Repeat("[", 9_990) + strings.Repeat("]", 9_990) + `]}`,
		"endless":           strings.Repeat(" ", 3<<20),
	}
	w := startHostile(t)
	w.must("compare global")
	w.policy.MaxBody = 2 << 20
	number := 0
	for _, what := range slices.Sorted(maps.Keys(bodies)) {
		body := bodies[what]
		for at, route := range hostileRoutes() {
			if number++; route.method == "HEAD" || strings.HasPrefix(route.command, "sync") || !soak() && (number+at)%3 != 0 {
				continue
			}
			if route.ending == "/raw" && body == "" {
				continue
			}
			w.forgers[route.service].begin(on(route.method, route.ending, answers(200, body)))
			w.refused(t, what+" from "+route.method+" "+route.ending, route.command)
			w.forgers[route.service].begin(nil)
		}
	}
}

// A list that goes on elsewhere, in a loop or without end is refused before it
// has cost much.
func TestListsThatLeadAstrayAreRefused(t *testing.T) {
	t.Parallel()
	w := startHostile(t)
	address, _ := tripwire(t)
	host := strings.TrimPrefix(address, "http:")
	next := func(to string) forgery {
		return on("GET", "/query", edits(func(body map[string]any) { body["done"], body["nextRecordsUrl"] = false, to }))
	}
	child := func(to string) forgery {
		return on("GET", "/query", edits(func(body map[string]any) {
			for _, record := range body["records"].([]any) {
				if list, ok := record.(map[string]any)["Zuora__Subscriptions__r"].(map[string]any); ok {
					list["done"], list["nextRecordsUrl"] = false, to
				}
			}
		}))
	}
	for _, to := range []string{
		address + "/services/data/v62.0/query/01g-1", host + "/services/data/v62.0/query/01g-1", `\\` + strings.TrimPrefix(host, "//") + "/services/data/x",
		"javascript:alert(1)", "", "/other/path", "/services/data/../../other", "@" + strings.TrimPrefix(host, "//") + "/services/data/x", "\x1b[31m", "/services/data/\x00",
	} {
		for name, forge := range map[string]forgery{"nextRecordsUrl": next(to), "nextRecordsUrl of a child list": child(to)} {
			w.forgers["salesforce"].begin(forge)
			w.refused(t, fmt.Sprintf("%s %q", name, to), "salesforce customer")
		}
	}
	w.forgers["salesforce"].begin(endlessAccounts())
	w.refused(t, "endless pages", "salesforce partner", "totalSize")
	if asked := w.forgers["salesforce"].requests(); asked > 50 {
		t.Errorf("%d requests for a list of 8 accounts", asked)
	}
	w.forgers["salesforce"].begin(nil)
	for name, forge := range zendeskAstray() {
		w.forgers["global"].begin(forge)
		w.refused(t, name, "zendesk-gather global")
		if asked := w.forgers["global"].requests(); asked > 500 {
			t.Errorf("%s: %d requests for a handful of organizations", name, asked)
		}
	}
	w.forgers["global"].begin(nil)
	w.must("zendesk-gather global")
}

// endlessAccounts are pages of new accounts without end.
func endlessAccounts() forgery {
	page := 0
	return func(w http.ResponseWriter, r *http.Request, genuine func() *httptest.ResponseRecorder) bool {
		if !strings.Contains(r.URL.Path, "/query") {
			return false
		}
		page++
		id := data.LongID(fmt.Sprintf("0014M00004%05d", page))
		return answers(200, fmt.Sprintf(`{"totalSize":8,"done":false,"nextRecordsUrl":"/services/data/v62.0/query/01g-%d",
			"records":[{"Account_ID_18__c":"%s","Name":"Account %d","Partner_Track__c":"Open","Account_Owner_Calc__c":null,
			"Technical_Account_Manager_Name__c":null,"Restricted_Account__c":null,"Solutions_Architect_Lookup__r":null,"Support_Hold__c":null,
			"Account_Risk_Level__c":null,"Type":"Partner","Partners_Partner_Status__c":"Authorized"}]}`, page, id, page))(w, r, genuine)
	}
}

// zendeskAstray are lists of fields and organizations that never end as they
// should.
func zendeskAstray() map[string]forgery {
	number := 0
	cursor := func(body map[string]any, more any, after any) {
		body["meta"] = map[string]any{"has_more": more, "after_cursor": after}
	}
	return map[string]forgery{
		"a cursor that repeats":     on("GET", "/organizations", edits(func(body map[string]any) { cursor(body, true, "same") })),
		"more without a cursor":     on("GET", "/organizations", edits(func(body map[string]any) { cursor(body, true, nil) })),
		"no word about more":        on("GET", "/organizations", edits(func(body map[string]any) { cursor(body, nil, "x") })),
		"a count of nothing":        on("GET", "/count", answers(200, `{"count":{}}`)),
		"a count below nothing":     on("GET", "/count", answers(200, `{"count":{"value":-5}}`)),
		"the same page without end": on("GET", "/organizations", edits(func(body map[string]any) { number++; cursor(body, true, fmt.Sprint(number)) })),
		"empty pages without end": on("GET", "/organizations", edits(func(body map[string]any) {
			number++
			body["organizations"] = []any{}
			cursor(body, true, fmt.Sprint(number))
		})),
		"endless organizations": on("GET", "/organizations", edits(func(body map[string]any) {
			number++
			var page []any
			for at := range 100 {
				page = append(page, map[string]any{"id": number*100 + at, "name": fmt.Sprint(number, " ", at)})
			}
			body["organizations"] = page
			cursor(body, true, fmt.Sprint(number))
		})),
		"endless fields": on("GET", "/organization_fields", edits(func(body map[string]any) { number++; cursor(body, true, fmt.Sprint(number)) })),
	}
}
