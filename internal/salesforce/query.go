package salesforce

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/jsonfault"
)

// list is a page of a query, or of a child list: they have one shape, and both
// go on at NextRecordsURL, a child list also when its parent is done (apis.md).
type list[T any] struct {
	TotalSize      int    `json:"totalSize"`
	Done           bool   `json:"done"`
	NextRecordsURL string `json:"nextRecordsUrl"`
	Records        []T    `json:"records"`
}

// query runs the SOQL to its end and gives every row to each.
func (c *Client) query(ctx context.Context, soql string, each func(row jsontext.Value) error) error {
	defer c.reportUsage()
	var first list[jsontext.Value]
	if err := c.page(ctx, c.queryPath(soql), &first); err != nil {
		return err
	}
	if c.OnTotal != nil {
		c.OnTotal(first.TotalSize)
	}
	return follow(ctx, c, first, each)
}

// follow gives the records of the first page and of every further one to
// each, and proves that they are as many as the service said.
func follow[T any](ctx context.Context, c *Client, page list[T], each func(T) error) error {
	total, read := page.TotalSize, 0
	asked := map[string]bool{}
	for {
		for _, record := range page.Records {
			if err := each(record); err != nil {
				return err
			}
		}
		read += len(page.Records)
		if page.Done || read > total {
			break
		}
		path, err := c.nextPath(page.NextRecordsURL)
		if err != nil {
			return err
		}
		if asked[path] || len(page.Records) == 0 {
			return fmt.Errorf("salesforce pages in a circle: %s comes again, or follows an empty page; run again", path)
		}
		asked[path] = true
		page = list[T]{}
		if err := c.page(ctx, path, &page); err != nil {
			return err
		}
	}
	if read != total {
		return fmt.Errorf("salesforce gave %d of %d records (totalSize): the read is incomplete and nothing was written; run again", read, total)
	}
	return nil
}

func (c *Client) page(ctx context.Context, path string, into any) error {
	body, err := c.get(ctx, path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("unreadable page of %s from Salesforce: %w; nothing was written: run again", strings.SplitN(path, "?", 2)[0], jsonfault.Plain(err))
	}
	return nil
}

// nextPath accepts a path of the same org only.
func (c *Client) nextPath(next string) (string, error) {
	if next == "" {
		return "", errors.New("salesforce says that there is more, but not where (no nextRecordsUrl); run again")
	}
	parsed, err := url.Parse(next)
	if err != nil || parsed.Host != "" || parsed.Scheme != "" || !strings.HasPrefix(parsed.Path, "/services/data/") {
		return "", fmt.Errorf("salesforce names %.100q as the next page, which is no path of %s: not followed; check SALESFORCE_URL", next, c.config.URL.Host)
	}
	return next, nil
}
