package salesforce

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// mostEmptyPages is how many consecutive empty pages are accepted.
const mostEmptyPages = 10

// list is a page of a query, or of a child list: both have the same shape and continue
// at the next URL, a child list also after its parent's done (docs/services.md,
// Queries).
type list[T any, R rowOf[T]] struct {
	total   column[*int]
	done    column[bool]
	records records[T, R]
	next    column[string]
}

func (l *list[T, R]) columns() []named {
	return []named{{"totalSize", &l.total}, {"done", &l.done}, {nextKey, &l.next}, {"records", &l.records}}
}

// nextKey is the only key that a page may lack: the last page has no next one.
const nextKey = "nextRecordsUrl"

// records are the rows of a page.
type records[T any, R rowOf[T]] struct {
	rows  []*entry[T]
	given bool
}

// entry is a row and what was found while reading it.
type entry[T any] struct {
	row T
	reading
}

func (r *records[T, R]) isGiven() bool { return r.given }

func (r *records[T, R]) read(name string, decoder *jsontext.Decoder, into *reading) error {
	r.given = true
	switch decoder.PeekKind() {
	case '[':
	case 'n':
		return decoder.SkipValue()
	default:
		into.fail(name, errors.New("it is not a list"))
		return decoder.SkipValue()
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for spoilt := false; decoder.PeekKind() != ']'; {
		if spoilt {
			// The first faulty row ends the read: reading on would only cost memory.
			if err := decoder.SkipValue(); err != nil {
				return err
			}
			continue
		}
		record := &entry[T]{reading: reading{clean: into.clean}}
		if err := record.object("", decoder, R(&record.row)); err != nil {
			return err
		}
		r.rows = append(r.rows, record)
		spoilt = record.fault != nil || len(record.missing) > 0
	}
	_, err := decoder.ReadToken()
	return err
}

// proved returns an error unless the page has a total, and records up to it.
func (l *list[T, R]) proved(read reading) error {
	if read.fault != nil {
		return read.fault
	}
	for _, name := range read.missing {
		if name != nextKey {
			return fmt.Errorf("it has no %s", name)
		}
	}
	if l.total.value == nil {
		return errors.New("its totalSize is null")
	}
	return nil
}

// firstPage requests the first page of the SOQL.
func firstPage[T any, R rowOf[T]](ctx context.Context, c *Client, soql string) (list[T, R], error) {
	// Salesforce may work on the query for minutes, and again for as long on each
	// repetition.
	page, err := pageOf[T, R](transport.Heavy(ctx), c, c.queryPath(soql))
	if failure := transport.AsError(err); failure != nil && failure.Status == http.StatusNotFound {
		return page, failure.WithAdvice("check SALESFORCE_API_VERSION, and SALESFORCE_URL")
	}
	return page, err
}

// follow passes the records of the first and every further page to each, and proves
// that their number is the total that Salesforce gave.
func follow[T any, R rowOf[T]](ctx context.Context, c *Client, page list[T, R], each func(*entry[T]) error) error {
	total, read, empty := *page.total.value, 0, 0
	asked := map[string]bool{}
	for {
		for _, record := range page.records.rows {
			if err := each(record); err != nil {
				return err
			}
		}
		read += len(page.records.rows)
		if page.done.value || read > total {
			break
		}
		if empty++; len(page.records.rows) > 0 {
			empty = 0
		}
		path, err := c.nextPath(page.next.value)
		if err != nil {
			return err
		}
		if asked[path] || empty > mostEmptyPages {
			return fmt.Errorf("salesforce repeats pages: %.100s came twice, or followed %d empty pages; run again", path, empty)
		}
		asked[path] = true
		if page, err = pageOf[T, R](ctx, c, path); err != nil {
			return asLostCursor(err)
		}
	}
	if read != total {
		return fmt.Errorf("salesforce gave %d of %d records (totalSize): the read is incomplete and nothing was written; run again", read, total)
	}
	return nil
}

func pageOf[T any, R rowOf[T]](ctx context.Context, c *Client, path string) (list[T, R], error) {
	var page list[T, R]
	var fault error
	// Whether the answer is JSON is found out while reading.
	_, err := c.get(transport.Reading(ctx, func(body []byte) bool {
		page = list[T, R]{}
		read, err := c.readWhole(body, &page)
		if fault = err; err == nil {
			fault = page.proved(read)
		}
		return fault == nil
	}), path)
	if err == nil && fault != nil {
		err = fmt.Errorf("unreadable page of %s from Salesforce: %w; nothing was written: run again", strings.SplitN(path, "?", 2)[0], fault)
	}
	return page, err
}

// nextPath accepts only a path of the same org.
func (c *Client) nextPath(next string) (string, error) {
	if next == "" {
		return "", errors.New("salesforce says that there are more records, but not where (no nextRecordsUrl); run again")
	}
	parsed, err := url.Parse(next)
	if err != nil || parsed.Host != "" || parsed.Scheme != "" || !strings.HasPrefix(parsed.Path, "/services/data/") {
		return "", fmt.Errorf("salesforce names %.100q as the next page, which is not a path of %s: not followed; check SALESFORCE_URL", next, c.config.URL.Host)
	}
	return next, nil
}

// lostCursor is a page of a query that Salesforce no longer knows; the query has to be
// repeated (docs/services.md, Queries).
type lostCursor struct{ cause *transport.Error }

func (l *lostCursor) Error() string {
	return "salesforce lost the place in the query: " + l.cause.Error()
}

func (l *lostCursor) Unwrap() error { return l.cause }

// asLostCursor returns a lostCursor if this is why the next page failed.
func asLostCursor(err error) error {
	failure := transport.AsError(err)
	if failure == nil || (failure.Status != http.StatusNotFound && failure.Code != "INVALID_QUERY_LOCATOR") {
		return err
	}
	return &lostCursor{failure.WithAdvice("run again; if it fails again, check whether another integration of the same user keeps many queries open")}
}
