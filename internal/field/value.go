package field

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
)

// Value is a field's value in its one normal form, so that values are equal
// exactly when compare calls them equal (docs/rules.md, Equal values): trimmed
// text, a check box as "true", a number without trailing zeros, a day as
// YYYY-MM-DD. The empty value is empty text, null, absent and, for a check box,
// false.
type Value string

// True is a check box that is set.
const True Value = "true"

// Checkbox returns the value of a check box.
func Checkbox(set bool) Value {
	if set {
		return True
	}
	return ""
}

// TextOf returns the value of a text.
func TextOf(text string) Value { return Value(strings.TrimSpace(text)) }

// Kind is how a field's values are read, compared and written.
type Kind int

// The kinds of fields (docs/rules.md, Managed fields).
const (
	Text Kind = iota
	DropDown
	Date
	Check
	Decimal
	Integer
)

// String is the kind's name for messages.
func (k Kind) String() string {
	return [...]string{"text", "drop-down", "date", "check box", "decimal", "integer"}[k]
}

// ZendeskTypes returns the types of organization fields that can hold values
// of this kind.
func (k Kind) ZendeskTypes() []string {
	switch k {
	case DropDown:
		return []string{"dropdown", "tagger"}
	case Date:
		return []string{"date", "text"}
	case Check:
		return []string{"checkbox"}
	case Decimal:
		return []string{"decimal"}
	case Integer:
		return []string{"integer"}
	default:
		return []string{"text", "textarea", "regexp"}
	}
}

// Parse reads a JSON value of Zendesk or of an artifact into its normal form.
// A value of another type is an error.
func (k Kind) Parse(raw jsontext.Value) (Value, error) {
	switch raw.Kind() {
	case 'n':
		return "", nil
	case '"':
		text, err := jsontext.AppendUnquote(nil, raw)
		if err != nil {
			return "", fmt.Errorf("invalid text: %w", err)
		}
		return k.parseText(strings.TrimSpace(string(text)))
	case 't', 'f':
		if k == Check {
			return Checkbox(raw.Kind() == 't'), nil
		}
	case '0':
		if k == Decimal || k == Integer {
			return k.parseNumber(string(raw))
		}
	}
	return "", fmt.Errorf("%.40s is not a valid %s", raw, k)
}

// parseText reads trimmed text. Empty text is the empty value of every kind.
func (k Kind) parseText(text string) (Value, error) {
	switch {
	case text == "":
		return "", nil
	case k == Text || k == DropDown:
		return Value(text), nil
	case k == Date:
		return dayOf(text), nil
	case k == Decimal || k == Integer:
		return k.parseNumber(text)
	}
	return "", fmt.Errorf("%.40q is not a valid %s", text, k)
}

// dayOf returns the first ten characters when they are a day, otherwise the
// whole text (docs/rules.md, Equal values).
func dayOf(text string) Value {
	const length = len(time.DateOnly)
	if len(text) >= length {
		if day, err := account.ParseDate(text[:length]); err == nil {
			return Value(day)
		}
	}
	return Value(text)
}

func (k Kind) parseNumber(literal string) (Value, error) {
	number, err := account.ParseDecimal(literal)
	if err == nil && k == Integer && strings.Contains(string(number), ".") {
		return "", fmt.Errorf("%s is not a whole number", number)
	}
	return Value(number), err
}

// AppendJSON writes the value in the form of artifacts: an empty text is "", an empty
// number null (docs/artifacts.md, Record files).
func (k Kind) AppendJSON(out []byte, value Value) []byte {
	switch k {
	case Check:
		if value == True {
			return append(out, "true"...)
		}
		return append(out, "false"...)
	case Decimal, Integer:
		if value == "" {
			return append(out, "null"...)
		}
		return append(out, value...)
	default:
		return AppendText(out, string(value))
	}
}

// ForZendesk returns the value in the form Zendesk expects: a cleared value is null
// (docs/rules.md, Managed fields).
func (k Kind) ForZendesk(value Value) any {
	switch {
	case k == Check:
		return value == True
	case value == "":
		return nil
	case k == Decimal || k == Integer:
		return jsontext.Value(value)
	default:
		return string(value)
	}
}

// AppendText writes a JSON string, with & < > as they are. Bytes that are not
// UTF-8 become the replacement character.
func AppendText(out []byte, text string) []byte {
	if quoted, err := jsontext.AppendQuote(out, text); err == nil {
		return quoted
	}
	quoted, err := jsontext.AppendQuote(out, strings.ToValidUTF8(text, "\ufffd"))
	if err != nil {
		return append(out, `""`...)
	}
	return quoted
}
