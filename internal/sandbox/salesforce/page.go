package salesforce

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/sandbox/soql"
)

// record is a row of a page with the lists of its children, in the order of
// the columns.
type record struct {
	row   soql.Row
	lists []*result
}

// page answers the rows of a result from first on, as many as a page takes.
// The result is kept under id if it has been before, otherwise under a new one as
// soon as it does not fit.
func (s *Server) page(w http.ResponseWriter, r *http.Request, selected *result, id string, first int) {
	room := s.batchSize(r)
	if selected.child {
		room = min(room, s.options.ChildPage)
	}
	records, next := s.fit(selected, first, room)
	renderer := &renderer{server: s, base: "/services/data/" + r.PathValue("version"), owner: id}
	renderer.list(selected, id, next, records)
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(renderer.body)))
	_, _ = w.Write(renderer.body) // the client may have gone
}

// fit takes the rows from first on that fit into the room, one at least. The
// rows of child lists take room as well.
func (s *Server) fit(selected *result, first, room int) (records []record, next int) {
	for next = first; next < len(selected.rows); next++ {
		one := record{row: selected.rows[next], lists: childLists(selected, selected.rows[next])}
		takes := 1
		for _, list := range one.lists {
			takes += min(len(list.rows), s.options.ChildPage)
		}
		if takes > room && next > first {
			break
		}
		room -= takes
		records = append(records, one)
	}
	return records, next
}

// childLists selects the children that the row is answered with.
func childLists(selected *result, row soql.Row) []*result {
	var lists []*result
	for _, column := range selected.selection.Columns {
		if column.Children == nil {
			continue
		}
		rows := column.Selection.Rows(column.Children.Of(row))
		list := &result{selection: column.Selection, rows: rows, total: len(rows), child: true}
		list.rows = rows[:max(0, len(rows)-selected.damage.LoseChildRows)]
		lists = append(lists, list)
	}
	return lists
}

// renderer writes JSON as Salesforce does: numbers digit by digit as they are
// stored, and no character escaped without need.
type renderer struct {
	server *Server
	base   string // path of the API's version
	owner  string // cursor of the query, once it has one
	body   []byte
}

// list writes records of a result, the last of them just before next.
func (r *renderer) list(of *result, id string, next int, records []record) {
	done := next >= len(of.rows)
	r.body = fmt.Appendf(r.body, `{"totalSize":%d,"done":%t,`, of.total, done)
	if !done {
		if id == "" {
			r.server.mu.Lock()
			id = r.server.cursors.add(of, r.owner, r.server.options.Now())
			r.server.mu.Unlock()
			if !of.child {
				r.owner = id
			}
		}
		r.body = fmt.Appendf(r.body, `"nextRecordsUrl":"%s/query/%s-%d",`, r.base, id, next)
	}
	r.body = append(r.body, `"records":[`...)
	for i, record := range records {
		if i > 0 {
			r.body = append(r.body, ',')
		}
		r.record(of.selection, record)
	}
	r.body = append(r.body, `]}`...)
}

func (r *renderer) record(selection *soql.Selection, one record) {
	object := selection.Object
	r.body = append(r.body, `{"attributes":{"type":`...)
	r.text(object.Name)
	r.body = append(r.body, `,"url":`...)
	r.text(r.base + "/sobjects/" + object.Name + "/" + object.ID(one.row))
	r.body = append(r.body, '}')
	lists := one.lists
	for _, column := range selection.Columns {
		r.body = append(r.body, ',')
		r.text(column.Name())
		r.body = append(r.body, ':')
		switch {
		case column.Field != nil:
			r.value(column.Field, one.row)
		case column.Parent != nil:
			r.parent(column, one.row)
		default:
			r.children(lists[0])
			lists = lists[1:]
		}
	}
	r.body = append(r.body, '}')
}

func (r *renderer) value(field *soql.Field, row soql.Row) {
	value := field.Of(row)
	switch {
	case !value.Valid:
		r.body = append(r.body, `null`...)
	case field.Kind == soql.Number || field.Kind == soql.Boolean:
		r.body = append(r.body, value.Text...)
	default:
		r.text(value.Text)
	}
}

func (r *renderer) parent(column soql.Column, row soql.Row) {
	parent := column.Parent.Of(row)
	if parent == nil {
		r.body = append(r.body, `null`...)
		return
	}
	r.record(column.Selection, record{row: parent})
}

// children writes a child list, of which no more than a page is given here: the
// rest has pages of its own, whether its parent's page is the last or not. A
// row without children has null, not an empty list.
func (r *renderer) children(list *result) {
	if list.total == 0 {
		r.body = append(r.body, `null`...)
		return
	}
	records, next := r.server.fit(list, 0, r.server.options.ChildPage)
	r.list(list, "", next, records)
}

// text writes a JSON string. Bytes that are not UTF-8 become U+FFFD.
func (r *renderer) text(text string) {
	r.body, _ = jsontext.AppendQuote(r.body, text)
}
