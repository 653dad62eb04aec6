package endtoend

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Odd enough that every encoding shows them otherwise.
const (
	oddSecret   = `cl!ent/se+cret="wi th"&<odd>%41é`
	oddPassword = `pass:word/+=?&"quo\ted"`
	oddAPIToken = `api~token+/=&"<x>"`
	oddGitLab   = `glpat-odd+/=%7E"x"`
)

// login is one way to log in to the services.
type login map[string]string

func logins(t *testing.T) map[string]login {
	t.Helper()
	zendesk := login{"ZENDESK_GLOBAL_CLIENT_SECRET": oddSecret, "ZENDESK_USGOV_CLIENT_SECRET": oddSecret}
	tokens := login{
		"ZENDESK_GLOBAL_CLIENT_SECRET": "", "ZENDESK_GLOBAL_EMAIL": "agent@example.com", "ZENDESK_GLOBAL_API_TOKEN": oddAPIToken,
		"ZENDESK_USGOV_CLIENT_SECRET": "", "ZENDESK_USGOV_EMAIL": "agent@example.com", "ZENDESK_USGOV_API_TOKEN": oddAPIToken,
	}
	with := func(base login, more login) login {
		all := login{"GITLAB_TOKEN": oddGitLab}
		for _, some := range []login{base, more} {
			for name, value := range some {
				all[name] = value
			}
		}
		return all
	}
	return map[string]login{
		"client credentials": with(zendesk, login{"SALESFORCE_CLIENT_SECRET": oddSecret}),
		"password and API token": with(tokens, login{
			"SALESFORCE_CLIENT_SECRET": oddSecret, "SALESFORCE_USERNAME": "user@example.com", "SALESFORCE_PASSWORD": oddPassword}),
		"JWT": with(zendesk, login{
			"SALESFORCE_CLIENT_SECRET": "", "SALESFORCE_USERNAME": "user@example.com", "SALESFORCE_PRIVATE_KEY_FILE": keyFile(t)}),
	}
}

func keyFile(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	content := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ways are the answers in which services repeat what they were sent.
func ways() []way {
	text := func(secrets, _ string) any { return map[string]any{"error": "invalid", "error_description": secrets} }
	list := func(secrets, _ string) any { return []any{map[string]any{"errorCode": "ODD", "message": secrets}} }
	titled := func(secrets, _ string) any {
		return map[string]any{"error": map[string]any{"title": "Odd", "message": secrets}}
	}
	several := func(secrets, _ string) any {
		return map[string]any{"errors": []any{map[string]any{"code": secrets, "title": secrets}}}
	}
	page := func(secrets, _ string) any { return "<html>" + secrets + "</html>" }
	message := func(secrets, _ string) any { return map[string]any{"message": secrets} }
	detailed := func(secrets, _ string) any {
		return map[string]any{"error": "RecordInvalid", "description": "invalid", "details": map[string]any{"name": []any{map[string]any{"description": secrets}}}}
	}
	next := func(secrets, _ string) any {
		return map[string]any{"totalSize": 2, "done": false, "nextRecordsUrl": "https://elsewhere.example/" + secrets, "records": []any{map[string]any{"Name": secrets}}}
	}
	row := func(secrets, _ string) any {
		return map[string]any{"totalSize": 1, "done": true, "records": []any{map[string]any{"Account_ID_18__c": secrets, "Name": secrets}}}
	}
	all := otherPlaces()
	add := func(status int, header string, body func(_, _ string) any, routes ...string) {
		for _, route := range routes {
			all = append(all, way{name: route, route: route, status: status, body: body, header: header})
		}
	}
	add(401, "", text, "/oauth2/token", "/oauth/tokens", "/organizations", "/update_many")
	add(400, "", text, "/oauth2/token", "/oauth/tokens")
	add(200, "", text, "/oauth2/token", "/oauth/tokens", "/organizations/count", "/update_many", "/query")
	add(500, "", list, "/query")
	add(400, "", list, "/query")
	add(200, "", next, "/query")
	add(200, "", row, "/query")
	add(422, "", detailed, "/organizations", "/update_many")
	add(403, "", titled, "/organization_fields", "/show_many")
	add(500, "", several, "/organizations", "/show_many", "/update_many")
	add(502, "", page, "/oauth/tokens", "/query", "/raw", "/organizations")
	add(200, "", page, "/raw", "/query", "/organization_fields")
	add(403, "", message, "/raw")
	add(302, "Location", page, "/query", "/organizations", "/oauth/tokens", "/raw", "/update_many", "/oauth2/token")
	return all
}

// otherPlaces are those of an answer that are not its body: the status line, headers,
// a malformed header, and values that are read as data.
func otherPlaces() []way {
	var all []way
	page := func(_, _ string) any { return "<html></html>" }
	object := func(_, _ string) any { return map[string]any{} }
	for _, route := range []string{"/oauth2/token", "/oauth/tokens", "/query", "/organizations", "/organization_fields", "/show_many", "/update_many", "/raw"} {
		all = append(all,
			way{name: "status line of " + route, route: route, wire: func(words string) string {
				return "HTTP/1.1 500 " + oneLine(words) + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
			}},
			way{name: "malformed header of " + route, route: route, wire: func(words string) string {
				return "HTTP/1.1 200 OK\r\n" + oneLine(words) + "\r\n\r\n{}"
			}},
			way{name: "malformed status of " + route, route: route, wire: func(words string) string { return "HTTP/1.1 " + oneLine(words) + "\r\n\r\n" }},
			way{name: "content type of " + route, route: route, status: 200, body: page, header: "Content-Type"},
			way{name: "header of " + route, route: route, status: 500, body: object, header: "Retry-After"})
		for _, status := range []int{202, 203, 206} {
			all = append(all, way{name: "body of " + route, route: route, status: status, body: func(words, _ string) any {
				return map[string]any{"organizations": []any{map[string]any{"id": 1, "name": words}}, "error": words}
			}})
		}
	}
	all = append(all,
		way{name: "usage of /query", route: "/query", status: 400, body: object, header: "Sforce-Limit-Info"},
		way{name: "names of organizations", route: "/organizations", edit: func(answer map[string]any, forms []string) {
			rename(answer["organizations"], "name", forms)
		}},
		way{name: "names shown", route: "/show_many", edit: func(answer map[string]any, forms []string) {
			rename(answer["organizations"], "name", forms)
		}},
		way{name: "names of accounts", route: "/query", edit: func(answer map[string]any, forms []string) {
			rename(answer["records"], "Name", forms)
			rename(answer["records"], "Account_Owner_Calc__c", forms)
		}},
		way{name: "the commit of the overrides", route: "/raw", status: 200, body: page, header: "X-Gitlab-Last-Commit-Id"})
	return all
}

func oneLine(text string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(text) }

// rename gives the records forms of secrets, one after the other.
func rename(records any, key string, forms []string) {
	list, _ := records.([]any)
	for i, record := range list {
		if members, ok := record.(map[string]any); ok {
			members[key] = fmt.Sprintf("%d %s", i, forms[i%len(forms)])
		}
	}
}

// Nothing that a service says makes a command show a credential: not on the
// screen, not in a log of any form, not in a file.
func TestNoSecretIsEverShown(t *testing.T) {
	t.Parallel()
	all, every := logins(t), 30
	if soak() {
		// The logins share the ways, so that each is met.
		every = len(all)
	}
	for at, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := startEchoing(t, all[name])
			w.everyCommand(way{name: "job results", route: "/job_statuses/show_many", status: 200, body: jobResults}, "json")
			for number, as := range ways() {
				if number%every != at && (as.edit == nil || number%len(all) != at) {
					continue
				}
				w.everyCommand(as, []string{"text", "json"}[number%2])
			}
		})
	}
}

// echoingWorld is a small world whose services repeat secrets.
type echoingWorld struct {
	*world
	echoes []*repeater
	seen   map[string]bool
	// checked is what was in each file when it was last looked at.
	checked map[string]string
}

func startEchoing(t *testing.T, variables login) *echoingWorld {
	t.Helper()
	w := &echoingWorld{world: startWorld(t, smallWorld()), seen: map[string]bool{}, checked: map[string]string{}}
	grant := url.Values{
		"grant_type": {"client_credentials"}, "scope": {"read write"},
		"client_id": {"sandbox-client"}, "client_secret": {"sandbox-client-secret"},
	}
	salesforce, salesforceURL := startRepeater(t, w.Salesforce.Handler(), grant)
	global, globalURL := startRepeater(t, w.Global, grant)
	usgov, usgovURL := startRepeater(t, w.USGov, grant)
	gitlab, gitlabURL := startRepeater(t, w.GitLab, nil)
	w.echoes = []*repeater{salesforce, global, usgov, gitlab}
	for name, value := range map[string]string{
		"SALESFORCE_URL": salesforceURL, "ZENDESK_GLOBAL_URL": globalURL, "ZENDESK_USGOV_URL": usgovURL, "GITLAB_URL": gitlabURL,
	} {
		w.environment[name] = value
	}
	for name, value := range variables {
		w.environment[name] = value
	}
	w.policy.Attempts, w.policy.Throttled = 2, 2
	return w
}

// everyCommand runs all commands up to a plan while the services are well, and
// again while they answer in the way.
func (w *echoingWorld) everyCommand(as way, format string) {
	w.t.Helper()
	commands := append(customerStages(), "zendesk-gather partner",
		"compare global", "compare usgov", "compare partner", "sync global --dry-run", "check", "explain "+accountID("C0003"),
		"show global --rows updates", "show partner --format json", "impact", "notify")
	for _, troubled := range []bool{false, true} {
		for _, e := range w.echoes {
			e.become(way{})
			if troubled {
				e.become(as)
			}
		}
		if troubled {
			commands = append(commands, "sync global", "sync usgov", "sync partner")
		}
		for _, command := range commands {
			for _, e := range w.echoes {
				e.forget()
			}
			got := w.run(append(strings.Fields(command), "--log-level", "debug", "--log-format", format)...)
			if got.code != 0 && !troubled {
				w.t.Fatalf("%s: exit code %d\n%s", command, got.code, got.stderr)
			}
			var secrets []string
			for _, e := range w.echoes {
				secrets = append(secrets, e.secrets()...)
			}
			runs := runsOf(secrets)
			w.checkNoSecret(as, command, "the output", got.stdout, runs)
			w.checkNoSecret(as, command, "the log", got.stderr, runs)
			if troubled && len(runs) > 0 {
				kept := withoutNames(runs)
				for name, content := range w.everyFile() {
					// What is as it was holds nothing that came since.
					if w.checked[name] != content {
						w.checkNoSecret(as, command, name, content, kept)
					}
					w.checked[name] = content
				}
			}
		}
	}
}

func (w *echoingWorld) checkNoSecret(as way, command, where, text string, runs map[string]bool) {
	w.t.Helper()
	if leak := leakIn(text, runs); leak != "" && !w.seen[where] && len(w.seen) < 12 {
		w.seen[where] = true
		w.t.Errorf("%s answers %d: %s shows a secret in %s: …%q…", cmp.Or(as.name, as.route), as.status, command, where, leak)
	}
}

// jobResults answers that jobs are done and every row failed, in words that
// hold secrets.
func jobResults(secrets, ids string) any {
	var jobs []any
	for id := range strings.SplitSeq(ids, ",") {
		var results []any
		for organization := range 16 {
			results = append(results, map[string]any{"id": 360_001_000_001 + organization, "error": secrets, "details": secrets})
		}
		jobs = append(jobs, map[string]any{"id": id, "status": "completed", "message": secrets, "results": results})
	}
	return map[string]any{"job_statuses": jobs}
}
