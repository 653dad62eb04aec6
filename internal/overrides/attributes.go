package overrides

import (
	"slices"
	"strings"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictyaml"
)

// attributes are what an entry of one instance may name, in the order of its fields
// (docs/rules.md, Overrides file); none for an unknown instance.
type attributes struct {
	instance field.Instance
	fields   []field.Field
}

func attributesOf(instance field.Instance) attributes {
	return attributes{instance, instance.Attributes()}
}

// position returns the position of the key among the attributes, -1 if it is not one of
// them.
func (a attributes) position(key string) int {
	return slices.IndexFunc(a.fields, func(managed field.Field) bool { return managed.Key == key })
}

// parse reads the value of an attribute. If the instance of the entry is unknown, its
// values are not checked.
func (a attributes) parse(member strictyaml.Member) (field.Value, error) {
	if a.instance == "" {
		return "", nil
	}
	position := a.position(member.Key)
	if position < 0 {
		return "", a.unknown(member)
	}
	f := a.fields[position]
	switch f.Kind {
	case field.Check:
		set, err := member.Value.Bool()
		return field.Checkbox(set), err
	case field.Date:
		day, err := parseDay(member.Value)
		return field.Value(day), err
	case field.Decimal, field.Integer:
		return parseNumber(member.Value, f.Kind)
	case field.DropDown:
		return parseOption(member.Value, f.Options)
	default:
		text, err := member.Value.Text()
		return field.TextOf(text), err
	}
}

func (a attributes) unknown(member strictyaml.Member) error {
	key := member.Key
	if key == field.Name {
		return member.At.Errorf("%s would rename the organization: write a label for people as %s", field.Name, keyAccount)
	}
	if f, ok := field.ByKey(key); ok && f.Fixed {
		return member.At.Errorf("%s cannot be overridden: it follows from the other fields", key)
	}
	for _, other := range field.Instances() {
		if attributesOf(other).position(key) >= 0 {
			return member.At.Errorf("%s is not a field of %s: add \"instance: %s\" if the entry is for %s",
				key, a.instance.Title(), other, other.Title())
		}
	}
	return member.At.Errorf("unknown key %q: use the key of an organization field, or %s, %s, %s, %s or %s",
		key, field.SalesforceID, keyAccount, keyReason, keyExpiresOn, keyInstance)
}

func parseNumber(node *strictyaml.Node, kind field.Kind) (field.Value, error) {
	literal, err := node.Number()
	if err != nil {
		return "", err
	}
	number, err := account.ParseDecimal(literal)
	if err != nil {
		return "", node.Errorf("%w", err)
	}
	if kind == field.Integer && strings.Contains(string(number), ".") {
		return "", node.Errorf("%s is not a whole number", number)
	}
	return field.Value(number), nil
}

func parseOption(node *strictyaml.Node, tags []string) (field.Value, error) {
	text, err := node.Text()
	if err != nil {
		return "", err
	}
	if !slices.Contains(tags, text) {
		return "", node.Errorf("unknown value %q: use one of %s", text, strings.Join(tags, ", "))
	}
	return field.Value(text), nil
}
