package zendesk

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The types of organization fields, in Zendesk's own spelling.
const (
	Checkbox    = "checkbox"
	Date        = "date"
	Decimal     = "decimal"
	Dropdown    = "dropdown"
	Integer     = "integer"
	Multiselect = "multiselect"
	Regexp      = "regexp"
	Text        = "text"
	Textarea    = "textarea"
)

// Field is one organization field of an instance.
type Field struct {
	// ID is the field's own id; 0 lets the server choose one.
	ID int64 `json:"id"`
	// Key names the field in organization_fields.
	Key string `json:"key"`
	// Type is one of the types above.
	Type string `json:"type"`
	// Title is what agents see, and what error texts call the field.
	Title string `json:"title"`
	// Inactive fields are listed, but not answered, and writes to them ignored.
	Inactive bool `json:"inactive,omitempty"`
	// Tag of a check box is added to the organization's tags while it is set.
	Tag string `json:"tag,omitempty"`
	// Options of a drop-down or multi-select.
	Options []FieldOption `json:"options,omitempty"`

	// tagged puts the key and an underscore before the tags that clients see and
	// send; kept are those of Options.
	tagged bool
}

// FieldOption is one choice of a drop-down or multi-select.
type FieldOption struct {
	// ID is the option's own id; 0 lets the server choose one.
	ID int64 `json:"id"`
	// Name is what agents see.
	Name string `json:"name"`
	// Value is the tag: what organization_fields and tags hold.
	Value string `json:"value"`
}

// shown is a kept value as clients see it, dates aside.
func (f Field) shown(kept any) any {
	if tag, isText := kept.(string); isText && f.tagged {
		return f.Key + "_" + tag
	}
	return kept
}

// kept is the tag that a client means.
func (f Field) kept(sent string) (string, bool) {
	if !f.tagged {
		return sent, true
	}
	return strings.CutPrefix(sent, f.Key+"_")
}

// has reports whether the tag is one of the field's options.
func (f Field) has(tag string) bool {
	return slices.ContainsFunc(f.Options, func(option FieldOption) bool { return option.Value == tag })
}

// store turns a value as it was sent into the value the field keeps: nil,
// bool, string, json.Number or []any of tags. It reports false for a value the
// field does not accept.
func (f Field) store(sent any) (any, bool) {
	if sent == nil || sent == "" {
		return nil, true
	}
	switch f.Type {
	case Checkbox:
		return storeCheckbox(sent)
	case Dropdown:
		text, _ := sent.(string)
		tag, isTag := f.kept(text)
		return tag, isTag && f.has(tag)
	case Multiselect:
		return sent, f.hasAll(sent)
	case Date:
		return storeDate(sent)
	case Decimal:
		return storeNumber(sent, plainDecimal)
	case Integer:
		return storeNumber(sent, plainInteger)
	default:
		return storeText(sent)
	}
}

func (f Field) hasAll(sent any) bool {
	tags, isList := sent.([]any)
	return isList && !slices.ContainsFunc(tags, func(tag any) bool {
		text, isText := tag.(string)
		return !isText || !f.has(text)
	})
}

func storeCheckbox(sent any) (any, bool) {
	switch sent {
	case true, "true":
		return true, true
	case false, "false":
		return false, true
	}
	return nil, false
}

// storeDate keeps the calendar day of a date or timestamp.
func storeDate(sent any) (any, bool) {
	text, isText := sent.(string)
	if !isText {
		return nil, false
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if day, err := time.Parse(layout, text); err == nil {
			return day.Format(time.DateOnly), true
		}
	}
	return nil, false
}

// Numbers are accepted in plain notation only, as Zendesk's own validation has
// it: no exponent.
var (
	plainDecimal = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)
	plainInteger = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
)

// storeNumber keeps a number digit by digit, as it was written.
func storeNumber(sent any, notation *regexp.Regexp) (any, bool) {
	text := ""
	switch value := sent.(type) {
	case json.Number:
		text = value.String()
	case string:
		text = strings.TrimSpace(value)
	}
	return json.Number(text), notation.MatchString(text)
}

func storeText(sent any) (any, bool) {
	switch value := sent.(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	case bool:
		return strconv.FormatBool(value), true
	}
	return nil, false
}

// seeded turns a value given by Go code into the form store keeps, without
// asking whether the field would accept it: old data may hold anything.
func (f Field) seeded(value any) any {
	switch given := value.(type) {
	case float64:
		value = json.Number(strconv.FormatFloat(given, 'f', -1, 64))
	case int, int64:
		value = json.Number(fmt.Sprint(given))
	}
	if kept, accepted := f.store(value); accepted {
		return kept
	}
	return value
}

// answered is the value as the API shows it. Dates are written as dates and
// come back as timestamps.
func (f Field) answered(kept any, zulu bool) any {
	day, isText := kept.(string)
	if f.Type != Date || !isText || len(day) != len(time.DateOnly) {
		return f.shown(kept)
	}
	if zulu {
		return day + "T00:00:00Z"
	}
	return day + "T00:00:00+00:00"
}

// tags are those the value adds to its organization.
func (f Field) tags(kept any) []string {
	switch value := kept.(type) {
	case string:
		if f.Type == Dropdown {
			return []string{fmt.Sprint(f.shown(value))}
		}
	case bool:
		if value && f.Tag != "" {
			return []string{f.Tag}
		}
	case []any:
		tags := make([]string, 0, len(value))
		for _, tag := range value {
			tags = append(tags, fmt.Sprint(tag))
		}
		return tags
	}
	return nil
}

// sameValue compares two kept values; numbers by what they are worth.
func sameValue(a, b any) bool {
	first, isNumber := a.(json.Number)
	second, alsoNumber := b.(json.Number)
	if !isNumber || !alsoNumber {
		return reflect.DeepEqual(a, b)
	}
	left, leftRead := new(big.Rat).SetString(first.String())
	right, rightRead := new(big.Rat).SetString(second.String())
	return leftRead && rightRead && left.Cmp(right) == 0
}
