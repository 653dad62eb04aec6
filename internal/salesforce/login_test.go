package salesforce

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestClientCredentialsAndPasswordAreSentAsAForm(t *testing.T) {
	tests := []struct {
		rule   string
		change func(*Config)
		want   url.Values
	}{
		{"client credentials", nil, url.Values{"grant_type": {"client_credentials"}, "client_id": {"client"}, "client_secret": {"client-secret"}}},
		{"a password", func(config *Config) { config.Username, config.Password = "user@example.com", "pass&word+token" }, url.Values{
			"grant_type": {"password"}, "client_id": {"client"}, "client_secret": {"client-secret"},
			"username": {"user@example.com"}, "password": {"pass&word+token"},
		}},
	}
	for _, test := range tests {
		o := start(t, test.change, body("{}"))
		if _, err := o.Login(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]url.Values{test.want}, o.forms); diff != "" || len(o.asked()) != 0 {
			t.Errorf("%s: asked %q, %s", test.rule, o.asked(), diff)
		}
	}
}

func TestTheAssertionIsSignedAndShortLived(t *testing.T) {
	key := newKey(t)
	o := start(t, func(config *Config) {
		config.ClientSecret, config.Username, config.PrivateKey = "", "user@example.com", key
	}, body("{}"))
	if _, err := o.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	form := o.forms[0]
	if form.Get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" || len(form) != 2 {
		t.Errorf("sent %v", form)
	}
	parts := strings.Split(form.Get("assertion"), ".")
	if len(parts) != 3 {
		t.Fatalf("the assertion has %d parts", len(parts))
	}
	decoded := make([][]byte, 3)
	for i, part := range parts {
		var err error
		if decoded[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			t.Fatal(err)
		}
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], decoded[2]); err != nil {
		t.Error(err)
	}
	var header, claims map[string]any
	if json.Unmarshal(decoded[0], &header) != nil || json.Unmarshal(decoded[1], &claims) != nil {
		t.Fatalf("%s, %s", decoded[0], decoded[1])
	}
	// Within the five minutes that Salesforce allows.
	want := map[string]any{"iss": "client", "sub": "user@example.com", "aud": "https://login.salesforce.com", "exp": float64(noon.Unix() + 180)}
	if diff := cmp.Diff(want, claims); diff != "" || header["alg"] != "RS256" {
		t.Errorf("%s, %s", decoded[0], diff)
	}
}

func TestEachGrantNamesItsVariables(t *testing.T) {
	for want, config := range map[string]Config{
		"SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET":                                           {},
		"SALESFORCE_CLIENT_ID, SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY_FILE":                   {PrivateKey: &rsa.PrivateKey{}},
		"SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET, SALESFORCE_USERNAME and SALESFORCE_PASSWORD": {Password: "x"},
	} {
		if got := config.credentialNames(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAKeyThatCannotSignEndsTheLogin(t *testing.T) {
	o := start(t, func(config *Config) { config.PrivateKey = &rsa.PrivateKey{} }, body("{}"))
	_, err := o.partners()
	if err == nil || len(o.asked()) != 0 || len(o.forms) != 0 || !strings.Contains(err.Error(), "signing the JWT: ") ||
		!strings.HasSuffix(err.Error(), "check SALESFORCE_URL, SALESFORCE_CLIENT_ID, SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY_FILE") {
		t.Errorf("asked %q: %v", o.asked(), err)
	}
}

func TestPrivateKeysAreReadInBothForms(t *testing.T) {
	key := newKey(t)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	encode := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	for _, content := range [][]byte{encode("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), encode("PRIVATE KEY", pkcs8)} {
		if got, err := ParsePrivateKey(content); err != nil || !got.Equal(key) {
			t.Errorf("%v", err)
		}
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	elliptical, err := x509.MarshalPKCS8PrivateKey(other)
	if err != nil {
		t.Fatal(err)
	}
	for want, content := range map[string][]byte{
		"it holds no PEM block":                          []byte("not a key"),
		"it holds no unencrypted PKCS #1 or PKCS #8 key": encode("PRIVATE KEY", []byte("garbage")),
		"it holds no RSA key":                            encode("PRIVATE KEY", elliptical),
	} {
		if _, err := ParsePrivateKey(content); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestTheTokensAnswerDecidesNoAddress(t *testing.T) {
	// Every answer to a login names an instance_url on another host.
	o := start(t, nil, body(page(1, "", row(first))))
	if got, err := o.partners(); err != nil || len(got) != 1 {
		t.Errorf("%d accounts, %v", len(got), err)
	}
}

func TestErrorsHaveTwoShapes(t *testing.T) {
	for text, want := range map[string][2]string{
		`[{"message":"m","errorCode":"C"},{"message":"n","errorCode":"D"}]`: {"C", "m"},
		`{"error":"invalid_grant","error_description":"d"}`:                 {"invalid_grant", "d"},
		`[]`: {}, `null`: {}, ``: {}, `<html>`: {}, `"text"`: {},
	} {
		if words := (Config{}).describe(400, []byte(text)); words.Code != want[0] || words.Message != want[1] {
			t.Errorf("%s: %+v", text, words)
		}
	}
}
