package endtoend

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/cli"
)

// oddly puts something else in place of a file: a pipe that nobody writes to or
// reads from, a link to a file elsewhere, a folder.
var oddly = map[string]func(elsewhere, path string) error{
	"a pipe":   func(_, path string) error { return syscall.Mkfifo(path, 0o600) },
	"a link":   func(elsewhere, path string) error { return os.Symlink(elsewhere, path) },
	"a folder": func(_, path string) error { return os.Mkdir(path, 0o700) },
}

// A pipe in place of a file holds no command up, and no write goes through a
// link.
func TestOnlyRegularFilesAreReadAndWritten(t *testing.T) {
	t.Parallel()
	w := planned(t, "global")
	for _, test := range []struct {
		command, file string
		code          cli.ExitCode
	}{
		{"zendesk-gather partner", "partner/salesforce_accounts.json", cli.ExitArtifact},
		{"processor", "customer/salesforce_accounts.json", cli.ExitArtifact},
		{"processor", "global/zendesk-gather.manifest.json", cli.ExitArtifact},
		{"compare global", "global/accounts.json", cli.ExitArtifact},
		{"compare global", "processor.manifest.json", cli.ExitArtifact},
		{"show global", "global/plan.json", cli.ExitArtifact},
		{"explain " + accountID("C0003"), "customer/salesforce_accounts.json", cli.ExitArtifact},
		{"sync global --dry-run", "global/plan.json", cli.ExitArtifact},
		{"sync global --dry-run", "global/updates.json", cli.ExitArtifact},
		{"sync global", "global/sync.journal.jsonl", cli.ExitFailed},
	} {
		for what, put := range oddly {
			content, place := w.setAside(test.file)
			elsewhere := filepath.Join(t.TempDir(), "elsewhere")
			for _, err := range []error{os.WriteFile(elsewhere, []byte(content), 0o600), put(elsewhere, place)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if got := w.run(strings.Fields(test.command)...); got.code != test.code || !strings.Contains(got.stderr, "it is ") {
				t.Errorf("%s in place of %s: %s: exit code %d\n%s", what, test.file, test.command, got.code, got.stderr)
			}
			if left, err := os.ReadFile(elsewhere); err != nil || string(left) != content {
				t.Errorf("%s in place of %s: %s changed the file that it leads to", what, test.file, test.command)
			}
			w.bringBack(place, content)
		}
	}
}

// setAside takes the file of the data folder away, and returns what was in it.
func (w *world) setAside(name string) (content, place string) {
	w.t.Helper()
	place = filepath.Join(w.folder, filepath.FromSlash(name))
	read, err := os.ReadFile(place)
	if err == nil {
		err = os.Remove(place)
	} else if os.IsNotExist(err) {
		err = nil
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return string(read), place
}

func (w *world) bringBack(place, content string) {
	w.t.Helper()
	err := os.RemoveAll(place)
	if err == nil && content != "" {
		err = os.WriteFile(place, []byte(content), 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestReportsAreRegularFilesOfTheirOwner(t *testing.T) {
	t.Parallel()
	w := planned(t, "global")
	for _, flag := range []string{"--summary-file", "--html-file", "--metrics-file", "--terraform-report-file"} {
		for what, put := range oddly {
			folder := t.TempDir()
			elsewhere, place := filepath.Join(folder, "elsewhere"), filepath.Join(folder, "report")
			for _, err := range []error{os.WriteFile(elsewhere, []byte("mine"), 0o644), put(elsewhere, place)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if got := w.run("compare", "global", flag, place); got.code != cli.ExitFailed || !strings.Contains(got.stderr, "it is ") {
				t.Errorf("%s %s: exit code %d\n%s", flag, what, got.code, got.stderr)
			}
			if left, err := os.ReadFile(elsewhere); err != nil || string(left) != "mine" {
				t.Errorf("%s %s: the file that it leads to was changed", flag, what)
			}
			if got := w.run("compare", "global", flag, elsewhere); got.code != cli.ExitDone {
				t.Errorf("%s: exit code %d\n%s", flag, got.code, got.stderr)
			}
			if about, err := os.Stat(elsewhere); err != nil || about.Mode() != 0o600 {
				t.Errorf("%s: %v, %v", flag, about.Mode(), err)
			}
		}
	}
}

func TestNamedFilesMayBeLinksButNotPipes(t *testing.T) {
	t.Parallel()
	w := planned(t, "global")
	folder := t.TempDir()
	pipe, link := filepath.Join(folder, "pipe"), filepath.Join(folder, "link")
	empty := filepath.Join(folder, "empty.yaml")
	for _, err := range []error{syscall.Mkfifo(pipe, 0o600), os.WriteFile(empty, nil, 0o600), os.Symlink(empty, link)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, command := range []string{"processor --overrides-file ", "processor --plans ", "compare global --protected-ids-file ", "check --offline --overrides-file "} {
		if got := w.run(strings.Fields(command + pipe)...); got.code != cli.ExitUsage || !strings.Contains(got.stderr, "it is not a regular file") {
			t.Errorf("%s: exit code %d\n%s", command, got.code, got.stderr)
		}
	}
	for _, command := range []string{"processor --overrides-file ", "compare global --protected-ids-file "} {
		w.must(command + link)
	}
	for _, command := range []string{"processor --overrides-file ", "processor --plans ", "compare global --protected-ids-file ", "check --offline --overrides-file "} {
		if got := w.run(strings.Fields(command + keyFile(t))...); got.code != cli.ExitUsage || !strings.Contains(got.stderr, "it holds a private key") || strings.Contains(got.stdout+got.stderr, "MII") {
			t.Errorf("%s: exit code %d\n%s", command, got.code, got.stderr)
		}
	}
	w.environment["SALESFORCE_PRIVATE_KEY_FILE"], w.environment["SALESFORCE_USERNAME"] = pipe, "user@example.com"
	if got := w.must("salesforce partner", cli.ExitUsage); !strings.Contains(got.stderr, "it is not a regular file") {
		t.Error(got.stderr)
	}
}
