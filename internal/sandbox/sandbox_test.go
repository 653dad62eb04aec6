package sandbox_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/data"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

func TestDocumentedFaultsAreThoseThereAre(t *testing.T) {
	page, err := os.ReadFile("../../docs/sandbox.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, kind := range fault.Kinds() {
		takes := ""
		if kind.Takes != "" {
			takes = "`" + strings.ReplaceAll(kind.Takes, ", ", "`, `") + "`"
		}
		want = append(want, fmt.Sprintf("| `%s` | %s | %s | %s |", kind.Kind, kind.Service, takes, kind.What))
	}
	for _, line := range strings.Split(string(page), "\n") {
		if strings.Count(line, " | ") == 3 && strings.HasPrefix(line, "| `") {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the table of docs/sandbox.md (-want +got):\n%s", diff)
	}
}

func TestControlTakesFaultsThatTheServiceHas(t *testing.T) {
	served, err := sandbox.Start(sandbox.Options{World: data.Curated(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))})
	if err != nil {
		t.Fatal(err)
	}
	defer served.Close()
	control := served.Environment()["SANDBOX_CONTROL_URL"]
	for _, test := range []struct {
		service, body string
		status        int
		says          string
	}{
		{"global", `{"kind":"poison","row":"Acme","status":409}`, 204, ""},
		{"gitlab", `{"kind":"poison"}`, 400, "gitlab has no fault poison"},
		{"gitlab", `{"kind":"delay","delay":"2s"}`, 204, ""},
		{"usgov", `{"kind":"poison","rows":"Acme"}`, 400, `unknown field "rows"`},
		{"usgov", `{"kind":"poisson"}`, 400, "unknown kind"},
		{"salesforce", `{"kind":"column-missing"}`, 400, "needs a field"},
		{"zendesk", `{"kind":"poison"}`, 404, "the services are"},
	} {
		t.Run(test.service+" "+test.body, func(t *testing.T) {
			response, err := http.Post(control+"/faults/"+test.service, "application/json", strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			said, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != test.status || !strings.Contains(string(said), test.says) {
				t.Errorf("answer %d %s, want %d %s", response.StatusCode, said, test.status, test.says)
			}
		})
	}
}
