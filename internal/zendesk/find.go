package zendesk

import (
	"context"
	"fmt"
	"net/url"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
)

// FindByName returns the organizations that have this name by Zendesk's own comparison,
// which ignores more than case (docs/services.md, Organizations).
func (c *Client) FindByName(ctx context.Context, name string) ([]organization.Organization, error) {
	orgs, err := c.organizations(ctx, "/organizations/search.json?name="+url.QueryEscape(name))
	if err != nil {
		return nil, fmt.Errorf("looking up organization %.60q: %w", name, err)
	}
	return orgs, nil
}

// FindByAccount returns the ids of the organizations that the search finds with this
// salesforce_id. The search index lags by minutes: an organization that it finds may
// have changed, and one that it does not find may exist.
func (c *Client) FindByAccount(ctx context.Context, id account.ID) ([]int64, error) {
	var answer struct {
		Results bounded[struct {
			ID   int64  `json:"id"`
			Type string `json:"result_type"`
		}] `json:"results"`
	}
	query := fmt.Sprintf("type:organization %s:%s", field.SalesforceID, id)
	err := c.get(ctx, "/search.json?query="+url.QueryEscape(query), &answer)
	if err == nil && answer.Results == nil {
		err = errNoList
	}
	if err != nil {
		return nil, fmt.Errorf("searching for the organization of %s: %w", id, err)
	}
	var ids []int64
	for _, result := range answer.Results {
		if result.ID > 0 && (result.Type == "" || result.Type == "organization") {
			ids = append(ids, result.ID)
		}
	}
	return ids[:min(len(ids), PageSize)], nil
}
