package zendesk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// organizationBody is what the suite reads of an organization.
type organizationBody struct {
	ID     int64           `json:"id"`
	Name   json.RawMessage `json:"name"`
	Fields json.RawMessage `json:"organization_fields"`
}

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
		err = errors.New("the answer holds no count")
	}
	if err != nil {
		return 0, fmt.Errorf("counting organizations: %w", err)
	}
	return *answer.Count.Value, nil
}

// errNoList is an answer that is no list: to take it for an empty one would
// make every organization of it one that is gone.
var errNoList = errors.New("the answer holds no organizations; run again")

// Shortfall is how many organizations may be missing of a count that is only
// approximate (domain.md, Stage zendesk-gather).
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
	seen := map[int64]bool{}
	err = c.pages(ctx, "/organizations.json", func(body []byte) (int, *cursor, error) {
		var page struct {
			Organizations []organizationBody `json:"organizations"`
			Meta          *cursor            `json:"meta"`
		}
		if err := c.decode(body, "/organizations.json", &page); err != nil {
			return 0, nil, err
		}
		if page.Organizations == nil {
			return 0, nil, errNoList
		}
		if len(seen) > 2*count+endlessList {
			return 0, nil, fmt.Errorf("zendesk counts %d organizations and lists %d and more; run again", count, len(seen))
		}
		for _, listed := range page.Organizations {
			if seen[listed.ID] {
				return 0, nil, fmt.Errorf("organization %d came twice, so another may be missing; run again", listed.ID)
			}
			seen[listed.ID] = true
			present, err := c.organization(listed)
			if err == nil {
				err = each(present)
			}
			if err != nil {
				return 0, nil, err
			}
		}
		return len(page.Organizations), page.Meta, nil
	})
	if err == nil && len(seen) < count-Shortfall(count) {
		err = fmt.Errorf("zendesk listed %d of %d organizations: the read is incomplete and nothing was written; run again", len(seen), count)
	}
	if err != nil {
		return 0, fmt.Errorf("listing organizations: %w", err)
	}
	return len(seen), nil
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
	found, err := c.organizations(ctx, "/organizations/show_many.json?ids="+strings.Join(texts, ","))
	if err != nil {
		return nil, fmt.Errorf("reading %d organizations: %w", len(ids), err)
	}
	byID := map[int64]organization.Organization{}
	for _, present := range found {
		byID[present.ID] = present
	}
	return byID, nil
}

func (c *Client) organizations(ctx context.Context, path string) ([]organization.Organization, error) {
	var answer struct {
		Organizations []organizationBody `json:"organizations"`
	}
	if err := c.get(ctx, path, &answer); err != nil {
		return nil, err
	}
	if answer.Organizations == nil {
		return nil, errNoList
	}
	var found []organization.Organization
	for _, listed := range answer.Organizations {
		present, err := c.organization(listed)
		if err != nil {
			return nil, err
		}
		found = append(found, present)
	}
	return found, nil
}

// organization maps what Zendesk answers to the flow's record.
func (c *Client) organization(listed organizationBody) (organization.Organization, error) {
	present := organization.Organization{ID: listed.ID, Record: c.schema.NewRecord()}
	reading := reading{Client: c, into: &present}
	if len(listed.Name) > 0 {
		if err := reading.member(field.Name, jsontext.Value(listed.Name)); err != nil {
			return present, fmt.Errorf("organization %d: %w", listed.ID, c.secrets.Error(err))
		}
	}
	name := present.Record.Get(field.Name)
	if listed.ID <= 0 {
		return present, fmt.Errorf("organization %.80q came with the id %d", name, listed.ID)
	}
	if len(listed.Fields) == 0 || string(listed.Fields) == "null" {
		return present, nil
	}
	if err := reading.members(jsontext.Value(listed.Fields)); err != nil {
		return present, fmt.Errorf("organization %d (%.80q): %w", listed.ID, name, c.secrets.Error(err))
	}
	return present, nil
}
