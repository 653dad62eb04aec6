package zendesk

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

const (
	// largestPage is the most a page, a show_many or an update_many may hold.
	largestPage = 100
	// offsetLimit is how far offset paging reaches.
	offsetLimit = 10_000
)

// cursorMeta and cursorLinks are part of every cursor page.
type cursorMeta struct {
	HasMore      bool    `json:"has_more"`
	AfterCursor  *string `json:"after_cursor"`
	BeforeCursor *string `json:"before_cursor"`
}

type cursorLinks struct {
	Prev *string `json:"prev"`
	Next *string `json:"next"`
}

// page is the part of a sorted list of ids that a request asks for, with what
// the envelope says about it.
type page struct {
	ids   []int64
	rest  map[string]any
	wrong *answer
}

// page cuts the list by cursor where the request has page[size], and by offset
// where it has not.
func (s *Server) page(request *http.Request, ids []int64) page {
	query := request.URL.Query()
	if query.Has("page[size]") || query.Has("page[after]") || query.Has("page[before]") {
		return s.cursorPage(request, ids)
	}
	return s.offsetPage(request, ids)
}

// cursorPage follows the recordings: on the last page only has_more says that
// nothing follows, cursors and links are still set. A page past the end is
// empty and has neither.
func (s *Server) cursorPage(request *http.Request, ids []int64) page {
	query := request.URL.Query()
	size, err := strconv.Atoi(query.Get("page[size]"))
	if query.Has("page[size]") && (err != nil || size < 1 || size > largestPage) {
		return page{wrong: invalidPagination("page[size] must be between 1 and 100")}
	}
	if size == 0 {
		size = largestPage
	}
	asked := size
	size = min(size, s.options.PageSizeMax)
	from, to := 0, min(size, len(ids))
	hasMore := to < len(ids)
	if cursor := query.Get("page[after]"); cursor != "" {
		after, known := readCursor(cursor)
		if !known {
			return page{wrong: invalidPagination("page[after] is not valid")}
		}
		from, _ = slices.BinarySearch(ids, after+1)
		to = min(from+size, len(ids))
		hasMore = to < len(ids)
	} else if cursor := query.Get("page[before]"); cursor != "" {
		before, known := readCursor(cursor)
		if !known {
			return page{wrong: invalidPagination("page[before] is not valid")}
		}
		to, _ = slices.BinarySearch(ids, before)
		from = max(0, to-size)
		hasMore = from > 0
	}
	meta, links := s.around(request, ids[from:to], hasMore, asked)
	return page{ids: ids[from:to], rest: map[string]any{"meta": meta, "links": links}}
}

// around makes the cursors and links of a page.
func (s *Server) around(request *http.Request, ids []int64, hasMore bool, size int) (cursorMeta, cursorLinks) {
	if len(ids) == 0 {
		return cursorMeta{}, cursorLinks{}
	}
	before, after := writeCursor(ids[0]), writeCursor(ids[len(ids)-1])
	link := func(name, cursor string) *string {
		query := url.Values{name: {cursor}, "page[size]": {strconv.Itoa(size)}}
		address := s.url(request.URL.Path + ".json?" + query.Encode())
		return &address
	}
	return cursorMeta{HasMore: hasMore, AfterCursor: &after, BeforeCursor: &before},
		cursorLinks{Prev: link("page[before]", before), Next: link("page[after]", after)}
}

// offsetPage stops at ten thousand, as offset paging does.
func (s *Server) offsetPage(request *http.Request, ids []int64) page {
	number, size := 1, largestPage
	for _, parameter := range []struct {
		name string
		to   *int
	}{{"page", &number}, {"per_page", &size}} {
		text := request.URL.Query().Get(parameter.name)
		if text == "" {
			continue
		}
		value, err := strconv.Atoi(text)
		if err != nil || value < 1 || value > offsetLimit {
			return page{wrong: invalidPagination(parameter.name + " is not valid")}
		}
		*parameter.to = value
	}
	size = min(size, largestPage, s.options.PageSizeMax)
	if number*size > offsetLimit {
		return page{wrong: invalidPagination("offset pagination ends at 10000 records, use cursor pagination")}
	}
	from := min((number-1)*size, len(ids))
	to := min(from+size, len(ids))
	link := func(to int) *string {
		address := s.url(fmt.Sprintf("%s.json?page=%d&per_page=%d", request.URL.Path, to, size))
		return &address
	}
	rest := map[string]any{"count": len(ids), "next_page": nil, "previous_page": nil}
	if to < len(ids) && (number+1)*size <= offsetLimit {
		rest["next_page"] = link(number + 1)
	}
	if number > 1 {
		rest["previous_page"] = link(number - 1)
	}
	return page{ids: ids[from:to], rest: rest}
}

// with puts the page's list and what surrounds it into one envelope.
func (p page) with(key string, list any) answer {
	envelope := map[string]any{key: list}
	for name, value := range p.rest {
		envelope[name] = value
	}
	return answer{status: http.StatusOK, body: envelope, cacheControl: "max-age=30, private"}
}

// whole is the envelope of a list that is answered in one piece.
func whole(key string, list any, count int) answer {
	return answer{status: http.StatusOK, body: map[string]any{
		key: list, "count": count, "next_page": nil, "previous_page": nil,
	}}
}

// A cursor is `{"o":"id","v":…}` in base64, in which v is in base64 too: the
// letter i and the id in eight bytes, the lowest first.
type cursorBody struct {
	Order string `json:"o"`
	Value []byte `json:"v"`
}

func writeCursor(id int64) string {
	value := binary.LittleEndian.AppendUint64([]byte{'i'}, uint64(id))
	text, _ := json.Marshal(cursorBody{Order: "id", Value: value})
	return base64.StdEncoding.EncodeToString(text)
}

func readCursor(cursor string) (int64, bool) {
	text, err := base64.StdEncoding.DecodeString(cursor)
	var body cursorBody
	if err != nil || json.Unmarshal(text, &body) != nil || len(body.Value) != 9 || body.Value[0] != 'i' {
		return 0, false
	}
	id := int64(binary.LittleEndian.Uint64(body.Value[1:]))
	return id, id >= 0
}
