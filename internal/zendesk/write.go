package zendesk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/organization"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/transport"
)

// ErrTooManyJobs means that thirty jobs are already queued or running.
var ErrTooManyJobs = errors.New("too many jobs are queued or running in Zendesk")

// Write is what is sent for one organization.
type Write struct {
	// ID is 0 for an organization that is to be created.
	ID int64
	// Changes are the fields to send; their old values do not matter.
	Changes []field.Change
}

type organizationWrite struct {
	ID     int64          `json:"id,omitempty"`
	Name   string         `json:"name,omitempty"`
	Fields map[string]any `json:"organization_fields,omitempty"`
}

// Create creates an organization and returns it in the form Zendesk answers. The
// request is sent once: the caller decides whether it may be sent again. For an
// organization that cannot be read, Create returns its id and an error.
func (c *Client) Create(ctx context.Context, write Write) (organization.Organization, error) {
	body := c.bodyOf(write)
	answer, err := c.api.Post(ctx, "/organizations.json", map[string]any{"organization": body})
	if err != nil {
		return organization.Organization{}, fmt.Errorf("creating organization %.60q: %w", body.Name, transport.Simplify(err))
	}
	parsed, err := c.readAnswer("/organizations.json", answer)
	switch created := parsed.created; {
	case err != nil && parsed.broken == nil:
		return organization.Organization{}, err
	case created == nil || created.ID == 0:
		return organization.Organization{}, fmt.Errorf("creating organization %.60q: the answer holds no id", body.Name)
	case err != nil:
		return *created, fmt.Errorf("creating organization %.60q: %w", body.Name, err)
	default:
		return *created, nil
	}
}

// duplicateValue is Zendesk's code for a name that another organization has,
// nameTakenWords its English message (docs/services.md, Writing).
const (
	duplicateValue = "DuplicateValue"
	nameTakenWords = "already been taken"
)

// NameTaken reports whether a create failed because of its name.
func NameTaken(err error) bool {
	failure := transport.AsError(err)
	return failure != nil && failure.Status == http.StatusUnprocessableEntity &&
		(strings.Contains(failure.Code+failure.Message, duplicateValue) || strings.Contains(failure.Message, nameTakenWords))
}

// UpdateMany queues the changes of up to PageSize organizations. The request is sent
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
		Job   jobBody         `json:"job_status"`
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
	return Job{ID: queued.Job.ID, Status: queued.Job.Status}, nil
}

// forZendesk returns the value to send: for an option, the instance's tag.
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
