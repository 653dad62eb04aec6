package overrides

import (
	"cmp"
	"errors"
	"slices"

	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/account"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/field"
	"gitlab.com/gitlab-support-readiness/zd-sfdc-sync/internal/strictyaml"
)

// These keys of an entry are about the entry itself, like salesforce_id.
const (
	keyReason    = "reason"
	keyExpiresOn = "expires_on"
	keyInstance  = "instance"
	keyAccount   = "account"
)

// entryReader reads an entry and continues after a problem, so that all problems are
// reported at once.
type entryReader struct {
	item     *strictyaml.Node
	override *Override
	problems []error
}

func (e *entryReader) problem(err error) { e.problems = append(e.problems, err) }

// parseEntry reads one entry of the file.
func parseEntry(item *strictyaml.Node) (*Override, error) {
	members, err := item.Mapping()
	if members == nil && err != nil {
		return nil, err
	}
	reader := &entryReader{item: item, override: &Override{Instance: field.GlobalInstance, Line: item.Line()}}
	reader.problem(err)
	if !slices.ContainsFunc(members, isKey(field.SalesforceID)) {
		reader.problem(item.Errorf("the entry has no %s", field.SalesforceID))
	}
	// The instance, wherever it is in the entry, decides which other keys are allowed.
	if at := slices.IndexFunc(members, isKey(keyInstance)); at >= 0 {
		reader.override.Named = true
		reader.override.Instance, err = parseInstance(members[at].Value)
		reader.problem(err)
	}
	reader.members(members)
	if len(reader.override.Values) == 0 && errors.Join(reader.problems...) == nil {
		reader.problem(item.Errorf("the entry names no attribute, so it would change nothing: add one, or check whether its lines are indented too far"))
	}
	return reader.override, errors.Join(reader.problems...)
}

func isKey(key string) func(strictyaml.Member) bool {
	return func(member strictyaml.Member) bool { return member.Key == key }
}

func (e *entryReader) members(members []strictyaml.Member) {
	override := e.override
	attributes := attributesOf(override.Instance)
	for _, member := range members {
		var err error
		switch member.Key {
		case field.SalesforceID:
			override.ID, err = parseID(member.Value)
		case keyReason:
			override.Reason, err = member.Value.Text()
		case keyAccount:
			// This key is a label for people; nothing reads it.
			_, err = member.Value.Text()
		case keyExpiresOn:
			override.ExpiresOn, err = parseDay(member.Value)
		case keyInstance:
		default:
			var value field.Value
			value, err = attributes.parse(member)
			override.Values = append(override.Values, Value{member.Key, value})
		}
		e.problem(err)
	}
	slices.SortFunc(override.Values, func(a, b Value) int {
		return cmp.Compare(attributes.position(a.Key), attributes.position(b.Key))
	})
}

func parseInstance(node *strictyaml.Node) (field.Instance, error) {
	text, err := node.Text()
	if err != nil {
		return "", err
	}
	for _, instance := range field.Instances() {
		if text == string(instance) {
			return instance, nil
		}
	}
	return "", node.Errorf("unknown instance %q: use %s or %s", text, field.GlobalInstance, field.USGovInstance)
}

func parseID(node *strictyaml.Node) (account.ID, error) {
	text, err := node.Text()
	if err != nil {
		return "", err
	}
	id, err := account.ParseID(text)
	if err != nil {
		return "", node.Errorf("%w", err)
	}
	return id, nil
}

// parseDay reads a day. A time of day after it is refused, because it would have no
// effect.
func parseDay(node *strictyaml.Node) (account.Date, error) {
	text, err := node.Day()
	if err != nil {
		return "", err
	}
	day, err := account.ParseDate(text)
	if err != nil || string(day) != text || day == "" {
		return "", node.Errorf("%q is not a date: write it as YYYY-MM-DD", text)
	}
	return day, nil
}
