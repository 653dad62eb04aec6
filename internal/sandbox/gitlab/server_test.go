package gitlab_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	client "github.com/xanzy/go-gitlab"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/gitlab"
)

const (
	project = "gitlab-com/support/zendesk-global/organization-entitlement-overrides"
	escaped = "/api/v4/projects/gitlab-com%2Fsupport%2Fzendesk-global%2Forganization-entitlement-overrides"
	raw     = escaped + "/repository/files/overrides.yaml/raw"
)

// serve puts the stand-in on loopback and returns its address.
func serve(t *testing.T, options gitlab.Options) (*gitlab.Server, string) {
	t.Helper()
	server := gitlab.New(options)
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	return server, listening.URL
}

// get answers a request's status, headers and body.
func get(t *testing.T, method, address, token string) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("PRIVATE-TOKEN", token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(body)
}

func TestRawFileComesWithItsCommit(t *testing.T) {
	_, address := serve(t, gitlab.Options{Files: map[string]string{"overrides.yaml": "abc"}})
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		status, header, body := get(t, method, address+raw+"?ref=main", "")
		if want := map[string]string{http.MethodGet: "abc", http.MethodHead: ""}[method]; status != 200 || body != want {
			t.Errorf("%s: %d %q, want 200 %q", method, status, body, want)
		}
		want := map[string]string{
			// The SHA-256 of "abc", as FIPS 180-2 prints it.
			"X-Gitlab-Content-Sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
			"X-Gitlab-File-Name":      "overrides.yaml", "X-Gitlab-File-Path": "overrides.yaml",
			"X-Gitlab-Ref": "main", "X-Gitlab-Size": "3", "Content-Type": "text/plain; charset=utf-8",
		}
		got := make(map[string]string)
		for key := range want {
			got[key] = header.Get(key)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s headers (-want +got):\n%s", method, diff)
		}
		if id := header.Get("X-Gitlab-Last-Commit-Id"); !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(id) {
			t.Errorf("%s: last commit %q is not forty hex digits", method, id)
		}
	}
}

func TestLibraryReadsFileAndMetadata(t *testing.T) {
	server, address := serve(t, gitlab.Options{Private: true, Token: "secret"})
	server.SetFile("data/overrides.yaml", "- a\n")
	last := server.SetFile("README.md", "x")
	api, err := client.NewClient("secret", client.WithBaseURL(address))
	if err != nil {
		t.Fatal(err)
	}
	content, _, err := api.RepositoryFiles.GetRawFile(project, "data/overrides.yaml", &client.GetRawFileOptions{})
	if err != nil || string(content) != "- a\n" {
		t.Errorf("raw file %q, %v", content, err)
	}
	file, _, err := api.RepositoryFiles.GetFile(project, "data/overrides.yaml", &client.GetFileOptions{Ref: client.Ptr("HEAD")})
	if err != nil {
		t.Fatal(err)
	}
	described, _, err := api.RepositoryFiles.GetFileMetaData(project, "data/overrides.yaml",
		&client.GetFileMetaDataOptions{Ref: client.Ptr("HEAD")})
	if err != nil {
		t.Fatal(err)
	}
	if file.Content != "LSBhCg==" || file.FileName != "overrides.yaml" || file.CommitID != last || file.LastCommitID == last {
		t.Errorf("file %v does not stand at commit %s with an earlier last commit", file, last)
	}
	file.Content = ""
	if diff := cmp.Diff(file, described); diff != "" {
		t.Errorf("metadata (-file +headers):\n%s", diff)
	}
}

func TestEachContentHasItsCommit(t *testing.T) {
	server, address := serve(t, gitlab.Options{Files: map[string]string{"overrides.yaml": "a"}})
	first := server.SetFile("overrides.yaml", "a")
	second := server.SetFile("overrides.yaml", "b")
	if first == second {
		t.Error("a new content has the commit of the old")
	}
	for ref, want := range map[string]string{"": "b", "?ref=HEAD": "b", "?ref=main": "b", "?ref=" + first: "a", "?ref=" + second: "b"} {
		if status, _, got := get(t, "GET", address+raw+ref, ""); status != 200 || got != want {
			t.Errorf("%q: %d %q, want %q", ref, status, got, want)
		}
	}
	again := gitlab.New(gitlab.Options{Files: map[string]string{"overrides.yaml": "a"}})
	if got := again.SetFile("overrides.yaml", "b"); got != second {
		t.Errorf("the same contents gave commit %s and %s", second, got)
	}
	if removed := server.RemoveFile("overrides.yaml"); removed == second || server.RemoveFile("overrides.yaml") != removed {
		t.Error("removing a file did not make exactly one commit")
	}
	if status, _, body := get(t, "GET", address+raw, ""); status != 404 || body != `{"message":"404 File Not Found"}` {
		t.Errorf("removed file: %d %s", status, body)
	}
}

func TestWhatCannotBeReadIsRefusedAsGitLabDoes(t *testing.T) {
	private := gitlab.Options{Private: true, Token: "secret", ProjectID: 42, Files: map[string]string{"overrides.yaml": "a"}}
	public := gitlab.Options{Files: map[string]string{"overrides.yaml": "a"}}
	const notFound, noProject = `{"message":"404 Not Found"}`, `{"message":"404 Project Not Found"}`
	for name, test := range map[string]struct {
		options    gitlab.Options
		method     string
		path       string
		token      string
		wantStatus int
		wantBody   string
	}{
		"private with token":     {private, "GET", raw, "secret", 200, "a"},
		"private by number":      {private, "GET", "/api/v4/projects/42/repository/files/overrides%2Eyaml/raw", "secret", 200, "a"},
		"private without token":  {private, "GET", raw, "", 404, noProject},
		"private, wrong token":   {private, "GET", raw, "other", 401, `{"message":"401 Unauthorized"}`},
		"public, wrong token":    {public, "GET", raw, "other", 401, `{"message":"401 Unauthorized"}`},
		"public without token":   {public, "GET", raw, "", 200, "a"},
		"other project":          {public, "GET", "/api/v4/projects/a%2Fb/repository/files/overrides.yaml/raw", "", 404, noProject},
		"other branch":           {public, "GET", raw + "?ref=absent", "", 404, `{"message":"404 Commit Not Found"}`},
		"other file":             {public, "GET", escaped + "/repository/files/absent/raw", "", 404, `{"message":"404 File Not Found"}`},
		"metadata without ref":   {public, "GET", escaped + "/repository/files/overrides.yaml", "", 400, `{"error":"ref is missing, ref is empty"}`},
		"slashes left unescaped": {public, "GET", "/api/v4/projects/" + project + "/repository/files/overrides.yaml/raw", "", 404, notFound},
		"other route":            {public, "GET", "/api/v4/user", "", 404, notFound},
		"writing":                {public, "POST", raw, "", 404, notFound},
		"empty repository":       {gitlab.Options{}, "GET", raw, "", 404, `{"message":"404 Commit Not Found"}`},
	} {
		t.Run(name, func(t *testing.T) {
			_, address := serve(t, test.options)
			status, _, body := get(t, test.method, address+test.path, test.token)
			if status != test.wantStatus || body != test.wantBody {
				t.Errorf("%d %s, want %d %s", status, body, test.wantStatus, test.wantBody)
			}
		})
	}
}

func TestFaultsAndCountsGoByRoute(t *testing.T) {
	server, address := serve(t, gitlab.Options{Files: map[string]string{"overrides.yaml": "a"}})
	server.Faults().Add(fault.Fault{Route: "GET /api/v4/projects/*/repository/files/overrides.yaml/raw",
		Kind: fault.Status, Status: 502, Times: 1})
	for _, want := range []int{502, 200} {
		if status, _, _ := get(t, "GET", address+raw, ""); status != want {
			t.Errorf("status %d, want %d", status, want)
		}
	}
	get(t, "HEAD", address+escaped+"/repository/files/overrides.yaml?ref=HEAD", "")
	want := map[string]int{
		"GET /api/v4/projects/*/repository/files/*/raw": 2,
		"HEAD /api/v4/projects/*/repository/files/*":    1,
	}
	if diff := cmp.Diff(want, server.Requests()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestFileCanChangeWhileItIsRead(t *testing.T) {
	server, address := serve(t, gitlab.Options{Files: map[string]string{"overrides.yaml": "a"}})
	var wg sync.WaitGroup
	for _, content := range []string{"b", "c", "d", "e"} {
		wg.Go(func() { server.SetFile("overrides.yaml", content) })
		wg.Go(func() {
			if status, _, body := get(t, "GET", address+raw, ""); status != 200 || len(body) != 1 {
				t.Errorf("%d %q while the file changes", status, body)
			}
		})
	}
	wg.Wait()
}

func TestMovedProjectLeadsGetAloneToItsNumber(t *testing.T) {
	server, address := serve(t, gitlab.Options{ProjectID: 4711, Token: "token", Files: map[string]string{"overrides.yaml": "a: 1\n"}})
	server.Faults().Add(fault.Fault{Kind: fault.ProjectMoved})
	if status, _, _ := get(t, http.MethodHead, address+raw, "token"); status != http.StatusMethodNotAllowed {
		t.Errorf("HEAD answers %d", status)
	}
	if status, _, body := get(t, http.MethodGet, address+raw, "token"); status != http.StatusOK || body != "a: 1\n" {
		t.Errorf("GET answers %d %q", status, body)
	}
	want := map[string]int{"HEAD /api/v4/projects/*/repository/files/*/raw": 1, "GET /api/v4/projects/*/repository/files/*/raw": 2}
	if diff := cmp.Diff(want, server.Requests()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestNamedFaultsAnswerAsGitLabDoes(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		fault        fault.Fault
		method       string
		status       int
		header, want string
	}{
		{fault.Fault{Kind: fault.RateLimited}, "GET", 429, "RateLimit-Reset", "1795262430"},
		{fault.Fault{Kind: fault.RateLimited}, "GET", 429, "RateLimit-ResetTime", "Sat, 21 Nov 2026 12:00:30 GMT"},
		{fault.Fault{Kind: fault.RateLimited}, "GET", 429, "Retry-After", ""},
		{fault.Fault{Kind: fault.DigestMissing}, "GET", 200, "X-Gitlab-Content-Sha256", ""},
		{fault.Fault{Kind: fault.DigestMissing}, "GET", 200, "X-Gitlab-Last-Commit-Id", ""},
		{fault.Fault{Kind: fault.Answers203}, "GET", 203, "X-Gitlab-File-Name", "overrides.yaml"},
		{fault.Fault{Kind: fault.HeadRefused}, "HEAD", 405, "X-Gitlab-Content-Sha256", ""},
		{fault.Fault{Kind: fault.HeadRefused}, "GET", 200, "X-Gitlab-File-Name", "overrides.yaml"},
		{fault.Fault{Kind: fault.RefGone}, "GET", 404, "X-Gitlab-File-Name", ""},
		{fault.Fault{Kind: fault.ScopeMissing}, "GET", 403, "X-Gitlab-File-Name", ""},
	} {
		t.Run(string(test.fault.Kind)+" "+test.method+" "+test.header, func(t *testing.T) {
			server, address := serve(t, gitlab.Options{Token: "token", Files: map[string]string{"overrides.yaml": "a: 1\n"},
				Now: func() time.Time { return now }})
			server.Faults().Add(test.fault)
			status, header, _ := get(t, test.method, address+raw, "token")
			if got := header.Get(test.header); status != test.status || got != test.want {
				t.Errorf("answer %d with %s %q, want %d with %q", status, test.header, got, test.status, test.want)
			}
		})
	}
}
