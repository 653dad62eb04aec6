package zendesk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// Job is a bulk update that Zendesk works on.
type Job struct {
	ID      string
	Status  string
	Message string
	Results []JobResult
}

// JobResult is what a job says of one organization. One that is neither updated
// nor has an error says nothing.
type JobResult struct {
	// ID is the organization's; 0 where the item has its Index alone.
	ID int64
	// Index is the place of the organization in the request, from 0; -1 where
	// the item does not say.
	Index int
	// Updated reports whether the organization was written.
	Updated bool
	// Error and Details are Zendesk's words about one that was not.
	Error, Details string
}

// completed is the status of a job that has worked through its organizations.
const completed = "completed"

// Done reports whether the job has ended. Words that nobody knows count as not
// ended.
func (j Job) Done() bool { return j.Status == completed || j.Died() }

// Died reports whether the job ended before it had worked through its
// organizations.
func (j Job) Died() bool { return j.Status == "failed" || j.Status == "killed" }

// jobBody is a job as it is answered.
type jobBody struct {
	ID      string          `json:"id"`
	Type    string          `json:"job_type"`
	Status  string          `json:"status"`
	Message json.RawMessage `json:"message"`
	Results json.RawMessage `json:"results"`
}

// Jobs reads the present state of jobs. Those that Zendesk has forgotten are
// not in the answer.
func (c *Client) Jobs(ctx context.Context, ids []string) ([]Job, error) {
	var answer struct {
		Jobs bounded[jobBody] `json:"job_statuses"`
	}
	err := c.get(ctx, "/job_statuses/show_many.json?ids="+url.QueryEscape(strings.Join(ids, ",")), &answer)
	if failure := transport.AsError(err); failure != nil && failure.Status == http.StatusNotFound {
		// One that is forgotten must not hide the others.
		return c.jobsApart(ctx, ids)
	}
	if err == nil && answer.Jobs == nil {
		err = fmt.Errorf("the answer holds no job_statuses; run again")
	}
	if err != nil {
		return nil, fmt.Errorf("polling %d jobs: %w", len(ids), err)
	}
	var jobs []Job
	for _, listed := range answer.Jobs {
		jobs = append(jobs, Job{
			ID: listed.ID, Status: listed.Status, Message: c.secrets.Words(strings.Join(texts(listed.Message), "; ")), Results: c.results(listed.Results),
		})
	}
	return jobs, nil
}

func (c *Client) jobsApart(ctx context.Context, ids []string) ([]Job, error) {
	if len(ids) == 1 {
		return nil, nil
	}
	var jobs []Job
	for half := range slices.Chunk(ids, (len(ids)+1)/2) {
		known, err := c.Jobs(ctx, half)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, known...)
	}
	return jobs, nil
}

// results reads what can be read: only a list says anything about
// organizations, and one odd item says nothing about the others.
func (c *Client) results(raw json.RawMessage) []JobResult {
	var items bounded[json.RawMessage]
	if json.Unmarshal(raw, &items) != nil {
		return nil
	}
	var results []JobResult
	for _, item := range items {
		var result struct {
			ID, Index json.RawMessage
			Status    json.RawMessage
			Success   *bool
		}
		if json.Unmarshal(item, &result) != nil {
			continue
		}
		id, named := number(result.ID)
		index, placed := number(result.Index)
		if !placed {
			index = -1
		}
		if !named && !placed {
			continue
		}
		code, details := said(item)
		success := result.Success != nil && *result.Success
		status := strings.Join(texts(result.Status), "; ")
		updated := code == "" && details == "" && (success || status == "Updated")
		if code == "" && result.Success != nil && !success {
			code = status
		}
		results = append(results, JobResult{ID: id, Index: int(index), Updated: updated, Error: c.secrets.Words(code), Details: c.secrets.Words(details)})
	}
	return results
}

// number reads a whole number that may stand as a text.
func number(raw json.RawMessage) (int64, bool) {
	parsed, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	return parsed, err == nil
}

// UnfinishedJobs lists the jobs of the instance that write organizations, or
// may, and have not ended: those of other runs and programs too.
func (c *Client) UnfinishedJobs(ctx context.Context) ([]string, error) {
	var ids []string
	path, query := "/job_statuses.json", fmt.Sprintf("?page%%5Bsize%%5D=%d", PageSize)
	for next := query; next != ""; {
		var page struct {
			Jobs bounded[jobBody] `json:"job_statuses"`
			Meta cursor           `json:"meta"`
		}
		err := c.get(ctx, path+next, &page)
		if err == nil && page.Jobs == nil {
			err = fmt.Errorf("the answer holds no job_statuses; run again")
		}
		if err != nil {
			return nil, fmt.Errorf("listing the instance's jobs: %w", err)
		}
		next = ""
		if page.Meta.HasMore != nil && *page.Meta.HasMore && page.Meta.AfterCursor != "" {
			next = query + "&page%5Bafter%5D=" + url.QueryEscape(page.Meta.AfterCursor)
		}
		for _, listed := range page.Jobs {
			switch job := (Job{Status: listed.Status}); {
			case job.Done():
				// Those that have not ended come first.
				next = ""
			case listed.ID != "" && writesOrganizations(listed.Type) && !slices.Contains(ids, listed.ID):
				ids = append(ids, listed.ID)
			}
		}
		if len(page.Jobs) == 0 {
			next = ""
		}
	}
	return ids, nil
}

// writesOrganizations reports whether a job of this type may: its words are not
// documented, so one that speaks of nothing else counts (docs/services.md,
// Jobs).
func writesOrganizations(jobType string) bool {
	words := strings.ToLower(jobType)
	if strings.Contains(words, "organization") {
		return true
	}
	return !slices.ContainsFunc([]string{"ticket", "user", "group", "macro", "article", "identit", "object", "import", "export"},
		func(other string) bool { return strings.Contains(words, other) })
}
