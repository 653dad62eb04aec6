package zendesk

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// answer is the answer of a route; it is rendered to JSON unless its body is an
// htmlPage.
type answer struct {
	status       int
	body         any
	header       map[string]string
	cacheControl string
	// lost closes the connection in place of an answer.
	lost bool
}

// htmlPage is a body that comes from the edge and not from the service.
type htmlPage string

// write sends the rendered body.
func (a answer) write(writer http.ResponseWriter, rendered []byte) {
	if a.lost {
		panic(http.ErrAbortHandler)
	}
	header := writer.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	if _, isPage := a.body.(htmlPage); isPage {
		header.Set("Content-Type", "text/html; charset=utf-8")
	}
	header.Set("Content-Length", strconv.Itoa(len(rendered)))
	switch {
	case a.cacheControl != "":
		header.Set("Cache-Control", a.cacheControl)
	case a.status >= http.StatusBadRequest:
		header.Set("Cache-Control", "no-cache")
	default:
		header.Set("Cache-Control", "max-age=0, private, must-revalidate")
	}
	for key, value := range a.header {
		header.Set(key, value)
	}
	writer.WriteHeader(a.status)
	_, _ = writer.Write(rendered)
}

// The error bodies come in Zendesk's several shapes (docs/services.md, Error
// bodies).

// plainError is the shape `{"error", "description"}`.
func plainError(status int, code, description string) answer {
	return answer{status: status, body: map[string]any{"error": code, "description": description}}
}

func notFound() answer {
	return plainError(http.StatusNotFound, "RecordNotFound", "Not found")
}

// invalidAttribute is the shape `{"error": {"title", "message"}}`.
func invalidAttribute(message string) answer {
	return answer{status: http.StatusBadRequest, body: map[string]any{
		"error": map[string]any{"title": "Invalid attribute", "message": message},
	}}
}

// invalidPagination is the shape `{"errors": [{"code", "title"}]}`.
func invalidPagination(title string) *answer {
	return &answer{status: http.StatusBadRequest, body: map[string]any{
		"errors": []map[string]any{{"code": "InvalidPaginationParameter", "title": title}},
	}}
}

// tooManyValues is the answer to more than a hundred ids or organizations. The
// parameter of a body has no name, as recorded.
func tooManyValues(parameter string) answer {
	return answer{status: http.StatusBadRequest, body: map[string]any{
		"error":       "TooManyValues",
		"description": "Parameter " + parameter + " cannot specify more than 100 values",
		"max_count":   largestPage,
	}}
}

// render makes the body's bytes. Seeded values that JSON has no form for are
// the one way it can fail, and the answer then says so.
func (a answer) render() []byte {
	if page, isPage := a.body.(htmlPage); isPage {
		return []byte(page)
	}
	rendered, err := json.Marshal(a.body)
	if err != nil {
		return []byte(`{"error":"InternalServerError","description":` + strconv.Quote(err.Error()) + `}`)
	}
	return rendered
}
