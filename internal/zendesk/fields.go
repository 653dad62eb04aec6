package zendesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// OrganizationField is an organization field as the instance defines it.
type OrganizationField struct {
	Key     string `json:"key"`
	Type    string `json:"type"`
	Active  bool   `json:"active"`
	Options []struct {
		Value string `json:"value"`
	} `json:"custom_field_options"`
}

// Fields reads the instance's organization fields.
func (c *Client) Fields(ctx context.Context) ([]OrganizationField, error) {
	var fields []OrganizationField
	err := c.pages(ctx, "/organization_fields.json", func(body []byte) (int, *cursor, error) {
		var page struct {
			Fields []OrganizationField `json:"organization_fields"`
			Meta   *cursor             `json:"meta"`
		}
		err := decode(body, "/organization_fields.json", &page)
		fields = append(fields, page.Fields...)
		return len(page.Fields), page.Meta, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading organization fields: %w", err)
	}
	return fields, nil
}

// CheckFields tells whether the instance can hold what the flow writes. The
// error names every field that is missing, inactive, of another kind, or
// without an option: an update of one would "succeed" without effect, for
// ever (domain.md, Stage zendesk-gather).
func CheckFields(schema *field.Schema, fields []OrganizationField) error {
	byKey := map[string]OrganizationField{}
	for _, present := range fields {
		byKey[present.Key] = present
	}
	var problems []string
	for _, managed := range schema.Fields {
		if managed.Key == field.Name {
			continue
		}
		if problem := checkField(schema.Flow, managed, byKey); problem != "" {
			problems = append(problems, managed.Key+" "+problem)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return errors.New("organization fields that this flow writes are not as it needs them: " + strings.Join(problems, "; ") +
		"; mend them in the instance's settings, then run again")
}

func checkField(flow field.Flow, managed field.Field, byKey map[string]OrganizationField) string {
	present, ok := byKey[managed.Key]
	types := managed.Kind.ZendeskTypes()
	switch {
	case !ok:
		return "is missing"
	case !present.Active:
		return "is inactive"
	case !slices.Contains(types, present.Type):
		return fmt.Sprintf("is a %s, not a %s", present.Type, strings.Join(types, " or "))
	}
	var missing []string
	for _, tag := range managed.Tags(flow) {
		if !slices.ContainsFunc(present.Options, func(option struct {
			Value string `json:"value"`
		}) bool {
			return option.Value == tag
		}) {
			missing = append(missing, tag)
		}
	}
	if len(missing) > 0 {
		return "has no option " + strings.Join(missing, ", ")
	}
	return ""
}

// KeepsIgnoreDeletion tells whether people can mark an organization as one to
// keep: without the field nobody can.
func KeepsIgnoreDeletion(fields []OrganizationField) bool {
	return slices.ContainsFunc(fields, func(present OrganizationField) bool {
		return present.Key == field.IgnoreDeletion && present.Active && present.Type == "checkbox"
	})
}
