package zendesk

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Organization is one organization as the stand-in keeps it.
type Organization struct {
	// ID is unique in the instance; 0 lets the server choose one.
	ID int64 `json:"id"`
	// Name is unique too, trimmed and without regard to case.
	Name string `json:"name"`
	// ExternalID, Notes and Details are answered as null when empty.
	ExternalID string `json:"external_id,omitempty"`
	Notes      string `json:"notes,omitempty"`
	Details    string `json:"details,omitempty"`
	// Tags are the organization's own; those of its fields are answered too.
	Tags []string `json:"tags,omitempty"`
	// DomainNames are the mail domains of its users.
	DomainNames []string `json:"domain_names,omitempty"`
	// Fields holds values by field key: nil or absent, bool, string,
	// json.Number (int, int64 and float64 are turned into it), []any of tags;
	// dates as YYYY-MM-DD.
	Fields map[string]any `json:"organization_fields,omitempty"`
	// CreatedAt and UpdatedAt have whole seconds; zero becomes the time the
	// server first sees the organization.
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// clone is a copy that shares nothing that is ever changed in place.
func (o Organization) clone() Organization {
	o.Tags = slices.Clone(o.Tags)
	o.DomainNames = slices.Clone(o.DomainNames)
	o.Fields = maps.Clone(o.Fields)
	return o
}

// organizationBody is an organization as the API answers it; the keys are
// those of the recorded answers.
type organizationBody struct {
	URL                string         `json:"url"`
	ID                 int64          `json:"id"`
	Name               string         `json:"name"`
	SharedTickets      bool           `json:"shared_tickets"`
	SharedComments     bool           `json:"shared_comments"`
	ExternalID         *string        `json:"external_id"`
	CreatedAt          string         `json:"created_at"`
	UpdatedAt          string         `json:"updated_at"`
	DomainNames        []string       `json:"domain_names"`
	Details            *string        `json:"details"`
	Notes              *string        `json:"notes"`
	GroupID            *int64         `json:"group_id"`
	Tags               []string       `json:"tags"`
	OrganizationFields map[string]any `json:"organization_fields"`
}

// body renders an organization: every active field answers, set or not.
func (s *Server) body(organization *Organization) organizationBody {
	organization = s.seen(organization)
	tags := slices.Clone(organization.Tags)
	values := make(map[string]any, len(s.fields))
	for _, field := range s.fields {
		if field.Inactive {
			continue
		}
		kept := organization.Fields[field.Key]
		values[field.Key] = field.answered(kept, s.options.ZuluDates)
		tags = append(tags, field.tags(kept)...)
	}
	slices.Sort(tags)
	return organizationBody{
		URL:                s.url(fmt.Sprintf("/api/v2/organizations/%d.json", organization.ID)),
		ID:                 organization.ID,
		Name:               organization.Name,
		ExternalID:         nullable(organization.ExternalID),
		CreatedAt:          timestamp(organization.CreatedAt),
		UpdatedAt:          timestamp(organization.UpdatedAt),
		DomainNames:        append([]string{}, organization.DomainNames...),
		Details:            nullable(organization.Details),
		Notes:              nullable(organization.Notes),
		Tags:               append([]string{}, slices.Compact(tags)...),
		OrganizationFields: values,
	}
}

func (s *Server) bodies(organizations []*Organization) []organizationBody {
	rendered := make([]organizationBody, 0, len(organizations))
	for _, organization := range organizations {
		rendered = append(rendered, s.body(organization))
	}
	return rendered
}

// fieldBody is an organization field as the API answers it.
type fieldBody struct {
	URL                 string          `json:"url"`
	ID                  int64           `json:"id"`
	Type                string          `json:"type"`
	Key                 string          `json:"key"`
	Title               string          `json:"title"`
	Description         string          `json:"description"`
	RawTitle            string          `json:"raw_title"`
	RawDescription      string          `json:"raw_description"`
	Position            int             `json:"position"`
	Active              bool            `json:"active"`
	System              bool            `json:"system"`
	RegexpForValidation *string         `json:"regexp_for_validation"`
	CreatedAt           string          `json:"created_at"`
	UpdatedAt           string          `json:"updated_at"`
	Tag                 json.RawMessage `json:"tag,omitempty"`
	CustomFieldOptions  []FieldOption   `json:"custom_field_options,omitempty"`
}

func (s *Server) fieldBody(field Field, position int) fieldBody {
	body := fieldBody{
		URL:  s.url(fmt.Sprintf("/api/v2/organization_fields/%d.json", field.ID)),
		ID:   field.ID,
		Type: field.Type, Key: field.Key,
		Title: field.Title, RawTitle: field.Title,
		Position: position, Active: !field.Inactive,
		CreatedAt: timestamp(s.started), UpdatedAt: timestamp(s.started),
		CustomFieldOptions: slices.Clone(field.Options),
	}
	for i, option := range body.CustomFieldOptions {
		body.CustomFieldOptions[i].Value = fmt.Sprint(field.shown(option.Value))
	}
	if field.Type == Checkbox {
		body.Tag, _ = json.Marshal(nullable(field.Tag))
	}
	return body
}

// url names the host that was asked, so that a client that follows links comes
// back. Recorded bodies name another one: fault.ForeignHost.
func (s *Server) url(path string) string { return s.origin + path }

func nullable(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func timestamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }
