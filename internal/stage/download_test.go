package stage_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/artifact"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/stage"
)

// kept is what jobs kept, by job and by name in the archive.
type kept map[string]map[string]string

var errNone = errors.New("nothing")

func (k kept) archives(t *testing.T) stage.Archives {
	return stage.Archives{Of: "pipeline 7", ErrNone: errNone, Fetch: func(_ context.Context, job string) ([]byte, error) {
		files, there := k[job]
		if !there {
			return nil, errNone
		}
		var packed bytes.Buffer
		archive := zip.NewWriter(&packed)
		for name, content := range files {
			header := &zip.FileHeader{Name: name}
			if target, isLink := strings.CutPrefix(content, "-> "); isLink {
				header.SetMode(fs.ModeSymlink | 0o777)
				content = target
			}
			file, err := archive.CreateHeader(header)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := file.Write([]byte(content)); err != nil {
				t.Fatal(err)
			}
		}
		err := archive.Close()
		return packed.Bytes(), err
	}}
}

// pipeline is what the jobs of a pipeline kept that ran up to the processor.
func (w *world) pipeline() kept {
	w.Helper()
	w.org.customers = append(w.org.customers, customer(maple, "Maple", "2027-01-01"))
	w.org.partners = append(w.org.partners, &account.Partner{ID: tulip, ShortID: tulip.Short(), Name: "Tulip", AccountType: "open_partner"})
	w.exists(field.Global, 1, map[string]field.Value{"name": "Maple"})
	w.readSalesforce(artifact.Partners)
	w.readSalesforce(artifact.Customers)
	w.gather(field.Global)
	files := func(names ...string) map[string]string {
		content := map[string]string{"reports/x.md": "a report", "data/": ""}
		for _, name := range names {
			content["data/"+name] = w.read(name)
		}
		return content
	}
	return kept{
		"salesforce-partner":    files("partner/salesforce_accounts.json", "partner/salesforce.manifest.json"),
		"salesforce-customer":   files("customer/salesforce_accounts.json", "customer/salesforce.manifest.json"),
		"zendesk-gather-global": files("global/zendesk_orgs.json", "global/zendesk-gather.manifest.json"),
	}
}

func (w *world) download(k kept) (*stage.Run, []string, error) {
	w.Helper()
	run := w.run()
	run.Folder = artifact.Folder(filepath.Join(w.TempDir(), "last"))
	without, err := stage.Download(w.Context(), run, k.archives(w.T), stage.PipelineJobs())
	return run, without, err
}

// names are those of all files below the folder.
func names(t *testing.T, folder string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(folder, path)
			found = append(found, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return found
}

func TestAFolderIsPutTogetherFromWhatJobsKept(t *testing.T) {
	w := newWorld(t)
	run, without, err := w.download(w.pipeline())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"customer/salesforce.manifest.json", "customer/salesforce_accounts.json", "global/zendesk-gather.manifest.json",
		"global/zendesk_orgs.json", "partner/salesforce.manifest.json", "partner/salesforce_accounts.json",
	}
	if diff := cmp.Diff(want, names(t, string(run.Folder))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if len(without) != len(stage.PipelineJobs())-3 {
		t.Errorf("nothing was kept by %v", without)
	}
}

func TestAnArchiveThatCannotBeTrustedIsRefusedWhole(t *testing.T) {
	const accounts, manifest = "data/customer/salesforce_accounts.json", "data/customer/salesforce.manifest.json"
	for _, test := range []struct {
		rule, name, content, want string
	}{
		{"a name that leads out", "data/../../evil", "x", "does not belong in a data folder"},
		{"an absolute name", "/etc/evil", "x", "does not belong in a data folder"},
		{"a link", "data/customer/plan.json", "-> /etc/passwd", "does not belong in a data folder"},
		{"an edited file", accounts, "[]\n", "customer/salesforce_accounts.json does not match customer/salesforce.manifest.json"},
		{"an unreadable manifest", manifest, "{", "customer/salesforce.manifest.json is not a readable manifest"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			w := newWorld(t)
			k := w.pipeline()
			k["salesforce-customer"][test.name] = test.content
			run, _, err := w.download(k)
			var refused *artifact.Error
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			if left := names(t, filepath.Dir(string(run.Folder))); left != nil {
				t.Errorf("it left %v", left)
			}
		})
	}
	w := newWorld(t)
	k := w.pipeline()
	k["salesforce-customer"][manifest] = strings.Replace(k["salesforce-customer"][manifest], "customer/salesforce_accounts.json", "../../etc/passwd", 1)
	if _, _, err := w.download(k); err == nil || !strings.Contains(err.Error(), "../../etc/passwd is listed in customer/salesforce.manifest.json but is not an artifact") {
		t.Errorf("a manifest of other files: %v", err)
	}
	w = newWorld(t)
	k = w.pipeline()
	delete(k["salesforce-customer"], accounts)
	if _, _, err := w.download(k); err == nil || !strings.Contains(err.Error(), "but was not kept by the job") {
		t.Errorf("a file that is missing: %v", err)
	}
}

func TestAFolderThatHoldsSomethingIsNotTouched(t *testing.T) {
	w := newWorld(t)
	k := w.pipeline()
	before := names(t, string(w.folder))
	_, err := stage.Download(t.Context(), w.run(), k.archives(t), stage.PipelineJobs())
	var usage *stage.UsageError
	if !errors.As(err, &usage) {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff(before, names(t, string(w.folder))); diff != "" {
		t.Errorf("files (-before +after):\n%s", diff)
	}
}

func TestAPipelineThatKeptNothingIsAMissingArtifact(t *testing.T) {
	w := newWorld(t)
	_, _, err := w.download(kept{})
	var missing *artifact.Error
	if !errors.As(err, &missing) || !strings.HasPrefix(err.Error(), "pipeline 7 has no artifacts of salesforce-partner") {
		t.Errorf("%v", err)
	}
}
