package salesforce

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// describe reads the two shapes of errors: a list from the REST API, an object from the
// token endpoint. Either can come with a status of success (docs/services.md, Errors of
// Salesforce).
func (c Config) describe(_ int, body []byte) transport.Words {
	var list []struct{ ErrorCode, Message string }
	if json.Unmarshal(body, &list) == nil && len(list) > 0 {
		return c.judge(list[0].ErrorCode, list[0].Message)
	}
	if isList(body) {
		return transport.Words{}
	}
	var object struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		ErrorCode   string
		Message     string
	}
	if json.Unmarshal(body, &object) != nil {
		return transport.Words{}
	}
	return c.judge(object.Error+object.ErrorCode, object.Description+object.Message)
}

// isList reports whether the body is a page of records. It looks only at the first key,
// because a page may have megabytes.
func isList(body []byte) bool {
	decoder := jsontext.NewDecoder(bytes.NewReader(body), tolerant())
	if token, err := decoder.ReadToken(); err != nil || token.Kind() != '{' {
		return false
	}
	key, err := decoder.ReadToken()
	return err == nil && key.Kind() == '"' && (strings.EqualFold(key.String(), "totalSize") || strings.EqualFold(key.String(), "records"))
}

// judge decides what an error means by its code and, if the code is not enough, by its
// message (docs/services.md, Errors of Salesforce).
func (c Config) judge(code, message string) transport.Words {
	words := transport.Words{Code: code, Message: message}
	lower := strings.ToLower(message)
	switch code {
	case "REQUEST_LIMIT_EXCEEDED":
		words.Outlook, words.Advice = transport.Lasting, "the org's API requests of the day are used up: run again when there are some left"
		if strings.Contains(lower, "concurrent") {
			words.Outlook, words.Advice = transport.Busy, "too many requests ran at once: run again when other integrations are less busy"
		}
	case "QUERY_TIMEOUT":
		words.Outlook, words.Advice = transport.Slow, "the query took Salesforce too long: run again when the org is less busy"
	case "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION", "unknown_error":
		words.Outlook = transport.Passing
	case "MALFORMED_QUERY", "INVALID_FIELD", "INVALID_TYPE":
		words.Advice = "check that the user of " + c.credentialNames() + " may see every object and field of the query"
	default:
		if strings.Contains(lower, "retry your request") {
			words.Outlook = transport.Passing
		}
	}
	return words
}
