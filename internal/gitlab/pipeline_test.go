package gitlab_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/clock/clocktest"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/gitlab"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/redact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
	standin "gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/gitlab"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// project has pipelines: 12 runs still, 11 ran only tests, 10 synced.
type project struct {
	*standin.Server
	config  gitlab.PipelineConfig
	options transport.Options
}

func startProject(t *testing.T, storage bool) *project {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"12/status": "running", "12/sync-global/data/x": "12",
		"11/test/reports/x":                    "11",
		"10/sync-global/data/global/plan.json": "10", "10/compare-global/data/x": "10",
		"9/sync-global/data/global/plan.json": "9",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	server := standin.New(standin.Options{Token: "token", Pipelines: standin.Pipelines{
		Project: "group/project", ProjectID: 1, JobToken: "job-token", Folder: folder, Storage: storage,
	}})
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	base, err := url.Parse(listening.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &project{
		Server: server, config: gitlab.PipelineConfig{URL: base, Token: "token", Project: "group/project"},
		options: transport.Options{
			Connections: transport.Connections(),
			Policy:      transport.DefaultPolicy(), Clock: clocktest.New(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)), Random: func() float64 { return 0 },
			Logger: slog.New(slog.DiscardHandler), Secrets: redact.NewSecrets(),
		},
	}
}

func (p *project) open(t *testing.T, id int) (*gitlab.Pipeline, error) {
	t.Helper()
	return gitlab.OpenPipeline(t.Context(), p.config, p.options, id, []string{"sync-global"})
}

// content is that of the only file of a job's archive.
func content(t *testing.T, pipeline *gitlab.Pipeline, job string) string {
	t.Helper()
	packed, err := pipeline.Archive(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil || len(archive.File) != 1 {
		t.Fatalf("%v", err)
	}
	file, err := archive.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestThePipelineThatSyncedLastIsFound(t *testing.T) {
	for _, storage := range []bool{false, true} {
		p := startProject(t, storage)
		pipeline, err := p.open(t, 0)
		if err != nil {
			t.Fatal(err)
		}
		if pipeline.ID != 10 || !strings.HasSuffix(pipeline.Address, "/group/project/-/pipelines/10") {
			t.Errorf("pipeline %d, %s", pipeline.ID, pipeline.Address)
		}
		if got := content(t, pipeline, "sync-global"); got != "10" {
			t.Errorf("sync-global kept %q", got)
		}
		if _, err := pipeline.Archive(t.Context(), "sync-usgov"); !errors.Is(err, gitlab.ErrNoArchive) {
			t.Errorf("sync-usgov: %v", err)
		}
	}
}

func TestAPipelineIsFoundByItsNumber(t *testing.T) {
	p := startProject(t, false)
	pipeline, err := p.open(t, 9)
	if err != nil {
		t.Fatal(err)
	}
	if got := content(t, pipeline, "sync-global"); got != "9" {
		t.Errorf("sync-global kept %q", got)
	}
	if _, err = p.open(t, 8); err == nil || !strings.Contains(err.Error(), "404 Not Found (404 Not found); check --project") {
		t.Errorf("pipeline 8: %v", err)
	}
}

// What a job token gives is the last successful pipeline, though it ran only
// tests.
func TestAJobTokenFetchesWithoutLooking(t *testing.T) {
	p := startProject(t, true)
	p.config.Token, p.config.JobToken, p.config.Ref = "job-token", true, "main"
	pipeline, err := p.open(t, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := content(t, pipeline, "test"); got != "11" {
		t.Errorf("test kept %q", got)
	}
	if _, err := pipeline.Archive(t.Context(), "sync-global"); !errors.Is(err, gitlab.ErrNoArchive) {
		t.Errorf("sync-global: %v", err)
	}
}

func TestOneThatNeverSyncedIsSaidToBeMissing(t *testing.T) {
	p := startProject(t, false)
	p.config.Ref = "other"
	if _, err := p.open(t, 0); err == nil || !strings.Contains(err.Error(), "none of the last 0 finished pipelines of other has run a sync; name one with --pipeline") {
		t.Errorf("%v", err)
	}
	p.config.Token = "wrong"
	if _, err := p.open(t, 0); err == nil || !strings.Contains(err.Error(), "401 Unauthorized") {
		t.Errorf("%v", err)
	}
}

func TestArchivesAreNotFetchedOverPlainHTTP(t *testing.T) {
	p := startProject(t, false)
	pipeline, err := p.open(t, 10)
	if err != nil {
		t.Fatal(err)
	}
	p.Faults().Add(fault.Fault{Kind: fault.Redirect, Location: "http://storage.example.com/archive"})
	if _, err := pipeline.Archive(t.Context(), "sync-global"); err == nil || !strings.Contains(err.Error(), "not https") {
		t.Errorf("%v", err)
	}
}
