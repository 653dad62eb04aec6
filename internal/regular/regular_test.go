package regular

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// odd is a folder with what is not a regular file.
func odd(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	for _, err := range []error{
		os.WriteFile(file, []byte("content"), 0o644), os.Symlink(file, filepath.Join(folder, "link")), os.Symlink(folder, filepath.Join(folder, "folder-link")),
		syscall.Mkfifo(filepath.Join(folder, "pipe"), 0o600), os.Mkdir(filepath.Join(folder, "folder"), 0o700),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestOnlyRegularFilesAreOpened(t *testing.T) {
	folder := odd(t)
	for name, want := range map[string]error{
		"file": nil, "link": ErrLink, "pipe": ErrNotRegular, "folder": ErrNotRegular, "none": os.ErrNotExist, "folder-link/file": nil,
	} {
		if content, err := ReadFile(filepath.Join(folder, name)); !errors.Is(err, want) || (err == nil) != (string(content) == "content") {
			t.Errorf("reading %s: %q, %v", name, content, err)
		}
		file, err := Open(filepath.Join(folder, name), os.O_WRONLY)
		if !errors.Is(err, want) {
			t.Errorf("opening %s to write: %v", name, err)
		}
		if err == nil {
			file.Close()
		}
	}
	if _, err := ReadFile("/dev/zero"); !errors.Is(err, ErrNotRegular) {
		t.Errorf("a device: %v", err)
	}
}

func TestErrorsDoNotNameGivenFiles(t *testing.T) {
	folder := odd(t)
	for name, want := range map[string]error{"file": nil, "link": nil, "pipe": ErrNotRegular, "folder": ErrNotRegular, "none": os.ErrNotExist} {
		content, err := ReadGiven(filepath.Join(folder, name))
		if !errors.Is(err, want) || (err == nil) != (string(content) == "content") {
			t.Errorf("%s: %q, %v", name, content, err)
		}
		if err != nil && strings.Contains(err.Error(), folder) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFilesAreWrittenWholeForTheirOwnerOnly(t *testing.T) {
	folder := odd(t)
	for name, want := range map[string]error{"file": nil, "new": nil, "link": ErrLink, "pipe": ErrNotRegular, "folder": ErrNotRegular, "none/new": os.ErrNotExist} {
		path := filepath.Join(folder, name)
		if err := Write(path, []byte("new")); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
		if want != nil {
			continue
		}
		about, err := os.Lstat(path)
		content, _ := os.ReadFile(path)
		if err != nil || about.Mode() != mode || string(content) != "new" {
			t.Errorf("%s: %v, %v, %q", name, about.Mode(), err, content)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 6 {
		t.Errorf("%v, %v", entries, err)
	}
	if err := Write("/dev/null", nil); !errors.Is(err, ErrNotRegular) {
		t.Errorf("a device: %v", err)
	}
}

func TestAKeyIsNotAName(t *testing.T) {
	key := strings.Repeat("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7", 20)
	for text, want := range map[string]bool{
		"key.pem": true, "none.pem": true, "/builds/group/project.tmp/SALESFORCE_PRIVATE_KEY_FILE": true, t.TempDir() + "/" + strings.Repeat("a", 40): true, t.TempDir() + "/" + strings.Repeat("a", 41): false, t.TempDir(): true, "plans": true, "": true,
		"/tmp/none/TestSomethingQuiteLongThatIsAName123/001/my key.pem":         true,
		"-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n": false,
		"-----BEGIN PRIVATE KEY-----" + key + "-----END PRIVATE KEY-----":       false,
		key:             false,
		key[:60] + "==": false,
		key[:200]:       false,
		"a\nb":          false,
		base64.StdEncoding.EncodeToString([]byte(key)): false,
	} {
		if got := IsName(text); got != want {
			t.Errorf("%.60q: %t", text, got)
		}
	}
}
