package zendesk

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// describe reads the body of an error.
func describe(_ int, body []byte) transport.Words {
	code, message := said(body)
	return transport.Words{Code: code, Message: message}
}

// said returns the code and the texts of an error's body, or of a job's item, in any of
// Zendesk's shapes (docs/services.md, Error bodies).
func said(raw []byte) (code, message string) {
	var body struct {
		Error, Description, Details, Errors json.RawMessage
		ErrorDescription                    json.RawMessage `json:"error_description"`
		Message, Title                      json.RawMessage
	}
	if json.Unmarshal(raw, &body) != nil {
		return "", strings.Join(texts(raw), "; ")
	}
	if json.Unmarshal(body.Error, &code) != nil {
		code, message = entry(body.Error)
	}
	parts := nonEmpty(message)
	for _, member := range []json.RawMessage{body.Description, body.ErrorDescription, body.Message, body.Title, body.Details} {
		parts = append(parts, texts(member)...)
	}
	var listed []json.RawMessage
	if json.Unmarshal(body.Errors, &listed) == nil && len(listed) > 0 && code == "" {
		code, message = entry(listed[0])
		parts = append(parts, nonEmpty(message)...)
		body.Errors, _ = json.Marshal(listed[1:])
	}
	parts = append(parts, texts(body.Errors)...)
	return code, strings.Join(parts, "; ")
}

// entry reads one of a list of errors: its code, or its title if there is a message as
// well, and its text.
func entry(raw []byte) (code, text string) {
	var object struct{ Code, Error, Title, Description, Message string }
	if json.Unmarshal(raw, &object) != nil {
		return "", strings.Join(texts(raw), "; ")
	}
	given := append(nonEmpty(object.Code, object.Error), nonEmpty(object.Title, object.Description, object.Message)...)
	if len(given) > 1 {
		return given[0], strings.Join(given[1:], "; ")
	}
	return "", strings.Join(given, "; ")
}

// texts returns every text in details, at any depth: an entry with its code first, so
// that a long name cannot push the code out of a shortened message, any other text with
// its key.
func texts(raw []byte) []string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return nonEmpty(text)
	}
	var all []string
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		for _, item := range list {
			all = append(all, texts(item)...)
		}
		return all
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return nil
	}
	if code, text := entry(raw); text != "" {
		return []string{strings.TrimPrefix(code+": "+text, ": ")}
	}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		for _, text := range texts(members[key]) {
			if json.Unmarshal(members[key], new(string)) == nil || plainList(members[key]) {
				text = key + ": " + text
			}
			all = append(all, text)
		}
	}
	return all
}

// plainList reports whether the value is a list of texts.
func plainList(raw []byte) bool { return json.Unmarshal(raw, new([]string)) == nil }

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}
