package salesforce

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

const (
	// assertionLife is the longest that an assertion may be good for.
	assertionLife = 5 * time.Minute
	// clockLeeway is what the clocks of client and service may differ by.
	clockLeeway = 30 * time.Second
)

// claims are those of a JWT bearer assertion that count.
type claims struct {
	Issuer   string   `json:"iss"`
	Subject  string   `json:"sub"`
	Audience audience `json:"aud"`
	Expires  float64  `json:"exp"` // seconds since 1970
}

// audience is one text or a list of them.
type audience []string

// UnmarshalJSON reads either form.
func (a *audience) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(a))
}

// assertion verifies a JWT bearer assertion: RS256 by the configured key,
// issuer, subject, audience and an end within five minutes.
func (s *Server) assertion(text string) *refusal {
	invalid := &refusal{"invalid_grant", "invalid assertion"}
	header, rest, _ := strings.Cut(text, ".")
	body, signature, _ := strings.Cut(rest, ".")
	var head struct {
		Algorithm string `json:"alg"`
	}
	var claimed claims
	signed, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil || !decode(header, &head) || !decode(body, &claimed) || head.Algorithm != "RS256" {
		return invalid
	}
	if s.options.ClientID == "" || claimed.Issuer != s.options.ClientID {
		return &refusal{"invalid_client_id", "client identifier invalid"}
	}
	digest := sha256.Sum256([]byte(header + "." + body))
	if s.options.PublicKey == nil || rsa.VerifyPKCS1v15(s.options.PublicKey, crypto.SHA256, digest[:], signed) != nil {
		return invalid
	}
	left := time.Duration(claimed.Expires-float64(s.options.Now().Unix())) * time.Second
	switch {
	case !slices.Contains(claimed.Audience, s.options.LoginURL):
		return &refusal{"invalid_grant", "audience is invalid"}
	case claimed.Subject != s.options.Username:
		return &refusal{"invalid_grant", "user hasn't approved this consumer"}
	case left < -clockLeeway:
		return &refusal{"invalid_grant", "expired assertion"}
	case left > assertionLife+clockLeeway:
		return &refusal{"invalid_grant", "expiration is more than five minutes away"}
	}
	return nil
}

func decode(part string, into any) bool {
	text, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(text, into) == nil
}
