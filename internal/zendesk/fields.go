package zendesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
)

// OrganizationField is an organization field in the instance's own definition.
type OrganizationField struct {
	Key     string `json:"key"`
	Type    string `json:"type"`
	Active  bool   `json:"active"`
	Options []struct {
		Value string `json:"value"`
	} `json:"custom_field_options"`
}

// Fields is what a flow needs to know about the instance's organization fields.
type Fields struct {
	// Options are the drop-down options that the suite reads and writes, in
	// table order.
	Options []Option
	// KeepsIgnoreDeletion reports whether people can exempt an organization from
	// deletion.
	KeepsIgnoreDeletion bool
}

// Option is the instance's tag for a value of a drop-down.
type Option struct {
	Key   string
	Value field.Value
	Tag   string
}

// valueOf returns the value of a drop-down's tag: the tag itself if the suite does not
// know it.
func (f Fields) valueOf(key string, tag field.Value) field.Value {
	for _, option := range f.Options {
		if option.Key == key && option.Tag == string(tag) {
			return option.Value
		}
	}
	return tag
}

// tagOf returns the tag of the value's option.
func (f Fields) tagOf(key string, value field.Value) field.Value {
	for _, option := range f.Options {
		if option.Key == key && option.Value == value {
			return field.Value(option.Tag)
		}
	}
	return value
}

// Fields reads the instance's organization fields. From then on the client reads and
// writes drop-downs by the instance's own tags. The error names every field that cannot
// hold what the flow writes: missing, inactive, of another type, or without an option.
// An update of such a field would "succeed" without effect every time (docs/rules.md,
// Stage zendesk-gather).
func (c *Client) Fields(ctx context.Context) (Fields, error) {
	var defined []OrganizationField
	err := c.pages(ctx, "/organization_fields.json", func(body []byte) (int, *cursor, error) {
		var page struct {
			Fields bounded[OrganizationField] `json:"organization_fields"`
			Meta   *cursor                    `json:"meta"`
		}
		err := c.decode(body, "/organization_fields.json", &page)
		defined = append(defined, page.Fields...)
		return len(page.Fields), page.Meta, err
	})
	if err != nil {
		return Fields{}, fmt.Errorf("reading organization fields: %w", err)
	}
	if c.fields, err = MatchFields(c.schema, defined); err != nil {
		return Fields{}, c.secrets.Error(err)
	}
	return c.fields, nil
}

// MatchFields checks the instance's fields against what the flow writes.
func MatchFields(schema *field.Schema, defined []OrganizationField) (Fields, error) {
	byKey := map[string]OrganizationField{}
	for _, f := range defined {
		byKey[f.Key] = f
	}
	keep := byKey[field.IgnoreDeletion]
	matched := Fields{KeepsIgnoreDeletion: keep.Active && keep.Type == "checkbox"}
	var problems []string
	for _, f := range schema.Fields {
		if f.Key == field.Name {
			continue
		}
		own, ok := byKey[f.Key]
		problem := checkField(f, own, ok)
		if problem == "" {
			var options []Option
			options, problem = matchOptions(schema.Flow, f, own)
			matched.Options = append(matched.Options, options...)
		}
		if problem != "" {
			problems = append(problems, f.Key+" "+problem)
		}
	}
	if len(problems) > 0 {
		return Fields{}, errors.New("organization fields do not match what this flow writes: " + strings.Join(problems, "; ") +
			"; fix them in the instance's settings, then run again")
	}
	return matched, nil
}

func checkField(f field.Field, own OrganizationField, exists bool) string {
	types := f.Kind.ZendeskTypes()
	switch {
	case !exists:
		return "is missing"
	case !own.Active:
		return "is inactive"
	case !slices.Contains(types, own.Type):
		return fmt.Sprintf("is a %.40s, not a %s", own.Type, strings.Join(types, " or "))
	}
	return ""
}

// matchOptions finds the option of every value that the instance's flows write: the
// option whose tag is the value, otherwise the one whose tag is the field's key, _ and
// the value. Values that this flow writes must have an option.
func matchOptions(flow field.Flow, managed field.Field, present OrganizationField) ([]Option, string) {
	tags, standsFor := map[string]bool{}, map[string]field.Value{}
	for _, option := range present.Options {
		if tags[option.Value] {
			return nil, fmt.Sprintf("has two options with the tag %.80q", option.Value)
		}
		tags[option.Value] = true
	}
	var options []Option
	var missing []string
	for _, value := range valuesOf(flow, managed) {
		tag := value
		if !tags[tag] {
			tag = managed.Key + "_" + value
		}
		switch other, taken := standsFor[tag]; {
		case !tags[tag] && slices.Contains(managed.Tags(flow), value):
			missing = append(missing, value)
		case !tags[tag]:
		case taken:
			return nil, fmt.Sprintf("has the option %.60q for both %s and %s", tag, other, value)
		default:
			standsFor[tag] = field.Value(value)
			options = append(options, Option{managed.Key, field.Value(value), tag})
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Sprintf("has no option %s (tagged so, or with %s_ before it)", strings.Join(missing, ", "), managed.Key)
	}
	return options, ""
}

// valuesOf returns the values that any flow writes to the drop-down, because an
// instance holds organizations of all its flows.
func valuesOf(flow field.Flow, managed field.Field) []string {
	values := slices.Clone(managed.Tags(flow))
	for _, other := range field.Flows() {
		for _, value := range managed.Tags(other) {
			if !slices.Contains(values, value) {
				values = append(values, value)
			}
		}
	}
	return values
}
