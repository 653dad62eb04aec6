package zendesk

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/fault"
)

// problem is what keeps an organization from being written.
type problem struct {
	// attribute is the key the 422 lists it under.
	attribute string
	// label is what its texts call the attribute.
	label string
	code  string
	// value is what its text begins with; empty for none.
	value string
}

// wording is the language and the shape in which rows are refused.
func (s *Server) wording() (language, shape string) {
	ordered, _ := s.faults.Take(fault.Wording, nil, nil)
	return ordered.Language, ordered.Shape
}

// text is the problem in words. Those of a problem that has no code of
// Zendesk's own are its code.
func (p problem) text(language string) string {
	said := p.code
	for _, phrase := range phrases(language) {
		if phrase.code == p.code {
			said = phrase.text
		}
	}
	return strings.TrimSpace(p.value + " " + said)
}

type phrase struct{ code, text string }

func phrases(language string) []phrase {
	said := map[string][3]string{
		"":   {"has already been taken", "cannot be blank", "is invalid"},
		"de": {"wird bereits verwendet", "darf nicht leer sein", "ist ungültig"},
		"es": {"ya está en uso", "no puede estar en blanco", "no es válido"},
		"fr": {"est déjà utilisé", "ne peut pas être vide", "n’est pas valide"},
		"ja": {"はすでに使用されています", "を空白にすることはできません", "は無効です"},
		"pt": {"já está em uso", "não pode ficar em branco", "não é válido"},
	}
	words, known := said[language]
	if !known {
		words = said[""]
	}
	return []phrase{{"DuplicateValue", words[0]}, {"BlankValue", words[1]}, {"InvalidValue", words[2]}}
}

// refused is the answer to a single write that has the problem. Its recorded
// shape is "object".
func (s *Server) refused(p problem) answer {
	language, shape := s.wording()
	text := p.label + ": " + p.text(language)
	entry := map[string]any{"description": text, "error": p.code}
	body := map[string]any{"error": "RecordInvalid", "description": "Record validation errors"}
	switch shape {
	case "text":
		body["description"] = text
	case "list":
		body["details"] = []any{entry}
	case "errors":
		body = map[string]any{"errors": []any{map[string]any{"code": p.code, "title": text}}}
	case "beside":
		body = map[string]any{"error": "RecordInvalid", "errors": []any{text}}
	default:
		body["details"] = map[string]any{p.attribute: []any{entry}}
	}
	return answer{status: http.StatusUnprocessableEntity, body: body}
}

// failedItem is a row of a job in the recorded shape, "text".
type failedItem struct {
	Index   int    `json:"index"`
	Error   string `json:"error"`
	ID      int64  `json:"id"`
	Details string `json:"details"`
}

// refusedItem is a row of a job that has the problem; two spaces, as recorded.
func (s *Server) refusedItem(index int, id int64, p problem) any {
	language, shape := s.wording()
	item := failedItem{Index: index, Error: "OrganizationUpdateFailed", ID: id, Details: p.label + ":  " + p.text(language)}
	entry := map[string]any{"description": item.Details, "error": p.code}
	shaped := map[string]any{"index": index, "id": id, "error": item.Error}
	switch shape {
	case "object":
		shaped["details"] = map[string]any{p.attribute: []any{entry}}
	case "list":
		shaped["details"] = []any{entry}
	case "errors":
		delete(shaped, "error")
		shaped["errors"] = []any{map[string]any{"code": p.code, "title": item.Details}}
	case "index":
		delete(shaped, "id")
		shaped["details"] = item.Details
	case "text-id":
		shaped["id"], shaped["details"] = strconv.FormatInt(id, 10), item.Details
	case "beside":
		shaped["errors"] = []any{item.Details}
	default:
		return item
	}
	return shaped
}

// poisoned is the answer to a request that one of its rows makes Zendesk
// refuse whole, or nil.
func poisoned(status int, words string) answer {
	switch status {
	case http.StatusForbidden:
		return answer{status: status, body: htmlPage("<html><head><title>Attention Required!</title></head><body>Sorry, you have been blocked</body></html>\n")}
	case http.StatusBadRequest:
		return invalidAttribute(orElse(words, "You passed an invalid value for the organization attribute."))
	case http.StatusNotFound:
		return plainError(status, "RecordNotFound", orElse(words, "Not found"))
	case http.StatusConflict:
		return plainError(status, "DatabaseConflict", orElse(words, "Database collision"))
	case http.StatusRequestEntityTooLarge:
		return plainError(status, "PayloadTooLarge", orElse(words, "Request entity too large"))
	case http.StatusUnprocessableEntity:
		return plainError(status, "RecordInvalid", orElse(words, "Record validation errors"))
	case http.StatusServiceUnavailable:
		return plainError(status, "DatabaseDeadlock", orElse(words, "Please retry your request"))
	default:
		return plainError(status, "InternalError", orElse(words, "We're sorry, but something went wrong"))
	}
}

func orElse(words, standard string) string {
	if words == "" {
		return standard
	}
	return words
}

// concerns reports whether a fault is about an organization as it is (nil if
// it is not there yet) and what is sent for it.
func concerns(f fault.Fault, present *Organization, sent map[string]any) bool {
	return concernsRow(f.Row, present, sent) && concernsValue(f.Field, f.Value, sent)
}

func concernsRow(row string, present *Organization, sent map[string]any) bool {
	if row == "" {
		return true
	}
	fields, _ := sent["organization_fields"].(map[string]any)
	names := []any{sent["id"], sent["name"], fields["salesforce_id"]}
	if present != nil {
		names = append(names, present.ID, present.Name, present.Fields["salesforce_id"])
	}
	for _, name := range names {
		if name != nil && fmt.Sprint(name) == row {
			return true
		}
	}
	return false
}

// concernsValue reports whether a field is sent (an empty one is any) with a
// text that holds the value.
func concernsValue(field, value string, sent map[string]any) bool {
	if field == "" && value == "" {
		return true
	}
	fields, _ := sent["organization_fields"].(map[string]any)
	for _, values := range []map[string]any{sent, fields} {
		for key, is := range values {
			if key != "organization_fields" && (field == "" || key == field) && strings.Contains(fmt.Sprint(is), value) {
				return true
			}
		}
	}
	return false
}
