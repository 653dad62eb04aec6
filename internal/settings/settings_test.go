package settings

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// variables are those of a test; known collects what they tell to be secret.
type variables map[string]string

func (v variables) read(known *[]string) *Settings {
	return New(func(name string) string { return v[name] }, func(secrets ...string) {
		for _, secret := range secrets {
			if secret != "" {
				*known = append(*known, secret)
			}
		}
	})
}

// whole is a configuration of all services.
func whole() variables {
	return variables{
		"SALESFORCE_URL": "https://example.my.salesforce.com", "SALESFORCE_CLIENT_ID": "sf-id", "SALESFORCE_CLIENT_SECRET": "sf-secret",
		"ZENDESK_GLOBAL_URL": "https://global.zendesk.com", "ZENDESK_GLOBAL_CLIENT_ID": "global-id", "ZENDESK_GLOBAL_CLIENT_SECRET": "global-secret",
		"ZENDESK_USGOV_URL": "https://usgov.zendesk.com", "ZENDESK_USGOV_EMAIL": "a@example.com", "ZENDESK_USGOV_API_TOKEN": "usgov-token",
		"GITLAB_TOKEN": "gl-token",
	}
}

func (v variables) with(changes variables) variables {
	changed := maps.Clone(v)
	maps.Copy(changed, changes)
	return changed
}

func readAll(s *Settings) error {
	s.Salesforce()
	s.Zendesk(field.GlobalInstance)
	s.Zendesk(field.USGovInstance)
	s.GitLab()
	return s.Err()
}

func TestSecretsAreKnownAsTheyAreRead(t *testing.T) {
	var known []string
	if err := readAll(whole().read(&known)); err != nil {
		t.Fatal(err)
	}
	slices.Sort(known)
	if diff := cmp.Diff([]string{"gl-token", "global-secret", "sf-secret", "usgov-token"}, known); diff != "" {
		t.Error(diff)
	}
}

func TestEveryMissingVariableIsNamedAtOnce(t *testing.T) {
	var known []string
	err := readAll(variables{}.read(&known))
	const want = "configuration: missing SALESFORCE_URL, SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET, " +
		"ZENDESK_GLOBAL_URL, ZENDESK_GLOBAL_CLIENT_ID, ZENDESK_GLOBAL_CLIENT_SECRET, " +
		"ZENDESK_USGOV_URL, ZENDESK_USGOV_CLIENT_ID, ZENDESK_USGOV_CLIENT_SECRET; set the variables (the README lists them) and run again"
	if err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
}

func TestAddressesAreBaseURLsOnly(t *testing.T) {
	for text, want := range map[string]string{
		"global.zendesk.com":              "ZENDESK_GLOBAL_URL is not a URL: write it as https://host",
		"https://me:pass@global.example/": "ZENDESK_GLOBAL_URL holds more than an address: write it as https://host",
		"https://global.example/?a=b":     "ZENDESK_GLOBAL_URL holds more than an address: write it as https://host",
		"http://global.example":           "ZENDESK_GLOBAL_URL is plain http: credentials would be readable on the way; use https",
		"https://global.example/api/v2":   "ZENDESK_GLOBAL_URL holds a path: write it as https://host, without what follows it",
		"https://global.example//":        "",
		"https://global.example/\n":       "ZENDESK_GLOBAL_URL holds a line break or another control character: set it without that; ZENDESK_GLOBAL_URL is not a URL: write it as https://host",
		"ftp://global.example":            "ZENDESK_GLOBAL_URL is not an https URL",
		"http://127.0.0.1:8080/":          "",
		"http://localhost":                "",
		"http://[::1]:80":                 "",
	} {
		var known []string
		err := readAll(whole().with(variables{"ZENDESK_GLOBAL_URL": text}).read(&known))
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		if full := "configuration: " + want + "; set the variables (the README lists them) and run again"; err == nil || err.Error() != full {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestSettingsThatCannotWorkAreNamed(t *testing.T) {
	tests := []struct {
		rule    string
		changes variables
		want    string
	}{
		{"a secret that ends in a line break", variables{"SALESFORCE_CLIENT_SECRET": "sf-secret\n"}, "SALESFORCE_CLIENT_SECRET holds a line break or another control character: set it without that"},
		{"a token that ends in one", variables{"GITLAB_TOKEN": "gl-token\r\n"}, "GITLAB_TOKEN holds a line break or another control character: set it without that"},
		{"a token with a tab", variables{"ZENDESK_USGOV_API_TOKEN": "usgov\ttoken"}, "ZENDESK_USGOV_API_TOKEN holds a line break or another control character: set it without that"},
		{"an id with a null", variables{"ZENDESK_GLOBAL_CLIENT_ID": "a\x00b"}, "ZENDESK_GLOBAL_CLIENT_ID holds a line break or another control character: set it without that"},
		{"a token that fits no header", variables{"GITLAB_TOKEN": "gl–token"}, "GITLAB_TOKEN holds a character that a token cannot contain: set it again"},
		{"a token with a space", variables{"GITLAB_TOKEN": "gl-token "}, "GITLAB_TOKEN holds a character that a token cannot contain: set it again"},
		{"a version with V", variables{"SALESFORCE_API_VERSION": "V62.0"}, "SALESFORCE_API_VERSION is not a version such as 62.0"},
		{"a version without .0", variables{"SALESFORCE_API_VERSION": "62"}, "SALESFORCE_API_VERSION is not a version such as 62.0"},
		{"a version with more", variables{"SALESFORCE_API_VERSION": "62.0/"}, "SALESFORCE_API_VERSION is not a version such as 62.0"},
		{"a version with v", variables{"SALESFORCE_API_VERSION": "v62.0"}, ""},
		{"another version", variables{"SALESFORCE_API_VERSION": "58.0"}, ""},
		{"an address without its token", variables{"ZENDESK_USGOV_API_TOKEN": ""}, "missing ZENDESK_USGOV_API_TOKEN"},
		{"a token without its address", variables{"ZENDESK_USGOV_EMAIL": ""}, "missing ZENDESK_USGOV_EMAIL"},
		{"a secret without its id", variables{"ZENDESK_GLOBAL_CLIENT_ID": ""}, "missing ZENDESK_GLOBAL_CLIENT_ID"},
		{"an id without its secret", variables{"ZENDESK_GLOBAL_CLIENT_SECRET": ""}, "missing ZENDESK_GLOBAL_CLIENT_SECRET"},
		{"an address beside an id", variables{"ZENDESK_GLOBAL_CLIENT_SECRET": "", "ZENDESK_GLOBAL_EMAIL": "a@example.com"}, "missing ZENDESK_GLOBAL_CLIENT_SECRET"},
		{"a password without a user", variables{"SALESFORCE_PASSWORD": "password"}, "missing SALESFORCE_USERNAME"},
		{"both logins", variables{"ZENDESK_USGOV_CLIENT_ID": "id", "ZENDESK_USGOV_CLIENT_SECRET": "secret"}, ""},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			var known []string
			err := readAll(whole().with(test.changes).read(&known))
			switch full := "configuration: " + test.want + "; set the variables (the README lists them) and run again"; {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || err.Error() != full):
				t.Errorf("got  %v\nwant %s", err, full)
			}
		})
	}
}

func TestAPrivateKeyGivenAsAPathIsNotShown(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	content := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	folder := t.TempDir()
	file, pipe, other := filepath.Join(folder, "key.pem"), filepath.Join(folder, "pipe"), filepath.Join(folder, "other.pem")
	for _, err := range []error{os.WriteFile(file, content, 0o600), syscall.Mkfifo(pipe, 0o600), os.WriteFile(other, []byte("not a key"), 0o600)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	jwt := whole().with(variables{"SALESFORCE_CLIENT_SECRET": "", "SALESFORCE_USERNAME": "user@example.com"})
	const isKey = "SALESFORCE_PRIVATE_KEY_FILE does not name a file: if it holds the key itself, make it a variable of the type file"
	for value, want := range map[string]string{
		file: "", string(content): isKey, strings.ReplaceAll(string(content), "\n", ""): isKey, strings.ReplaceAll(string(content), "\n", `\n`): isKey,
		base64.StdEncoding.EncodeToString(content):                                  isKey,
		base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(key)):         isKey,
		base64.RawURLEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(key)[:60]): isKey,
		filepath.Join(folder, "none.pem"):                                           "SALESFORCE_PRIVATE_KEY_FILE cannot be used: " + filepath.Join(folder, "none.pem") + ": no such file or directory",
		pipe:                                                                        "SALESFORCE_PRIVATE_KEY_FILE cannot be used: " + pipe + ": it is not a regular file",
		other:                                                                       "SALESFORCE_PRIVATE_KEY_FILE cannot be used: " + other + ": it holds no PEM block",
	} {
		var known []string
		s := jwt.with(variables{"SALESFORCE_PRIVATE_KEY_FILE": value}).read(&known)
		config := s.Salesforce()
		switch err := s.Err(); {
		case want == "" && (err != nil || config.PrivateKey == nil):
			t.Error(err)
		case want != "" && (err == nil || err.Error() != "configuration: "+want+"; set the variables (the README lists them) and run again"):
			t.Errorf("%v", err)
		}
		if want == isKey && len(known) == 0 {
			t.Errorf("%.30q is not known to be secret", value)
		}
	}
}
