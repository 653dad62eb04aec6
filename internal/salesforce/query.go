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

// mostEmptyPages is how many pages without a record are followed in a row.
const mostEmptyPages = 10

// list is a page of a query, or of a child list: they have one shape, and both
// go on at the next URL, a child list also when its parent is done (apis.md).
type list struct {
	total   column[*int]
	done    column[bool]
	records column[[]jsontext.Value]
	next    column[string]
}

func (l *list) columns() []named {
	return []named{{"totalSize", &l.total}, {"done", &l.done}, {"records", &l.records}, {nextKey, &l.next}}
}

// nextKey is the only key that a page may lack: the last one has no next.
const nextKey = "nextRecordsUrl"

// readList reads a page. One without its number of records, or without its
// records, proves nothing.
func (c *Client) readList(raw jsontext.Value) (list, error) {
	var page list
	found, err := c.readRow(raw, &page)
	if err != nil {
		return list{}, err
	}
	for _, name := range found.missing {
		if name != nextKey {
			return list{}, fmt.Errorf("it has no %s", name)
		}
	}
	if page.total.value == nil {
		return list{}, errors.New("its totalSize is null")
	}
	return page, nil
}

// query runs the SOQL to its end and gives every record to each.
func (c *Client) query(ctx context.Context, soql string, each func(record jsontext.Value) error) error {
	defer c.reportUsage()
	// The service may work on the query for minutes, and would for as long
	// again if it was asked again only because it is slow.
	first, err := c.page(transport.Heavy(ctx), c.queryPath(soql))
	if failure := transport.AsError(err); failure != nil && failure.Status == http.StatusNotFound {
		return failure.WithAdvice("check SALESFORCE_API_VERSION, and SALESFORCE_URL")
	}
	if err != nil {
		return err
	}
	if c.OnTotal != nil {
		c.OnTotal(*first.total.value)
	}
	return c.follow(ctx, first, each)
}

// follow gives the records of the first page and of every further one to
// each, and proves that they are as many as the service said.
func (c *Client) follow(ctx context.Context, page list, each func(record jsontext.Value) error) error {
	total, read, empty := *page.total.value, 0, 0
	asked := map[string]bool{}
	for {
		for _, record := range page.records.value {
			if err := each(record); err != nil {
				return err
			}
		}
		read += len(page.records.value)
		if page.done.value || read > total {
			break
		}
		if empty++; len(page.records.value) > 0 {
			empty = 0
		}
		path, err := c.nextPath(page.next.value)
		if err != nil {
			return err
		}
		if asked[path] || empty > mostEmptyPages {
			return fmt.Errorf("salesforce pages in a circle: %.100s comes again, or follows %d empty pages; run again", path, empty)
		}
		asked[path] = true
		if page, err = c.page(ctx, path); err != nil {
			return asLostCursor(err)
		}
	}
	if read != total {
		return fmt.Errorf("salesforce gave %d of %d records (totalSize): the read is incomplete and nothing was written; run again", read, total)
	}
	return nil
}

func (c *Client) page(ctx context.Context, path string) (list, error) {
	body, err := c.get(ctx, path)
	if err != nil {
		return list{}, err
	}
	page, err := c.readList(body)
	if err != nil {
		return list{}, fmt.Errorf("unreadable page of %s from Salesforce: %w; nothing was written: run again", strings.SplitN(path, "?", 2)[0], err)
	}
	return page, nil
}

// nextPath accepts a path of the same org only.
func (c *Client) nextPath(next string) (string, error) {
	if next == "" {
		return "", errors.New("salesforce says that there is more, but not where (no nextRecordsUrl); run again")
	}
	parsed, err := url.Parse(next)
	if err != nil || parsed.Host != "" || parsed.Scheme != "" || !strings.HasPrefix(parsed.Path, "/services/data/") {
		return "", fmt.Errorf("salesforce names %.100q as the next page, which is not a path of %s: not followed; check SALESFORCE_URL", next, c.config.URL.Host)
	}
	return next, nil
}

// lostCursor is a page of a query that Salesforce does not know any more: the
// query can only begin anew (apis.md).
type lostCursor struct{ cause *transport.Error }

func (l *lostCursor) Error() string {
	return "salesforce lost the place in the query: " + l.cause.Error()
}

func (l *lostCursor) Unwrap() error { return l.cause }

// asLostCursor tells a cursor that died from other failures of the next page.
func asLostCursor(err error) error {
	failure := transport.AsError(err)
	if failure == nil || (failure.Status != http.StatusNotFound && failure.Code != "INVALID_QUERY_LOCATOR") {
		return err
	}
	return &lostCursor{failure.WithAdvice("run again; if it stays so, ask whether another integration of the same user keeps many queries open")}
}
