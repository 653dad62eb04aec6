package zendesk

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// Count returns how many organizations the instance has; above 100,000 the number may
// be a day old.
func (c *Client) Count(ctx context.Context) (int, error) {
	var answer struct {
		Count *struct {
			Value *int `json:"value"`
		} `json:"count"`
	}
	err := c.get(ctx, "/organizations/count.json", &answer)
	// A list compared with a count of zero would always be complete.
	if err == nil && (answer.Count == nil || answer.Count.Value == nil || *answer.Count.Value < 0) {
		err = errors.New("the answer holds no count; run again")
	}
	if err != nil {
		return 0, fmt.Errorf("counting organizations: %w", err)
	}
	return *answer.Count.Value, nil
}

// errNoList is an answer without a list: reading it as an empty list would make all its
// organizations look gone.
var errNoList = errors.New("the answer holds no organizations; run again")

// Shortfall returns how many organizations a list may lack compared with an approximate
// count (docs/rules.md, Stage zendesk-gather).
func Shortfall(count int) int { return max(10, count/100) }

// List passes every organization of the instance to the function as the pages arrive,
// and returns their number. A list shorter than the instance's count, or an id that
// comes twice, is an error.
func (c *Client) List(ctx context.Context, each func(organization.Organization) error) (int, error) {
	count, err := c.Count(ctx)
	if err != nil {
		return 0, err
	}
	if c.OnTotal != nil {
		c.OnTotal(count)
	}
	var seen seenIDs
	ctx, page := c.reading(ctx, "/organizations.json")
	err = c.pages(ctx, "/organizations.json", func([]byte) (int, *cursor, error) {
		if page.fault != nil {
			return 0, nil, page.fault
		}
		if seen.count > 2*count+endlessList {
			return 0, nil, fmt.Errorf("zendesk counted %d organizations but listed %d or more; run again", count, seen.count)
		}
		for _, org := range page.organizations {
			seen.add(org.ID)
			if err := each(org); err != nil {
				return 0, nil, err
			}
		}
		return len(page.organizations), page.meta, nil
	})
	if id, twice := seen.twice(); err == nil && twice {
		err = fmt.Errorf("organization %d came twice, so another may be missing; run again", id)
	}
	if err == nil && seen.count < count-Shortfall(count) {
		err = fmt.Errorf("zendesk listed %d of %d organizations: the read is incomplete and nothing was written; run again", seen.count, count)
	}
	if err != nil {
		return 0, fmt.Errorf("listing organizations: %w", err)
	}
	return seen.count, nil
}

// endlessList is the number of organizations, beyond twice the count, after which a
// list counts as endless.
const endlessList = 10_000

// ShowMany reads the present state of up to PageSize organizations. Those that no
// longer exist are not in the answer.
func (c *Client) ShowMany(ctx context.Context, ids []int64) (map[int64]organization.Organization, error) {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	orgs, err := c.organizations(ctx, "/organizations/show_many.json?ids="+strings.Join(texts, ","))
	if err != nil {
		return nil, fmt.Errorf("reading %d organizations: %w", len(ids), err)
	}
	byID := map[int64]organization.Organization{}
	for _, org := range orgs {
		byID[org.ID] = org
	}
	return byID, nil
}

func (c *Client) organizations(ctx context.Context, path string) ([]organization.Organization, error) {
	ctx, list := c.reading(ctx, path)
	if _, err := c.api.Get(ctx, path); err != nil {
		return nil, transport.Simplify(err)
	}
	if list.fault != nil {
		return nil, list.fault
	}
	return list.organizations, nil
}

// list is an answer with a list of organizations, and its faults.
type list struct {
	answer
	fault error
}

// reading returns a context whose answers are read into the list as they arrive.
func (c *Client) reading(ctx context.Context, path string) (context.Context, *list) {
	into := &list{}
	return transport.Reading(ctx, func(body []byte) bool {
		into.answer, into.fault = c.readAnswer(path, body)
		if into.fault == nil && !into.listed {
			into.fault = errNoList
		}
		return into.fault == nil
	}), into
}
