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

// Count asks how many organizations the instance has; above 100,000 it may be
// a day old.
func (c *Client) Count(ctx context.Context) (int, error) {
	var answer struct {
		Count *struct {
			Value *int `json:"value"`
		} `json:"count"`
	}
	err := c.get(ctx, "/organizations/count.json", &answer)
	// Against a count of nothing every list would be complete.
	if err == nil && (answer.Count == nil || answer.Count.Value == nil || *answer.Count.Value < 0) {
		err = errors.New("the answer holds no count; run again")
	}
	if err != nil {
		return 0, fmt.Errorf("counting organizations: %w", err)
	}
	return *answer.Count.Value, nil
}

// errNoList is an answer that is not a list: to take it for an empty one would
// make every organization of it one that is gone.
var errNoList = errors.New("the answer holds no organizations; run again")

// Shortfall is how many organizations may be missing of a count that is only
// approximate (docs/rules.md, Stage zendesk-gather).
func Shortfall(count int) int { return max(10, count/100) }

// List gives every organization of the instance to the function, page by page
// as they arrive, and returns how many there were. Fewer than the instance
// counts, or an id that comes twice, is an error.
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

// endlessList is how many more organizations than twice its count an instance
// may list before the list is taken for endless.
const endlessList = 10_000

// ShowMany reads up to PageSize organizations as they are now. Those that are
// gone are not in the answer.
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

// list is an answer with a list of organizations, and what is wrong with it.
type list struct {
	answer
	fault error
}

// reading has the answers to requests of the context read into the list as they
// arrive.
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
