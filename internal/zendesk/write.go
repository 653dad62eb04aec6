package zendesk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// ErrTooManyJobs is the answer while thirty jobs are queued or running.
var ErrTooManyJobs = errors.New("too many jobs are queued or running in Zendesk")

// Write is what is sent of one organization: the fields that change.
type Write struct {
	ID      int64
	Changes []field.Change
}

// Job is a bulk update that Zendesk works on.
type Job struct {
	ID      string      `json:"id"`
	Status  string      `json:"status"`
	Message string      `json:"message"`
	Results []JobResult `json:"-"`
}

// JobResult is what became of one organization of a job.
type JobResult struct {
	ID      int64  `json:"id"`
	Status  string `json:"status"`
	Success bool   `json:"success"`
	Error   string `json:"error"`
	Details string `json:"details"`
}

// Done tells whether the job has ended. Words that nobody knows count as not
// ended.
func (job Job) Done() bool { return job.Status == "completed" || job.Status == "failed" }

// Updated tells whether the organization was updated.
func (result JobResult) Updated() bool {
	return result.Error == "" && (result.Success || result.Status == "Updated")
}

// NameTaken tells whether the organization was refused because of its name.
func (result JobResult) NameTaken() bool {
	return result.Error != "" && strings.Contains(result.Details, nameTakenWords)
}

type organizationWrite struct {
	ID     int64          `json:"id,omitempty"`
	Name   string         `json:"name,omitempty"`
	Fields map[string]any `json:"organization_fields,omitempty"`
}

// Create creates the organization with every field that is not empty and
// returns its id. It is sent once: whether it may be sent again is the
// caller's to find out.
func (c *Client) Create(ctx context.Context, record field.Record) (int64, error) {
	body := organizationWrite{Fields: map[string]any{}}
	for i, managed := range record.Schema.Fields {
		switch {
		case managed.Key == field.Name:
			body.Name = string(record.Values[i])
		case record.Values[i] != "" || managed.Kind == field.Check:
			body.Fields[managed.Key] = c.forZendesk(managed, record.Values[i])
		}
	}
	answer, err := c.api.Post(ctx, "/organizations.json", map[string]any{"organization": body})
	if err != nil {
		return 0, fmt.Errorf("creating organization %q: %w", body.Name, transport.Simplify(err))
	}
	var created struct{ Organization organizationBody }
	if err := c.decode(answer, "/organizations.json", &created); err != nil {
		return 0, err
	}
	if created.Organization.ID == 0 {
		return 0, fmt.Errorf("creating organization %q: the answer holds no id", body.Name)
	}
	return created.Organization.ID, nil
}

// duplicateValue is Zendesk's code for a name that another organization has.
const duplicateValue = "DuplicateValue"

// nameTakenWords are those of a taken name, of a create and in a job alike
// (apis.md).
const nameTakenWords = "already been taken"

// NameTaken tells whether a create failed because of its name.
func NameTaken(err error) bool {
	failure := transport.AsError(err)
	return failure != nil && failure.Status == http.StatusUnprocessableEntity &&
		(strings.Contains(failure.Message, duplicateValue) || strings.Contains(failure.Message, nameTakenWords))
}

// UpdateMany queues the changes of up to PageSize organizations. It is sent
// once. ErrTooManyJobs means that nothing was queued.
func (c *Client) UpdateMany(ctx context.Context, writes []Write) (Job, error) {
	bodies := make([]organizationWrite, len(writes))
	for i, write := range writes {
		bodies[i] = c.bodyOf(write)
	}
	answer, err := c.api.Put(ctx, "/organizations/update_many.json", map[string]any{"organizations": bodies})
	if err != nil {
		failure := transport.AsError(err)
		if failure != nil && failure.Code == "TooManyJobs" {
			return Job{}, fmt.Errorf("updating %d organizations: %w", len(writes), ErrTooManyJobs)
		}
		return Job{}, fmt.Errorf("updating %d organizations: %w", len(writes), transport.Simplify(err))
	}
	var queued struct {
		Error json.RawMessage `json:"error"`
		Job   Job             `json:"job_status"`
	}
	if err := c.decode(answer, "/organizations/update_many.json", &queued); err != nil {
		return Job{}, err
	}
	if strings.Contains(string(queued.Error), "TooManyJobs") {
		return Job{}, fmt.Errorf("updating %d organizations: %w", len(writes), ErrTooManyJobs)
	}
	if queued.Job.ID == "" {
		return Job{}, fmt.Errorf("updating %d organizations: the answer holds no job", len(writes))
	}
	return queued.Job, nil
}

// forZendesk is the value as the instance is sent it: an option by its tag
// there.
func (c *Client) forZendesk(managed field.Field, value field.Value) any {
	if managed.Kind == field.DropDown {
		value = c.fields.tagOf(managed.Key, value)
	}
	return managed.Kind.ForZendesk(value)
}

func (c *Client) bodyOf(write Write) organizationWrite {
	body := organizationWrite{ID: write.ID, Fields: map[string]any{}}
	for _, change := range write.Changes {
		if change.Field.Key == field.Name {
			body.Name = string(change.To)
			continue
		}
		body.Fields[change.Field.Key] = c.forZendesk(change.Field, change.To)
	}
	return body
}

// Jobs reads the present state of jobs. Those that Zendesk has forgotten are
// not in the answer.
func (c *Client) Jobs(ctx context.Context, ids []string) ([]Job, error) {
	var answer struct {
		Jobs []struct {
			Job
			Results json.RawMessage `json:"results"`
		} `json:"job_statuses"`
	}
	if err := c.get(ctx, "/job_statuses/show_many.json?ids="+url.QueryEscape(strings.Join(ids, ",")), &answer); err != nil {
		return nil, fmt.Errorf("polling %d jobs: %w", len(ids), err)
	}
	if answer.Jobs == nil {
		return nil, fmt.Errorf("polling %d jobs: the answer holds no job_statuses; run again", len(ids))
	}
	var jobs []Job
	for _, listed := range answer.Jobs {
		job := listed.Job
		job.Message = c.secrets.Words(job.Message)
		job.Results = c.results(listed.Results)
		jobs = append(jobs, job)
	}
	return jobs, nil
}

// results reads what can be read: only a list says anything about
// organizations, and one odd item says nothing about the others.
func (c *Client) results(raw json.RawMessage) []JobResult {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return nil
	}
	var results []JobResult
	for _, item := range items {
		var result JobResult
		if json.Unmarshal(item, &result) == nil {
			result.Error, result.Details = c.secrets.Words(result.Error), c.secrets.Words(result.Details)
			results = append(results, result)
		}
	}
	return results
}
