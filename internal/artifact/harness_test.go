package artifact

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"go.uber.org/goleak"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// record is what the tests write: an account, an organization, and its text.
type record struct {
	account      string
	organization int64
	text         string
}

func appendAll(t *testing.T, batch *Batch, name string, records ...record) {
	t.Helper()
	file, err := batch.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, next := range records {
		if err := file.Append(next.account, next.organization, jsontext.Value(next.text)); err != nil {
			t.Fatal(err)
		}
	}
}

// write writes one file and its manifest.
func write(t *testing.T, folder Folder, name, manifestName string, manifest Manifest, records ...record) []File {
	t.Helper()
	batch := folder.NewBatch()
	defer batch.Cleanup()
	appendAll(t, batch, name, records...)
	files, err := batch.Finish()
	if err != nil {
		t.Fatal(err)
	}
	manifest.Outputs = files
	if err := batch.Commit(manifestName, &manifest); err != nil {
		t.Fatal(err)
	}
	return files
}

func content(t *testing.T, folder Folder, name string) string {
	t.Helper()
	text, err := os.ReadFile(folder.Path(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func put(t *testing.T, folder Folder, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(folder.Path(name)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder.Path(name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// files lists everything below the folder, hidden files too.
func files(t *testing.T, folder Folder) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(string(folder), func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, _ := filepath.Rel(string(folder), path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// readTexts reads the records as they stand.
func readTexts(folder Folder, name string) ([]string, File, error) {
	var got []string
	file, err := Read(folder, name, textOf, func(text string) error {
		got = append(got, text)
		return nil
	})
	return got, file, err
}

func textOf(raw jsontext.Value) (string, error) { return string(raw), nil }

// wantProblem checks an *Error of the name: its words, and that it says what
// to do.
func wantProblem(t *testing.T, err error, name, problem string) {
	t.Helper()
	var broken *Error
	if !errors.As(err, &broken) {
		t.Errorf("%v (%T) is no *Error", err, err)
		return
	}
	if broken.Name != name || !strings.HasPrefix(err.Error(), name+" "+problem) || broken.Hint == "" || !strings.Contains(err.Error(), "; "+broken.Hint) {
		t.Errorf("got  %s\nwant %s %s…; and a hint", err, name, problem)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("%q is not one line", err)
	}
}

const (
	orgs     = "global/zendesk_orgs.json"
	gather   = "global/zendesk-gather.manifest.json"
	today    = account.Date("2026-11-21")
	firstID  = "0014M00001sDiGEQA0"
	secondID = "001B0000002Gcp0IAC"
)
