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

// Job is a bulk update in Zendesk.
type Job struct {
	ID      string
	Status  string
	Message string
	Results []JobResult
}

// JobResult is a job's result for one organization. A result that is neither updated
// nor has an error says nothing.
type JobResult struct {
	// ID is the organization's; 0 if the item has only its Index.
	ID int64
	// Index is the place of the organization in the request, from 0; -1 if the item
	// does not have one.
	Index int
	// Updated reports whether the organization was written.
	Updated bool
	// Error and Details are Zendesk's words about an organization that was not updated.
	Error, Details string
}

// completed is the status of a job that has processed all its organizations.
const completed = "completed"

// Done reports whether the job has ended. An unknown status counts as not ended.
func (j Job) Done() bool { return j.Status == completed || j.Died() }

// Died reports whether the job ended before it had processed all its organizations.
func (j Job) Died() bool { return j.Status == "failed" || j.Status == "killed" }

// jobBody is a job as Zendesk sends it.
type jobBody struct {
	ID      string          `json:"id"`
	Type    string          `json:"job_type"`
	Status  string          `json:"status"`
	Message json.RawMessage `json:"message"`
	Results json.RawMessage `json:"results"`
}

// Jobs reads the present state of jobs. Those that Zendesk no longer knows are not in
// the answer.
func (c *Client) Jobs(ctx context.Context, ids []string) ([]Job, error) {
	var answer struct {
		Jobs bounded[jobBody] `json:"job_statuses"`
	}
	err := c.get(ctx, "/job_statuses/show_many.json?ids="+url.QueryEscape(strings.Join(ids, ",")), &answer)
	if failure := transport.AsError(err); failure != nil && failure.Status == http.StatusNotFound {
		// One unknown job must not hide the others.
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

// results reads whatever can be read: anything but a list says nothing about
// organizations, and an odd item says nothing about the others.
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

// number reads a whole number that may be sent as text.
func number(raw json.RawMessage) (int64, bool) {
	parsed, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	return parsed, err == nil
}

// UnfinishedJobs lists the jobs of the instance that write organizations, or may do so,
// and have not ended, including those of other runs and programs.
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
				// Jobs that have not ended are listed first.
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

// writesOrganizations reports whether a job of this type may write organizations: the
// types are not documented, so a job counts unless it names only other things
// (docs/services.md, Jobs).
func writesOrganizations(jobType string) bool {
	words := strings.ToLower(jobType)
	if strings.Contains(words, "organization") {
		return true
	}
	return !slices.ContainsFunc([]string{"ticket", "user", "group", "macro", "article", "identit", "object", "import", "export"},
		func(other string) bool { return strings.Contains(words, other) })
}
