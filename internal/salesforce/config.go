package salesforce

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// Config names the org and the login: a JWT bearer grant if there is a private key,
// otherwise client credentials or a password.
type Config struct {
	URL *url.URL
	// LoginURL is the audience of the JWT.
	LoginURL               string
	ClientID, ClientSecret string
	Username, Password     string
	// PrivateKey is for the JWT bearer grant, nil for the others.
	PrivateKey *rsa.PrivateKey
	// APIVersion has no v: "62.0".
	APIVersion string
}

// assertionLifetime is less than the five minutes that Salesforce allows.
const assertionLifetime = 3 * time.Minute

func (c Config) credentialNames() string {
	switch {
	case c.PrivateKey != nil:
		return "SALESFORCE_CLIENT_ID, SALESFORCE_USERNAME and SALESFORCE_PRIVATE_KEY_FILE"
	case c.Password != "":
		return "SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET, SALESFORCE_USERNAME and SALESFORCE_PASSWORD"
	}
	return "SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET"
}

// grant returns the form of the token request.
func (c Config) grant(now time.Time) (url.Values, error) {
	switch {
	case c.PrivateKey != nil:
		assertion, err := c.assertion(now)
		if err != nil {
			return nil, fmt.Errorf("signing the JWT: %w", err)
		}
		return url.Values{
			"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"},
			"assertion":  {assertion},
		}, nil
	case c.Password != "":
		return url.Values{
			"grant_type": {"password"},
			"client_id":  {c.ClientID}, "client_secret": {c.ClientSecret},
			"username": {c.Username}, "password": {c.Password},
		}, nil
	}
	return url.Values{
		"grant_type": {"client_credentials"},
		"client_id":  {c.ClientID}, "client_secret": {c.ClientSecret},
	}, nil
}

// assertion returns a signed JWT: from the client, for the user, to the login URL.
func (c Config) assertion(now time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{
		"iss": c.ClientID, "sub": c.Username, "aud": c.LoginURL, "exp": now.Add(assertionLifetime).Unix(),
	})
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	content := encode([]byte(`{"alg":"RS256"}`)) + "." + encode(claims)
	digest := sha256.Sum256([]byte(content))
	signature, err := rsa.SignPKCS1v15(rand.Reader, c.PrivateKey, crypto.SHA256, digest[:])
	if err != nil {
		return "", err
	}
	return content + "." + encode(signature), nil
}

// ParsePrivateKey reads an RSA key in PEM, of PKCS #1 or #8.
func ParsePrivateKey(content []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, errors.New("it holds no PEM block")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("it holds no unencrypted PKCS #1 or PKCS #8 key")
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("it holds no RSA key")
	}
	return key, nil
}
